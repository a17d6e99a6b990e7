"""Ink stands out from paper, even where the paper has grain, and tells how large the print is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from worker.page_ink import find_ink, measure_em

DPI = 200.0


def test_print_is_ink_and_grain_is_not() -> None:
    grain = np.random.default_rng(3).normal(235, 12, (600, 500))
    grey = np.clip(grain, 0, 255).astype(np.uint8)
    grey[200:230, 100:130] = 20
    ink = find_ink(grey, DPI)
    assert ink[205:225, 105:125].all()
    ink[195:235, 95:135] = 0
    assert np.count_nonzero(ink) / ink.size < 0.001


@pytest.mark.parametrize("size", [22, 30, 44])
def test_em_is_the_size_of_the_glyphs_not_of_rules_and_dashes(size: int) -> None:
    ink = np.zeros((800, 900), np.uint8)
    for row in range(5):
        for col in range(8):
            top_left = (60 + col * (size + 12), 60 + row * 2 * size)
            cv2.rectangle(ink, top_left, (top_left[0] + size - 1, top_left[1] + size - 1), 255, 2)
    ink[700:703, 20:880] = 255
    ink[740:744, 100:140] = 255
    assert measure_em(ink, DPI) == pytest.approx(size, abs=2)


def test_print_that_broke_to_pieces_is_not_outweighed_by_a_whole_heading() -> None:
    ink = np.zeros((800, 900), np.uint8)
    for row in range(5):
        for col in range(8):
            left, top = 60 + col * 40, 200 + row * 60
            cv2.rectangle(ink, (left, top), (left + 23, top + 23), 255, 1)
            for crack in (8, 16):
                ink[top + crack : top + crack + 2, left : left + 24] = 0
    for col in range(8):
        cv2.rectangle(ink, (60 + col * 60, 60), (107 + col * 60, 107), 255, 2)
    assert measure_em(ink, DPI) == pytest.approx(24, abs=2)


def test_a_page_without_print_is_taken_for_ordinary() -> None:
    assert measure_em(np.zeros((300, 300), np.uint8), 144) == pytest.approx(21.0)
