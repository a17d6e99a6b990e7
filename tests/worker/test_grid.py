"""Grids are found as they were drawn, whatever spans, thickness, skew and noise."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from worker.grid import Grid, GridParameters, find_grids
from worker.page import Pixels
from worker.page_ink import find_ink
from worker.rulings import find_rulings
from worker.straighten import deskew, find_skew

EM = 36.0
DPI = 300.0
PITCH_X, PITCH_Y = 150, 90
LEFT, TOP = 200, 240

Span = tuple[int, int, int, int]


@st.composite
def lattices(draw: st.DrawFn) -> tuple[int, int, tuple[Span, ...]]:
    """Draw a tiling of rows × cols by cells (row, col, row span, col span)."""
    rows, cols = draw(st.integers(2, 9)), draw(st.integers(2, 8))
    free = np.ones((rows, cols), bool)
    spans: list[Span] = []
    for row, col in np.ndindex(rows, cols):
        if not free[row, col]:
            continue
        widest = 1
        while col + widest < cols and free[row, col + widest]:
            widest += 1
        col_span = draw(st.integers(1, min(3, widest)))
        row_span = draw(st.integers(1, min(3, rows - row)))
        free[row : row + row_span, col : col + col_span] = False
        spans.append((int(row), int(col), row_span, col_span))
    return rows, cols, tuple(spans)


def drawn(lattice: tuple[int, int, tuple[Span, ...]], thickness: int = 3) -> Pixels:
    """Return a page (white 255) with the lattice ruled on it."""
    rows, cols, spans = lattice
    page = np.full((TOP * 2 + rows * PITCH_Y, LEFT * 2 + cols * PITCH_X), 255, np.uint8)
    for row, col, row_span, col_span in spans:
        top_left = (LEFT + col * PITCH_X, TOP + row * PITCH_Y)
        bottom_right = (LEFT + (col + col_span) * PITCH_X, TOP + (row + row_span) * PITCH_Y)
        cv2.rectangle(page, top_left, bottom_right, 30, thickness)
    return page


def found(page: Pixels) -> tuple[Grid, ...]:
    ink = find_ink(page, DPI)
    level, _ = deskew(page, find_skew(ink, DPI))
    return find_grids(find_rulings(find_ink(level, DPI), EM), EM, grey=level)


def spans_of(grid: Grid) -> list[Span]:
    return [(cell.row, cell.col, cell.row_span, cell.col_span) for cell in grid.cells]


def in_use(lattice: tuple[int, int, tuple[Span, ...]]) -> list[Span]:
    """Return the spans without the edges at which no cell begins: nobody can see those."""
    _, _, spans = lattice
    starts_r = sorted({row for row, _, _, _ in spans})
    starts_c = sorted({col for _, col, _, _ in spans})
    seen = []
    for row, col, row_span, col_span in spans:
        rows = [start for start in starts_r if row <= start < row + row_span]
        cols = [start for start in starts_c if col <= start < col + col_span]
        seen.append((starts_r.index(row), starts_c.index(col), len(rows), len(cols)))
    return sorted(seen)


@settings(max_examples=40, deadline=None)
@given(lattices(), st.integers(1, 6), st.floats(-2.5, 2.5), st.integers(0, 9))
def test_lattice_is_found_as_drawn(
    lattice: tuple[int, int, tuple[Span, ...]], thickness: int, angle: float, seed: int
) -> None:
    assume(len(lattice[2]) > 1)  # a single box is no table
    page = drawn(lattice, thickness)
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    turned = cv2.warpAffine(page, matrix, (width, height), borderValue=255)
    noise = np.random.default_rng(seed).normal(0, 8, page.shape)
    noisy = np.clip(turned + noise, 0, 255).astype(np.uint8)
    (grid,) = found(noisy)
    assert spans_of(grid) == in_use(lattice)
    tiles = np.zeros((grid.rows, grid.cols), int)
    for cell in grid.cells:
        tiles[cell.row : cell.row + cell.row_span, cell.col : cell.col + cell.col_span] += 1
    assert (tiles == 1).all()


PLAIN = (3, 4, tuple((row, col, 1, 1) for row in range(3) for col in range(4)))


def test_a_piece_too_faint_for_a_rule_is_a_border_where_the_lattice_has_one() -> None:
    page = drawn(PLAIN)
    x, y = LEFT + PITCH_X, TOP + PITCH_Y
    page[y - 4 : y + 5, x + 8 : x + PITCH_X - 8] = 255
    page[y - 1 : y + 2, x + 8 : x + PITCH_X - 8] = 240
    rulings = find_rulings(find_ink(page, DPI), EM)

    (merged,) = find_grids(rulings, EM)
    assert len(merged.cells) == len(PLAIN[2]) - 1
    (grid,) = find_grids(rulings, EM, grey=page)
    assert spans_of(grid) == in_use(PLAIN)
    assert not any(cell.unsound for cell in grid.cells)


TALL = (3, 4, ((0, 0, 1, 1), (0, 1, 2, 1), *PLAIN[2][2:5], *PLAIN[2][6:]))


def test_a_rule_that_is_gone_in_its_middle_is_a_border_in_doubt() -> None:
    page = drawn(PLAIN)
    x, y = LEFT + PITCH_X, TOP + PITCH_Y
    page[y - 4 : y + 5, x + 48 : x + 106] = 255
    (grid,) = find_grids(find_rulings(find_ink(page, DPI), EM), EM, grey=page)

    assert spans_of(grid) == in_use(PLAIN)
    assert [(cell.row, cell.col) for cell in grid.cells if cell.unsound] == [(0, 1), (1, 1)]


def test_a_cell_in_which_a_rule_ends_is_in_doubt_and_no_other() -> None:
    page = drawn(TALL)
    x, y = LEFT + PITCH_X, TOP + PITCH_Y
    (sound,) = find_grids(find_rulings(find_ink(page, DPI), EM), EM, grey=page)
    page[y - 1 : y + 2, x : x + 60] = 200
    (grid,) = find_grids(find_rulings(find_ink(page, DPI), EM), EM, grey=page)

    assert spans_of(sound) == spans_of(grid) == in_use(TALL)
    assert not any(cell.unsound for cell in sound.cells)
    assert [(cell.row, cell.col) for cell in grid.cells if cell.unsound] == [(0, 1)]


def test_strokes_along_most_of_a_cell_that_meet_no_rule_are_no_border() -> None:
    page = drawn(PLAIN)
    x, y = LEFT + PITCH_X, TOP + PITCH_Y + PITCH_Y // 2
    page[y - 1 : y + 2, x + 12 : x + PITCH_X - 12] = 30
    rulings = find_rulings(find_ink(page, DPI), EM)
    assert any(abs(rule.position - y) < 3 for rule in rulings.horizontal)

    (grid,) = find_grids(rulings, EM, grey=page)
    assert spans_of(grid) == in_use(PLAIN)
    assert not any(cell.unsound for cell in grid.cells)


WIDE = (3, 4, (*PLAIN[2][:5], (1, 1, 1, 2), *PLAIN[2][7:]))


@pytest.mark.parametrize("faint", [30, 215])
def test_strokes_of_a_row_between_two_pieces_of_a_rule_are_no_border(faint: int) -> None:
    page = drawn(WIDE)
    page[page < 255] = faint
    x, y = LEFT + 2 * PITCH_X, TOP + PITCH_Y
    page[y + 22 : y + PITCH_Y - 22, x - 1 : x + 2] = faint
    rulings = find_rulings(find_ink(page, DPI), EM)
    assert any(
        rule.start < y - 9 and rule.end > y + PITCH_Y + 9 and abs(rule.position - x) < 3
        for rule in rulings.vertical
    )

    (grid,) = find_grids(rulings, EM, grey=page)
    assert spans_of(grid) == in_use(WIDE)
    assert [(cell.row, cell.col) for cell in grid.cells if cell.unsound] == [(1, 1)]


@pytest.mark.parametrize(("side", "flags"), [("top", (True, False)), ("bottom", (False, True))])
def test_a_lost_border_is_put_back_and_told(side: str, flags: tuple[bool, bool]) -> None:
    page = drawn(PLAIN)
    y = TOP if side == "top" else TOP + 3 * PITCH_Y
    page[y - 4 : y + 5] = 255
    (grid,) = found(page)
    assert spans_of(grid) == in_use(PLAIN)
    assert (grid.open_top, grid.open_bottom) == flags


def test_gaps_and_broken_corners_are_bridged() -> None:
    page = drawn(PLAIN)
    page[TOP - 12 : TOP + 12, LEFT - 12 : LEFT + 12] = 255
    page[TOP + PITCH_Y - 4 : TOP + PITCH_Y + 5, LEFT + 200 : LEFT + 225] = 255
    (grid,) = found(page)
    assert spans_of(grid) == in_use(PLAIN)


def test_two_tables_on_a_page_stay_two() -> None:
    one = drawn(PLAIN)
    assert [spans_of(grid) for grid in found(np.vstack([one, one]))] == [in_use(PLAIN)] * 2


def test_a_ragged_region_at_the_last_row_and_column_becomes_rectangles() -> None:
    page = drawn(PLAIN)
    right, bottom = LEFT + 4 * PITCH_X, TOP + 3 * PITCH_Y
    page[bottom - PITCH_Y - 4 : bottom - PITCH_Y + 5, right - PITCH_X + 6 : right - 6] = 255
    page[bottom - PITCH_Y + 6 : bottom - 6, right - PITCH_X - 4 : right - PITCH_X + 5] = 255
    (grid,) = found(page)
    assert sum(cell.row_span * cell.col_span for cell in grid.cells) == 12


def test_a_page_without_rules_has_no_table() -> None:
    assert found(np.full((900, 700), 255, np.uint8)) == ()


def test_strokes_of_a_heading_close_above_are_no_row() -> None:
    page = drawn((3, 4, tuple((row, col, 1, 1) for row in range(3) for col in range(4))))
    above = TOP - 70
    for left in (260, 420, 580):
        cv2.line(page, (left, above), (left + 60, above), 30, 3)
    cv2.line(page, (LEFT + 2 * PITCH_X, above - 20), (LEFT + 2 * PITCH_X, TOP), 30, 3)
    rulings = find_rulings(find_ink(page, DPI), EM)
    assert [grid.rows for grid in find_grids(rulings, EM, GridParameters(stroke=0))] == [4]
    assert [grid.rows for grid in find_grids(rulings, EM)] == [3]


def test_table_that_is_open_at_its_sides_keeps_its_first_row() -> None:
    page = drawn((3, 4, tuple((row, col, 1, 1) for row in range(3) for col in range(4))))
    for side in (LEFT, LEFT + 4 * PITCH_X):
        page[TOP + 5 : TOP + PITCH_Y - 5, side - 5 : side + 6] = 255
    assert found(page)[0].rows == 3


def test_a_leaning_stroke_is_not_carried_over_to_the_rule_that_it_points_at() -> None:
    lattice = (4, 8, tuple((row, col, 1, 1) for row, col in np.ndindex(4, 8)))
    page = drawn(lattice)
    rulings = find_rulings(find_ink(page, DPI), EM)
    long = max(rulings.horizontal, key=lambda rule: rule.position)
    stroke = replace(
        long, start=LEFT + 20, end=LEFT + 95, position=TOP + PITCH_Y + 26, slope=-0.025
    )
    (grid,) = find_grids(replace(rulings, horizontal=(*rulings.horizontal, stroke)), EM, grey=page)
    assert spans_of(grid) == list(lattice[2])


@pytest.mark.parametrize(("gone", "cells"), [(0.5, 11), (0.85, 12)])
def test_an_upright_border_that_fades_away_is_one_in_doubt(gone: float, cells: int) -> None:
    spans = tuple((2 * row, col, 2, 1) for row in range(3) for col in range(4))
    page = drawn((6, 4, spans))
    x, y, height = LEFT + PITCH_X, TOP + 2 * PITCH_Y, 2 * PITCH_Y
    faded = y + round(0.42 * height)
    page[faded : y + height - 3, x - 4 : x + 5] = 255
    page[faded : y + round(gone * height), x - 1 : x + 2] = 240
    (grid,) = find_grids(find_rulings(find_ink(page, DPI), EM), EM, grey=page)

    assert len(grid.cells) == cells
    assert {(cell.row, cell.col) for cell in grid.cells if cell.unsound} >= {(1, 0)}
