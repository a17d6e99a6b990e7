"""Cut a cell into its lines of print by projection.

A grey crop of a cell enters, straightened to within a degree, with the ruling lines at its border or
just outside; boxes and clean crops of its lines leave, in the frame of that crop. What the print
says, and where the cell stands on the page, is not known here. No text detector is used: on cells
it is slower and less exact than the projection.

All sizes are measured in *em*, the side of a Chinese character of the page's body print.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from core.geometry import Box
from worker.page import Pixels

Mask = NDArray[np.bool_]
Ints = NDArray[np.intp]
Span = tuple[int, int]


@dataclass(frozen=True)
class LineParams:
    """Sizes in em, contrasts in grey levels of a stretched page (ink 0, paper 255).

    The pads are the measured optimum of the recogniser: less costs time, over .5 em costs accuracy.
    Proportions of glyphs come from drawing the common CJK and Latin faces; see `bench/lines.py`.
    """

    paper_em: float = 0.8
    """Side of the window in which some paper shows even inside a dense glyph."""
    contrast: float = 50.0
    """Faintest ink; grain and half-removed seals stay below it."""
    contrast_ratio: float = 0.4
    """Edge of a stroke, as a part of the darkness of its core."""

    speck_area: float = 0.003
    """Smallest dot kept beside a line (square em): the point of a thin face has about .006."""
    solid_area: float = 0.01
    """Smallest piece of ink that may start a line (square em)."""
    mark: float = 0.3
    """Longest side of the largest piece in a line; a lone point or pause mark stays under it."""
    dash: float = 0.2
    """The same for a piece twice as wide as high: a hyphen."""

    rule_zone: float = 0.35
    """How far inside the border a remnant of a ruling line may run."""
    rule_touch: float = 0.08
    """How close to the border even a short remnant is taken for a rule."""
    rule_run: float = 2.2
    """Run of ink that no stroke of a character reaches."""
    rule_stub: float = 0.5
    """Run of ink at the very border that is a rule, not a stroke."""

    slope_max: float = 0.0125
    """Residual skew that is looked for, as rise over run (.7 degrees)."""
    slope_width: float = 6.0
    """Width from which skew can make lines overlap."""

    tall: float = 1.4
    """Height from which a band holds more than one line; one line reaches 1.2 with a superscript."""
    shortest: float = 0.55
    """Least part of a line's height on either side of a cut."""
    valley: float = 0.6
    """Ink in a cut, as a part of the band's mean row."""
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


def split_lines(
    cell: Pixels, em: float | None = None, params: LineParams | None = None
) -> tuple[Box, ...]:
    """Return the box of each line, top to bottom, in the frame of the cell.

    `em` is the size of the page's print in pixels; without it, it is guessed from the cell's ink.
    Boxes stay within the cell and hold some paper around the ink; those of tight lines may overlap
    where the print does.
    """
    return tuple(line.box for line in cut_lines(cell, em, params))


def is_blank(cell: Pixels, em: float | None = None, params: LineParams | None = None) -> bool:
    """Tell whether the cell holds no mark: nothing, grain, or remnants of rules."""
    return not cut_lines(cell, em, params)


def cut_lines(
    cell: Pixels, em: float | None = None, params: LineParams | None = None
) -> tuple[Line, ...]:
    """Return the lines of the cell, top to bottom, with their pixels; see `split_lines`."""
    params = params or LineParams()
    if min(cell.shape) < 2:
        return ()
    size = em or guess_em(cell, params)
    paper = paper_of(cell, size, params)
    ink = ink_of(cell, paper, params)
    rules = rules_of(ink, size, params)
    print_ = ink & ~rules
    solid, dots = pieces_of(print_, size, params)
    if not solid.any():
        return ()
    slope = slope_of(solid, size, params)
    spans = line_spans(_rows(solid, slope), own_em(solid, size), params)
    owner = _owners(cell.shape, spans, slope)
    return tuple(_lines(cell, paper, _Ink(print_, rules, solid, dots, owner), size, params))


