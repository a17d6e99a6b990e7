import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worker.drawing import EM, drawn_lines, grain
from worker.lines import cut_lines, is_blank, split_lines
from worker.page import Pixels

PARAGRAPH = ("按照合同约定完成", "三座泵站的检修，", "未发生安全事故。")
LONG = "项目实施单位对辖区内三十六处设施逐一检测并登记造册"


def _rise(degrees: float, width: int) -> float:
    return float(np.tan(np.radians(degrees)) * width)


def _turned(cell: Pixels, degrees: float) -> Pixels:
    height, width = cell.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(cell, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    return np.asarray(turned, dtype=np.uint8)


def _ruled(cell: Pixels, *, inside: int, thick: int = 3) -> Pixels:
    """Draw all four rules so many pixels inside the border."""
    ruled = cell.copy()
    for side in (ruled, ruled.T):
        side[inside : inside + thick] = 30
        side[side.shape[0] - inside - thick : side.shape[0] - inside] = 30
    return ruled


@given(
    count=st.integers(1, 7),
    leading=st.floats(1.0, 2.0),
    em=st.integers(22, 60),
    text=st.sampled_from(("绩效目标", "1,031,336.77", "二级指标一", "(A/B)×100%", "gpq，yj")),
)
@settings(max_examples=60, deadline=None)
def test_every_line_that_was_drawn_is_found(count: int, leading: float, em: int, text: str) -> None:
    cell = drawn_lines([text] * count, em=em, leading=leading)

    boxes = split_lines(cell, em)

    assert len(boxes) == count
    for index, box in enumerate(boxes):
        assert box.contains(cell.shape[1] / 2, em * (1 + leading * index))


@given(em=st.integers(24, 60), degrees=st.floats(-0.6, 0.6))
@settings(max_examples=20, deadline=None)
def test_skew_in_a_wide_cell_does_not_join_its_lines(em: int, degrees: float) -> None:
    cell = _turned(drawn_lines([LONG] * 4, em=em, leading=1.1, margin=1.0), degrees)

    assert len(split_lines(cell, em)) == 4


def test_boxes_run_down_the_cell_and_hold_the_ink() -> None:
    cell = drawn_lines(PARAGRAPH)

    boxes = split_lines(cell, EM)
    held = np.zeros(cell.shape, np.bool_)
    for box in boxes:
        held[box.top : box.bottom, box.left : box.right] = True

    assert list(boxes) == sorted(boxes, key=lambda box: box.top)
    assert held[cell < 128].all()
    assert all(box.clipped(cell.shape[1], cell.shape[0]) == box for box in boxes)


@pytest.mark.parametrize("mark", ["—", "-", "/", "1", "0", "一", "无", "=", "√", "×", "%"])
def test_a_lone_mark_is_a_line(mark: str) -> None:
    assert len(split_lines(drawn_lines([mark], margin=1.0), EM)) == 1


def test_a_full_stop_that_found_no_place_above_is_a_line() -> None:
    full = "按照合同约定完成三座泵站"

    assert len(split_lines(drawn_lines([full, full, "。"]), EM)) == 3
    assert len(split_lines(drawn_lines([full, "未发生事故", "。"]), EM)) == 2
    assert len(split_lines(drawn_lines([full, full, "　　。"]), EM)) == 2


def test_a_per_cent_sign_without_its_stroke_is_a_line() -> None:
    cell = drawn_lines(["%"], margin=1.0)
    height, width = cell.shape
    cv2.line(cell, (width // 2 - 15, height // 2 + 22), (width // 2 + 15, height // 2 - 22), 255, 9)

    assert len(split_lines(cell, EM)) == 1


def test_a_dash_is_shown_at_the_height_of_a_character() -> None:
    (box,) = split_lines(drawn_lines(["—"], margin=1.0), EM)

    assert box.height == pytest.approx(1.2 * EM, abs=2)


@pytest.mark.parametrize("character", ["二", "三", "="])
def test_strokes_that_lie_apart_are_one_line(character: str) -> None:
    assert len(split_lines(drawn_lines([character * 2], margin=1.0), EM)) == 1


def test_a_label_that_runs_down_has_a_line_a_character() -> None:
    assert len(split_lines(drawn_lines(list("绩效指标"), leading=1.15), EM)) == 4


def test_blocks_far_apart_in_one_line_stay_one_line() -> None:
    assert len(split_lines(drawn_lines(["填报人：甲" + " " * 60 + "电话：1"]), EM)) == 1


def test_print_larger_than_the_page_s_is_not_cut() -> None:
    assert len(split_lines(drawn_lines(["项目支出绩效自评表"], em=2 * EM), EM)) == 1


def test_the_size_of_print_is_guessed_where_it_is_not_told() -> None:
    assert len(split_lines(drawn_lines(PARAGRAPH, leading=1.2))) == 3


@pytest.mark.parametrize("inside", [0, 2, 6, 10])
def test_rules_are_neither_lines_nor_in_the_way(inside: int) -> None:
    plain = drawn_lines(PARAGRAPH, margin=0.8)

    assert split_lines(_ruled(plain, inside=inside), EM) == split_lines(plain, EM)


def test_a_rule_is_painted_over() -> None:
    plain = drawn_lines(["项目"], margin=0.3)

    (line,) = cut_lines(_ruled(plain, inside=0), EM)

    assert line.pixels[:3].min() > 200


def test_print_that_touches_a_rule_is_kept() -> None:
    plain = drawn_lines(["项目名称"], margin=0.6)
    cropped = plain[np.flatnonzero((plain < 128).any(axis=1))[0] :]
    ruled = cropped.copy()
    ruled[:2] = 30

    (line,) = cut_lines(ruled, EM)

    assert (line.pixels < 128).sum() > 0.85 * (cropped < 128).sum()


def test_the_ink_of_a_neighbour_is_painted_over() -> None:
    cell = _turned(drawn_lines([LONG] * 2, leading=1.05, margin=1.0), 0.5)

    lines = cut_lines(cell, EM)
    ink = sum(int((line.pixels < 128).sum()) for line in lines)

    assert len(lines) == 2
    assert sum(line.box.height for line in lines) > 2.1 * EM + _rise(0.5, cell.shape[1])
    assert ink == pytest.approx((cell < 128).sum(), rel=0.02)


def test_cutting_leaves_the_cell_as_it_was() -> None:
    cell = _ruled(drawn_lines(PARAGRAPH), inside=2)
    before = cell.copy()

    cut_lines(cell, EM)

    assert (cell == before).all()


def _speck() -> Pixels:
    cell = grain((90, 200))
    cell[40:44, 100:104] = 40
    return cell


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(np.full((90, 200), 255, np.uint8), id="white"),
        pytest.param(np.full((90, 200), 120, np.uint8), id="grey"),
        pytest.param(grain((90, 200)), id="grain"),
        pytest.param(_speck(), id="speck"),
        pytest.param(_ruled(grain((90, 200)), inside=0), id="rules"),
        pytest.param(_ruled(grain((90, 60)), inside=5), id="rules inside a narrow cell"),
        pytest.param(drawn_lines(["·"], margin=1.0), id="point"),
        pytest.param(drawn_lines(["、"], margin=1.0), id="pause mark"),
        pytest.param(np.full((1, 200), 0, np.uint8), id="one row"),
        pytest.param(np.zeros((0, 0), np.uint8), id="nothing"),
    ],
)
def test_cells_without_a_mark_are_blank(cell: Pixels) -> None:
    assert is_blank(cell, EM)
    assert split_lines(cell, EM) == ()


@given(
    seed=st.integers(0, 2**16),
    sigma=st.floats(0, 12),
    height=st.integers(2, 200),
    width=st.integers(2, 200),
)
@settings(max_examples=40, deadline=None)
def test_grain_is_blank(seed: int, sigma: float, height: int, width: int) -> None:
    assert is_blank(grain((height, width), seed=seed, sigma=sigma), EM)


@pytest.mark.parametrize("mark", ["—", "/", "1", "0", "无", "-"])
def test_a_lone_mark_on_grainy_paper_is_not_blank(mark: str) -> None:
    cell = drawn_lines([mark], margin=1.0)

    assert not is_blank(np.minimum(cell, grain(cell.shape)), EM)


@pytest.mark.parametrize("face", ["uming.ttc", "ukai.ttc", "wqy-zenhei.ttc"])
def test_the_dot_of_a_semicolon_is_no_dust_on_a_coarse_grainy_scan(face: str) -> None:
    em = 16
    cell = drawn_lines(["到位；完成验收并投入使用情况良好"], em=em, face=face)
    (line,) = cut_lines(np.minimum(cell, grain(cell.shape, sigma=16)), em)
    inked = (line.pixels[:, round(2.2 * em) : round(2.95 * em)] < 150).any(axis=1)
    (rows,) = np.nonzero(inked)

    assert rows[-1] - rows[0] >= 0.4 * em
