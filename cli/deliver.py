"""Sinks: what becomes of the documents as they are finished."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cli.display import Display
from cli.documents import DocumentRead
from cli.outputs import make_folder, replacing
from core.errors import DanganError, OutputFailed, TerminalBinary
from core.exports import SUFFIX_OF_FORMAT, Format, write
from core.exports.to_table import print_tables, terminal
from core.extraction import Extraction
from core.messages import Language

Failed = Callable[[DanganError], None]
"""Told of each error that costs one document."""

Sink = Callable[[Iterator[DocumentRead], Failed], None]
"""Takes the documents one by one, each before the next is asked for."""


@dataclass(frozen=True)
class Shape:
    """How documents are written: `array` as in `write_json`."""

    format: Format
    language: Language
    array: bool


def to_stdout(shape: Shape, display: Display) -> Sink:
    """Write to standard output; raises `TerminalBinary` for a workbook on a terminal."""
    if shape.format == "xlsx" and sys.stdout.isatty():
        raise TerminalBinary(format=shape.format)

    def deliver(reads: Iterator[DocumentRead], _: Failed) -> None:
        extractions = _unless_empty(_in_view(reads, display))
        if extractions is None:
            return
        if shape.format == "table":
            print_tables(extractions, terminal(sys.stdout), shape.language)
        else:
            write(shape.format, extractions, sys.stdout.buffer, shape.language, array=shape.array)
            sys.stdout.buffer.flush()

    return deliver


def to_file(path: Path, shape: Shape) -> Sink:
    """Write all documents to one file; without any document there is no file."""

    def deliver(reads: Iterator[DocumentRead], _: Failed) -> None:
        extractions = _unless_empty(read.extraction for read in reads)
        if extractions is None:
            return
        with replacing(path) as out:
            write(shape.format, extractions, out, shape.language, array=shape.array)

    return deliver


def to_folder(
    folder: Path, names: Mapping[Path, Path], format_: Format, language: Language
) -> Sink:
    """Write each document to a file of its own, named by `names` (input path → relative path)."""
    suffix = SUFFIX_OF_FORMAT[format_]

    def deliver(reads: Iterator[DocumentRead], failed: Failed) -> None:
        for read in reads:
            name = names[read.file.path]
            target = folder / name.parent / (name.name + suffix)
            try:
                make_folder(target.parent)
                with replacing(target) as out:
                    write(format_, [read.extraction], out, language, array=False)
            except OutputFailed as error:
                failed(error)

    return deliver


def _in_view(reads: Iterator[DocumentRead], display: Display) -> Iterator[Extraction]:
    """Keep the progress bar out of the way while a document is printed."""
    for read in reads:
        with display.hidden():
            yield read.extraction


def _unless_empty(extractions: Iterator[Extraction]) -> Iterable[Extraction] | None:
    """Return the same documents, or None where there are none."""
    for first in extractions:
        return chain([first], extractions)
    return None
