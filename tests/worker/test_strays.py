"""Dots that stand where no writing puts a mark are dust on a dusty page, and on no other."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.worker.drawing import EM, drawn_lines, grain
from worker.lines import cut_lines, is_blank
from worker.page import Pixels
from worker.strays import is_dusty


def dotted(cell: Pixels, x: float, y: float, radius: int = 3) -> Pixels:
    """Lay a dot on a copy of the cell."""
    cell = cell.copy()
    cv2.circle(cell, (round(x), round(y)), radius, 10, -1)
    return cell


def dust(shape: tuple[int, int], *, on_square_em: float) -> Pixels:
    """Return paper with dust."""
    rng = np.random.default_rng(5)
    paper = grain(shape, sigma=3)
    for _ in range(round(on_square_em * paper.size / EM**2)):
        centre = int(rng.integers(shape[1])), int(rng.integers(shape[0]))
        cv2.circle(paper, centre, int(rng.integers(1, 4)), 40, -1)
    return paper


def page(paper: Pixels) -> Pixels:
    """Print a few lines on paper of 40 × 30 ems."""
    text = drawn_lines(["绩效自评：1,031,336.77元。"] * 6)
    paper = paper.copy()
    paper[: text.shape[0], : text.shape[1]] = np.minimum(
        paper[: text.shape[0], : text.shape[1]], text
    )
    return paper


def ink(grey: Pixels) -> Pixels:
    return np.where(grey < 200, 255, 0).astype(np.uint8)


@pytest.mark.parametrize(("amount", "dusty"), [(0.0, False), (0.003, False), (0.1, True)])
def test_a_page_is_dusty_by_the_dots_far_from_its_print(amount: float, dusty: bool) -> None:
    seen = page(dust((40 * EM, 30 * EM), on_square_em=amount))

    assert is_dusty(seen, ink(seen), EM) == dusty


def test_pale_grain_is_no_dust() -> None:
    paper = dust((40 * EM, 30 * EM), on_square_em=0.1)
    seen = page(np.maximum(paper, 180))

    assert not is_dusty(seen, ink(seen), EM)


@pytest.mark.parametrize("radius", [1, 2, 4, 8])
def test_dots_alone_are_dust(radius: int) -> None:
    paper = dotted(np.full((100, 240), 255, np.uint8), 60, 40, radius)

    assert is_blank(paper, EM, dusty=True)


@pytest.mark.parametrize(
    ("x", "y"), [(-0.5, 0.0), (0.5, -1.35), (1.5, -1.35), (4.75, 0.0), (4.3, -0.85)]
)
@pytest.mark.parametrize("radius", [2, 3])
def test_a_dot_where_no_mark_stands_is_not_read(x: float, y: float, radius: int) -> None:
    clean = drawn_lines(["绩效指标"], margin=1.5)
    (expected,) = cut_lines(clean, EM)
    dirty = dotted(clean, (1.5 + x) * EM, 2.4 * EM + y * EM, radius)
    (line,) = cut_lines(dirty, EM, dusty=True)

    assert line.box._replace(top=0) == expected.box._replace(top=0)
    height = min(line.box.height, expected.box.height)
    assert np.abs(line.pixels[-height:].astype(int) - expected.pixels[-height:]).max() < 60


@pytest.mark.parametrize("face", ["wqy-zenhei.ttc", "uming.ttc"])
@pytest.mark.parametrize(
    "text",
    [
        "0.5",
        "12.5",
        "否。",
        "一、二",
        "人：",
        "9:30；",
        "i",
        "18.3%",
        "好，人",
        "1.完成；2.推进",
        "心点",
        "……",
        "“引”",
        "江·河",
    ],
)
def test_marks_of_writing_stay(text: str, face: str) -> None:
    cell = drawn_lines([text], face=face)
    lines, careful = cut_lines(cell, EM), cut_lines(cell, EM, dusty=True)

    assert [line.box for line in careful] == [line.box for line in lines]
    for kept, line in zip(careful, lines, strict=True):
        assert np.array_equal(kept.pixels, line.pixels)


@pytest.mark.parametrize("face", ["wqy-zenhei.ttc", "uming.ttc", "ukai.ttc"])
@pytest.mark.parametrize("text", ["平台”　，实现", "（部分）　，实现", "《办法》　，实现"])
def test_what_a_fax_leaves_of_a_comma_stays_behind_a_closing_mark(text: str, face: str) -> None:
    # The comma is lost but for a dot, in the next square of a closing mark, which fills the left of its own.
    clean = drawn_lines([text.replace("　，", "　")], face=face)
    for place in (0.15, 0.35):
        x = (0.5 + text.index("，") - 1 + place) * EM
        broken = dotted(clean, x, 1.4 * EM, radius=2)
        (line,) = cut_lines(broken, EM, dusty=True)

        seen = line.pixels[:, round(x) - line.box.left]
        assert seen[-round(0.5 * EM) :].min() < 100


@pytest.mark.parametrize("lines", [["≥88%"], ["无"], ["/"], ["指标一：免疫", "密度"]])
@pytest.mark.parametrize("gap", [0.3, 0.5])
def test_a_dot_behind_all_print_of_a_cell_is_dust(lines: list[str], gap: float) -> None:
    clean = drawn_lines(lines, margin=1.5)
    bottom = clean.shape[0] - 1.6 * EM
    printed = (clean[round(bottom - 0.7 * EM) : round(bottom)] < 128).any(axis=0)
    x = round(np.flatnonzero(printed).max() + gap * EM)

    *_, line = cut_lines(dotted(clean, x, bottom, radius=2), EM, dusty=True)

    assert (
        line.pixels.shape[1] <= x - line.box.left or line.pixels[:, x - line.box.left].min() > 150
    )


@pytest.mark.parametrize("radius", [2, 4])
def test_a_dot_before_all_print_of_a_cell_is_dust(radius: int) -> None:
    clean = drawn_lines(["持续减少"], margin=1.5)
    (expected,) = cut_lines(clean, EM)

    (line,) = cut_lines(dotted(clean, 1.1 * EM, 2 * EM, radius), EM, dusty=True)

    assert line.box == expected.box


def test_lines_of_dust_alone_are_none() -> None:
    clean = drawn_lines(["持续减少"], margin=1.5)
    expected = cut_lines(clean, EM)
    for radius in (3, 6):
        dusty = dotted(dotted(clean, 2.1 * EM, 0.95 * EM, radius), 4 * EM, 0.8 * EM, radius)

        assert len(cut_lines(dusty, EM, dusty=True)) == len(expected)


def test_a_colon_at_the_end_and_drops_at_the_beginning_stay() -> None:
    cell = drawn_lines(["清河小学："], margin=1.5)
    (expected,), (line,) = cut_lines(cell, EM), cut_lines(cell, EM, dusty=True)

    assert np.array_equal(line.pixels, expected.pixels)


def test_a_dot_behind_a_full_line_may_be_a_comma() -> None:
    clean = drawn_lines(["一是推进改造", "二是完善机制"], margin=1.5)
    x, y = round((1.5 + 6.2) * EM), clean.shape[0] - 1.6 * EM

    *_, line = cut_lines(dotted(clean, x, y, radius=2), EM, dusty=True)

    assert line.pixels[:, x - line.box.left].min() < 100


@pytest.mark.parametrize("text", ["平台　实现", "金额　实现", "表６　实现"])
def test_dust_is_no_comma_behind_a_full_square(text: str) -> None:
    clean = drawn_lines([text])
    x = round((0.5 + text.index("　") + 0.8) * EM)
    (line,) = cut_lines(dotted(clean, x, 1.4 * EM, radius=2), EM, dusty=True)

    assert line.pixels[-round(0.5 * EM) :, x - line.box.left].min() > 150


def test_the_pieces_of_a_broken_dash_are_no_dust() -> None:
    cell = np.full((80, 160), 255, np.uint8)
    for left, right in ((60, 64), (67, 74), (79, 82), (85, 92)):
        cell[40:42, left:right] = 0
    lines = cut_lines(cell, EM)

    assert len(lines) == 1
    assert [line.box for line in cut_lines(cell, EM, dusty=True)] == [lines[0].box]
