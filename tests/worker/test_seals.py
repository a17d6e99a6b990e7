"""Blue seals are taken off; what is written in blue, and what is printed under a seal, stays."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.random import default_rng

from samples.generator.damage import Scan, Seal
from tests.worker.drawing import drawn_lines
from worker.clean import stretch
from worker.page import Pixels
from worker.seals import find_blue_seals

DPI = 150
BLUE = (50, 70, 175)


@pytest.fixture(scope="module")
def sheet() -> Pixels:
    """Print a page of A4 at 150 dpi."""
    page = np.full((1754, 1240), 250, np.uint8)
    text = drawn_lines(["项目支出绩效自评：1,031,336.77元，已按期完成验收并交付使用。"] * 30, em=22)
    page[200 : 200 + text.shape[0], 150 : 150 + text.shape[1]] = np.minimum(text, 250)
    return page


def stamped(sheet: Pixels, seal: Seal) -> Pixels:
    """Stamp the page, as BGR."""
    return np.ascontiguousarray(seal.on(Scan(sheet, DPI), default_rng(2)).pixels[..., ::-1])


@pytest.mark.parametrize("opacity", [0.5, 0.9])
def test_a_blue_seal_fades_and_the_print_under_it_stays(sheet: Pixels, opacity: float) -> None:
    seal = Seal("某某街道办事处", "财务专用章", (0.4, 0.3), 40, BLUE, opacity)

    seen = stretch(stamped(sheet, seal))
    print_, paper = stretch(sheet) < 60, stretch(sheet) > 250

    assert np.median(seen[print_]) < 60
    assert np.count_nonzero(seen[paper] < 180) < 0.002 * np.count_nonzero(paper)
    assert np.count_nonzero(seen[print_] < 120) > 0.97 * np.count_nonzero(print_)


def test_a_red_seal_across_a_blue_one_fades_as_well(sheet: Pixels) -> None:
    blue = Seal("某某街道办事处", "", (0.4, 0.3), 40, BLUE)
    red = replace(blue, middle=(0.5, 0.33), colour=(205, 32, 40))
    scan = red.on(blue.on(Scan(sheet, DPI), default_rng(2)), default_rng(3))
    paper = stretch(sheet) > 250

    seen = stretch(np.ascontiguousarray(scan.pixels[..., ::-1]))

    # Where both inks lie on each other, the paper is dark in every colour.
    assert np.count_nonzero(seen[paper] < 180) < 0.004 * np.count_nonzero(paper)


def test_what_a_pen_wrote_in_blue_is_no_seal(sheet: Pixels) -> None:
    colour = np.repeat(sheet[..., None], 3, axis=2)
    curve = np.array([(300 + 8 * x, 1400 + round(50 * np.sin(x))) for x in range(40)], np.int32)
    cv2.polylines(colour, [curve], isClosed=False, color=BLUE[::-1], thickness=4)
    cv2.circle(colour, (500, 400), 18, BLUE[::-1], 3)

    assert find_blue_seals(colour) is None
    assert np.median(stretch(colour)[curve[1:-1, 1], curve[1:-1, 0]]) < 150


def test_a_page_printed_in_blue_stays(sheet: Pixels) -> None:
    colour = np.repeat(sheet[..., None], 3, axis=2)
    cv2.rectangle(colour, (150, 200), (1100, 1500), BLUE[::-1], 3)
    colour = np.where(colour < 128, np.array(BLUE[::-1], np.uint8), colour).astype(np.uint8)

    assert find_blue_seals(colour) is None
