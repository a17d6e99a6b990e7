"""Stray dots on a dusty page: those that stand where no writing puts a mark.

Pieces of a cell's ink enter, and which of them are strays leaves. A point, a comma, a colon stand close behind print, on
its baseline; dust lies anywhere. What stands where a mark may stand is kept, dust or not. Sizes are in *em*.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.cell_ink import Mask, Pieces, pieces_of
from worker.page import Pixels

Places = NDArray[np.float64]
Lines = NDArray[np.intp]


@dataclass(frozen=True)
class StrayParams:
    """Where dots can be marks, and how many of them are dust.

    A dot is no longer than `longest`, and either smaller than `tiny` (square em), of any shape, or round: its sides
    differ by no more than `roundness` (ratio) and ink covers `filled` (share) of its box. Commas and pause marks are
    neither. Pieces under `least_mark` (square em) keep no dot company.

    Marks stand at most `behind` from print. Those of a row are of one size, or `flat` (ratio) as the pieces of a dash;
    they lie no further apart, and within `aligned` of a straight line; the parts of a colon stand at most `over` above one another, and
    within `under` of a straight line, the upper one with `upper_share` of the lower one's ink at least. What touches
    print but for a gap of `touching` may be a stroke. Marks end from `above` to `below` the baseline, where most print
    of the line that is `tall` ends; `large` ones, as commas are, from `middle`: traditional faces set them in the middle
    of their square. The dot in a name ends from `low` to `high` above it, with print on both sides.

    Closing quotation marks and brackets fill the left part of their square only, so that the next mark stands up to
    `after` from where their last stroke begins. That is `narrow` at most, and either ends `raised` above the baseline
    or is `tall_bracket` high, which figures are not.

    No value begins or ends in a point or comma, so that blobs behind all print of a cell are dust: behind its only line,
    or behind a last one that ends `short` of another; so are those further than `apart` before the first line, which
    the drops of a character are not, and those between the lines. Blobs are dots, and what is solid and no longer than
    `blob`, which the rings of a per cent sign are. Two that stand within `crumbs`, or above one another, may be the
    rest of a full stop, or a colon.

    A page is dusty where more than `dusty` dots, of at least `least_px` pixels and `dark` grey levels darker than white,
    lie on each square em of the paper that is further than `free` from print. Scans and faded, bleeding pages have
    under .001 of them, six pages of dusty copies .08 to .24, faxes .06 to .13.
    """

    longest: float = 0.5
    tiny: float = 0.012
    tiny_longest: float = 0.2
    roundness: float = 0.8
    filled: float = 0.56
    least_mark: float = 0.003
    flat: float = 1.5
    behind: float = 0.6
    aligned: float = 0.06
    under: float = 0.12
    over: float = 0.75
    upper_share: float = 0.4
    touching: float = 0.1
    above: float = 0.2
    below: float = 0.3
    large: float = 0.15
    middle: float = 0.65
    low: float = 0.2
    high: float = 0.5
    tall: float = 0.5
    after: float = 1.35
    narrow: float = 0.45
    raised: float = 0.4
    tall_bracket: float = 0.85
    short: float = 0.5
    apart: float = 0.2
    blob: float = 0.22
    crumbs: float = 0.4
    dusty: float = 0.02
    least_px: int = 4
    dark: int = 120
    free: float = 0.8


def is_dusty(
    grey: Pixels, print_only: Pixels, em: float, params: StrayParams = StrayParams()
) -> bool:
    """Tell whether dots lie about on the paper of a stretched page; `print_only` is its ink (255) without the rules."""
    pieces = pieces_of(print_only > 0)
    small = np.maximum(pieces.widths, pieces.heights) <= params.longest * em
    side = 2 * round(params.free * em) + 1
    print_ = (~small[pieces.labels]).view(np.uint8)
    free = cv2.dilate(print_, np.ones((side, side), np.uint8)) == 0
    dots = middles_of(pieces)[small & (pieces.areas >= params.least_px)].astype(np.intp)
    ys, xs = dots[:, 1], dots[:, 0]
    dust = np.count_nonzero(free[ys, xs] & (grey[ys, xs] <= 255 - params.dark))
    return bool(dust > params.dusty * np.count_nonzero(free) / em**2)


def lone_dots(pieces: Pieces, em: float, params: StrayParams = StrayParams()) -> Mask:
    """Return the dots that are too far from all print for a mark of writing (one bool a piece)."""
    dots = _dots(pieces, em, params)
    if not dots.any():
        return dots
    side = 2 * round(params.behind * em) + 1
    print_ = (~dots[pieces.labels] & (pieces.labels > 0)).view(np.uint8)
    near = cv2.dilate(print_, np.ones((side, side), np.uint8)) > 0
    beside = np.zeros_like(dots)
    beside[np.unique(pieces.labels[near])] = True
    lone = dots & ~beside & ~_in_company(pieces, dots, em, params)
    return lone & ~_behind_narrow(pieces, lone, ~dots & (pieces.areas > 0), em, params)


def _behind_narrow(
    pieces: Pieces, dots: Mask, others: Mask, em: float, params: StrayParams
) -> Mask:
    """Return the dots that are low enough and close enough behind a narrow piece for the next square's mark."""
    numbers = np.flatnonzero(dots)
    narrow = np.flatnonzero(others & (pieces.widths <= params.narrow * em))
    aside = pieces.lefts[numbers][:, None] - pieces.lefts[narrow][None]
    middles = middles_of(pieces)[:, 1]
    down = middles[numbers][:, None] - middles[narrow][None]
    behind = (aside > 0) & (aside <= params.after * em) & (down >= 0) & (down <= em)
    found = np.zeros_like(dots)
    found[numbers] = behind.any(axis=1)
    return found


