import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.vocabulary import squash
from tests.worker.readings import COLUMN_PX, drawn, part_of
from worker.sheet import Sheet
from worker.stitch import (
    STANDARD,
    Roles,
    Seam,
    Words,
    align,
    carries_on,
    join_rows,
    lay,
    mend_break,
    one_row,
)

LABELS = {"产出指标", "效益指标", "数量指标", "质量指标", "服务对象满意度指标", "满意度指标"}
WORDS = Words(
    text=lambda cell: squash(cell.text),
    known=LABELS.__contains__,
    placeholder=lambda text: text.startswith("指标"),
)
ROLES = Roles(
    {
        "level1": range(1),
        "level2": range(1, 2),
        "level3": range(2, 3),
        "target": range(3, 4),
        "weight": range(4, 5),
    }
)
FIRST = ("产出指标 | 数量指标 | 次数 | >=12次 | 10", "^ | 质量指标 | 及时组织活动，确 | 完成 | 20")


def laid(first: tuple[str, ...], second: tuple[str, ...]) -> Sheet:
    return lay([part_of(drawn(first)), part_of(drawn(second), page=2)], STANDARD)


def mended(first: tuple[str, ...], second: tuple[str, ...]) -> Sheet:
    sheet = laid(first, second)
    return mend_break(sheet, len(first), ROLES, WORDS, frozenset(), is_open=False)


def text_at(sheet: Sheet, row: int, col: int) -> str:
    cell = sheet.at(row, col)
    assert cell is not None
    return cell.text


@example(scale=1.0234375, shift=0, noise=[-14, 5, -1, 2, 1, 1, 5], lost=0)
@given(
    st.floats(0.97, 1.03),
    st.integers(-150, 150),
    st.lists(st.integers(-15, 15), min_size=7, max_size=7),
    st.integers(0, 3),
)
def test_columns_are_found_again_on_a_shifted_page(
    scale: float, shift: int, noise: list[int], lost: int
) -> None:
    """A second page shifted, stretched, unsteady and without some left columns lines up with the first."""
    widths = (60, 160, 160, 300, 200, 120, 260)
    edges = [200.0 + sum(widths[:col]) for col in range(8)]
    moved = [edge * scale + shift + wobble for edge, wobble in zip(edges[1:], noise, strict=True)]
    table = drawn([" | ".join("x" * (6 - lost))])
    table = table.model_copy(update={"column_edges": tuple(moved[lost:]), "cols": 6 - lost})
    alignment = align(edges, part_of(table), 2480, STANDARD)
    for edge, place in zip(edges[1 + lost :], moved[lost:], strict=True):
        assert abs(alignment(place) - edge) < 60


def test_finer_columns_of_a_later_page_join_the_lattice() -> None:
    wide = drawn(["甲 | < | 乙"])
    fine = drawn(["一 | 二 | 三"])
    sheet = lay([part_of(wide), part_of(fine, page=2)], STANDARD)
    assert sheet.cols == 3
    assert [text_at(sheet, 1, col) for col in range(3)] == ["一", "二", "三"]


def test_lost_side_column_leaves_a_gap() -> None:
    second = drawn(["乙 | 丙"], shift=COLUMN_PX)
    sheet = lay([part_of(drawn(["甲 | 乙 | 丙"])), part_of(second, page=2)], STANDARD)
    assert sheet.at(1, 0) is None
    assert text_at(sheet, 1, 2) == "丙"


def test_cells_keep_their_pages() -> None:
    sheet = mended(FIRST, (" |  | 保参与率。 |  | ",))
    cell = sheet.at(1, 2)
    assert cell is not None
    assert cell.text == "及时组织活动，确保参与率。"
    assert [piece.page for piece in cell.pieces] == [1, 2]


def test_halves_of_a_row_join_whichever_has_the_figures() -> None:
    above = ("产出指标 | 数量指标 | 严格控制支 | 控制在预 | ",)
    sheet = mended(above, (" |  | 出 | 算内 | 5",))
    assert text_at(sheet, 0, 2) == "严格控制支出"
    assert text_at(sheet, 0, 3) == "控制在预算内"
    assert text_at(sheet, 0, 4) == "5"


