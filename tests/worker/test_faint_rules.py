"""A line shows where it is darker than the paper beside it, all along; print does not look like one."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from tests.worker.drawing import EM, drawn_lines, grain
from worker.faint_rules import shown
from worker.page import Pixels

Direction = Literal["horizontal", "vertical"]


def seen(page: Pixels, direction: Direction) -> float:
    """Look along the middle of the page, from end to end."""
    page = page if direction == "horizontal" else np.ascontiguousarray(page.T)
    middle, length = (
        (page.shape[0] / 2, page.shape[1])
        if direction == "horizontal"
        else (page.shape[1] / 2, page.shape[0])
    )
    return shown(page, direction, (0.0, middle), (float(length), middle), EM)


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
@pytest.mark.parametrize("dark", [12, 60, 220])
def test_a_line_shows_however_faint(direction: Direction, dark: int) -> None:
    page = grain((3 * EM, 6 * EM), sigma=4).astype(int)
    page[3 * EM // 2 - 1 : 3 * EM // 2 + 2] -= dark

    assert seen(np.clip(page, 0, 255).astype(np.uint8), direction) > 0.96


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
def test_half_a_line_shows_half(direction: Direction) -> None:
    page = np.full((3 * EM, 6 * EM), 255, np.uint8)
    page[3 * EM // 2 - 1 : 3 * EM // 2 + 2, : 3 * EM] = 100

    assert 0.4 < seen(page, direction) < 0.6


@pytest.mark.parametrize("direction", ["horizontal", "vertical"])
@pytest.mark.parametrize("text", ["绩效指标完成", "1111111111", "——————", "一二三二一一"])
def test_print_across_the_place_is_no_line(direction: Direction, text: str) -> None:
    page = drawn_lines([text], margin=1.0)

    assert seen(page, direction) < 0.9


def test_paper_shows_no_line_and_short_stretches_tell_nothing() -> None:
    paper = grain((3 * EM, 6 * EM), sigma=8)

    assert seen(paper, "horizontal") < 0.5
    assert shown(paper, "horizontal", (10.0, 50.0), (20.0, 50.0), EM) == 0.0
