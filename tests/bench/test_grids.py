"""Cells found are counted against cells drawn, by the paper they cover."""

from __future__ import annotations

import numpy as np

from bench.grids import GriddedPage, alike, drawn_cells, find_cells, report
from core.geometry import Box
from worker.page import Raster


def test_a_cell_is_alike_where_it_covers_the_same_paper() -> None:
    cell = Box(100, 100, 300, 160)
    assert alike(cell, cell.grown(4))
    assert not alike(cell, Box(100, 100, 300, 220))
    assert not alike(cell, Box(300, 100, 500, 160))


def test_cells_of_a_drawn_table_are_found_where_they_stand() -> None:
    pixels = np.full((900, 1300), 255, np.uint8)
    for y in (200, 300, 400):
        pixels[y : y + 3, 100:1203] = 0
    for x in (100, 600, 1200):
        pixels[200:403, x : x + 3] = 0
    quads = [
        [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
        for y0, y1 in ((200, 300), (300, 400))
        for x0, x1 in ((100, 600), (600, 1200))
    ]
    drawn = drawn_cells({"tables": [{"cells": [{"quad": quad} for quad in quads]}]})
    found = find_cells(Raster(1, pixels, 200))
    assert len(found) == len(drawn) == 4
    assert all(any(alike(cell, box) for box in found) for cell in drawn)


def test_pages_are_counted_by_preset() -> None:
    pages = [
        GriddedPage("0000-fax-sh2023", 1, 4, 4, 0, 1.0),
        GriddedPage("0000-fax-sh2023", 2, 4, 2, 1, 3.0),
    ]
    assert report(pages).splitlines()[-1] == "| fax | 2 | 1 | 0.7500 | 1 | 2.00 |"
