"""Cut a cell into its lines of print by projection.

A grey crop of a cell enters, straightened to within a degree, with the ruling lines at its border or
just outside; boxes and clean crops of its lines leave, in the frame of that crop. What the print
says, and where the cell stands on the page, is not known here. No text detector is used: on cells
it is slower and less exact than the projection.

All sizes are measured in *em*, the side of a Chinese character of the page's body print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from core.geometry import Box
from worker.cell_ink import Ink, InkParams, Mask, Pieces, ink_of, pieces_of
from worker.page import Pixels
from worker.speckle import SpeckleParams, cracks_in, crowd_in, dust_in
from worker.strays import (
    StrayParams,
    floating_dots,
    lone_dots,
    middles_of,
    outer_blobs,
    upper_parts,
)

Ints = NDArray[np.intp]
Span = tuple[int, int]


@dataclass(frozen=True)
class LineParams:
    """Sizes in em unless said otherwise.

    The pads are the measured optimum of the recogniser: less costs time, over .5 em costs accuracy.
    Proportions of glyphs come from drawing common Chinese and Latin faces; see `bench/lines.py`.
    """

    ink: InkParams = field(default_factory=InkParams)
    speckle: SpeckleParams = field(default_factory=SpeckleParams)
    stray: StrayParams = field(default_factory=StrayParams)

    solid_area: float = 0.01
    """Smallest piece of ink that may start a line (square em); on grainy paper, twice a speck."""
    mark: float = 0.3
    """Longest side of the largest piece in a line; a lone point or pause mark stays under it."""
    dash: float = 0.16
    """The same for a piece twice as wide as high: a hyphen."""
    blot: float = 0.2
    """The same for one of two pieces: the rings of a per cent sign whose stroke is lost."""
    blot_area: float = 0.03
    """Least of such a piece (square em)."""
    heavy_area: float = 0.045
    """Area of a piece (square em) that is a mark by itself: a small cross. A pause mark has .03."""
    wrapped: float = 0.5
    """How far from the place of a next line's first mark a lone full stop may lie."""
    full: float = 2.0
    """How much shorter than the longest line one may be that had no place for another character."""
    beside: float = 1.0
    """How far to the left or right of the other print a dot still belongs to a line."""
    above: float = 0.35
    """How far above or below."""

    slope_max: float = 0.0125
    """Residual skew that is looked for, as rise over run (.7 degrees)."""
    slope_width: float = 6.0
    """Width from which skew can make lines overlap."""
    slope_gain: float = 1.02
    """How much sharper (ratio) than none a slope must be; less is the accident of a few glyphs."""

    tall: float = 1.4
    """Height from which a band holds more than one line; a superscript makes one line 1.2 high."""
    shortest: float = 0.55
    """Least part of a line's height on either side of a cut."""
    valley: float = 0.6
    """Most ink in a cut, as a part of the band's mean row."""
    joined: float = 1.1
    """Greatest height of strokes that are pieces of one line."""
    piece: float = 0.5
    """Greatest height of a band that may be only a piece of a line."""

    pad_x: float = 0.2
    pad_y: float = 0.25
    least_height: float = 1.2
    """Height given to flat print, so that a dash is shown in the size of a dash."""


@dataclass(frozen=True)
class Line:
    """One line of print: `box` in the frame of the cell, `pixels` ready for a reader.

    `pixels` is a copy in which ruling lines and the ink of the neighbouring lines are painted over.
    """

    box: Box
    pixels: Pixels


@dataclass(frozen=True)
class Points:
    """The pixels of print, one number a pixel: where, of which piece, and whether that is solid."""

    ys: Ints
    xs: Ints
    pieces: Ints
    solid: Mask

    def rows(self, slope: float, middle: float) -> Ints:
        """Return the row of each pixel when a slope around the column `middle` is taken out."""
        return np.rint(self.ys - slope * (self.xs - middle)).astype(np.intp)


def split_lines(
    cell: Pixels, em: float | None = None, params: LineParams | None = None
) -> tuple[Box, ...]:
    """Return the box of each line, top to bottom, in the frame of the cell.

    `em` is the size of the page's print in pixels; without it, it is guessed from the cell's ink.
    Boxes stay within the cell and hold some paper around the ink; those of skewed lines overlap.
    """
    return tuple(line.box for line in cut_lines(cell, em, params))


def is_blank(
    cell: Pixels,
    em: float | None = None,
    params: LineParams | None = None,
    *,
    dusty: bool = False,
) -> bool:
    """Tell whether the cell holds no mark: nothing, grain, or remnants of rules."""
    return not cut_lines(cell, em, params, dusty=dusty)


