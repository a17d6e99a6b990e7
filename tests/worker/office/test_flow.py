"""Blocks onto pages: everything is set once, whole, inside of its cell."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import TooManyPages
from worker.office.blocks import Cell, Grid, Image, PageBreak, Paper, Paragraph, Section
from worker.office.flow import set_sections
from worker.office.sheet import Mark, Picture, Sheet, Stroke

SMALL = Paper(width=400, height=500, left=50, top=50, right=50, bottom=50)


def sheets(
    *blocks: Paragraph | Grid | Image | PageBreak, paper: Paper = SMALL
) -> tuple[Sheet, ...]:
    return set_sections([Section(paper, blocks)], "a.docx", 100)


def text_of(sheet: Sheet) -> str:
    return "".join(item.text for item in sheet.items if isinstance(item, Mark))


def cell(row: int, col: int, text: str, *, rows: int = 1, cols: int = 1) -> Cell:
    return Cell(row, col, rows, cols, (Paragraph(text, 10.0),))


def frames(sheet: Sheet) -> list[tuple[float, float, float, float]]:
    """Return left, top, right, bottom of each frame: four strokes each."""
    strokes = [item for item in sheet.items if isinstance(item, Stroke)]
    groups = [strokes[at : at + 4] for at in range(0, len(strokes), 4)]
    return [
        (
            min(x for stroke in group for x, _ in stroke.points),
            min(y for stroke in group for _, y in stroke.points),
            max(x for stroke in group for x, _ in stroke.points),
            max(y for stroke in group for _, y in stroke.points),
        )
        for group in groups
    ]


def test_lines_are_broken_where_the_paper_ends_and_stay_in_order() -> None:
    (sheet,) = sheets(Paragraph("绩效" * 60, 10.0))
    marks = [item for item in sheet.items if isinstance(item, Mark)]
    assert text_of(sheet) == "绩效" * 60
    assert all(mark.left >= 50 and mark.left + mark.advance <= 350.001 for mark in marks)
    assert len({mark.baseline for mark in marks}) == 4


def test_alignment_moves_a_line() -> None:
    (sheet,) = sheets(*(Paragraph("自评", 10.0, align) for align in ("left", "center", "right")))
    lefts = [item.left for item in sheet.items if isinstance(item, Mark)][::2]
    assert lefts == pytest.approx([50, 190, 330], abs=1)


def test_a_number_is_not_broken_and_no_line_begins_with_a_closing_mark() -> None:
    grid = Grid((70.0,), (0.0,), (cell(0, 0, "金额合计为1,031,336.77元，"),))
    (sheet,) = sheets(grid)
    lines: dict[float, str] = {}
    for item in sheet.items:
        if isinstance(item, Mark):
            lines[item.baseline] = lines.get(item.baseline, "") + item.text
    assert "1,031,336.77" in lines.values() or "1,031,336.77元" in lines.values()
    assert not any(line.startswith("，") for line in lines.values())


def test_a_page_break_and_a_section_begin_a_page() -> None:
    first = Section(SMALL, (Paragraph("一"), PageBreak(), Paragraph("二")))
    second = Section(Paper(width=800, height=600), (Paragraph("三"),))
    pages = set_sections([first, second], "a.docx", 10)
    assert [text_of(page) for page in pages] == ["一", "二", "三"]
    assert [page.width for page in pages] == [400, 400, 800]


def test_more_pages_than_allowed_are_refused() -> None:
    with pytest.raises(TooManyPages):
        set_sections([Section(SMALL, (PageBreak(), Paragraph("一")) * 5)], "a.docx", 3)


def test_paper_grows_with_its_tables_and_pictures_shrink_to_it() -> None:
    (wide,) = sheets(Grid((300.0, 300.0), (20.0,), (cell(0, 0, "左"), cell(0, 1, "右"))))
    assert wide.width == 700
    (pictured,) = sheets(Image(b"", 600, 600))
    (picture,) = (item for item in pictured.items if isinstance(item, Picture))
    assert (picture.across, picture.down) == ((300, 0), (0, 300))


def test_rows_stay_whole_and_a_merged_cell_goes_on_over_the_break() -> None:
    label = cell(0, 0, "产出指标" * 6, rows=12)
    rows = [cell(row, 1, f"第{row}行", rows=1) for row in range(12)]
    first, second = sheets(Grid((40.0, 200.0), (50.0,) * 12, (label, *rows)))
    assert "第7行" in text_of(first)
    assert "第8行" in text_of(second)
    assert (text_of(first) + text_of(second)).count("产出指标") == 6
    assert len(frames(first)) == 9
    assert len(frames(second)) == 5


def test_a_row_higher_than_a_page_ends_between_two_lines() -> None:
    long = cell(1, 0, "绩" * 900)
    pages = sheets(Grid((100.0,), (20.0, 20.0), (cell(0, 0, "目标"), long)))
    assert len(pages) > 2
    assert "".join(map(text_of, pages)) == "目标" + "绩" * 900


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Draw a table whose cells tile it, some over several rows or columns."""
    rows, cols = draw(st.integers(1, 9)), draw(st.integers(1, 4))
    taken: set[tuple[int, int]] = set()
    cells = []
    for row in range(rows):
        for col in range(cols):
            if (row, col) in taken:
                continue
            right = col + 1
            while right < cols and (row, right) not in taken and draw(st.booleans()):
                right += 1
            bottom = draw(st.integers(row + 1, rows))
            taken |= {(r, c) for r in range(row, bottom) for c in range(col, right)}
            text = "字" * draw(st.integers(0, 120))
            cells.append(cell(row, col, text, rows=bottom - row, cols=right - col))
    widths = draw(st.lists(st.floats(20, 120), min_size=cols, max_size=cols))
    heights = draw(st.lists(st.floats(0, 500), min_size=rows, max_size=rows))
    return Grid(tuple(widths), tuple(heights), tuple(cells))


@settings(max_examples=60, deadline=None)
@given(grids())
def test_every_character_is_set_once_inside_of_a_frame_on_the_page(grid: Grid) -> None:
    pages = sheets(grid)
    wanted = sum(len(one.text) for cell in grid.cells for one in cell.paragraphs)
    assert sum(len(text_of(page)) for page in pages) == wanted
    for page in pages:
        boxes = frames(page)
        assert all(top >= 49.9 and bottom <= page.height - 49.9 for _, top, _, bottom in boxes)
        assert_apart(boxes)
        for mark in (item for item in page.items if isinstance(item, Mark)):
            x, y = mark.left + mark.advance / 2, mark.baseline - mark.size / 2
            around = [box for box in boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
            assert len(around) == 1


def assert_apart(boxes: Sequence[tuple[float, float, float, float]]) -> None:
    """See that no two boxes share an area."""
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            assert across < 0.01 or down < 0.01
