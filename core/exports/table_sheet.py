"""A worksheet of tables as they stand on their pages: those of pages that belong to no form.

Each has a line that says where it comes from, then its cells in their places, spans merged. The sheet is
made with the first of them. Rows go to the disk as they come.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.exports.wording import word
from core.extraction import Cell, Extraction, Table
from core.messages import Language

# Codes begin with zeros, and a number of more digits than a double keeps is a text: both stay as printed.
_FIGURE = re.compile(
    r"-?(?=(?:[0-9][.,]?){1,15}$)(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]+)?"
)
_WIDTH = 16


def unknown_tables(extraction: Extraction) -> Iterator[tuple[int, Table]]:
    """Yield the tables of pages that are part of no form, with the numbers of their pages."""
    in_forms = {number for form in extraction.forms for number in form.pages}
    for page in extraction.pages:
        if page.number not in in_forms:
            yield from ((page.number, table) for table in page.tables)


class TableSheet:
    """The worksheet, filled from the top."""

    def __init__(self, book: Workbook, language: Language, fitted: Callable[[str], str]) -> None:
        self._book, self._language, self._fitted = book, language, fitted
        self._page: Worksheet | None = None
        self._formats: dict[str, Format] = {}
        self._row = 0

    def add(self, extraction: Extraction) -> int:
        """Write the unknown tables of a document; return how many rows the sheet has then."""
        for page, table in unknown_tables(extraction):
            sheet = self._page = self._page or self._made()
            title = word("table_of", self._language, file=extraction.source.file, page=page)
            sheet.write_string(self._row, 0, self._fitted(title), self._format("heading"))
            self._write(sheet, table, self._row + 1)
            self._row += table.rows + 2
        return self._row

    def _made(self) -> Worksheet:
        sheet = self._book.add_worksheet(word("tables", self._language))
        sheet.set_column(0, 40, _WIDTH)
        return sheet

    def _write(self, sheet: Worksheet, table: Table, top: int) -> None:
        """Write row by row; what a span covers is blank."""
        for row in range(table.rows):
            for cell in (
                cell for cell in table.cells if cell.row <= row < cell.row + cell.row_span
            ):
                for col in range(cell.col, cell.col + cell.col_span):
                    sheet.write_blank(top + row, col, None, self._format("@"))
                if cell.row == row:
                    self._put(sheet, top + row, cell)
        # Not by `merge_range`: it writes rows below, and those above would be on the disk too early.
        sheet.merge.extend(
            [
                top + cell.row,
                cell.col,
                top + cell.row + cell.row_span - 1,
                cell.col + cell.col_span - 1,
            ]
            for cell in table.cells
            if cell.row_span * cell.col_span > 1
        )

    def _put(self, sheet: Worksheet, row: int, cell: Cell) -> None:
        figure = _FIGURE.fullmatch(cell.text)
        if figure:
            value = float(cell.text.replace(",", ""))
            sheet.write_number(row, cell.col, value, self._format(_number_format(cell.text)))
        else:
            sheet.write_string(row, cell.col, self._fitted(cell.text), self._format("@"))

    def _format(self, code: str) -> Format:
        if code not in self._formats:
            looks: dict[str, str | int | bool] = (
                {"bold": True}
                if code == "heading"
                else {"num_format": code, "border": 1, "valign": "top", "text_wrap": code == "@"}
            )
            self._formats[code] = self._book.add_format(looks)
        return self._formats[code]


def _number_format(text: str) -> str:
    places = len(text.partition(".")[2])
    return ("#,##0" if "," in text else "0") + ("." + "0" * places if places else "")
