"""A workbook for a finance office: projects, indicators, funding, what to look at, and tables of no form.

Numbers are numbers with the decimals that are printed, everything else is text, also where it begins
with `=` as the target `=100%` does: no text of a scan becomes a formula. Page numbers can be links
to the scan; as formulas of ours, for a worksheet holds 65,530 links of the other kind only and keeps
them in memory. Values that a person has yet to check are coloured, and named in a column of their own for
those who cannot see the colour or who filter. Rows go to the disk as they come, so that a year's
archive fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from rich.cells import cell_len
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.errors import OutputFailed
from core.exports.account import PAGES
from core.exports.links import page_link
from core.exports.rows import SHEETS, Column, Item, Kind, Row, Sheet
from core.exports.table_sheet import TableSheet
from core.exports.wording import heading, word
from core.extraction import Extraction, FieldStatus
from core.messages import Language

FILLS: dict[FieldStatus, str | None] = {
    "ok": None,
    "review": "#FFF2CC",
    "missing": "#F8CBAD",
    "corrected": "#D9EAD3",
}
NUMBER_FORMATS: dict[Kind, str] = {"text": "@", "amount": "#,##0", "number": "0", "whole": "0"}
"""Before the point; behind it come as many places as are printed."""

LAYOUT: dict[Kind, dict[str, str | int]] = {
    "text": {"align": "left", "indent": 1},
    "amount": {"align": "right"},
    "number": {"align": "right"},
    "whole": {"align": "center"},
}
BLANK = Item(None)
LINK: dict[str, str | int] = {"font_color": "#0563C1", "underline": 1}
HEADING = {"bold": True, "bg_color": "#D9E1F2", "bottom": 1, "valign": "top", "text_wrap": True}

A4 = 9  # the code of the paper
LINE_PT = 15
MOST_HEIGHTS = 10_000  # XlsxWriter keeps the height of every such row in memory
MOST_LINES = 27  # of a row, which may be 409 points high
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576
"""Characters in a cell and rows of a sheet, limits of the file format. XlsxWriter leaves out what
goes beyond them."""

# A double keeps 15 digits; a longer number stays a text rather than change.
_NUMBER = re.compile(r"-?(?=(?:[0-9]\.?){1,15}$)[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Style:
    """How a cell looks: its column, printed places behind the point (None for a text), and more."""

    column: Column
    places: int | None
    status: FieldStatus = "ok"
    link: bool = False

    @property
    def number_format(self) -> str:
        if self.places is None:
            return NUMBER_FORMATS["text"]
        return NUMBER_FORMATS[self.column.kind] + ("." + "0" * self.places if self.places else "")


class _Formats:
    """The formats of a workbook, each made when first asked for."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[Style, Format] = {}

    def __getitem__(self, style: Style) -> Format:
        if style not in self._made:
            looks: dict[str, str | int] = {
                "num_format": style.number_format,
                "valign": "top",
                "text_wrap": style.column.wraps,
            }
            looks |= LAYOUT[style.column.kind] | (LINK if style.link else {})
            fill = FILLS[style.status]
            looks |= {"bg_color": fill} if fill else {}
            self._made[style] = self._book.add_format(looks)
        return self._made[style]


def write_xlsx(
    extractions: Iterable[Extraction],
    out: BinaryIO,
    language: Language,
    links: str | None = None,
    most_rows: int = MOST_ROWS,
) -> None:
    """Write a workbook of all documents.

    `links` is the pattern of the links to pages (see `page_link`), if there are to be any. Raises `OutputFailed` where a sheet has `most_rows`, heading included, or the folder for temporary
    files is full.
    """
    with TemporaryDirectory(prefix="dangan-") as folder:
        # Not straight to `out`: an archive whose file fails half-way complains when it is collected.
        whole = Path(folder, "whole.xlsx")
        try:
            # Also when a row fails: closing is what closes the files of the rows.
            with closing(Workbook(str(whole), {"constant_memory": True, "tmpdir": folder})) as book:
                book.use_zip64()
                formats = _Formats(book)
                pages = [_Page(book, sheet, formats, language, links) for sheet in (*SHEETS, PAGES)]
                tables = TableSheet(book, language, lambda text: _fitting(text, language))
                _fill(pages, tables, extractions, most_rows, language)
        except FileCreateError as error:
            raise OutputFailed(path=folder, reason=str(error)) from error
        with whole.open("rb") as written:
            copyfileobj(written, out)


