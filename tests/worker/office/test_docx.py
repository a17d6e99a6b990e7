"""What is taken out of DOCX files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as Opened
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from PIL import Image as Drawn

from core.errors import DamagedFile, TooMuchContent
from worker.office.blocks import Grid, Image, PageBreak, Paragraph, Section
from worker.office.docx import DocxLimits, read_docx

Make = Callable[[Opened], object]


def read(make: Make, limits: DocxLimits | None = None) -> tuple[Section, ...]:
    document = Document()
    make(document)
    file = io.BytesIO()
    document.save(file)
    file.seek(0)
    return read_docx(file, "a.docx", limits or DocxLimits())


def paragraphs(make: Make) -> list[Paragraph]:
    (section,) = read(make)
    return [block for block in section.blocks if isinstance(block, Paragraph) and block.text]


def added(document: Opened, inner: str) -> None:
    """Add a paragraph of raw markup to a document."""
    document.element.body.insert(
        0, parse_xml(f"<w:p {nsdecls('w', 'r', 'a', 'wp', 'pic')}>{inner}</w:p>")
    )


def grid_of(make: Make) -> Grid:
    (section,) = read(make)
    (grid,) = (block for block in section.blocks if isinstance(block, Grid))
    return grid


def texts(grid: Grid) -> dict[tuple[int, int, int, int], str]:
    return {
        (cell.row, cell.col, cell.row_span, cell.col_span): "\n".join(
            one.text for one in cell.paragraphs
        )
        for cell in grid.cells
    }


def test_merged_cells_become_one_in_both_directions() -> None:
    def make(document: Opened) -> None:
        table = document.add_table(3, 3)
        table.cell(0, 0).merge(table.cell(1, 1)).text = "合"
        table.cell(2, 1).merge(table.cell(2, 2)).text = "横"
        table.cell(0, 2).text = "右"

    assert texts(grid_of(make)) == {
        (0, 0, 2, 2): "合",
        (0, 2, 1, 1): "右",
        (1, 2, 1, 1): "",
        (2, 0, 1, 1): "",
        (2, 1, 1, 2): "横",
    }


def test_widths_heights_sizes_and_alignment_are_the_files() -> None:
    def make(document: Opened) -> None:
        table = document.add_table(1, 2)
        table.columns[0].width, table.columns[1].width = Pt(60), Pt(120)
        table.rows[0].height = Pt(44)
        paragraph = table.cell(0, 0).paragraphs[0]
        paragraph.add_run("项目").font.size = Pt(14)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    grid = grid_of(make)
    assert (grid.widths, grid.heights) == ((60, 120), (44,))
    assert grid.cells[0].paragraphs == (Paragraph("项目", 14, "center"),)


def test_sizes_come_from_styles_where_runs_have_none() -> None:
    def make(document: Opened) -> None:
        document.styles["Normal"].font.size = Pt(12)
        document.add_paragraph("正文")

    assert paragraphs(make) == [Paragraph("正文", 12)]


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲  乙"),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>", "甲\n乙"),
        (
            "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>",
            "增",
        ),
        (
            "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>新</w:t></w:r></w:moveTo>",
            "新",
        ),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>显</w:t></w:r>", "显"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>显</w:t></w:r>', "显"),
        ("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", "控件"),
        ("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", "链接"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>1</w:t></w:r>", "1"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r><w:r><w:t>是</w:t></w:r>', "☑是"),
        ('<w:r><w:sym w:font="Wingdings 2" w:char="52"/></w:r>', "☑"),
        ('<w:r><w:sym w:font="Wingdings" w:char="zz"/><w:t>一</w:t></w:r>', "一"),
    ],
)
def test_text_is_what_stands_there_once_changes_are_accepted(inner: str, said: str) -> None:
    (paragraph,) = paragraphs(lambda document: added(document, inner))
    assert paragraph.text == said


def test_a_text_box_is_told_once() -> None:
    box = (
        '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<mc:Choice><w:drawing><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
        "</w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p>"
        "</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert [one.text for one in paragraphs(lambda document: added(document, box))] == ["框中"]


def test_pages_and_sections_break_where_the_file_says() -> None:
    def make(document: Opened) -> None:
        document.add_paragraph("一").add_run().add_break()
        document.add_paragraph("二").paragraph_format.page_break_before = True
        document.add_paragraph("三").paragraph_format.page_break_before = False
        document.add_section(WD_SECTION.NEW_PAGE).page_width = Pt(841.9)
        document.add_paragraph("四")

    first, second = read(make)
    assert [type(block) for block in first.blocks] == [
        Paragraph,
        PageBreak,
        Paragraph,
        Paragraph,
        Paragraph,
    ]
    assert (round(first.paper.width), round(second.paper.width)) == (612, 842)
    assert [block.text for block in second.blocks if isinstance(block, Paragraph)] == ["四"]


def test_a_picture_comes_in_the_size_that_it_is_shown_in() -> None:
    png = io.BytesIO()
    Drawn.new("L", (4, 2)).save(png, "PNG")

    def make(document: Opened) -> None:
        document.add_picture(io.BytesIO(png.getvalue()), width=Pt(40))

    (section,) = read(make)
    assert [block for block in section.blocks if isinstance(block, Image)] == [
        Image(png.getvalue(), 40, 20)
    ]


def test_a_table_in_a_cell_is_told_row_by_row() -> None:
    def make(document: Opened) -> None:
        inner = document.add_table(1, 1).cell(0, 0).add_table(2, 2)
        for number, text in enumerate("甲乙丙丁"):
            inner.cell(number // 2, number % 2).text = text

    assert texts(grid_of(make)) == {(0, 0, 1, 1): "甲  乙\n丙  丁"}


def test_vertical_text_is_stacked_and_a_table_without_borders_is_not_ruled() -> None:
    def make(document: Opened) -> None:
        table = document.add_table(1, 1)
        table.cell(0, 0).text = "竖"
        properties = table.cell(0, 0)._tc.get_or_add_tcPr()
        properties.append(parse_xml(f'<w:textDirection {nsdecls("w")} w:val="tbRlV"/>'))
        none = f'<w:tblBorders {nsdecls("w")}><w:top w:val="nil"/><w:insideH w:val="none"/></w:tblBorders>'
        table._tbl.tblPr.append(parse_xml(none))

    (cell,) = grid_of(make).cells
    assert (cell.ruled, cell.paragraphs[0].stacked) == (False, True)


def test_too_many_cells_and_too_wide_a_table_are_refused() -> None:
    with pytest.raises(TooMuchContent):
        read(lambda document: document.add_table(4, 3), DocxLimits(cells=11))

    def wide(document: Opened) -> None:
        cell = document.add_table(1, 1).cell(0, 0)._tc
        cell.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="999999999"/>'))

    with pytest.raises(TooMuchContent):
        read(wide, DocxLimits(cells=900))


def test_what_is_no_docx_is_damaged() -> None:
    with pytest.raises(DamagedFile):
        read_docx(io.BytesIO(b"PK no archive"), "a.docx")