def cut_lines(
    cell: Pixels,
    em: float | None = None,
    params: LineParams | None = None,
    *,
    dusty: bool = False,
) -> tuple[Line, ...]:
    """Return the lines of the cell, top to bottom, with their pixels; see `split_lines`.

    On a `dusty` page dots are print only where writing puts a mark.
    """
    params = params or LineParams()
    height, width = cell.shape
    if min(height, width) < 2:
        return ()
    size = em or guess_em(cell, params)
    ink = ink_of(cell, size, params.ink)
    cracks = cracks_in(ink.marks, size, params.speckle)
    pieces = pieces_of(ink.marks | cracks)
    if dusty:
        lone = lone_dots(pieces, size, params.stray)[pieces.labels]
        cell, ink = _covered(cell, ink.paper, lone), replace(ink, marks=ink.marks & ~lone)
        pieces = pieces_of(ink.marks | cracks)
    points = points_of(pieces, ink.speck, size, params)
    if not points.solid.any():
        return _doubtful(cell, ink, size, params)
    slope = slope_of(points, width, size, params)
    rows = np.clip(points.rows(slope, width / 2), 0, height - 1)
    spans = line_spans(np.bincount(rows[points.solid]), own_em(pieces, size, params), params)
    cuts = [(upper[1] + lower[0]) / 2 for upper, lower in pairwise(spans)]
    owners = np.searchsorted(np.array(cuts), rows, side="right")
    dust = dust_in(ink.marks, ink.speck, size, params.speckle)[points.ys, points.xs]
    hanging = _hanging(points, pieces, rows, owners, size, params)
    hung = np.bincount(points.pieces[hanging], minlength=len(pieces.areas)) > 0
    dust &= ~(hanging | upper_parts(pieces, hung, size, params.stray)[points.pieces])
    if dusty:
        floating = _floating(pieces, cuts, slope, size, params)
        cell = _covered(cell, ink.paper, floating[pieces.labels])
        dust |= floating[points.pieces]
    marks = [
        _is_mark(pieces, points.pieces[(owners == index) & points.solid & ~dust], size, params)
        for index in range(len(spans))
    ]
    if len(marks) > 2 and not marks[-1] and all(marks[:-1]):
        print_only = replace(points, solid=points.solid & ~dust)
        marks[-1] = _is_wrapped_mark(print_only, rows, owners, len(spans), size, params)
    boxes = [
        _box(points, (owners == index) & ~dust, (height, width), size, params) if mark else None
        for index, mark in enumerate(marks)
    ]
    cleaned = _cleaned(cell, ink, cracks, size, params)
    lines = tuple(
        Line(box, _painted(cleaned, ink.paper, points, (owners != index) | dust, box))
        for index, box in enumerate(_apart(boxes, cuts, slope, width))
        if box
    )
    return lines or _doubtful(cell, ink, size, params)


def _floating(
    pieces: Pieces, cuts: Sequence[float], slope: float, em: float, params: LineParams
) -> Mask:
    """Return the stray dots of the lines that are parted by `cuts`, in rows of which `slope` is taken out."""
    middles = middles_of(pieces)
    rises = slope * (middles[:, 0] - pieces.labels.shape[1] / 2)
    lines = np.searchsorted(np.array(cuts), middles[:, 1] - rises, side="right")
    bottoms = pieces.tops + pieces.heights - rises
    outer = outer_blobs(pieces, lines, em, params.stray)
    return outer | floating_dots(pieces, lines, bottoms, em, params.stray)


def _doubtful(cell: Pixels, ink: Ink, em: float, params: LineParams) -> tuple[Line, ...]:
    """Return as a line what is no print and too much for dust, so that the cell does not pass for blank."""
    ys, xs = np.nonzero(crowd_in(ink, em, params.ink.rule_zone, params.speckle))
    if not ys.size:
        return ()
    pad_x, pad_y = round(params.pad_x * em), round(params.least_height * em / 2)
    box = Box(
        int(xs.min()) - pad_x, int(ys.min()) - pad_y, int(xs.max()) + pad_x, int(ys.max()) + pad_y
    ).clipped(cell.shape[1], cell.shape[0])
    return (Line(box, cell[box.top : box.bottom, box.left : box.right].copy()),)


def _cleaned(cell: Pixels, ink: Ink, cracks: Mask, em: float, params: LineParams) -> Pixels:
    """Return a copy of the cell without rules and grains, and with the cracks of broken strokes filled.

    Of specks only those go that are too small for a point wherever they lie.
    """
    grain = min(ink.speck, params.ink.speck_area * em**2)
    unwanted = ink.rules | dust_in(ink.marks, grain, em, params.speckle)
    cleaned = _covered(cell, ink.paper, unwanted)
    cleaned[cracks] = round(float(np.median(cell[ink.marks])))
    return cleaned


