"""Dust and broken strokes are told apart by their company."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worker.drawing import drawn_lines
from worker.cell_ink import pieces_of
from worker.lines import cut_lines, is_blank
from worker.page import Pixels
from worker.speckle import SpeckleParams, cracks_in, dust_in

EM = 26


def dusty(cell: Pixels, seed: int = 3) -> Pixels:
    """Strew a speck of one to four pixels a square em."""
    rng, cell = np.random.default_rng(seed), cell.copy()
    for _ in range(cell.size // EM**2):
        y, x = (int(rng.integers(side - 2)) for side in cell.shape)
        cell[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(1, 3))] = 0
    return cell


def broken_dash(cell: Pixels) -> Pixels:
    """Draw a dash of an em in the middle, three of four pixels of which are lost in places."""
    cell = cell.copy()
    y, x = cell.shape[0] // 2, cell.shape[1] // 2 - EM // 2
    for start, length in ((0, 2), (4, 2), (8, 3), (14, 2), (18, 4), (24, 2)):
        cell[y : y + 2, x + start : x + start + length] = 0
    return cell


@pytest.mark.parametrize("seed", range(5))
def test_a_dash_that_fell_to_pieces_is_one_whole_line(seed: int) -> None:
    cell = broken_dash(dusty(np.full((60, 120), 255, np.uint8), seed))

    (line,) = cut_lines(cell, EM)

    middle = line.pixels[30 - line.box.top + 0, 60 - 13 - line.box.left : 60 + 13 - line.box.left]
    assert middle.max() < 100


@pytest.mark.parametrize("seed", range(20))
def test_dust_alone_is_blank(seed: int) -> None:
    assert is_blank(dusty(np.full((60, 120), 255, np.uint8), seed), EM)


def test_ink_too_much_for_dust_is_not_blank() -> None:
    cell = np.full((60, 120), 255, np.uint8)
    cell[26:33:3, 50:70:3] = 0

    assert not is_blank(cell, EM)


def test_dust_above_a_figure_goes_and_its_point_stays() -> None:
    figure = drawn_lines(["1760708.37"], em=EM)
    ((_, top, _, bottom), *_) = [line.box for line in cut_lines(figure, EM)]
    dirty = figure.copy()
    dirty[bottom - 24 : bottom - 22, 90:92] = 0
    for y, x in ((top + 1, 20), (top + 1, 60), (top + 1, 100), (top + 1, 140), (2, 30), (2, 80)):
        dirty[y, x] = 0

    (clean,), (dusted,) = cut_lines(figure, EM), cut_lines(dirty, EM)

    assert dusted.box.width == clean.box.width
    assert np.count_nonzero(dusted.pixels < 100) >= 0.95 * np.count_nonzero(clean.pixels < 100)


def test_strokes_that_are_whole_have_no_cracks() -> None:
    marks = drawn_lines(["二〇二三年一月", "责任一一对应"], em=EM, leading=1.2) < 128

    assert not cracks_in(marks, EM, SpeckleParams()).any()


def test_what_lies_by_larger_ink_is_no_dust() -> None:
    marks = np.zeros((60, 60), bool)
    marks[20:40, 20:24] = True
    marks[30, 25], marks[30, 40] = True, True

    dust = dust_in(marks, 4, EM, SpeckleParams())

    assert not dust[30, 25]
    assert dust[30, 40]


def test_a_speck_above_a_point_makes_no_colon_of_it() -> None:
    figure = drawn_lines(["100.00"], em=EM, face="uming.ttc")
    marks = figure < 128
    pieces = pieces_of(marks)
    (point,) = np.flatnonzero((pieces.areas > 0) & (pieces.heights < 0.3 * EM))
    x, y = int(pieces.lefts[point]), int(pieces.tops[point])
    dirty = figure.copy()
    dirty[y + 1 : y + 5, x - 1 : x + 3] = 20
    clean = dirty.copy()
    dirty[y - 12 : y - 10, x : x + 2] = 20
    for speck in (20, 40, 60, 75):
        dirty[3, speck] = clean[3, speck] = 20

    (expected,), (line,) = cut_lines(clean, EM), cut_lines(dirty, EM)

    assert np.array_equal(line.pixels, expected.pixels)
