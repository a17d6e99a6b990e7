"""Dust among print, and strokes that fell to dust.

Copies and faxes strew specks, and break thin strokes into pieces no larger. What tells them apart is company:
dust lies anywhere, the pieces of a stroke lie in a row. Masks of a cell's frame enter and leave; sizes are in *em*.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.cell_ink import Ink, Mask, Pieces, pieces_of


@dataclass(frozen=True)
class SpeckleParams:
    """Sizes in em; measured on faxes with a speck a square em whose dashes fell into pieces.

    The pieces of a broken stroke lie no more than `crack` apart, within the height `flat`; together they are
    `stroke` long and `inked` (share) of that is ink. By chance specks make such a row in one cell of ten thousand.
    A speck that is `touching` (distance) larger ink may be part of it. Points and commas hang on the baseline:
    from `above` to `below` it a speck may be what is left of one.
    `crowd` is the ink (square em) that no dust gathers in a window of `crowd_width` × `crowd_height`.
    """

    crack: float = 0.18
    flat: float = 0.2
    stroke: float = 0.5
    inked: float = 0.45
    touching: float = 0.08
    above: float = 0.2
    below: float = 0.3
    crowd: float = 0.03
    crowd_width: float = 1.0
    crowd_height: float = 0.3


def cracks_in(marks: Mask, em: float, params: SpeckleParams) -> Mask:
    """Return the paper between the pieces of broken horizontal strokes: what would make them whole."""
    pieces = pieces_of(marks)
    low = ((pieces.areas > 0) & (pieces.heights <= params.flat * em))[pieces.labels]
    width = max(2, round(params.crack * em) + 1)
    closed: Mask = (
        cv2.morphologyEx(low.view(np.uint8), cv2.MORPH_CLOSE, np.ones((1, width), np.uint8)) > 0
    )
    rows = pieces_of(closed)
    long = (rows.widths >= params.stroke * em) & (rows.heights <= params.flat * em)
    inked = np.zeros(len(rows.areas))
    for row in np.flatnonzero(long):
        span = slice(rows.lefts[row], rows.lefts[row] + rows.widths[row])
        own = low[:, span] & (rows.labels[:, span] == row)
        inked[row] = own.any(axis=0).mean()
    cracks: Mask = (long & (inked >= params.inked))[rows.labels] & ~marks
    return cracks


def dust_in(pieces: Pieces, speck: float, em: float, params: SpeckleParams) -> Mask:
    """Return the specks (pieces of at most `speck` pixels) that touch nothing larger."""
    larger = (pieces.areas > speck)[pieces.labels]
    reach = 2 * round(params.touching * em) + 1
    around = cv2.dilate(larger.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    touching = np.zeros(len(pieces.areas), bool)
    touching[np.unique(pieces.labels[around])] = True
    dust: Mask = ((pieces.areas > 0) & (pieces.areas <= speck) & ~touching)[pieces.labels]
    return dust


def crowd_in(ink: Ink, em: float, margin: float, params: SpeckleParams) -> Mask:
    """Return the ink that stands too close for dust, `margin` ems inside the border of the cell."""
    inner = np.zeros_like(ink.marks)
    edge = max(1, round(margin * em))
    inner[edge:-edge, edge:-edge] = ink.marks[edge:-edge, edge:-edge]
    window = tuple(max(1, round(size * em)) for size in (params.crowd_width, params.crowd_height))
    mass = cv2.boxFilter(
        inner.astype(np.float32), -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    crowded = (mass >= params.crowd * em**2).view(np.uint8)
    near: Mask = cv2.dilate(crowded, np.ones(window[::-1], np.uint8)) > 0
    return near & inner
