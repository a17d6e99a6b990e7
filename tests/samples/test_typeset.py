"""Layouts tile, and setting them loses no character."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generator.content import random_form
from samples.generator.drawing import lay_out
from samples.generator.fonts import measure
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.style import PLAIN, Style, random_style
from samples.generator.table import Slot, Table, beside, tile
from samples.generator.typeset import Recipe, break_lines, set_table

SEEDS = st.integers(0, 2**32)
TEXTS = st.text(
    alphabet="财政项目支出绩效，。；（）“”《》1234567890.%>=G ", min_size=1, max_size=60
)


@given(text=TEXTS, width_em=st.floats(1, 30), kinsoku=st.booleans(), keep_words=st.booleans())
def test_lines_hold_all_of_the_text(
    text: str, width_em: float, kinsoku: bool, keep_words: bool
) -> None:
    style = Style(kinsoku=kinsoku, keep_words=keep_words)
    lines = break_lines(text, width_em, style)
    assert "".join(lines) == text
    assert all(
        len(line) == 1 or measure(line, style.body, style.latin) <= width_em + 1e-3
        for line in lines
    )


def test_counted_lines_break_where_the_system_counted() -> None:
    assert break_lines("完成2022年G60科创走廊", 20, PLAIN, chars=10) == [
        "完成2022年G60",
        "科创走廊",
    ]


def test_closing_marks_do_not_begin_lines() -> None:
    assert break_lines("召开会议，推进工作", 4, PLAIN) == ["召开会", "议，推进", "工作"]


def test_tile_gives_slots_the_first_free_columns() -> None:
    table = tile((1, 1, 1), beside(Slot("a"), [[Slot("b", 2)], [Slot("c"), Slot("d")]]))
    assert [(c.row, c.col, c.row_end, c.col_end) for c in table.cells] == [
        (0, 0, 2, 1),
        (0, 1, 1, 3),
        (1, 1, 2, 2),
        (1, 2, 2, 3),
    ]


@pytest.mark.parametrize(
    "rows", [[[Slot("a", 2)]], [[Slot("a", 4)]], [[Slot("a", rows=2), Slot("b", 2)]]]
)
def test_tile_refuses_what_does_not_cover_the_grid(rows: list[list[Slot]]) -> None:
    with pytest.raises(ValueError, match="cells cover"):
        tile((1, 1, 1), rows)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25)
@given(seed=SEEDS)
def test_cells_show_the_truth(layout: str, seed: int) -> None:
    rng = Random(seed)
    captions = choose_captions(layout, rng)
    form, style = random_form(LAYOUTS[layout], captions, rng), random_style(rng)
    (table,) = (
        block for block in lay_out(LAYOUTS[layout], form, captions) if isinstance(block, Table)
    )
    strip = set_table(table, style, Recipe())
    shown: dict[str, str] = {}
    for cell in strip.cells:
        shown[cell.field] = shown.get(cell.field, "") + cell.text
    wanted = {
        f"/{block}/{number}/{key}": text
        for block in ("funding", "indicators")
        for number, row in enumerate(form.truth()[block])
        for key, text in row.items()
        if text is not None and key not in {"label", "level1", "level2"}
    }
    wanted |= {f"/total/{key}": text for key, text in form.truth()["total"].items() if text}
    told = {pointer: shown.get(pointer, "").removeprefix("定性") for pointer in wanted}
    # Comparator, number and unit stand in any order of columns.
    assert {it: sorted(text) for it, text in told.items()} == {
        it: sorted(text) for it, text in wanted.items()
    }
    assert shown.get("/project_name", "").startswith(form.project_name or "")