def floating_dots(
    pieces: Pieces, lines: Lines, bottoms: Places, em: float, params: StrayParams = StrayParams()
) -> Mask:
    """Return the dots that are neither on the baseline behind print, nor part of a character (one bool a piece).

    `lines` is the line of print that each piece belongs to, `bottoms` is where it ends (pixels, in a frame where the
    lines are level). A line without tall print says nothing.
    """
    dots = _dots(pieces, em, params)
    if not dots.any():
        return dots
    others = ~dots & (pieces.areas > 0)
    stray = dots & ~_touching(pieces, dots, others, em, params)
    stray &= ~_in_company(pieces, dots, em, params)
    for line in np.unique(lines[stray]):
        own = lines == line
        tall = own & others & (pieces.heights >= params.tall * em)
        if not tall.any():
            stray &= ~own
            continue
        depths = (bottoms - float(np.median(bottoms[tall]))) / em
        closing = own & others & _may_close(pieces, depths, em, params)
        large = np.maximum(pieces.widths, pieces.heights) >= params.large * em
        above = np.where(large, params.middle, params.above)
        hanging = (depths >= -above) & (depths <= params.below)
        printed = np.flatnonzero((own & others)[pieces.labels].any(axis=0))
        before = np.searchsorted(printed, pieces.lefts) - 1
        gaps = np.where(before >= 0, pieces.lefts - printed[np.maximum(before, 0)], np.inf)
        close = gaps <= params.behind * em
        ends = pieces.lefts + pieces.widths - 1
        for mark in np.flatnonzero(closing):
            at_end = (before >= 0) & (printed[np.maximum(before, 0)] == ends[mark])
            close |= at_end & (pieces.lefts - pieces.lefts[mark] <= params.after * em)
        after = np.searchsorted(printed, pieces.lefts + pieces.widths)
        following = after < len(printed)
        ahead = printed[np.minimum(after, len(printed) - 1)] - pieces.lefts - pieces.widths
        between = close & following & (ahead <= params.behind * em)
        between &= (-depths >= params.low) & (-depths <= params.high)
        stray &= ~(own & ((hanging & close) | between))
    return stray


def outer_blobs(
    pieces: Pieces, lines: Lines, em: float, params: StrayParams = StrayParams()
) -> Mask:
    """Return the blobs before, behind and between the lines of print that are no marks of writing (one bool a piece).

    `lines` is the line of print that each piece belongs to.
    """
    stray = np.zeros(len(pieces.areas), bool)
    blobs = _blobs(pieces, em, params)
    print_ = (pieces.areas > 0) & ~blobs
    tall = print_ & (pieces.heights >= params.tall * em)
    rights = pieces.lefts + pieces.widths
    ends = {line: int(rights[print_ & (lines == line)].max()) for line in np.unique(lines[tall])}
    for line in np.unique(lines[blobs]):
        own = np.flatnonzero(blobs & (lines == line))
        alone = np.array([not _has_company(pieces, blob, own, em, params) for blob in own])
        if line not in ends:
            stray[own] = alone.all() and not (print_ & (lines == line)).any()
            continue
        start = int(pieces.lefts[print_ & (lines == line)].min())
        others = [right for other, right in ends.items() if other != line]
        full = bool(others) and ends[line] >= max(others) - params.short * em
        behind = (pieces.lefts[own] - ends[line]) / em
        stray[own] = (behind > params.after) | (
            alone & (behind > params.touching) & (line == max(ends) and not full)
        )
        before = (start - rights[own]) / em
        stray[own] |= (line == min(ends)) & (
            (before > params.after) | (alone & (before > params.apart))
        )
    return stray


def _blobs(pieces: Pieces, em: float, params: StrayParams) -> Mask:
    ys, xs = middles_of(pieces).astype(np.intp).T[::-1]
    solid = pieces.labels[ys, xs] == np.arange(len(pieces.areas))
    small = np.maximum(pieces.widths, pieces.heights) <= params.blob * em
    small &= pieces.widths < params.flat * pieces.heights
    blobs: Mask = (pieces.areas > 0) & ((small & solid) | _dots(pieces, em, params))
    return blobs


