"""A workbook for a finance office: projects, indicators, funding, and what to look at.

Numbers are numbers, everything else is text, also where it begins with `=` as the target `=100%`
does. Values that a person has yet to check are coloured, and named in a column of their own for
those who cannot see the colour or who filter. Rows go to the disk as they come, so that a year's
archive fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.errors import OutputFailed
from core.exports.rows import SHEETS, Item, Kind, Sheet
from core.exports.wording import heading, word
from core.extraction import Extraction, FieldStatus
from core.messages import Language

FILLS: dict[FieldStatus, str | None] = {
    "ok": None,
    "review": "#FFF2CC",
    "missing": "#F8CBAD",
    "corrected": "#D9EAD3",
}
NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "amount": "#,##0.00",
    "number": "General",
    "whole": "0",
}
LAYOUT: dict[Kind, dict[str, str | int]] = {
    "text": {"align": "left", "indent": 1},
    "amount": {"align": "right"},
    "number": {"align": "right"},
    "whole": {"align": "center"},
}
BLANK = Item(None)
HEADING = {"bold": True, "bg_color": "#D9E1F2", "bottom": 1, "valign": "top", "text_wrap": True}

LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
"""Characters in a cell and rows of a sheet, limits of the file format. XlsxWriter leaves out what
goes beyond them."""

# A double keeps 15 digits; a longer number stays a text rather than change.
_NUMBER = re.compile(r"-?(?=(?:[0-9]\.?){1,15}$)[0-9]+(?:\.[0-9]+)?")

_Formats = dict[tuple[Kind, FieldStatus], Format]


def write_xlsx(
    extractions: Iterable[Extraction],
    out: BinaryIO,
    language: Language,
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a workbook of all documents.

    Raises `OutputFailed` where a sheet has `most_rows`, heading included, or the folder for temporary
    files is full.
    """
    with TemporaryDirectory(prefix="dangan-") as folder:
        # Not straight to `out`: an archive whose file fails half-way complains when it is collected.
        whole = Path(folder, "whole.xlsx")
        try:
            # Also when a row fails: closing is what closes the files of the rows.
            with closing(Workbook(str(whole), {"constant_memory": True, "tmpdir": folder})) as book:
                _fill(book, extractions, language, most_rows)
        except FileCreateError as error:
            raise OutputFailed(path=folder, reason=str(error)) from error
        with whole.open("rb") as written:
            copyfileobj(written, out)


def _fill(
    book: Workbook, extractions: Iterable[Extraction], language: Language, most_rows: int
) -> None:
    book.use_zip64()
    formats = {
        (kind, status): _format(book, kind, status) for kind in NUMBER_FORMATS for status in FILLS
    }
    pages = [_Page(book, sheet, formats, language) for sheet in SHEETS]
    for extraction in extractions:
        for page in pages:
            page.add(extraction, most_rows)
    for page in pages:
        page.finish()


class _Page:
    """One worksheet, filled row by row from the top; rows once left cannot be written again."""

    def __init__(self, book: Workbook, sheet: Sheet, formats: _Formats, language: Language) -> None:
        self._sheet, self._formats, self._language = sheet, formats, language
        self._page: Worksheet = book.add_worksheet(word(sheet.code, language))
        self._row = 0
        headings = {kind: book.add_format(HEADING | LAYOUT[kind]) for kind in LAYOUT}
        for position, column in enumerate(sheet.columns):
            self._page.set_column(position, position, column.width)
            self._page.write_string(
                0, position, heading(column.code, language), headings[column.kind]
            )
        self._page.freeze_panes(1, 1)

    def add(self, extraction: Extraction, most_rows: int) -> None:
        for row in self._sheet.rows(extraction, self._language):
            self._row += 1
            if self._row == most_rows:
                raise OutputFailed(path="xlsx", reason=word("too_many_rows", self._language))
            for position, column in enumerate(self._sheet.columns):
                self._write(position, column.kind, row.get(column.code, BLANK))

    def finish(self) -> None:
        self._page.autofilter(0, 0, self._row, len(self._sheet.columns) - 1)

    def _write(self, position: int, kind: Kind, item: Item) -> None:
        text = "" if item.value is None else str(item.value)
        if kind != "text" and _NUMBER.fullmatch(text):
            style = self._formats[kind, item.status]
            self._page.write_number(self._row, position, float(text), style)
        elif text:
            style = self._formats["text", item.status]
            self._page.write_string(self._row, position, self._fitting(text), style)
        elif item.status != "ok":
            style = self._formats["text", item.status]
            self._page.write_blank(self._row, position, None, style)

    def _fitting(self, text: str) -> str:
        if len(text) <= LONGEST_TEXT:
            return text
        ending = word("cut", self._language)
        return text[: LONGEST_TEXT - len(ending)] + ending


def _format(book: Workbook, kind: Kind, status: FieldStatus) -> Format:
    properties = {"num_format": NUMBER_FORMATS[kind], "valign": "top"} | LAYOUT[kind]
    fill = FILLS[status]
    return book.add_format(properties | ({"bg_color": fill} if fill else {}))
