"""The cells of a table, a line at a time: CSV in UTF-8 or GB18030, the first fitting sheet of an XLSX."""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Protocol, cast

from core.errors import BadCatalogue, FileNotFound, MissingExtra, UnreadableFile
from core.exports.to_csv import unguarded

Cells = Sequence[str]
DELIMITERS = ",\t;"
HEAD_LINES = 20
"""The most frequent of them within so many lines separates the cells."""

_PIECE_BYTES = 1 << 20


class _Sheet(Protocol):
    """What is used of a worksheet that is read line by line."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[tuple[object, ...]]: ...


def sheets(path: Path) -> Iterator[Iterator[Cells]]:
    """Yield the tables of a file, each as its lines.

    Raises `FileNotFound`, `UnreadableFile`, `BadCatalogue`, and `MissingExtra` for XLSX where the
    library for it is not installed. Of an XLSX, texts that occur often are held in memory.
    """
    _check(path)
    match path.suffix.lower():
        case ".csv":
            yield _csv_lines(path)
        case ".xlsx" | ".xlsm":
            yield from _xlsx_sheets(path)
        case _:
            raise BadCatalogue(file=str(path), reason="catalogue_kind")


def _check(path: Path) -> None:
    try:
        path.open("rb").close()
    except FileNotFoundError as error:
        raise FileNotFound(file=str(path)) from error
    except OSError as error:
        raise UnreadableFile(file=str(path), reason=str(error.strerror)) from error


def _csv_lines(path: Path) -> Iterator[Cells]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        head = "".join(islice(file, HEAD_LINES))
        file.seek(0)
        delimiter = max(DELIMITERS, key=head.count)
        try:
            for cells in csv.reader(file, delimiter=delimiter):
                yield [unguarded(cell.strip()) for cell in cells]
        except csv.Error as error:
            raise BadCatalogue(file=str(path), reason=str(error)) from error


def _encoding(path: Path) -> str:
    """Return the encoding in which the whole file can be read; raises `BadCatalogue`."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as file:
            try:
                while piece := file.read(_PIECE_BYTES):
                    decoder.decode(piece)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
    raise BadCatalogue(file=str(path), reason="catalogue_encoding")


def _xlsx_sheets(path: Path) -> Iterator[Iterator[Cells]]:
    if find_spec("openpyxl") is None:
        raise MissingExtra(format="xlsx", extra="catalogue")
    # Only there: who has no such catalogue need not have the library.
    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise BadCatalogue(file=str(path), reason="catalogue_damaged") from error
    with closing(book):
        for sheet in book.worksheets:
            yield _xlsx_lines(cast("_Sheet", sheet))


def _xlsx_lines(sheet: _Sheet) -> Iterator[Cells]:
    # Some programs write a wrong size, beyond which nothing would be read.
    sheet.reset_dimensions()
    for cells in sheet.iter_rows(values_only=True):
        yield [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date():
            return cell.isoformat()[:10]
        case _:
            return str(cell).strip()
