"""Rules that fell to dots are mended by the rules across them; whole ones stay as they are."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worker.drawing import drawn_lines
from worker.bands import mended
from worker.follow import followed
from worker.grid import find_grids
from worker.page import Pixels
from worker.rulings import Ruling, find_rulings

EM = 24
COLUMNS = (60, 160, 330, 560, 700, 900)
ROWS = tuple(range(80, 80 + 15 * 50, 50))


def table(left: float, *, seed: int = 3) -> Pixels:
    """Return the ink (255) of a table with a figure in each cell, of whose rules `left` (share) is left."""
    page = np.zeros((ROWS[-1] + 80, COLUMNS[-1] + 80), np.uint8)
    for y in ROWS:
        page[y : y + 2, COLUMNS[0] : COLUMNS[-1] + 2] = 255
    for x in COLUMNS:
        page[ROWS[0] : ROWS[-1] + 2, x : x + 2] = 255
    rng = np.random.default_rng(seed)
    kept = np.repeat(
        np.repeat(rng.random((page.shape[0] // 2 + 1, page.shape[1] // 2 + 1)), 2, 0), 2, 1
    )
    page[kept[: page.shape[0], : page.shape[1]] > left] = 0
    figure = np.where(drawn_lines(["110.11"], em=EM, margin=0.1) < 128, 255, 0).astype(np.uint8)
    height, width = figure.shape
    for y in ROWS[:-1]:
        for x in COLUMNS[:-1]:
            page[y + 11 : y + 11 + height, x + 12 : x + 12 + width] |= figure
    return page


@pytest.mark.parametrize("left", [0.5, 0.46, 0.42])
def test_a_table_of_dotted_rules_is_found(left: float) -> None:
    ink = table(left)
    grids = find_grids(mended(find_rulings(ink, EM), ink, EM), EM)

    assert [(grid.rows, grid.cols) for grid in grids] == [(len(ROWS) - 1, len(COLUMNS) - 1)]
    found = np.array(grids[0].column_edges)
    assert np.abs(found - COLUMNS).max() < 0.3 * EM


def test_thick_rules_in_dashes_make_no_rules_of_the_print_between_them() -> None:
    ink = table(1.0)
    dashed = np.arange(max(ink.shape)) % 28 < 21
    for y in ROWS:
        ink[y - 3 : y + 4] = 255 * dashed[: ink.shape[1]]
    for x in COLUMNS:
        ink[:, x - 3 : x + 4] = 255 * dashed[: ink.shape[0], None]
    ink[: ROWS[0] - 3] = ink[ROWS[-1] + 4 :] = 0
    ink[:, : COLUMNS[0] - 3] = ink[:, COLUMNS[-1] + 4 :] = 0
    (grid,) = find_grids(mended(find_rulings(ink, EM), ink, EM), EM)

    assert (grid.rows, grid.cols) == (len(ROWS) - 1, len(COLUMNS) - 1)


def test_whole_rules_stay_as_they_are() -> None:
    ink = table(1.0)
    rulings = find_rulings(ink, EM)

    assert mended(rulings, ink, EM) is rulings


def test_a_page_without_rules_stays_as_it_is() -> None:
    ink = np.where(drawn_lines(["绩效指标 110.11"] * 8, em=EM) < 128, 255, 0).astype(np.uint8)
    rulings = find_rulings(ink, EM)

    assert mended(rulings, ink, EM) == rulings


def test_a_rule_is_followed_along_its_dots_and_not_into_print() -> None:
    ink = np.zeros((200, 900), np.uint8)
    ink[100:102, 100:500:3] = 255
    ink[60:140, 600:880:3] = 255
    rule = Ruling("horizontal", 150, 300, 100.5, 0.0, 2, 0.4)
    far = followed(rule, ink, EM)

    assert 95 <= far.start <= 105
    assert 490 <= far.end <= 505
    assert abs(far.at(300) - 100.5) <= 1.5
    assert followed(rule, np.zeros_like(ink), EM) == rule