def guess_em(cell: Pixels, params: LineParams) -> float:
    """Guess the size of the print from its largest pieces; never more than the cell's height."""
    height, width = cell.shape
    start = min(height, width) / 2
    ink = ink_of(cell, paper_of(cell, start, params), params)
    sizes = _piece_sizes(ink & ~rules_of(ink, start, params))
    large = sizes[(sizes > 2) & (sizes < height)]
    return (
        max(8.0, min(float(height), float(np.quantile(large, 0.9)) * 1.1)) if large.size else start
    )


def paper_of(cell: Pixels, em: float, params: LineParams) -> Pixels:
    """Return the level of the paper at every pixel: what stays when dark strokes are closed."""
    side = max(3, round(params.paper_em * em))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed = cv2.morphologyEx(cv2.blur(cell, (3, 3)), cv2.MORPH_CLOSE, kernel)
    return closed.astype(np.uint8, copy=False)


def ink_of(cell: Pixels, paper: Pixels, params: LineParams) -> Mask:
    """Return where the cell is clearly darker than its paper."""
    dark = cv2.subtract(paper, cell)
    inked = dark[dark >= params.contrast]
    if not inked.size:
        return np.zeros(cell.shape, dtype=np.bool_)
    core = float(np.quantile(inked, 0.9))
    mask: Mask = dark >= max(params.contrast, params.contrast_ratio * core)
    return mask


def rules_of(ink: Mask, em: float, params: LineParams) -> Mask:
    """Return the remnants of ruling lines along the four borders of the cell."""
    return _rules_across(ink, em, params) | _rules_across(ink.T, em, params).T


