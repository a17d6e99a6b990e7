"""Tests of the workbook, read back with another library."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter

from core.errors import OutputFailed
from core.exports.to_xlsx import FILLS, LONGEST_TEXT, write_xlsx
from core.extraction import Extraction, Issue, Record, Shelf
from core.messages import Language
from tests.core.exports.doubtful import doubtful_extraction
from tests.core.exports.seed import seed_extraction, truth


def workbook(*extractions: Extraction, language: Language = "zh") -> Workbook:
    out = io.BytesIO()
    write_xlsx(extractions, out, language)
    return load_workbook(out)


def rows(book: Workbook, sheet: str) -> list[dict[str, Cell]]:
    table = [[cell for cell in row if isinstance(cell, Cell)] for row in book[sheet].iter_rows()]
    names = [str(cell.value) for cell in table[0]]
    return [dict(zip(names, row, strict=True)) for row in table[1:]]


def test_sheets_with_frozen_headings_filters_and_widths() -> None:
    book = workbook(seed_extraction())
    assert book.sheetnames == ["项目", "指标", "资金", "问题", "页面清单"]
    for name, count in (("项目", 10), ("指标", 71), ("资金", 40), ("问题", 0)):
        sheet = book[name]
        assert len(rows(book, name)) == count
        assert sheet.freeze_panes == "B2"
        last = get_column_letter(sheet.max_column)
        assert sheet.auto_filter.ref == f"A1:{last}{count + 1}"
        assert sheet.column_dimensions["A"].width > 10


def test_numbers_are_numbers_and_texts_are_texts() -> None:
    book = workbook(seed_extraction())
    for form, row in zip(truth(), rows(book, "项目"), strict=True):
        assert row["项目名称"].value == form["project_name"]
        assert row["年度"].value == 2023
        assert row["全年预算数"].value == float(form["funding"][0]["annual_budget"])
        assert row["全年预算数"].number_format == "#,##0.00"
        assert row["总得分"].value == 100
    indicators = [indicator for form in truth() for indicator in form["indicators"]]
    for indicator, row in zip(indicators, rows(book, "指标"), strict=True):
        assert row["年度指标值"].value == indicator["target"]
        assert row["年度指标值"].data_type == "s"
        assert row["年度指标值"].number_format == "@"
        assert row["得分"].value == float(indicator["score"])
        assert row["得分"].data_type == "n"


def test_no_text_becomes_a_formula_a_link_or_a_number() -> None:
    extraction = seed_extraction(forms=1)
    texts = ["=1+1", "{=1}", "https://example.org", "0012", "12345678901234567890"]
    for text in texts:
        record = Record(project_name=text)
        form = extraction.forms[0].model_copy(update={"record": record})
        book = workbook(extraction.model_copy(update={"forms": (form,)}))
        (row,) = rows(book, "项目")
        assert (row["项目名称"].value, row["项目名称"].data_type) == (text, "s")
        assert row["项目名称"].hyperlink is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100.00", 100.0),
        ("-3.5", -3.5),
        ("123456789012.34", 123456789012.34),
        ("1234567890123456.78", "1234567890123456.78"),
        ("约10", "约10"),
        ("", None),
        (None, None),
    ],
)
def test_a_number_that_would_change_stays_a_text(text: str | None, value: object) -> None:
    extraction = seed_extraction(forms=1)
    form = extraction.forms[0]
    total = form.record.total.model_copy(update={"score": text})
    record = form.record.model_copy(update={"total": total})
    changed = form.model_copy(update={"record": record})
    (row,) = rows(workbook(extraction.model_copy(update={"forms": (changed,)})), "项目")
    assert row["总得分"].value == value


def fill(cell: Cell) -> str | None:
    return f"#{cell.fill.fgColor.rgb[2:]}" if cell.fill.fill_type else None


def test_doubtful_values_are_coloured_and_named() -> None:
    book = workbook(doubtful_extraction())
    funding, indicators = rows(book, "资金"), rows(book, "指标")
    assert fill(funding[0]["全年执行数"]) == FILLS["review"]
    assert funding[0]["待核对"].value == "资金第1行全年执行数（可信度低）"
    assert fill(indicators[2]["得分"]) == FILLS["missing"]
    assert fill(indicators[3]["得分"]) is None
    (first, _) = rows(book, "项目")
    assert fill(first["总得分"]) == FILLS["corrected"]
    assert (first["待核对数"].value, first["校验未过数"].value) == (3, 1)
    findings = rows(book, "问题")
    assert [row["类别"].value for row in findings] == [
        "待核对",
        "待核对",
        "未找到",
        "已更正",
        "原表有误",
        "注意",
        "错误",
    ]
    assert findings[0]["读数"].value == "1,031,336.77"


def test_a_text_too_long_for_a_cell_says_so() -> None:
    extraction = seed_extraction(forms=1)
    form = extraction.forms[0].model_copy(update={"record": Record(project_name="长" * 40_000)})
    (row,) = rows(workbook(extraction.model_copy(update={"forms": (form,)})), "项目")
    assert isinstance(row["项目名称"].value, str)
    assert len(row["项目名称"].value) == LONGEST_TEXT
    assert row["项目名称"].value.endswith("全文见 JSON）")


def catalogued(extraction: Extraction) -> Extraction:
    shelf = Shelf(
        campaign="回填", fiscal_year=2019, box="012", item_number="0007", archive_number="=X-7"
    )
    source = extraction.source.model_copy(update={"catalogue": shelf})
    return extraction.model_copy(update={"source": source})


def test_the_catalogue_stands_beside_what_the_form_says() -> None:
    plain = seed_extraction(forms=1)
    book = workbook(plain, catalogued(plain))
    first, second = rows(book, "项目")
    keys = ("批次", "目录年度", "盒号", "件号", "档号")
    assert [first[key].value for key in keys] == [None] * 5
    assert [second[key].value for key in keys] == ["回填", 2019, "012", "0007", "=X-7"]
    assert second["档号"].data_type == "s"
    assert second["年度"].value == 2023
    hidden = hidden_columns(book)
    assert set(keys).isdisjoint(hidden)
    # Where nothing was catalogued nobody is shown empty columns.
    assert hidden_columns(workbook(plain)) == set(keys)


def hidden_columns(book: Workbook) -> set[str]:
    sheet = book["项目"]
    named = {number: str(cell.value) for number, cell in enumerate(sheet[1], start=1)}
    # openpyxl tells columns of one look as the first of them.
    found: set[str] = set()
    for look in sheet.column_dimensions.values():
        if look.hidden:
            assert look.min is not None
            assert look.max is not None
            found |= {named[at] for at in range(look.min, look.max + 1)}
    return found


def test_several_documents_go_into_one_workbook_in_english() -> None:
    book = workbook(seed_extraction(forms=1), doubtful_extraction(), language="en")
    assert [row["Year"].value for row in rows(book, "Projects")] == [2023] * 3


def test_more_rows_than_a_sheet_holds_is_an_output_error() -> None:
    write_xlsx([seed_extraction()], io.BytesIO(), "zh", most_rows=72)
    with pytest.raises(OutputFailed):
        write_xlsx([seed_extraction()], io.BytesIO(), "zh", most_rows=71)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("100", "0"), ("100.00", "0.00"), ("98.5", "0.0"), ("12.345678", "0.000000")],
)
def test_a_number_keeps_the_decimals_that_are_printed(text: str, shown: str) -> None:
    extraction = seed_extraction(forms=1)
    form = extraction.forms[0]
    funding = form.record.funding[0].model_copy(update={"executed": text, "score": text})
    record = form.record.model_copy(update={"funding": (funding,)})
    changed = form.model_copy(update={"record": record})
    (row,) = rows(workbook(extraction.model_copy(update={"forms": (changed,)})), "资金")
    assert (row["得分"].value, row["得分"].number_format) == (float(text), shown)
    assert row["全年执行数"].number_format == f"#,##{shown}"


def linked(extraction: Extraction, links: str) -> Workbook:
    out = io.BytesIO()
    write_xlsx([extraction], out, "zh", links)
    return load_workbook(out)


def test_page_numbers_link_to_the_scan() -> None:
    book = linked(doubtful_extraction(), "https://archive.example/2023/")
    scan = "https://archive.example/2023/songjiang-2023.pdf"
    first, second = rows(book, "项目")
    assert first["页码"].value == f'=HYPERLINK("{scan}#page=1","1-2")'
    assert second["页码"].value == f'=HYPERLINK("{scan}#page=3","3-4")'
    assert rows(book, "资金")[0]["页"].value == f'=HYPERLINK("{scan}#page=1",1)'
    assert rows(book, "问题")[-1]["页"].value == f'=HYPERLINK("{scan}#page=6",6)'
    assert rows(workbook(doubtful_extraction()), "资金")[0]["页"].value == 1


def test_a_file_name_cannot_leave_its_link() -> None:
    extraction = doubtful_extraction()
    name = "决算\"&cmd|' /C calc'!A0 #1.pdf"
    source = extraction.source.model_copy(update={"file": name})
    book = linked(extraction.model_copy(update={"source": source}), "file:///scans")
    link = str(rows(book, "资金")[0]["页"].value)
    assert link == (
        '=HYPERLINK("file:///scans/决算%22%26cmd%7C%27%20/C%20calc%27!A0%20%231.pdf#page=1",1)'
    )


def test_a_pattern_says_where_what_stands_in_a_link() -> None:
    extraction = doubtful_extraction()
    book = linked(extraction, "https://x.example/records/{form}?page={page}&of={sha256}")
    form = extraction.forms[0].id
    link = f"https://x.example/records/{form}?page=1&of={'0' * 64}"
    assert rows(book, "资金")[0]["页"].value == f'=HYPERLINK("{link}",1)'


def test_a_link_too_long_for_a_formula_is_left_out() -> None:
    book = linked(doubtful_extraction(), "https://x.example/" + "y" * 250)
    assert rows(book, "资金")[0]["页"].value == 1


def test_a_row_is_as_high_as_its_explanation() -> None:
    extraction = seed_extraction(forms=1)
    issues = tuple(
        Issue(code="x", severity="info", page=1, message="长" * count) for count in (5, 60, 9000)
    )
    sheet = workbook(extraction.model_copy(update={"issues": issues}))["问题"]
    heights = [sheet.row_dimensions[row].height for row in (2, 3, 4)]
    assert heights == [None, 45, 405]
