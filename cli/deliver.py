"""Sinks: what becomes of the documents as they are finished."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from cli.display import Display
from cli.documents import DocumentRead
from cli.outputs import make_folder, replacing
from core.errors import DamagedFile, DanganError, OutputFailed, TerminalBinary
from core.exports import BINARY, SUFFIX_OF_FORMAT, Format, write
from core.exports.to_table import print_tables, terminal
from core.messages import Language

Failed = Callable[[DanganError], None]
"""Told of each error that costs one document."""

Sink = Callable[[Iterator[DocumentRead], Failed], None]
"""Takes the documents one by one, each before the next is asked for."""


@dataclass(frozen=True)
class Shape:
    """How documents are written: `array` and `links` as in `write`."""

    format: Format
    language: Language
    array: bool
    links: str | None = None


def to_stdout(shape: Shape, display: Display) -> Sink:
    """Write to standard output; raises `TerminalBinary` for a workbook or a PDF on a terminal."""
    if shape.format in BINARY and sys.stdout.isatty():
        raise TerminalBinary(format=shape.format)

    def deliver(reads: Iterator[DocumentRead], _: Failed) -> None:
        shown = _unless_empty(_in_view(reads, display))
        if shown is None:
            return
        if shape.format == "table":
            extractions = (read.extraction for read in shown)
            print_tables(extractions, terminal(sys.stdout), shape.language)
        else:
            _write(shape, shown, sys.stdout.buffer)
            sys.stdout.buffer.flush()

    return deliver


def to_file(path: Path, shape: Shape) -> Sink:
    """Write all documents to one file; without any document there is no file."""

    def deliver(reads: Iterator[DocumentRead], _: Failed) -> None:
        finished = _unless_empty(reads)
        if finished is None:
            return
        with replacing(path) as out:
            _write(shape, finished, out)

    return deliver


def to_folder(targets: Mapping[Path, Path], shape: Shape) -> Sink:
    """Write each document to a file of its own: `targets` by input path."""

    def deliver(reads: Iterator[DocumentRead], failed: Failed) -> None:
        for read in reads:
            target = targets[read.file.path]
            try:
                make_folder(target.parent)
                with replacing(target) as out:
                    _write(shape, [read], out)
            except (OutputFailed, DamagedFile) as error:
                failed(error)

    return deliver


def targets_in(folder: Path, names: Mapping[Path, Path], format_: Format) -> dict[Path, Path]:
    """Return where each input's document goes: `names` below `folder`, with the format's suffix."""
    suffix = SUFFIX_OF_FORMAT[format_]
    return {path: folder / name.parent / (name.name + suffix) for path, name in names.items()}


def _write(shape: Shape, reads: Iterable[DocumentRead], out: BinaryIO) -> None:
    if shape.format == "pdf":
        # Only there: the parent starts and stays light without the libraries for PDF.
        from core.layered.layer import write_layered_pdf  # noqa: PLC0415

        for read in reads:
            write_layered_pdf(read.file.path, read.extraction, out, read.readings)
    else:
        extractions = (read.extraction for read in reads)
        language, links = shape.language, shape.links
        write(shape.format, extractions, out, language, array=shape.array, links=links)


def _in_view(reads: Iterator[DocumentRead], display: Display) -> Iterator[DocumentRead]:
    """Keep the progress bar out of the way while a document is printed."""
    for read in reads:
        with display.hidden():
            yield read


def _unless_empty(reads: Iterator[DocumentRead]) -> Iterable[DocumentRead] | None:
    """Return the same documents, or None where there are none."""
    for first in reads:
        return chain([first], reads)
    return None
