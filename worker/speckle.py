"""Dust among print, and strokes that fell to dust.

Copies and faxes strew specks, and break thin strokes into pieces no larger. What tells them apart is company:
dust lies anywhere, the pieces of a stroke lie in a row. Masks of a cell's frame enter and leave; sizes are in *em*.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.cell_ink import Ink, Mask, pieces_of


@dataclass(frozen=True)
class SpeckleParams:
    """Sizes in em; measured on faxes with a speck a square em whose dashes fell into pieces.

    The pieces of a broken stroke lie no more than `crack` apart, within the height `flat`; together they are
    `stroke` long and `inked` (share) of that is ink. By chance specks make such a row in one cell of ten thousand.
    Only dashes break without a trace, of at most `longest`; print above or below one, more than `alone` (share)
    of the paper up to `aside`, makes it the stroke of a character, which is left as it is.
    What is `touching` (distance) belongs together. Points and commas hang on the baseline: from `above` to
    `below` it a speck may be what is left of one.
    A blot is a round, filled spot of at most `blot` across, `filled` (share of its box) with ink, that lies `apart`
    from all print. What stands at most `behind` to the right of print, and no more than `hanging` above or below it,
    may be a mark: commas of traditional faces stand in the middle of their square. So may what
    stands as near to the left of print that has a line (height) above it: careless breaks leave a comma there.
    `crowd` is the ink (square em) that no dust gathers in a window of `crowd_width` × `crowd_height`.
    """

    crack: float = 0.18
    flat: float = 0.2
    stroke: float = 0.5
    longest: float = 1.4
    aside: float = 0.35
    alone: float = 0.06
    inked: float = 0.45
    touching: float = 0.1
    above: float = 0.2
    below: float = 0.3
    blot: float = 0.45
    roundness: float = 0.6
    filled: float = 0.5
    apart: float = 0.32
    behind: float = 0.75
    hanging: float = 0.4
    line: float = 2.0
    crowd: float = 0.03
    crowd_width: float = 1.0
    crowd_height: float = 0.3


def cracks_in(marks: Mask, em: float, params: SpeckleParams) -> Mask:
    """Return the paper between the pieces of broken horizontal strokes: what would make them whole."""
    pieces = pieces_of(marks)
    low = ((pieces.areas > 0) & (pieces.heights <= params.flat * em))[pieces.labels]
    # An odd width keeps the closing centred; a shifted one lengthens every stroke by a pixel.
    width = 2 * max(1, round(params.crack * em / 2)) + 1
    closed: Mask = (
        cv2.morphologyEx(low.view(np.uint8), cv2.MORPH_CLOSE, np.ones((1, width), np.uint8)) > 0
    )
    rows = pieces_of(closed)
    long = (rows.widths >= params.stroke * em) & (rows.widths <= params.longest * em)
    long &= rows.heights <= params.flat * em
    broken = np.zeros(len(rows.areas), bool)
    for row in np.flatnonzero(long):
        left, top = int(rows.lefts[row]), int(rows.tops[row])
        across = slice(left, left + int(rows.widths[row]))
        own = low[:, across] & (rows.labels[:, across] == row)
        reach = round(params.aside * em)
        around = marks[max(0, top - reach) : top + int(rows.heights[row]) + reach, across]
        foreign = np.count_nonzero(around) - np.count_nonzero(own)
        broken[row] = (
            own.any(axis=0).mean() >= params.inked and foreign <= params.alone * around.size
        )
    cracks: Mask = broken[rows.labels] & ~marks
    return cracks


def dust_in(marks: Mask, largest: float, em: float, params: SpeckleParams) -> Mask:
    """Return the marks that, with all that is near them, have no more than `largest` pixels of ink."""
    reach = 2 * max(1, round(params.touching * em / 2)) + 1
    near = cv2.dilate(marks.view(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    labels = pieces_of(near).labels
    ink = np.bincount(labels[marks], minlength=int(labels.max()) + 1)
    dust: Mask = (ink <= largest)[labels] & marks
    return dust


def blots_in(marks: Mask, em: float, params: SpeckleParams) -> Mask:
    """Return the round spots that lie apart from all print, and from one another."""
    pieces = pieces_of(marks)
    long, short = (
        np.maximum(pieces.widths, pieces.heights),
        np.minimum(pieces.widths, pieces.heights),
    )
    round_ = (pieces.areas > 0) & (long <= params.blot * em)
    round_ &= (short >= params.roundness * long) | (long <= 2)
    round_ &= pieces.areas >= params.filled * long * short
    round_[0] = False
    if not round_.any():
        return np.zeros_like(marks)
    candidates = round_[pieces.labels] & marks
    rest = marks & ~candidates
    distance = cv2.distanceTransform((~rest).view(np.uint8), cv2.DIST_L2, 3)
    blots = np.zeros_like(round_)
    for number in np.flatnonzero(round_):
        left, top = int(pieces.lefts[number]), int(pieces.tops[number])
        right, bottom = left + int(pieces.widths[number]), top + int(pieces.heights[number])
        nearest = float(distance[top:bottom, left:right].min())
        alone = _is_alone(marks, (left, top, right, bottom), em, params)
        blots[number] = (
            alone
            and nearest > params.apart * em
            and not _may_be_mark(rest, (left, top, right, bottom), em, params)
        )
    found: Mask = blots[pieces.labels]
    return found


Spot = tuple[int, int, int, int]


def _is_alone(marks: Mask, spot: Spot, em: float, params: SpeckleParams) -> bool:
    """Tell whether no other mark lies as near as the pieces of a broken stroke do."""
    left, top, right, bottom = spot
    reach = max(1, round(params.crack * em))
    around = marks[max(0, top - reach) : bottom + reach, max(0, left - reach) : right + reach]
    return bool(np.count_nonzero(around) == np.count_nonzero(marks[top:bottom, left:right]))


def _may_be_mark(print_: Mask, spot: Spot, em: float, params: SpeckleParams) -> bool:
    """Tell whether the spot stands beside print as punctuation does."""
    left, top, right, bottom = spot
    reach, aside = round(params.hanging * em), round(params.behind * em)
    rows = slice(max(0, top - reach), bottom + reach)
    if print_[rows, max(0, left - aside) : left].any():
        return True
    beside = print_[rows, right : right + aside].any()
    above = print_[max(0, top - round(params.line * em)) : max(0, top - reach)].any()
    return bool(beside and above)


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