def _has_company(
    pieces: Pieces, blob: np.intp, blobs: Lines, em: float, params: StrayParams
) -> bool:
    """Tell whether another blob stands close to this one, or above or below it."""
    others = blobs[(blobs != blob) & (pieces.areas[blobs] >= params.least_mark * em**2)]
    middles = middles_of(pieces) / em
    aside, down = np.abs(middles[others] - middles[blob]).T
    column = (aside <= params.under) & (down <= params.over)
    return bool((column | (np.hypot(aside, down) <= params.crumbs)).any())


def _may_close(pieces: Pieces, depths: Places, em: float, params: StrayParams) -> Mask:
    """Return the pieces shaped like a closing quotation mark or bracket, or like the last stroke of one."""
    raised = depths <= -params.raised
    tall = pieces.heights >= params.tall_bracket * em
    shaped: Mask = (pieces.widths <= params.narrow * em) & (raised | tall)
    return shaped


def _touching(pieces: Pieces, dots: Mask, others: Mask, em: float, params: StrayParams) -> Mask:
    """Return the dots that lie so close to print that they may be strokes of it."""
    side = 2 * max(1, round(params.touching * em)) + 1
    print_ = others[pieces.labels].view(np.uint8)
    near = cv2.dilate(print_, np.ones((side, side), np.uint8)) > 0
    touched = np.zeros_like(dots)
    touched[np.unique(pieces.labels[near])] = True
    return dots & touched


def _dots(pieces: Pieces, em: float, params: StrayParams) -> Mask:
    long = np.maximum(pieces.widths, pieces.heights)
    short = np.minimum(pieces.widths, pieces.heights)
    tiny = (pieces.areas <= params.tiny * em**2) & (long <= params.tiny_longest * em)
    round_ = (short >= params.roundness * long) & (pieces.areas >= params.filled * long * short)
    ys, xs = middles_of(pieces).astype(np.intp).T[::-1]
    round_ &= pieces.labels[ys, xs] == np.arange(len(long))  # not so a ring, the full stop
    dots: Mask = (pieces.areas > 0) & (long <= params.longest * em) & (tiny | round_)
    return dots


def _in_company(pieces: Pieces, dots: Mask, em: float, params: StrayParams) -> Mask:
    """Return the dots of a row of them or of a broken dash, and those right above or below another small mark: colons, semicolons."""
    small = np.maximum(pieces.widths, pieces.heights) <= params.longest * em
    marks = np.flatnonzero(small & (pieces.areas >= params.least_mark * em**2))
    numbers = np.flatnonzero(dots)
    middles = middles_of(pieces) / em
    aside, above = np.moveaxis(np.abs(middles[numbers][:, None] - middles[marks][None]), 2, 0)
    sides = np.maximum(pieces.widths, pieces.heights) / em
    alike = np.abs(sides[numbers][:, None] - sides[marks][None]) <= params.aligned
    flat = pieces.widths >= params.flat * pieces.heights
    alike |= flat[numbers][:, None] | flat[marks][None]
    alike &= dots[marks]
    row = alike & (above <= params.aligned) & (aside <= params.behind)
    column = (aside <= params.under) & (above <= params.over)
    found = np.zeros_like(dots)
    found[numbers] = ((row | column) & (numbers[:, None] != marks[None])).any(axis=1)
    return found


def upper_parts(
    pieces: Pieces, hanging: Mask, em: float, params: StrayParams = StrayParams()
) -> Mask:
    """Return the small pieces right above a small one that hangs on the baseline: the dots of semicolons and colons.

    `hanging` is one bool a piece, and so is the answer.
    """
    small = (pieces.areas > 0) & (np.maximum(pieces.widths, pieces.heights) <= params.longest * em)
    lower, upper = np.flatnonzero(small & hanging), np.flatnonzero(small & ~hanging)
    middles = middles_of(pieces)
    aside, down = np.moveaxis(middles[lower][None] - middles[upper][:, None], 2, 0)
    # The parts of a mark at 150 dpi are two pixels wide: half a pixel more is their rounding.
    column = (np.abs(aside) <= params.under * em + 0.5) & (down > 0) & (down <= params.over * em)
    column &= pieces.areas[upper][:, None] >= params.upper_share * pieces.areas[lower][None]
    found = np.zeros_like(small)
    found[upper] = column.any(axis=1)
    return found


def middles_of(pieces: Pieces) -> Places:
    """Return x and y of the middle of each piece's box."""
    return np.stack(
        [pieces.lefts + (pieces.widths - 1) / 2, pieces.tops + (pieces.heights - 1) / 2], axis=1
    )
