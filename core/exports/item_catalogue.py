"""The catalogue of a campaign: a line for each row of its manifest, as CSV or as a worksheet.

Rows go out as they come, so that a catalogue of any length fits. Numbers of items and boxes are texts:
`0012` keeps its zeros.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO, Literal

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from core.errors import OutputFailed
from core.exports.to_csv import guarded
from core.exports.to_xlsx import HEADING, LONGEST_TEXT, MOST_ROWS
from core.exports.wording import heading, word
from core.messages import Language
from core.store.item_catalogue import CatalogueRow

CatalogueFormat = Literal["csv", "xlsx"]

WIDTHS: dict[str, int] = {
    "item_number": 10,
    "archive_number": 22,
    "box": 10,
    "fiscal_year": 8,
    "department": 24,
    "project_name": 36,
    "file": 48,
    "page_count": 8,
    "state": 12,
    "record_count": 8,
}
"""The columns, and how many characters wide they are in a worksheet."""

Value = str | int | None


def write_catalogue(
    rows: Iterable[CatalogueRow], out: BinaryIO, format_: CatalogueFormat, language: Language
) -> None:
    """Write a heading line and a line for each row.

    CSV is UTF-8 with a byte order mark. Raises `OutputFailed` where a worksheet is full or the folder
    for temporary files is.
    """
    lines = (_line(row, language) for row in rows)
    if format_ == "csv":
        _write_csv(lines, out, language)
    else:
        _write_xlsx(lines, out, language)


def _line(row: CatalogueRow, language: Language) -> tuple[Value, ...]:
    told: dict[str, Value] = {"state": word(f"item_{row.state}", language)}
    return tuple(told.get(code, getattr(row, code)) for code in WIDTHS)


def _write_csv(lines: Iterator[tuple[Value, ...]], out: BinaryIO, language: Language) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    sheet.writerow(heading(code, language) for code in WIDTHS)
    for line in lines:
        sheet.writerow("" if it is None else guarded(str(it)) for it in line)
    text.flush()
    text.detach()


def _write_xlsx(lines: Iterator[tuple[Value, ...]], out: BinaryIO, language: Language) -> None:
    with TemporaryDirectory(prefix="dangan-") as folder:
        whole = Path(folder, "whole.xlsx")
        try:
            with closing(Workbook(str(whole), {"constant_memory": True, "tmpdir": folder})) as book:
                book.use_zip64()
                _fill(book, lines, language)
        except FileCreateError as error:
            raise OutputFailed(path=folder, reason=str(error)) from error
        with whole.open("rb") as written:
            copyfileobj(written, out)


def _fill(book: Workbook, lines: Iterator[tuple[Value, ...]], language: Language) -> None:
    sheet = book.add_worksheet(heading("catalogue", language))
    sheet.freeze_panes(1, 0)
    looks = book.add_format(HEADING)
    text = book.add_format({"num_format": "@", "valign": "top"})
    for column, (code, width) in enumerate(WIDTHS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading(code, language), looks)
    number = 0
    for number, line in enumerate(lines, start=1):
        if number >= MOST_ROWS:
            raise OutputFailed(path="xlsx", reason=word("too_many_rows", language))
        for column, value in enumerate(line):
            if isinstance(value, int):
                sheet.write_number(number, column, value)
            elif value is not None:
                sheet.write_string(number, column, value[:LONGEST_TEXT], text)
    sheet.autofilter(0, 0, number, len(WIDTHS) - 1)