def _covered(pixels: Pixels, paper: Pixels, unwanted: Mask) -> Pixels:
    """Return a copy with paper over what is unwanted and over its blurred rim."""
    covered = pixels.copy()
    if unwanted.any():
        rim = cv2.dilate(unwanted.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        covered[rim] = paper[rim]
    return covered


def guess_em(cell: Pixels, params: LineParams) -> float:
    """Guess the size of the print from its largest pieces; never more than the cell's height."""
    height, width = cell.shape
    start = min(height, width) / 2
    pieces = pieces_of(ink_of(cell, start, params.ink).marks)
    sizes = np.maximum(pieces.widths, pieces.heights)
    large = sizes[(sizes > 2) & (sizes < height)]
    return max(8.0, float(np.quantile(large, 0.9)) * 1.1) if large.size else start


def points_of(pieces: Pieces, speck: float, em: float, params: LineParams) -> Points:
    """Return the pixels of the pieces that are larger than a speck; `speck` is that of the `Ink`."""
    kept = pieces.areas > params.ink.speck_area * em**2
    solid = pieces.areas >= max(params.solid_area * em**2, 2 * speck)
    ys, xs = np.nonzero((kept | solid)[pieces.labels])
    owners = pieces.labels[ys, xs].astype(np.intp)
    return Points(ys, xs, owners, solid[owners])


def _hanging(
    points: Points, pieces: Pieces, rows: Ints, owners: Ints, em: float, params: LineParams
) -> Mask:
    """Tell which points are near a line's baseline: the height at which most of its taller pieces end."""
    bottoms = np.zeros(len(pieces.areas))
    np.maximum.at(bottoms, points.pieces, rows)
    tall = points.solid & (pieces.heights >= params.piece * em)[points.pieces]
    hanging = np.zeros(len(rows), bool)
    for line in np.unique(owners[tall]):
        own = np.unique(points.pieces[tall & (owners == line)])
        depth = (rows - float(np.median(bottoms[own]))) / em
        zone = (depth >= -params.speckle.above) & (depth <= params.speckle.below)
        hanging |= zone & (owners == line)
    return hanging


def own_em(pieces: Pieces, em: float, params: LineParams) -> float:
    """Return the size of the cell's own print where it is larger than the page's, else `em`."""
    large = pieces.heights[
        (pieces.areas >= params.solid_area * em**2) & (pieces.heights >= 0.6 * em)
    ]
    return max(em, float(np.quantile(large, 0.75)) * 1.05) if large.size else em


def slope_of(points: Points, width: int, em: float, params: LineParams) -> float:
    """Return the rise over run (downwards positive) that makes the rows of print sharpest."""
    if width < params.slope_width * em:
        return 0.0
    rise = params.slope_max * width
    steps = max(1, round(rise / max(1.0, 0.04 * em)))
    slopes = np.linspace(-params.slope_max, params.slope_max, 2 * steps + 1)
    margin = int(np.ceil(rise))
    scores = [
        float(np.square(np.bincount(points.rows(slope, width / 2) + margin)).sum())
        for slope in slopes
    ]
    best = int(np.argmax(scores))
    return float(slopes[best]) if scores[best] > params.slope_gain * scores[steps] else 0.0


def line_spans(rows: Ints, em: float, params: LineParams) -> tuple[Span, ...]:
    """Return the half-open spans of rows that hold one line each, from the ink of every row."""
    bands = [part for band in _runs(rows) for part in _split(rows, band, em, params)]
    return tuple(_merged(bands, em, params))


def _runs(rows: Ints) -> list[Span]:
    edges = np.flatnonzero(np.diff((rows > 0).astype(np.int8), prepend=0, append=0))
    return [(int(top), int(bottom)) for top, bottom in edges.reshape(-1, 2)]


def _split(rows: Ints, band: Span, em: float, params: LineParams) -> Iterator[Span]:
    """Cut a band that is too tall for one line at its emptiest row, again and again."""
    top, bottom = band
    margin = round(params.shortest * em)
    if bottom - top <= max(params.tall * em, 2 * margin):
        yield band
        return
    width = max(1, round(0.06 * em))
    smooth = np.convolve(rows[top:bottom], np.ones(width) / width, mode="same")
    cut = margin + int(np.argmin(smooth[margin : len(smooth) - margin]))
    if smooth[cut] > params.valley * smooth.mean():
        yield band
        return
    yield from _split(rows, (top, top + cut), em, params)
    yield from _split(rows, (top + cut, bottom), em, params)


def _merged(bands: Sequence[Span], em: float, params: LineParams) -> list[Span]:
    """Join strokes that lie over one another in a character, the closest ones first."""
    merged = list(bands)
    while True:
        gaps = [
            (lower[0] - upper[1], index)
            for index, (upper, lower) in enumerate(pairwise(merged))
            if lower[1] - upper[0] <= params.joined * em
            and min(upper[1] - upper[0], lower[1] - lower[0]) <= params.piece * em
        ]
        if not gaps:
            return merged
        _, index = min(gaps)
        merged[index : index + 2] = [(merged[index][0], merged[index + 1][1])]


def _is_mark(pieces: Pieces, members: Ints, em: float, params: LineParams) -> bool:
    own = np.unique(members)
    widths, heights = pieces.widths[own] / em, pieces.heights[own] / em
    longest, areas = np.maximum(widths, heights), pieces.areas[own] / em**2
    large = (longest >= params.mark) | (areas >= params.heavy_area)
    flat = (widths >= params.dash) & (widths >= 2 * heights)
    blots = (longest >= params.blot) & (areas >= params.blot_area)
    return bool((large | flat).any() or np.count_nonzero(blots) > 1)


def _is_wrapped_mark(
    points: Points,
    rows: Ints,
    owners: Ints,
    count: int,
    em: float,
    params: LineParams,
) -> bool:
    """Tell whether the last of `count` lines is a full stop that found no place on the one above.

    It begins a line, as far under the one above as that is under its own, and that one is full. Print-outs
    of spreadsheets wrap so; alone it is too small to be told from dirt.
    """
    ends = []
    for index in range(count):
        mine = points.solid & (owners == index)
        if not mine.any():
            return False
        xs = points.xs[mine]
        ends.append((int(xs.min()), int(xs.max()), float(rows[mine].max())))
    *above, (left, right, bottom) = ends
    lefts, rights, bottoms = zip(*above, strict=True)
    pitch = bottoms[-1] - bottoms[-2]
    return (
        right - left < params.mark * em
        and abs(left - min(lefts)) <= params.wrapped * em
        and abs(bottom - bottoms[-1] - pitch) <= params.wrapped * em
        and max(rights) - rights[-1] < params.full * em
    )


def _box(points: Points, mine: Mask, shape: tuple[int, int], em: float, params: LineParams) -> Box:
    """Return the padded box of a line, dots that stand close to it included."""
    height, width = shape
    ys, xs = points.ys[mine & points.solid], points.xs[mine & points.solid]
    aside, above = params.beside * em, params.above * em
    near = (
        mine
        & (points.xs >= xs.min() - aside)
        & (points.xs <= xs.max() + aside)
        & (points.ys >= ys.min() - above)
        & (points.ys <= ys.max() + above)
    )
    ys, xs = points.ys[near], points.xs[near]
    left, right = int(xs.min()), int(xs.max()) + 1
    top, bottom = int(ys.min()), int(ys.max()) + 1
    flat = max(0.0, params.least_height * em - (bottom - top)) / 2
    pad_y, pad_x = round(max(params.pad_y * em, flat)), round(params.pad_x * em)
    return Box(left - pad_x, top - pad_y, right + pad_x, bottom + pad_y).clipped(width, height)


def _apart(
    boxes: Sequence[Box | None], cuts: Sequence[float], slope: float, width: int
) -> Iterator[Box | None]:
    """Trim the boxes of neighbours where their pads meet; ink that skew makes overlap stays in."""
    limits = [-np.inf, *cuts, np.inf]
    for box, above, below in zip(boxes, limits, limits[1:], strict=False):
        if box is None:
            yield None
            continue
        rises = [slope * (x - width / 2) for x in (box.left, box.right)]
        yield box._replace(
            top=int(max(box.top, above + min(rises))),
            bottom=int(min(box.bottom, np.ceil(below + max(rises)))),
        )


def _painted(cell: Pixels, paper: Pixels, points: Points, foreign: Mask, box: Box) -> Pixels:
    """Return the pixels of the box with the foreign points painted over by paper."""
    window = slice(box.top, box.bottom), slice(box.left, box.right)
    paint = np.zeros((box.height, box.width), bool)
    ys, xs = points.ys[foreign] - box.top, points.xs[foreign] - box.left
    inside = (ys >= 0) & (ys < box.height) & (xs >= 0) & (xs < box.width)
    paint[ys[inside], xs[inside]] = True
    return _covered(cell[window], paper[window], paint)
