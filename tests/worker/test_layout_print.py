"""The print of a page's ink: the same at any resolution, another for another page."""

from __future__ import annotations

import cv2
import numpy as np

from core.duplicates.sheets import layout_distance
from core.geometry import Box
from worker.layout_print import layout_print
from worker.page import Pixels


def page(seed: int) -> Pixels:
    """Return a page of blocks and lines."""
    rng = np.random.default_rng(seed)
    ink = np.zeros((1400, 1000), np.uint8)
    for top in range(100, 1300, 60):
        left, length = rng.integers(80, 400), rng.integers(100, 500)
        ink[top : top + 30, left : left + length] = 255
    return ink


def test_another_resolution_and_specks_change_little() -> None:
    ink = page(1)
    small = np.asarray(cv2.resize(ink, (700, 980), interpolation=cv2.INTER_AREA), np.uint8)
    small[::97, ::89] = 255
    box, smaller = Box(50, 80, 950, 1320), Box(35, 56, 665, 924)
    assert layout_distance(layout_print(ink, [box]), layout_print(small, [smaller])) < 30
    assert layout_distance(layout_print(ink, []), layout_print(small, [])) < 60


def test_another_page_has_another_print() -> None:
    box = [Box(50, 80, 950, 1320)]
    assert layout_distance(layout_print(page(1), box), layout_print(page(2), box)) > 80


def test_a_blank_page_has_none() -> None:
    assert layout_print(np.zeros((140, 100), np.uint8), []) == ""