def _fill(
    pages: Sequence[_Page],
    tables: TableSheet,
    extractions: Iterable[Extraction],
    most_rows: int,
    language: Language,
) -> None:
    for extraction in extractions:
        for page in pages:
            page.add(extraction, most_rows)
        if tables.add(extraction) > most_rows:
            raise _too_long(language)
    for page in pages:
        page.finish()


class _Page:
    """One worksheet, filled row by row from the top; rows once left cannot be written again."""

    def __init__(
        self,
        book: Workbook,
        sheet: Sheet,
        formats: _Formats,
        language: Language,
        links: str | None,
    ) -> None:
        self._sheet, self._formats = sheet, formats
        self._language, self._links = language, links
        self._page: Worksheet = book.add_worksheet(word(sheet.code, language))
        self._row = 0
        self._empty = {column.code for column in sheet.columns if column.optional}
        headings = {kind: book.add_format(HEADING | LAYOUT[kind]) for kind in LAYOUT}
        for position, column in enumerate(sheet.columns):
            self._page.set_column(position, position, column.width)
            self._page.write_string(
                0, position, heading(column.code, language), headings[column.kind]
            )
        self._page.freeze_panes(1, 1)
        self._page.set_landscape()
        self._page.set_paper(A4)
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(0)

    def add(self, extraction: Extraction, most_rows: int) -> None:
        for row in self._sheet.rows(extraction, self._language):
            self._row += 1
            if self._row == most_rows:
                raise _too_long(self._language)
            if self._row <= MOST_HEIGHTS and (lines := self._lines(row)) > 1:
                self._page.set_row(self._row, LINE_PT * lines)
            for position, column in enumerate(self._sheet.columns):
                item = row.get(column.code, BLANK)
                link = self._link(extraction, row, item.page)
                self._write(position, column, item, link)

    def finish(self) -> None:
        for position, column in enumerate(self._sheet.columns):
            if column.code in self._empty:
                self._page.set_column(position, position, column.width, None, {"hidden": True})
        self._page.autofilter(0, 0, self._row, len(self._sheet.columns) - 1)

    def _lines(self, row: Row) -> int:
        """Return how many lines the row needs: not every spreadsheet finds out itself."""
        texts = (
            (str(row.get(column.code, BLANK).value or ""), column.width - 2)
            for column in self._sheet.columns
            if column.wraps
        )
        needed = max((ceil(cell_len(text) / width) for text, width in texts), default=1)
        return min(needed, MOST_LINES)

    def _link(self, extraction: Extraction, row: Row, page: int | None) -> str | None:
        if self._links is None or page is None:
            return None
        form = str(row.get("form", BLANK).value or "")
        return page_link(self._links, extraction.source, form, page)

    def _write(self, position: int, column: Column, item: Item, link: str | None) -> None:
        text = "" if item.value is None else str(item.value)
        if text:
            self._empty.discard(column.code)
        number = float(text) if column.kind != "text" and _NUMBER.fullmatch(text) else None
        places = None if number is None else len(text.partition(".")[2])
        look = self._formats[Style(column, places, item.status, link is not None)]
        if link is not None:
            shown = _quoted(text) if number is None else text
            formula = f"=HYPERLINK({_quoted(link)},{shown})"
            self._page.write_formula(
                self._row, position, formula, look, text if number is None else number
            )
        elif number is not None:
            self._page.write_number(self._row, position, number, look)
        elif text:
            self._page.write_string(self._row, position, _fitting(text, self._language), look)
        elif item.status != "ok":
            self._page.write_blank(self._row, position, None, look)


def _too_long(language: Language) -> OutputFailed:
    return OutputFailed(path="xlsx", reason=word("too_many_rows", language))


def _fitting(text: str, language: Language) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    ending = word("cut", language)
    return text[: LONGEST_TEXT - len(ending)] + ending


def _quoted(text: str) -> str:
    """Return a text as it stands in a formula."""
    return '"' + text.replace('"', '""') + '"'
