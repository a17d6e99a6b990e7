"""Forms as the files that offices type them in: DOCX through python-docx, XLSX through openpyxl.

They hold the same blocks as the drawn forms and so have the same truth; fonts and pages are the reader's business.
"""

import io
from collections.abc import Sequence

import openpyxl
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from samples.generator.table import Block, Slot, Table, Text

_WIDTH_PT = 500.0
_SIZE_PT = 9.5
_TITLE_PT = 16.0
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_LEFT = frozenset({"prose", "text", "item"})
_BORDER = Border(*(Side("thin"),) * 4)


def write_docx(forms: Sequence[Sequence[Block]]) -> bytes:
    """Type forms one after the other, each on a new page."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Pt(595.3), Pt(841.9)
    section.left_margin = section.right_margin = Pt(45)
    for number, blocks in enumerate(forms):
        for place, block in enumerate(blocks):
            if isinstance(block, Text):
                paragraph = document.add_paragraph()
                paragraph.alignment = _ALIGN[block.align]
                paragraph.paragraph_format.page_break_before = number > 0 and place == 0
                size = _TITLE_PT if block.role == "title" else _SIZE_PT
                paragraph.add_run(block.text).font.size = Pt(size)
            else:
                _add_table(document, block)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _add_table(document: Document, block: Table) -> None:  # type: ignore[valid-type]
    table = document.add_table(block.rows, len(block.widths_em), style="Table Grid")  # type: ignore[attr-defined]
    table.autofit = False
    for column, width in zip(table.columns, _widths(block), strict=True):
        column.width = Pt(width)
    for cell in block.cells:
        target = table.cell(cell.row, cell.col)
        if cell.slot.rows > 1 or cell.slot.cols > 1:
            target = target.merge(table.cell(cell.row_end - 1, cell.col_end - 1))
        target.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = target.paragraphs[0]
        paragraph.alignment = _ALIGN["left" if cell.slot.role in _LEFT else "center"]
        paragraph.add_run(_indented(cell.slot)).font.size = Pt(_SIZE_PT)


def write_xlsx(forms: Sequence[Sequence[Block]]) -> bytes:
    """Type forms, each on a sheet of its own."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, blocks in enumerate(forms):
        _add_sheet(workbook.create_sheet(f"{number + 1}"), blocks)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _add_sheet(sheet: Worksheet, blocks: Sequence[Block]) -> None:
    (table,) = (block for block in blocks if isinstance(block, Table))
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = (width / 0.75 - 5) / 7
    row = 1
    for block in blocks:
        if isinstance(block, Text):
            cell = sheet.cell(row, 1, block.text)
            cell.alignment = Alignment(horizontal=block.align)
            cell.font = Font(size=_TITLE_PT if block.role == "title" else _SIZE_PT)
            sheet.merge_cells(None, row, 1, row, len(table.widths_em))
            row += 1
        else:
            _add_cells(sheet, block, row)
            row += block.rows


def _add_cells(sheet: Worksheet, table: Table, first: int) -> None:
    for cell in table.cells:
        top, left = first + cell.row, cell.col + 1
        bottom, right = first + cell.row_end - 1, cell.col_end
        for line in sheet.iter_rows(top, bottom, left, right):
            for one in line:
                one.border = _BORDER
        target = sheet.cell(top, left, _indented(cell.slot))
        aligned = "left" if cell.slot.role in _LEFT else "center"
        target.alignment = Alignment(horizontal=aligned, vertical="center", wrap_text=True)
        target.font = Font(size=_SIZE_PT)
        if (top, left) != (bottom, right):
            sheet.merge_cells(None, top, left, bottom, right)


def _widths(table: Table) -> list[float]:
    """Give the columns' widths in points."""
    return [width / sum(table.widths_em) * _WIDTH_PT for width in table.widths_em]


def _indented(slot: Slot) -> str:
    return " " * round(2 * slot.indent_em) + slot.text
