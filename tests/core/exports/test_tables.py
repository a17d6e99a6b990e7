"""Tables of no known form: as HTML, and on a worksheet of their own, with their spans."""

from __future__ import annotations

import io
from html.parser import HTMLParser

import pytest
from openpyxl import load_workbook

from core.errors import OutputFailed
from core.exports.to_html import html_table, write_html
from core.exports.to_xlsx import write_xlsx
from core.extraction import Cell, Extraction, Page, PageKind, Source, Table
from core.geometry import Box
from tests.core.exports.seed import seed_extraction

BOX = Box(0, 0, 10, 10)


def cell(row: int, col: int, text: str, row_span: int = 1, col_span: int = 1) -> Cell:
    return Cell(
        row=row,
        col=col,
        row_span=row_span,
        col_span=col_span,
        text=text,
        confidence=1.0,
        box=BOX,
    )


BUDGET = Table(
    rows=3,
    cols=3,
    cells=(
        cell(0, 0, "科目", row_span=2),
        cell(0, 1, "金额 <万元> & 比重", col_span=2),
        cell(1, 1, "=SUM(A1)"),
        cell(1, 2, "1,204.50"),
        cell(2, 0, "0101"),
        cell(2, 1, "-3.0"),
        cell(2, 2, "12,34"),
    ),
)


def document(*tables: Table, kind: PageKind = "other") -> Extraction:
    page = Page(number=1, width=100, height=100, rotation=0, skew_deg=0.0, kind=kind, tables=tables)
    source = Source(file="预算<1>.pdf", sha256="0" * 64, pages=1, pipeline="test")
    return Extraction(source=source, pages=(page,), forms=(), issues=())


class Cells(HTMLParser):
    """Collects each cell's spans and text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.headings = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag == "td":
            spans = dict(attrs)
            self.found.append((spans.get("rowspan") or "", spans.get("colspan") or "", ""))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  the name is the base class's
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "td":
            rows, cols, text = self.found[-1]
            self.found[-1] = (rows, cols, text + data)
        if self._inside in {"h1", "h2", "p"}:
            self.headings += data


def parsed(html: str) -> Cells:
    cells = Cells()
    cells.feed(html)
    return cells


def test_html_keeps_spans_and_texts() -> None:
    assert parsed(html_table(BUDGET)).found == [
        ("2", "", "科目"),
        ("", "2", "金额 <万元> & 比重"),
        ("", "", "=SUM(A1)"),
        ("", "", "1,204.50"),
        ("", "", "0101"),
        ("", "", "-3.0"),
        ("", "", "12,34"),
    ]


def test_html_names_every_page() -> None:
    out = io.BytesIO()
    write_html([document(BUDGET), document(kind="blank")], out, "en")
    found = parsed(out.getvalue().decode())
    assert found.headings == (
        "预算<1>.pdfpage 1, another document预算<1>.pdfpage 1, blankNo table on this page."
    )
    assert len(found.found) == 7


def test_a_worksheet_has_the_tables_of_no_form() -> None:
    out = io.BytesIO()
    write_xlsx([document(BUDGET), seed_extraction(), document(BUDGET)], out, "zh")
    sheet = load_workbook(out)["表格"]
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A2:A3", "A7:A8", "B2:C2", "B7:C7"]
    assert sheet["A1"].value == "预算<1>.pdf，第 1 页"
    values = [[cell.value for cell in row] for row in sheet["A7:C9"]]
    assert values == [
        ["科目", "金额 <万元> & 比重", None],
        [None, "=SUM(A1)", 1204.5],
        ["0101", -3, "12,34"],
    ]
    assert sheet["B8"].data_type == "s"
    assert (sheet["C8"].number_format, sheet["B9"].number_format) == ("#,##0.00", "0.0")


def test_without_such_tables_there_is_no_such_sheet() -> None:
    out = io.BytesIO()
    write_xlsx([seed_extraction(), document()], out, "zh")
    assert "表格" not in load_workbook(out).sheetnames


def test_more_rows_than_a_sheet_holds_are_an_error() -> None:
    with pytest.raises(OutputFailed):
        write_xlsx([document(BUDGET)], io.BytesIO(), "zh", most_rows=4)
