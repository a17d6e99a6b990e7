"""Perspective and curl are measured on the rules and removed, and every place leads back to the scan."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.geometry import Bend, Chain, Polynomial, Transform, Warp
from worker.dewarp import Warping, find_warping, resample
from worker.page import Pixels
from worker.page_ink import find_ink
from worker.rulings import find_rulings

EM, DPI = 20.0, 150
HEIGHT, WIDTH = 1400, 1000
ROWS, COLUMNS = range(200, 1201, 100), (150, 400, 620, 850)


def form() -> Pixels:
    page = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (COLUMNS[0], y), (COLUMNS[-1], y), 20, 3)
    for x in COLUMNS:
        cv2.line(page, (x, ROWS[0]), (x, ROWS[-1]), 20, 3)
    return page


def aslant() -> Transform:
    """Return the view of a camera that is held aslant: the corners move by a thirtieth of the page."""
    seen = np.array([(30, 20), (WIDTH - 45, 0), (WIDTH, HEIGHT - 10), (0, HEIGHT - 45)], np.float32)
    whole = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    return Transform.of(np.asarray(cv2.getPerspectiveTransform(seen, whole)))


def curled() -> Bend:
    """Return the map that flattens a sheet whose left half rises by 30 pixels, as from a bound volume."""
    still = Polynomial(((0.0,),), (500.0, 700.0), 500.0, (0.0, 0.0, WIDTH, HEIGHT))
    wave = Polynomial(((0.0,), (-5.0,), (18.0,), (7.0,)), (500.0, 700.0), 500.0, still.bounds)
    return Bend(still, wave)


VIEWS: dict[str, Warp] = {
    "aslant": aslant(),
    "curled": curled(),
    "both": Chain((aslant(), curled())),
}


def warped(flattening: Warp) -> tuple[Pixels, Warping]:
    page = resample(form(), (HEIGHT, WIDTH), flattening)
    warping = find_warping(find_ink(page, DPI), EM)
    assert warping is not None
    return page, warping


@pytest.mark.parametrize("view", VIEWS)
def test_the_rules_of_a_photographed_form_come_straight(view: str) -> None:
    page, warping = warped(VIEWS[view])
    flat = resample(page, page.shape, warping.flattening.inverse())
    rulings = find_rulings(find_ink(flat, DPI), EM)
    assert len(rulings.horizontal) == len(ROWS)
    assert len(rulings.vertical) == len(COLUMNS)
    for rule in (*rulings.horizontal, *rulings.vertical):
        assert abs(rule.slope * rule.length) < 2
        assert rule.thickness < 0.4 * EM


@pytest.mark.parametrize("view", VIEWS)
def test_a_place_on_the_flat_page_leads_to_its_place_on_the_scan(view: str) -> None:
    page, warping = warped(VIEWS[view])
    dotted = form()
    cv2.circle(dotted, (500, 250), 5, 0, -1)
    scan = resample(dotted, page.shape, VIEWS[view])
    flat = resample(scan, page.shape, warping.flattening.inverse())
    x, y = VIEWS[view].inverse().point(500.0, 250.0)
    u, v = warping.flattening.point(x, y)
    assert flat[round(v), round(u)] < 60
    assert warping.flattening.inverse().point(u, v) == pytest.approx((x, y), abs=0.01)


def test_a_level_page_is_left_alone() -> None:
    assert find_warping(find_ink(form(), DPI), EM) is None


def test_a_page_without_rules_is_left_alone() -> None:
    assert find_warping(np.zeros((HEIGHT, WIDTH), np.uint8), EM) is None


def test_a_stray_line_does_not_bend_the_table() -> None:
    page = resample(form(), (HEIGHT, WIDTH), aslant())
    cv2.line(page, (200, 1270), (800, 1350), 20, 3)
    warping = find_warping(find_ink(page, DPI), EM)
    assert warping is not None
    flat = resample(page, page.shape, warping.flattening.inverse())
    rulings = find_rulings(find_ink(flat, DPI), EM)
    level = [rule for rule in rulings.horizontal if abs(rule.slope * rule.length) < 2]
    assert len(level) == len(ROWS)
