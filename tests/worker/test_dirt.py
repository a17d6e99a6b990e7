"""What no printer put into a cell is told from its print: streaks, ghosts of the back, blots."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.worker.drawing import EM, drawn_lines, grain
from worker.cell_ink import InkParams, ink_of
from worker.lines import cut_lines, is_blank
from worker.page import Pixels
from worker.speckle import SpeckleParams, blots_in

PARAMS = InkParams()
SPECKLE = SpeckleParams()


def streaked(cell: Pixels, left: int, *, level: int = 205, thick: int = 3) -> Pixels:
    """Lay a pale line down the whole cell; what is darker stays."""
    cell = cell.copy()
    cell[:, left : left + thick] = np.minimum(cell[:, left : left + thick], level)
    return cell


def ghost(text: str, *, strength: float, sigma: float) -> Pixels:
    """Show the mirrored print of the back, blurred."""
    back = cv2.GaussianBlur(drawn_lines([text])[:, ::-1], (0, 0), sigma)
    return (255 - strength * (255.0 - back)).astype(np.uint8)


def test_a_streak_goes_and_the_print_that_it_crosses_stays() -> None:
    clean = drawn_lines(["369.00"], margin=0.8)
    (line,) = cut_lines(streaked(clean, 70), EM)
    (expected,) = cut_lines(clean, EM)

    assert line.box == expected.box
    dark = expected.pixels < 100
    assert np.mean(line.pixels[dark] < 130) > 0.97
    assert is_blank(streaked(np.full((90, 200), 255, np.uint8), 70), EM)


def test_a_line_as_dark_as_print_is_no_streak() -> None:
    ruled = streaked(drawn_lines(["8"], margin=0.8), 80, level=20)

    assert not ink_of(ruled, EM, PARAMS).dirt[40:60].any()


@pytest.mark.parametrize("text", ["1", "I", "1|"])
def test_upright_strokes_are_no_streaks(text: str) -> None:
    cell = 255 - (255 - drawn_lines([text])) // 4

    assert not ink_of(cell, EM, PARAMS).dirt.any()
    assert not is_blank(cell, EM)


def test_what_shines_through_is_no_print_and_faded_print_is() -> None:
    through = ghost("绩效指标", strength=0.18, sigma=3.0)
    faded = ghost("绩效指标", strength=0.18, sigma=0.8)

    assert is_blank(through, EM)
    assert not is_blank(faded, EM)


def test_print_over_a_ghost_is_read_without_it() -> None:
    clean = drawn_lines(["12.50"])
    behind = ghost("绩效指标", strength=0.18, sigma=3.0)[: clean.shape[0], : clean.shape[1]]
    (line,) = cut_lines(np.minimum(clean, behind), EM)

    assert line.box == cut_lines(clean, EM)[0].box


def blotted(cell: Pixels, x: int, y: int, radius: int = 4) -> Pixels:
    cell = cell.copy()
    cv2.circle(cell, (x, y), radius, 0, -1)
    return cell


@pytest.mark.parametrize("radius", [1, 2, 4, 7])
def test_a_blot_alone_is_dirt(radius: int) -> None:
    paper = np.minimum(np.full((90, 240), 255, np.uint8), grain((90, 240), sigma=2))
    assert is_blank(blotted(paper, 60, 40, radius), EM)


@pytest.mark.parametrize("radius", [2, 4])
def test_a_blot_apart_from_print_is_not_read_with_it(radius: int) -> None:
    clean = np.pad(drawn_lines(["=100%"]), ((20, 20), (60, 60)), constant_values=255)
    (expected,) = cut_lines(clean, EM)
    dirty = blotted(clean, expected.box.left - EM // 2, clean.shape[0] // 2, radius)
    (line,) = cut_lines(dirty, EM)

    assert line.box == expected.box
    assert np.array_equal(line.pixels, expected.pixels)


@pytest.mark.parametrize(
    "text", ["0.5", "否。", "一、二", "阿·买", "人：", "9:30", "i", "18.", "，", "、统"]
)
def test_points_and_dots_of_print_are_no_blots(text: str) -> None:
    marks = drawn_lines([text]) < 128

    assert not blots_in(marks, EM, SPECKLE).any()


def test_a_comma_in_the_middle_of_its_square_ends_a_line() -> None:
    cell = drawn_lines(["工期受阻"])
    ((_, _, right, bottom),) = (line.box for line in cut_lines(cell, EM))
    comma = blotted(
        np.pad(cell, ((0, 0), (0, 60)), constant_values=255), right + 10, bottom - 16, 3
    )
    (line,) = cut_lines(comma, EM)

    assert line.box.right > right + 10
    assert line.pixels[:, -16:].min() < 60


def test_pieces_of_a_broken_stroke_are_no_blots() -> None:
    marks = np.zeros((60, 120), bool)
    for x in range(30, 70, 6):
        marks[30:33, x : x + 3] = True

    assert not blots_in(marks, EM, SPECKLE).any()


def test_a_blot_on_a_rule_is_dirt() -> None:
    cell = np.full((80, 200), 255, np.uint8)
    cell[:3] = 0
    ink = ink_of(blotted(cell, 90, 6, 4), EM, PARAMS)

    assert not ink.marks.any()
