"""Streaks of the glass are found over the whole page, and what they cross comes back."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worker.drawing import EM, drawn_lines, grain
from worker.page import Pixels
from worker.streaks import find_streaks, without_streaks

DPI = 288.0


@pytest.fixture(scope="module")
def sheet() -> Pixels:
    page = drawn_lines(["年度资金总额 1,031,336.77 完成率 100.00%"] * 24, margin=3.0)
    return np.minimum(page, grain(page.shape, sigma=4))


def streaked(page: Pixels, left: int, *, light: float = 0.8, thick: int = 3) -> Pixels:
    """Take some of its light from all that lies under the streak."""
    dirty = page.astype(np.float32)
    dirty[:, left : left + thick] *= np.float32(light)
    return dirty.astype(np.uint8)


@pytest.mark.parametrize("left", [20, 300, 302, 511])
@pytest.mark.parametrize("light", [0.6, 0.8, 0.92])
def test_a_streak_goes_and_the_print_under_it_stays(sheet: Pixels, left: int, light: float) -> None:
    dirty = streaked(sheet, left, light=light)
    streaks = find_streaks(dirty, DPI)

    ((first, last, _),) = streaks.down
    assert first <= left
    assert last >= left + 3
    assert last - first <= 7
    assert not streaks.across
    clean = without_streaks(dirty, streaks)
    assert np.abs(clean.astype(int) - sheet)[:, left : left + 3].mean() < 6
    assert np.array_equal(clean[:, : left - 5], sheet[:, : left - 5])


def test_streaks_run_across_where_the_sheet_was_fed_by_its_side(sheet: Pixels) -> None:
    dirty = np.ascontiguousarray(streaked(np.ascontiguousarray(sheet.T), 400).T)
    streaks = find_streaks(dirty, DPI)

    assert len(streaks.across) == 1
    assert not streaks.down
    assert np.abs(without_streaks(dirty, streaks).astype(int) - sheet)[400:403].mean() < 6


def test_a_page_without_streaks_stays_as_it_is(sheet: Pixels) -> None:
    assert without_streaks(sheet, find_streaks(sheet, DPI)) is sheet


@pytest.mark.parametrize("level", [0, 120, 215])
def test_the_rules_of_a_table_end_at_its_margins_and_are_no_streaks(
    sheet: Pixels, level: int
) -> None:
    ruled = sheet.copy()
    ruled[3 * EM : -3 * EM, 200:203] = level

    assert find_streaks(ruled, DPI) == ((), ())


def test_a_dark_line_from_edge_to_edge_may_be_a_rule_of_a_cropped_page(sheet: Pixels) -> None:
    ruled = sheet.copy()
    ruled[:, 200:203] = 30

    assert not find_streaks(ruled, DPI).down


def test_pages_of_any_size_are_looked_at() -> None:
    for shape in ((1, 1), (3, 200), (200, 3), (41, 41)):
        page = np.full(shape, 255, np.uint8)
        assert without_streaks(page, find_streaks(page, DPI)) is page
