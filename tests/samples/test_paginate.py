"""Pages hold the whole form, whatever is cut; the ten published forms break as their text shows (FORMS.md §3.2)."""

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generator.layouts import LAYOUTS
from samples.generator.paginate import Page, Piece, paginate
from samples.generator.random_set import print_random
from samples.generator.seed import print_seed
from samples.generator.sets import Printed
from samples.generator.style import PLAIN, Style
from samples.generator.table import Slot, beside, tile
from samples.generator.typeset import Recipe, set_table

SEEDS = st.integers(0, 2**32)


def text_of(cells: list[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = defaultdict(str)
    for field, text in cells:
        joined[field] += text
    return joined


def shown(printed: Printed, form: int) -> dict[str, str]:
    pieces = [piece for page in printed.pages for piece in page.pieces if piece.form == form]
    cells = [(cell.field, cell.text) for piece in pieces for cell in piece.cells]
    # A blank at the end of a page is not seen.
    return {field: "".join(text.split()) for field, text in text_of(cells).items()}


def assert_tiles(piece: Piece) -> None:
    covered = Counter(
        (row, col)
        for cell in piece.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for col in range(cell.col, cell.col + cell.col_span)
    )
    cols = max(col for _, col in covered) + 1
    assert covered == Counter(
        (row, col) for row in range(len(piece.row_edges) - 1) for col in range(cols)
    )


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25)
@given(seed=SEEDS)
def test_cut_tables_keep_all_text_and_tile(layout: str, seed: int) -> None:
    printed = print_random(LAYOUTS[layout], 2, Random(seed))
    for number, form in enumerate(printed.forms):
        fields = shown(printed, number)
        if form.goals.actual is not None:
            assert fields["/goals/actual"] == "".join(form.goals.actual.split())
        for row, indicator in enumerate(form.indicators):
            for key in ("level3", "actual", "score"):
                wanted = getattr(indicator, key)
                assert wanted is None or fields[f"/indicators/{row}/{key}"] == wanted
    for page in printed.pages:
        for piece in page.pieces:
            assert_tiles(piece)
            assert all(above < below for above, below in pairwise(piece.row_edges))
            assert piece.row_edges[-1] < page.size_pt[1]


def tall_table(style: Style) -> tuple[Page, ...]:
    """Give 40 rows beside one label, on pages."""
    rows = beside(
        Slot("绩效指标", role="side", chars=1), [[Slot(f"{n}", role="value")] for n in range(40)]
    )
    strip = set_table(tile((2, 8), rows), style, Recipe())
    return paginate([([strip], style, ())])


@pytest.mark.parametrize(
    ("style", "labels"),
    [
        (replace(PLAIN, spanning="first"), ["绩效指标", ""]),
        (replace(PLAIN, spanning="last"), ["", "绩效指标"]),
        (replace(PLAIN, spanning="every"), ["绩效指标", "绩效指标"]),
    ],
)
def test_labels_over_a_break_stand_where_the_style_says(style: Style, labels: list[str]) -> None:
    pages = tall_table(replace(style, min_row_pt=30))
    assert [page.pieces[0].cells[0].text for page in pages] == labels


def test_breaks_are_open_where_the_style_says() -> None:
    pages = tall_table(replace(PLAIN, min_row_pt=30, closed_bottom=False, closed_top=False))
    assert [(p.pieces[0].open_top, p.pieces[0].open_bottom) for p in pages] == [
        (False, True),
        (True, False),
    ]


def test_forms_share_a_page_where_the_style_lets_them() -> None:
    style = replace(PLAIN, share_pages=True)
    strip = set_table(tile((1, 1), [[Slot("a"), Slot("b")]]), style, Recipe())
    pages = paginate([([strip], style, ()), ([strip], style, ())])
    assert [page.forms for page in pages] == [(0, 1)]


@pytest.fixture(scope="module")
def seed() -> Printed:
    return print_seed()


def halves(seed: Printed, page: int, field: str) -> list[str]:
    """Give what two pages in a row show of a field."""
    pieces = [seed.pages[number - 1].pieces[0] for number in (page, page + 1)]
    return [text_of([(c.field, c.text) for c in piece.cells]).get(field, "") for piece in pieces]


def side_label(seed: Printed, page: int) -> str:
    """Give the text of the last label at the side of a page's table."""
    return [cell.text for cell in seed.pages[page - 1].pieces[0].cells if cell.role == "side"][-1]


def test_seed_pages(seed: Printed) -> None:
    forms = [page.forms[0] + 1 for page in seed.pages]
    assert forms == [1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 8, 8, 9, 9, 10, 10]
    footers = {page.number: page.footer[0].text for page in seed.pages if page.footer}
    assert footers == {5: "- 5 -", 8: "- 8 -", 15: "- 15 -"}


def test_seed_cells_torn_by_a_break(seed: Printed) -> None:
    assert halves(seed, 12, "/indicators/3/level3") == [
        "及时组织各类活动，确",
        "保参加对象参与率。",
    ]
    assert halves(seed, 12, "/indicators/3/level2") == ["", "时效指标"]
    assert halves(seed, 12, "/indicators/3/actual") == ["", "完成"]
    assert halves(seed, 14, "/indicators/3/level3")[0].endswith("通过宣传阵")
    assert halves(seed, 14, "/indicators/3/level1") == ["", "效益指标"]


def test_seed_labels_at_a_break(seed: Printed) -> None:
    assert halves(seed, 1, "/indicators/5/level1") == ["效益指标", ""]
    assert [side_label(seed, page) for page in (3, 4)] == ["绩效指", "标"]
    assert [side_label(seed, page) for page in (12, 13)] == ["", "绩效指标"]


def test_seed_stray_text_is_no_part_of_its_cell(seed: Printed) -> None:
    (cell,) = (c for c in seed.pages[8].pieces[0].cells if c.field == "/indicators/6/actual")
    assert cell.text == ">=85%"
    assert [line.text for line in cell.lines if line.stray] == ["总", "计:"]


def test_seed_lines_break_after_as_many_characters_as_printed(seed: Printed) -> None:
    cells = {c.field: [line.text for line in c.lines] for c in seed.pages[9].pieces[0].cells}
    assert cells["/project_name"] == ["重大活动经费项目(二级构成", ")"]
    assert cells["/goals/expected"][0] == "2023年召开推进G60科创走廊建设专责小组全体会"
    assert cells["/indicators/2/target"] == ["2023年12月", "31日前"]
