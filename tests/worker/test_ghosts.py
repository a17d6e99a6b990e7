"""What shines through from the back is taken off the page; pale print of the front stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.worker.drawing import EM, drawn_lines, grain
from worker.ghosts import find_ghosts, without_ghosts
from worker.lines import is_blank
from worker.page import Pixels

DPI = 300.0
TEXT = ["项目支出绩效自评表 年度资金总额 1,031,336.77"] * 8


@pytest.fixture(scope="module")
def front() -> Pixels:
    page = drawn_lines(TEXT, margin=2.0, leading=3.0)
    return np.minimum(page, np.maximum(grain(page.shape, sigma=2), 248))


def behind(front: Pixels, *, strength: float = 0.25, sigma: float = 3.0) -> Pixels:
    """Show the page with its own mirrored print shining through, half a line below."""
    back = np.roll(front[:, ::-1], 60, axis=0)
    shine = 1 - strength * (255.0 - cv2.GaussianBlur(back, (0, 0), sigma)) / 255
    return (front * shine).astype(np.uint8)


def test_the_back_goes_and_the_front_stays(front: Pixels) -> None:
    page = behind(front)
    ghosts = find_ghosts(page, DPI)

    assert ghosts is not None
    clean = without_ghosts(page, ghosts)
    assert np.array_equal(clean[front < 120], page[front < 120])
    apart = cv2.erode((front > 200).astype(np.uint8), np.ones((9, 9))) > 0
    assert np.mean(clean[apart] < 235) < 0.25 * np.mean(page[apart] < 235)


def test_only_the_back_of_a_sheet_leaves_it_blank(front: Pixels) -> None:
    back = (255 - 0.25 * (255.0 - cv2.GaussianBlur(front, (0, 0), 3.0))).astype(np.uint8)

    assert not is_blank(back, EM)
    assert is_blank(without_ghosts(back, find_ghosts(back, DPI)), EM)


def test_faded_print_is_as_pale_and_stays(front: Pixels) -> None:
    faded = (255 - 0.18 * (255.0 - cv2.GaussianBlur(front, (0, 0), 0.8))).astype(np.uint8)

    assert find_ghosts(faded, DPI) is None


def test_a_page_without_ghosts_pays_for_a_look_only(front: Pixels) -> None:
    assert find_ghosts(front, DPI) is None
    assert without_ghosts(front, None) is front


def test_coarse_scans_are_left_alone(front: Pixels) -> None:
    assert find_ghosts(behind(front), 150.0) is None
