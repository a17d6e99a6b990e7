"""What is taken out of XLSX files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import DamagedFile, TooMuchContent
from worker.office.blocks import Grid, Section
from worker.office.xlsx import XlsxLimits, read_xlsx

THIN = Border(*(Side("thin"),) * 4)
Make = Callable[[Worksheet], object]


def saved(workbook: Workbook) -> io.BytesIO:
    file = io.BytesIO()
    workbook.save(file)
    file.seek(0)
    return file


def made(make: Make) -> io.BytesIO:
    workbook = openpyxl.Workbook()
    make(workbook.worksheets[0])
    return saved(workbook)


def section_of(make: Make, limits: XlsxLimits | None = None) -> Section:
    (section,) = read_xlsx(made(make), "a.xlsx", limits or XlsxLimits())
    return section


def grid_of(make: Make) -> Grid:
    (grid,) = section_of(make).blocks
    assert isinstance(grid, Grid)
    return grid


def texts(grid: Grid) -> dict[tuple[int, int, int, int], str]:
    return {
        (cell.row, cell.col, cell.row_span, cell.col_span): "".join(
            one.text for one in cell.paragraphs
        )
        for cell in grid.cells
    }


def test_values_are_shown_in_their_formats_and_merged_cells_are_one() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["B2"], sheet["C2"], sheet["B3"] = "项目", 0.9333, date(2023, 12, 31)
        sheet["C2"].number_format = "0.00%"
        sheet["B3"].number_format = 'yyyy"年"m"月"'
        sheet.merge_cells("B3:C4")
        for row in sheet["B2:C4"]:
            for cell in row:
                cell.border = THIN

    assert texts(grid_of(make)) == {
        (0, 0, 1, 1): "项目",
        (0, 1, 1, 1): "93.33%",
        (1, 0, 2, 2): "2023年12月",
    }


def test_results_of_formulas_are_shown_and_a_formula_without_one_shows_itself() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B1"] = "=1+1", "=2+2"

    file = made(make)
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.count(b"<f>1+1</f><v></v>") == 1 or sheet.count(b"<f>1+1</f><v />") == 1
    parts["xl/worksheets/sheet1.xml"] = re.sub(
        rb"<f>1\+1</f><v ?(/>|></v>)", b"<f>1+1</f><v>2</v>", sheet
    )
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    (section,) = read_xlsx(again, "a.xlsx")
    (grid,) = section.blocks
    assert isinstance(grid, Grid)
    assert list(texts(grid).values()) == ["2", "=2+2"]


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    workbook = openpyxl.Workbook()
    first = workbook.worksheets[0]
    for at in ("A1", "B1", "C1", "A2", "A3", "B3", "C3"):
        first[at] = at
    first.row_dimensions[2].hidden = True
    first.column_dimensions["B"].hidden = True
    first.merge_cells("A3:C3")
    second = workbook.create_sheet("藏")
    second["A1"], second.sheet_state = "藏", "hidden"
    (section,) = read_xlsx(saved(workbook), "a.xlsx")
    (grid,) = section.blocks
    assert isinstance(grid, Grid)
    assert texts(grid) == {(0, 0, 1, 1): "A1", (0, 1, 1, 1): "C1", (1, 0, 1, 2): "A3"}


def test_a_print_area_bounds_what_is_taken() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A1"], sheet["B2"], sheet["Z99"] = "外", "内", "远"
        sheet.print_area = "B2:C9"

    assert texts(grid_of(make)) == {(0, 0, 1, 1): "内"}


def test_borders_are_the_files_and_a_sheet_without_any_gets_them_around_its_table() -> None:
    def bare(sheet: Worksheet) -> None:
        sheet["A1"] = "标题"
        for row in (["项目", "数"], ["甲", 1], ["乙", None], ["丙", 3]):
            sheet.append(row)
        sheet["A7"] = "注"

    ruled = {(cell.row, cell.col): cell.ruled for cell in grid_of(bare).cells}
    assert ruled[0, 0] is ruled[6, 0] is False
    assert all(ruled[row, col] for row in range(1, 5) for col in range(2))

    def bordered(sheet: Worksheet) -> None:
        bare(sheet)
        sheet["A2"].border = THIN

    assert [(cell.row, cell.col) for cell in grid_of(bordered).cells if cell.ruled] == [(1, 0)]


def test_paper_breaks_sizes_and_alignment_are_the_files() -> None:
    def make(sheet: Worksheet) -> None:
        sheet["A1"], sheet["A2"], sheet["B1"] = "上", "下", 5
        sheet["A1"].font = Font(size=16)
        sheet["A1"].alignment = Alignment(horizontal="center", vertical="top", textRotation=255)
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
        sheet.column_dimensions["A"].width = 20
        sheet.row_dimensions[1].height = 33
        sheet.row_breaks.append(Break(id=1))

    section = section_of(make)
    (grid,) = section.blocks
    assert isinstance(grid, Grid)
    assert (section.paper.width, section.paper.height) == (1190.6, 841.9)
    assert (grid.widths[0], grid.heights[0]) == (108.75, 33)
    assert grid.breaks == {1}
    (text,) = grid.cells[0].paragraphs
    assert (text.size, text.align, text.stacked, grid.cells[0].level) == (16, "center", True, "top")
    assert grid.cells[1].paragraphs[0].align == "right"


def test_far_cells_are_refused_and_far_formats_are_not_walked() -> None:
    def far(sheet: Worksheet) -> None:
        sheet["A1"], sheet["XFD1048576"] = "近", "远"

    with pytest.raises(TooMuchContent):
        section_of(far)

    def formatted(sheet: Worksheet) -> None:
        sheet["A1"] = "近"
        sheet["XFD1048576"].border = THIN

    assert texts(grid_of(formatted)) == {(0, 0, 1, 1): "近"}


def test_an_empty_workbook_has_no_sections() -> None:
    assert read_xlsx(made(lambda _: None), "a.xlsx") == ()


def test_what_is_no_workbook_is_damaged() -> None:
    with pytest.raises(DamagedFile):
        read_xlsx(io.BytesIO(b"PK no archive"), "a.xlsx")
