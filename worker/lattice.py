"""A lattice of elementary cells with borders between some of them, and the cells that these enclose.

Borders are `below` (rows - 1 × cols: between a row and the next) and `right` (rows × cols - 1: between a
column and the next). Where rules run on the page, and how surely, is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Borders = NDArray[np.bool_]


def close_regions(below: Borders, right: Borders) -> tuple[Borders, Borders]:
    """Complete the borders until every cell is a rectangle.

    Where a region is none, a piece of a rule is missing inside: the pieces that are there say where it ran,
    and are drawn on through the region.
    """
    below, right = below.copy(), right.copy()
    while True:
        ragged = next(
            (region for region in _regions(below, right) if not _is_rectangle(region)), None
        )
        if ragged is None:
            return below, right
        _draw_on(ragged, below, right)


def _regions(below: Borders, right: Borders) -> Iterable[list[tuple[int, int]]]:
    """Yield the sets of elementary cells that no border parts, in reading order."""
    rows, cols = right.shape[0], below.shape[1]
    seen = np.zeros((rows, cols), bool)
    for start in np.ndindex(rows, cols):
        if seen[start]:
            continue
        seen[start] = True
        region = [start]
        for row, col in region:
            neighbours = (
                (row + 1, col, row + 1 < rows and not below[row, col]),
                (row - 1, col, row > 0 and not below[row - 1, col]),
                (row, col + 1, col + 1 < cols and not right[row, col]),
                (row, col - 1, col > 0 and not right[row, col - 1]),
            )
            for r, c, joined in neighbours:
                if joined and not seen[r, c]:
                    seen[r, c] = True
                    region.append((r, c))
        yield [(int(r), int(c)) for r, c in region]


def _span(region: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    """Return first row, first column, and the spans of the region's bounding rectangle."""
    rows, cols = zip(*region, strict=True)
    return min(rows), min(cols), max(rows) - min(rows) + 1, max(cols) - min(cols) + 1


def _is_rectangle(region: list[tuple[int, int]]) -> bool:
    _, _, row_span, col_span = _span(region)
    return len(region) == row_span * col_span


def _draw_on(region: list[tuple[int, int]], below: Borders, right: Borders) -> None:
    """Draw the borders that end inside the region on to its far side, the better supported kind first.

    Writes into `below` and `right`, which belong to the caller. Progress is certain: a region that is no
    rectangle has a border ending at its inner corner.
    """
    cells = set(region)
    row0, col0, row_span, col_span = _span(region)
    row_cuts = {
        r: sum(bool(below[r, c]) or (r, c) not in cells for c in range(col0, col0 + col_span))
        for r in range(row0, row0 + row_span - 1)
        if any(((r, c) in cells) != ((r + 1, c) in cells) for c in range(col0, col0 + col_span))
        or any(below[r, c] and (r, c) in cells for c in range(col0, col0 + col_span))
    }
    col_cuts = {
        c: sum(bool(right[r, c]) or (r, c) not in cells for r in range(row0, row0 + row_span))
        for c in range(col0, col0 + col_span - 1)
        if any(((r, c) in cells) != ((r, c + 1) in cells) for r in range(row0, row0 + row_span))
        or any(right[r, c] and (r, c) in cells for r in range(row0, row0 + row_span))
    }
    best_row = max(row_cuts, key=lambda r: row_cuts[r], default=None)
    best_col = max(col_cuts, key=lambda c: col_cuts[c], default=None)
    row_share = row_cuts[best_row] / col_span if best_row is not None else -1.0
    col_share = col_cuts[best_col] / row_span if best_col is not None else -1.0
    if best_row is not None and row_share >= col_share:
        for c in (c for r, c in region if r == best_row):
            below[best_row, c] = True
    elif best_col is not None:
        for r in (r for r, c in region if c == best_col):
            right[r, best_col] = True


def rectangles(below: Borders, right: Borders) -> Iterable[tuple[int, int, int, int]]:
    """Yield (row, column, row span, column span) of every cell, in reading order."""
    return sorted(_span(region) for region in _regions(below, right))
