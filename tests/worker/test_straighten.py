"""Skew is found to a tenth of a degree, and every turn can be undone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from worker.page import Pixels, Rotation
from worker.page_ink import find_ink
from worker.straighten import deskew, find_skew, turn


def ruled() -> Pixels:
    page = np.full((1400, 1000), 255, np.uint8)
    for y in range(200, 1201, 100):
        cv2.line(page, (150, y), (850, y), 20, 3)
    for x in (150, 400, 850):
        cv2.line(page, (x, 200), (x, 1200), 20, 3)
    return page


@pytest.mark.parametrize("angle", [-6.3, -3.0, -0.4, 0.0, 0.15, 1.7, 5.05])
def test_skew_is_found_to_a_tenth_of_a_degree(angle: float) -> None:
    matrix = cv2.getRotationMatrix2D((500, 700), angle, 1)
    page = cv2.warpAffine(ruled(), matrix, (1000, 1400), borderValue=255)
    assert find_skew(find_ink(page.astype(np.uint8), 150), 150) == pytest.approx(angle, abs=0.1)


def test_a_blank_page_has_no_skew() -> None:
    assert find_skew(np.zeros((500, 400), np.uint8), 150) == 0.0


def test_deskewed_points_lead_back_to_the_scan() -> None:
    page = np.full((600, 400), 255, np.uint8)
    page[100:107, 300:307] = 0
    level, to_scan = deskew(page, 3.0)
    ys, xs = np.nonzero(level < 128)
    assert to_scan.point(float(xs.mean()), float(ys.mean())) == pytest.approx((303, 103), abs=1)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turned_points_lead_back(rotation: Rotation) -> None:
    page = np.full((60, 40), 255, np.uint8)
    page[11, 30] = 0
    turned, back = turn(page, rotation)
    ((y, x),) = np.argwhere(turned == 0)
    assert back.point(float(x), float(y)) == pytest.approx((30, 11))


def test_print_turned_counter_clockwise_comes_upright() -> None:
    upright = np.arange(12, dtype=np.uint8).reshape(3, 4)
    turned, _ = turn(np.ascontiguousarray(np.rot90(upright)), 90)
    assert (turned == upright).all()
