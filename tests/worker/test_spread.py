from core.geometry import Box
from core.readings import PageReading
from core.vocabulary import standard
from tests.worker.forms import EFFECT, HEAD, HEADER, OUTPUT, TOTAL, WHOLE, side
from tests.worker.readings import drawn, line_of
from worker.cut import cut
from worker.spread import sheets_of

WIDTH, HEIGHT = 4960, 3508


def spread(*tables: object, lines: tuple[tuple[str, int], ...] = ()) -> PageReading:
    return PageReading(
        number=1,
        width=WIDTH,
        height=HEIGHT,
        upright_width=WIDTH,
        upright_height=HEIGHT,
        dpi=300,
        em=40,
        tables=tables,
        lines=tuple(line_of(text, Box(x, 100, x + 300, 140)) for text, x in lines),
        blank=False,
    )


def test_two_sheets_keep_their_places_on_the_scan_and_count_from_their_own_edge() -> None:
    page = spread(drawn(WHOLE), drawn(WHOLE, shift=2480), lines=(("- 2 -", 3500),))
    left, right = sheets_of(page)
    assert left.tables[0] == page.tables[0]
    assert right.tables[0].box == page.tables[1].box
    assert right.tables[0].column_edges[0] + left.upright_width == page.tables[1].column_edges[0]
    assert left.upright_width + right.upright_width == WIDTH
    assert not left.lines
    assert [line.text for line in right.lines] == ["- 2 -"]


def test_table_across_the_middle_makes_one_sheet() -> None:
    page = spread(drawn(WHOLE, scale=2.2))
    assert sheets_of(page) == (page,)


def test_line_across_the_middle_makes_one_sheet() -> None:
    page = spread(drawn(WHOLE), drawn(WHOLE, shift=2480), lines=(("标题", 2350),))
    assert sheets_of(page) == (page,)


def test_upright_page_is_one_sheet() -> None:
    page = spread(drawn(WHOLE, scale=0.4), drawn(WHOLE, scale=0.4, shift=1500))
    page = page.model_copy(update={"upright_width": 3508, "upright_height": 4960})
    assert sheets_of(page) == (page,)


def test_sheet_without_another_beside_it_keeps_its_half() -> None:
    (sheet,) = sheets_of(spread(drawn(WHOLE)))
    assert sheet.upright_width == WIDTH // 2


def test_form_goes_on_from_the_left_sheet_to_the_right() -> None:
    second = drawn((side(EFFECT[0]), *EFFECT[1:], TOTAL), shift=2480)
    found = cut([spread(drawn((*HEAD, HEADER, *OUTPUT)), second)], standard())
    assert [len(form.parts) for form in found.forms] == [2]
    assert [part.sheet for part in found.forms[0].parts] == [0, 1]
    assert not found.orphans