def _rules_across(ink: Mask, em: float, params: LineParams) -> Mask:
    height, width = ink.shape
    floor = min(1.3 * em, 0.85 * width)
    long = max(2, round(min(params.rule_run * em, max(floor, 0.6 * width))))
    stub = max(2, round(min(params.rule_stub * em, 0.85 * width)))
    found = np.zeros_like(ink)
    for run, reach in ((long, params.rule_zone), (stub, params.rule_touch)):
        rows = min(max(1, round(reach * em)), (height + 1) // 2)
        for band in (slice(0, rows), slice(height - rows, height)):
            found[band] |= _opened(ink[band], run)
    edge = max(1, round(0.04 * em))
    swollen: Mask = cv2.dilate(found.astype(np.uint8), np.ones((2 * edge + 1, 1), np.uint8)) > 0
    return swollen & ink


def _opened(ink: Mask, run: int) -> Mask:
    """Return the pixels that lie in a horizontal run of at least `run` pixels."""
    if run > ink.shape[1]:
        return np.zeros_like(ink)
    padded = np.pad(ink, ((0, 0), (1, 1))).astype(np.int8)
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    found = np.zeros_like(ink)
    for row, start, end in zip(rows, starts, ends, strict=True):
        if end - start >= run:
            found[row, start:end] = True
    return found


def pieces_of(ink: Mask, em: float, params: LineParams) -> tuple[Mask, Mask]:
    """Return the pieces large enough to start a line, and the dots that may belong to one."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA] / em**2
    areas[0] = 0
    solid = areas >= params.solid_area
    dots = (areas >= params.speck_area) & ~solid
    return solid[labels], dots[labels]


def _piece_sizes(ink: Mask) -> NDArray[np.int32]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])


def own_em(solid: Mask, em: float) -> float:
    """Return the size of the cell's own print where it is larger than the page's, else `em`."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8), connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    large = heights[heights >= 0.6 * em]
    return max(em, float(np.quantile(large, 0.75)) * 1.05) if large.size else em


def slope_of(ink: Mask, em: float, params: LineParams) -> float:
    """Return the rise over run (downwards positive) that makes the rows of print sharpest."""
    width = ink.shape[1]
    if width < params.slope_width * em:
        return 0.0
    rise = params.slope_max * width
    steps = max(1, round(rise / max(1.0, 0.04 * em)))
    slopes = np.linspace(-params.slope_max, params.slope_max, 2 * steps + 1)
    ys, xs = np.nonzero(ink)
    margin = int(np.ceil(rise))
    scores = [
        float(np.square(np.bincount(_sheared(ys, xs - width / 2, s) + margin)).sum())
        for s in slopes
    ]
    best = int(np.argmax(scores))
    # A slope that is hardly sharper than none is the accident of a few glyphs.
    return float(slopes[best]) if scores[best] > 1.02 * scores[steps] else 0.0


def _sheared(ys: Ints, xs: NDArray[np.float64], slope: float) -> Ints:
    return np.rint(ys - slope * xs).astype(np.intp)


def _rows(ink: Mask, slope: float) -> Ints:
    """Return the ink of each row after the slope is taken out; rows off the cell count to its edge."""
    height, width = ink.shape
    ys, xs = np.nonzero(ink)
    return np.bincount(
        np.clip(_sheared(ys, xs - width / 2, slope), 0, height - 1), minlength=height
    )


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
    if bottom - top <= params.tall * em or bottom - top <= 2 * margin:
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


def _owners(shape: tuple[int, ...], spans: Sequence[Span], slope: float) -> Ints:
    """Return for every pixel of the cell the index of the line whose rows it is nearest to."""
    height, width = shape
    cuts = [(upper[1] + lower[0]) / 2 for upper, lower in pairwise(spans)]
    ys = np.arange(height)[:, None] - slope * (np.arange(width) - width / 2)[None, :]
    return np.searchsorted(np.array(cuts), ys, side="right")


@dataclass(frozen=True)
class _Ink:
    """The ink of a cell told apart; `owner` is the index of the line of every pixel."""

    print_: Mask
    rules: Mask
    solid: Mask
    dots: Mask
    owner: Ints


def _lines(cell: Pixels, paper: Pixels, ink: _Ink, em: float, params: LineParams) -> Iterator[Line]:
    for index in range(int(ink.owner.max()) + 1):
        mine = ink.owner == index
        core = ink.solid & mine
        if not _is_mark(core, em, params):
            continue
        box = _box_around(_with_dots(core, ink.dots & mine, em), mine, em, params)
        foreign = ink.rules | (ink.print_ & ~mine)
        yield Line(box, _painted(cell, paper, foreign, box))


def _is_mark(core: Mask, em: float, params: LineParams) -> bool:
    _, _, stats, _ = cv2.connectedComponentsWithStats(core.astype(np.uint8), connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    large = np.maximum(widths, heights) >= params.mark * em
    flat = (widths >= params.dash * em) & (widths >= 2 * heights)
    return bool((large | flat).any())


def _with_dots(core: Mask, dots: Mask, em: float) -> Mask:
    """Add the dots that stand within a character of the line; grain further off is left out."""
    columns = np.flatnonzero(core.any(axis=0))
    left, right = max(0, columns[0] - round(em)), columns[-1] + 1 + round(em)
    near = np.zeros_like(core)
    near[:, left:right] = dots[:, left:right]
    return core | near


def _box_around(ink: Mask, mine: Mask, em: float, params: LineParams) -> Box:
    width = ink.shape[1]
    ys, xs = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom = int(ys[0]), int(ys[-1]) + 1
    flat = max(0.0, params.least_height * em - (bottom - top)) / 2
    pad_y, pad_x = round(max(params.pad_y * em, flat)), round(params.pad_x * em)
    own = np.flatnonzero(mine.any(axis=1))
    return Box(
        max(0, int(xs[0]) - pad_x),
        max(int(own[0]), top - pad_y),
        min(width, int(xs[-1]) + 1 + pad_x),
        min(int(own[-1]) + 1, bottom + pad_y),
    )


def _painted(cell: Pixels, paper: Pixels, foreign: Mask, box: Box) -> Pixels:
    window = slice(box.top, box.bottom), slice(box.left, box.right)
    pixels = cell[window].copy()
    if foreign[window].any():
        # The blurred rim of the print outside the mask goes with it.
        rim = cv2.dilate(foreign[window].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        pixels[rim] = paper[window][rim]
    return pixels
