"""Rules are told from print, whatever their thickness and however they were dotted."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from worker.page import Pixels
from worker.rulings import RulingParameters, find_rulings, longer_than

EM = 36.0


def page() -> Pixels:
    return np.zeros((600, 900), np.uint8)


@pytest.mark.parametrize("thickness", [1, 2, 5, 9, 12])
def test_rules_are_found_where_they_were_drawn(thickness: int) -> None:
    ink = page()
    cv2.line(ink, (100, 200), (700, 200), 255, thickness)
    cv2.line(ink, (300, 80), (300, 500), 255, thickness)
    rulings = find_rulings(ink, EM)
    (lying,), (standing,) = rulings.horizontal, rulings.vertical
    assert (lying.start, lying.end, lying.position) == pytest.approx(
        (100, 701, 200), abs=3 + thickness / 2
    )
    assert (standing.start, standing.end, standing.position) == pytest.approx(
        (80, 501, 300), abs=3 + thickness / 2
    )
    drawn = np.count_nonzero(ink[:, 500])  # OpenCV draws some thicknesses wider than asked
    assert lying.thickness == pytest.approx(drawn, abs=1)


def test_a_dotted_rule_stays_one() -> None:
    ink = page()
    cv2.line(ink, (100, 200), (700, 200), 255, 3)
    for gap in range(130, 700, 60):
        ink[190:210, gap : gap + 5] = 0
    (rule,) = find_rulings(ink, EM).horizontal
    # A last piece shorter than a rule's pieces may be print, and is left with the gap before it.
    assert 601 - RulingParameters().shortest * EM - 5 <= rule.length <= 609
    assert 0.8 < rule.inked <= 1.0


def test_what_leans_or_is_thick_is_no_rule() -> None:
    ink = page()
    cv2.line(ink, (100, 200), (330, 206), 255, 3)
    ink[400:430, 100:700] = 255
    rulings = find_rulings(ink, EM)
    assert rulings.horizontal == ()
    assert not rulings.mask.any()


def test_short_rules_and_their_ink_can_be_left_out() -> None:
    ink = page()
    cv2.line(ink, (100, 200), (700, 200), 255, 3)
    cv2.line(ink, (100, 300), (250, 300), 255, 3)
    long = longer_than(10 * EM, find_rulings(ink, EM), ink)
    assert len(long.horizontal) == 1
    assert long.mask[200, 400] == 255
    assert not long.mask[250:].any()


def dots(ink: Pixels, y: int, left: int, right: int, seed: int = 1) -> None:
    """Leave four tenths of the ink of a rule, as a fax does of a thin one."""
    rng = np.random.default_rng(seed)
    for x in range(left, right, 7):
        start, length = x + int(rng.integers(0, 4)), int(rng.integers(2, 5))
        ink[y + int(rng.integers(0, 2)), start : start + length] = 255


def test_a_rule_of_which_a_fax_left_dots_is_found_whole() -> None:
    ink = page()
    dots(ink, 200, 100, 700)
    (lying,) = find_rulings(ink, EM).horizontal
    assert (lying.start, lying.end, lying.position) == pytest.approx((100, 700, 200.5), abs=10)
    assert lying.inked > 0.9


def test_rows_of_dots_that_stand_close_are_print() -> None:
    ink = page()
    for row in range(8):
        dots(ink, 200 + 4 * row, 100, 700, seed=row)
    assert not find_rulings(ink, EM).horizontal


@pytest.mark.parametrize("dash", [0.2, 0.4, 0.65, 0.75, 0.9])
@pytest.mark.parametrize("gap", [0.06, 0.2])
def test_a_rule_drawn_in_dashes_is_found_whole(dash: float, gap: float) -> None:
    ink = page()
    step = round((dash + gap) * EM)
    for start in range(0, 600, step):
        length = min(round(dash * EM), 600 - start)
        ink[200:203, 100 + start : 100 + start + length] = 255
        ink[start : start + length, 50:53] = 255
    rulings = find_rulings(ink, EM)
    (lying,), (standing,) = rulings.horizontal, rulings.vertical
    assert (lying.start, lying.end, lying.position) == pytest.approx((100, 700, 201), abs=15)
    assert (standing.start, standing.end, standing.position) == pytest.approx((0, 600, 51), abs=15)


def test_leaning_sides_of_a_row_are_rules_and_leaning_strokes_in_it_are_none() -> None:
    ink = np.zeros((400, 1400), np.uint8)
    for y in (100, 190):
        cv2.line(ink, (100, y), (1300, y), 255, 4)
    for x in (104, 700, 900, 1296):
        cv2.line(ink, (x, 100), (x + 4, 190), 255, 4)
    cv2.line(ink, (500, 112), (503, 178), 255, 4)
    found = find_rulings(ink, 36.0)
    assert [round(rule.position, -1) for rule in found.vertical] == [110, 700, 900, 1300]


def test_sides_of_a_row_that_a_page_break_opened_lean_like_those_below() -> None:
    ink = np.zeros((400, 1400), np.uint8)
    for y in (160, 230):
        cv2.line(ink, (100, y), (1300, y), 255, 4)
    for x in (100, 900, 1294):
        cv2.line(ink, (x, 90), (x + 6, 230), 255, 4)
    cv2.line(ink, (500, 90), (503, 160), 255, 4)
    cv2.line(ink, (300, 90), (296, 160), 255, 4)
    found = find_rulings(ink, EM)
    assert [round(rule.position, -1) for rule in found.vertical] == [100, 500, 900, 1300]