def test_rows_with_figures_on_both_sides_stay_apart_and_inherit_levels() -> None:
    sheet = mended(FIRST, (" |  | 场数 | >=3场 | 10",))
    assert text_at(sheet, 1, 2) == "及时组织活动，确"
    assert text_at(sheet, 2, 2) == "场数"
    assert text_at(sheet, 2, 0) == "产出指标"
    assert text_at(sheet, 2, 1) == "质量指标"


def test_label_printed_after_the_break_covers_the_rows_before_it() -> None:
    sheet = mended((" | 数量指标 | 次数 | >=12次 | 10",), ("产出指标 | 质量指标 | 率 | 95% | 20",))
    assert text_at(sheet, 0, 0) == "产出指标"
    assert text_at(sheet, 0, 1) == "数量指标"


def test_halves_of_a_label_join() -> None:
    sheet = mended(("满意度 | 服务对象 | 甲 | 90% | 5",), ("指标 | 满意度指标 | 乙 | 90% | 5",))
    assert text_at(sheet, 1, 1) == "服务对象满意度指标"


def test_new_level1_does_not_inherit_the_old_level2() -> None:
    sheet = mended(FIRST, ("效益指标 |  | 环境 | 改善 | 10",))
    assert text_at(sheet, 2, 1) == ""


def test_label_carries_on_over_a_page_without_it() -> None:
    parts = [
        part_of(drawn(("产出指标 | 数量指标 | 甲 | 1 | 1",))),
        part_of(drawn((" |  | 乙 | 2 | 2",)), page=2),
        part_of(drawn(("效益指标 | 质量指标 | 丙 | 3 | 3",)), page=3),
    ]
    sheet = lay(parts, STANDARD)
    for row, _ in sheet.breaks:
        sheet = mend_break(sheet, row, ROLES, WORDS, frozenset(), is_open=False)
    assert [text_at(sheet, row, 0) for row in range(3)] == ["产出指标", "产出指标", "效益指标"]


def test_repeated_header_is_passed_over() -> None:
    first = ("一级 | 二级 | 三级 | 值 | 分", *FIRST)
    second = ("一级 | 二级 | 三级 | 值 | 分", " |  | 保参与率。 |  | ")
    sheet = laid(first, second)
    sheet = mend_break(sheet, 3, ROLES, WORDS, frozenset({0, 3}), is_open=False)
    assert text_at(sheet, 2, 2) == "及时组织活动，确保参与率。"


@pytest.mark.parametrize(
    ("above", "below", "is_open", "joins"),
    [
        ({"level3": "甲", "weight": "5"}, {"level3": "乙", "weight": "5"}, True, False),
        ({"level3": "甲", "weight": "5"}, {"level3": "乙"}, False, True),
        ({"level3": "甲", "target": "1", "weight": "5"}, {"level3": "指标2:"}, True, False),
        ({"level3": "甲", "target": "1"}, {"level3": "乙", "target": "2"}, False, False),
        ({"level3": "甲", "target": "1"}, {"level3": "乙", "target": "2"}, True, True),
        (
            {"level2": "数量指标", "level3": "甲"},
            {"level2": "质量指标", "level3": "乙"},
            True,
            False,
        ),
    ],
)
def test_one_row(above: dict[str, str], below: dict[str, str], is_open: bool, joins: bool) -> None:
    assert one_row(Seam(above, below, is_open), ROLES, WORDS) is joins


def test_known_words_are_not_halves() -> None:
    assert not carries_on("产出指标", "效益指标", LABELS.__contains__)
    assert carries_on("产出", "指标", LABELS.__contains__)


def test_join_rows_keeps_the_lattice_tiled() -> None:
    sheet = join_rows(laid(("甲 | 乙",), ("丙 | 丁",)), 1)
    assert [cell.text for cell in sheet.cells] == ["甲丙", "乙丁"]
    assert all(cell.row_span == 2 for cell in sheet.cells)
