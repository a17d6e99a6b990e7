"""Tell the ink of a cell from its paper, and print from the remnants of ruling lines.

A grey crop of a cell enters, stretched so that paper is near 255; masks of the same frame leave. How
print falls into lines is not known here. Sizes are in *em*, the side of a Chinese character.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.page import Pixels

Mask = NDArray[np.bool_]
Counts = NDArray[np.int32]
Sizes = NDArray[np.float64]


@dataclass(frozen=True)
class InkParams:
    """Sizes in em, contrasts in grey levels of a stretched page (ink 0, paper 255).

    Proportions of strokes come from drawing common Chinese and Latin faces; see `bench/lines.py`.
    """

    paper: float = 0.8
    """Side of the window in which some paper shows even inside a dense glyph."""
    soft: float = 0.02
    """Blur that averages grain and leaves the thinnest stroke, .03 em, standing."""
    contrast: float = 55.0
    """Faintest ink on any paper."""
    faint_contrasts: tuple[float, ...] = (16.0, 25.0, 38.0)
    """Faintest strokes, to be tried in turn until the paper shows no grain.

    Print that fades in the middle of a figure falls to 20; an amount without its first digit looks
    like any other.
    """
    stroke: float = 0.3
    """Thickest faint stroke; the clouds of uneven paper are wider."""
    core: float = 0.5
    """Side of the window in which a stroke has its core."""
    core_ratio: float = 0.4
    """Edge of a stroke, as a part of the darkness of its core."""
    speck_area: float = 0.003
    """Largest piece that can only be grain (square em); the point of a thin face has .006."""
    grain_px: float = 4.0
    """The same in pixels, for coarse scans: grain is made by the sensor, whatever the print's size."""
    specks: float = 0.15
    """Most specks on clean paper, for each square em."""
    fewest_specks: int = 3
    """Specks that the smallest cell may have."""

    rule_zone: float = 0.35
    """How far inside the border a remnant of a ruling line may run."""
    rule_run: float = 2.2
    """Length that no stroke of a character reaches."""
    rule_part: float = 0.6
    """The same as a part of the cell's side, for cells narrower than that."""
    glyph_run: float = 1.3
    """Longest stroke of a character, with room to spare."""
    rule_touch: float = 0.1
    """How close to the border even a short remnant is taken for a rule."""
    rule_stub: float = 0.5
    """Run of ink at the very border that is a rule, not a stroke."""
    rule_thick: float = 0.18
    """Thickest remnant."""
    rule_slope: float = 0.0125
    """Residual skew of a rule, as rise over run (.7 degrees)."""


@dataclass(frozen=True)
class Ink:
    """The ink of a cell: `marks` are print and grain, `rules` are ruling lines; `paper` is grey.

    `speck` is the area in pixels up to which a piece of `marks` may be grain: 0 on clean paper.
    """

    marks: Mask
    rules: Mask
    paper: Pixels
    speck: float


@dataclass(frozen=True)
class Pieces:
    """Connected pieces of ink: `labels` is H×W, the other arrays hold one number a piece.

    Piece 0 is the paper; its numbers are 0.
    """

    labels: Counts
    lefts: Counts
    tops: Counts
    widths: Counts
    heights: Counts
    areas: Counts


def ink_of(cell: Pixels, em: float, params: InkParams) -> Ink:
    """Return where the cell is clearly darker than its paper; rules are told by the border."""
    paper = paper_of(cell, params.paper * em)
    ink, speck = _above_grain(cell, paper, em, params)
    rules = rules_of(ink, em, params)
    return Ink(ink & ~rules, rules, paper, speck)


def _above_grain(cell: Pixels, paper: Pixels, em: float, params: InkParams) -> tuple[Mask, float]:
    """Return the ink at the lowest contrast at which it does not break up into specks.

    With it comes the area of the specks that are left: none where a faint contrast was clean.
    """
    soft = _softened(cell, params.soft * em)
    dark = cv2.subtract(paper, soft)
    side = max(3, round(params.core * em))
    cores = cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    edges = dark >= params.core_ratio * cores.astype(np.float32)
    ink: Mask = edges & (dark >= params.contrast)
    thin = cv2.subtract(paper_of(cell, params.stroke * em), soft)
    speck = max(params.grain_px, params.speck_area * em**2)
    allowed = max(params.fewest_specks, params.specks * cell.size / em**2)
    for contrast in params.faint_contrasts:
        fainter: Mask = ink | (edges & (thin >= contrast))
        areas = pieces_of(fainter).areas[1:]
        if np.count_nonzero(areas <= speck) <= allowed:
            return fainter, 0.0
    return ink, speck


def paper_of(cell: Pixels, window: float) -> Pixels:
    """Return the level of the paper at every pixel: what stays when dark strokes are closed.

    `window` is in pixels: marks that are wider than it count as paper.
    """
    side = max(3, round(window))
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed: Pixels = cv2.morphologyEx(
        cv2.blur(cell, (3, 3)), cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE
    ).astype(np.uint8, copy=False)
    return closed


def _softened(cell: Pixels, sigma: float) -> Pixels:
    return cv2.GaussianBlur(cell, (0, 0), max(0.3, sigma)).astype(np.uint8, copy=False)


def pieces_of(ink: Mask) -> Pieces:
    """Return the connected pieces of the ink, diagonals included."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.view(np.uint8), connectivity=8)
    stats[0] = 0
    lefts, tops, widths, heights, areas = stats.astype(np.int32, copy=False).T[:5]
    return Pieces(labels.astype(np.int32, copy=False), lefts, tops, widths, heights, areas)


def rules_of(ink: Mask, em: float, params: InkParams) -> Mask:
    """Return the remnants of ruling lines along the four borders of the cell.

    Long runs of ink near a border are rules even where print touches them; whole pieces are rules
    when they are thin and lie at the border.
    """
    across = np.ascontiguousarray(ink.T)
    runs = _runs_across(ink, em, params) | _runs_across(across, em, params).T
    return runs | _thin_pieces(ink & ~runs, em, params)


def _runs_across(ink: Mask, em: float, params: InkParams) -> Mask:
    height, width = ink.shape
    floor = min(params.glyph_run * em, 0.85 * width)
    long = min(params.rule_run * em, max(floor, params.rule_part * width))
    stub = min(params.rule_stub * em, 0.85 * width)
    found = np.zeros(ink.shape, dtype=np.uint8)
    for run, reach in ((long, params.rule_zone), (stub, params.rule_touch)):
        rows = min(max(1, round(reach * em)), (height + 1) // 2)
        for band in (slice(0, rows), slice(height - rows, height)):
            found[band] |= _opened(ink[band], max(2, round(run)))
    edge = max(1, round(0.04 * em))
    swollen: Mask = cv2.dilate(found, np.ones((2 * edge + 1, 1), np.uint8)) > 0
    return swollen & ink


def _opened(ink: Mask, run: int) -> Pixels:
    """Return 1 for the pixels that lie in a horizontal run of at least `run` pixels."""
    kernel = np.ones((1, run), np.uint8)
    opened: Pixels = cv2.morphologyEx(
        np.ascontiguousarray(ink).view(np.uint8),
        cv2.MORPH_OPEN,
        kernel,
        borderType=cv2.BORDER_CONSTANT,
        borderValue=0,
    ).astype(np.uint8, copy=False)
    return opened


def _thin_pieces(ink: Mask, em: float, params: InkParams) -> Mask:
    pieces = pieces_of(ink)
    height, width = ink.shape
    rights, bottoms = pieces.lefts + pieces.widths, pieces.tops + pieces.heights
    lying = _is_remnant(
        pieces.widths / em,
        pieces.heights / em,
        np.minimum(pieces.tops, height - bottoms) / em,
        width / em,
        params,
    )
    standing = _is_remnant(
        pieces.heights / em,
        pieces.widths / em,
        np.minimum(pieces.lefts, width - rights) / em,
        height / em,
        params,
    )
    rim = (pieces.areas > 0) & (_depths(pieces) <= params.rule_touch * em)
    remnant: Mask = (lying | standing | rim)[pieces.labels]
    return remnant


def _is_remnant(along: Sizes, across: Sizes, near: Sizes, side: float, params: InkParams) -> Mask:
    """Judge pieces by their size along and across a border and their distance from it, all in em."""
    stub = (near <= params.rule_touch) & (across <= params.rule_thick) & (along >= 2 * across)
    zone = params.rule_zone + params.rule_slope * side
    length = min(params.rule_run, max(params.rule_part * side, 1.0))
    rule = (near + across <= zone) & (along >= length) & (along >= 4 * across)
    remnant: Mask = (along > 0) & (stub | rule)
    return remnant


def _depths(pieces: Pieces) -> Sizes:
    """Return how far each piece reaches in from the nearest border of the cell, in pixels.

    A corner of two rules is high and wide, and still no deeper than either.
    """
    height, width = pieces.labels.shape
    ys, xs = np.nonzero(pieces.labels)
    depths = np.zeros(len(pieces.areas))
    inwards = np.minimum(np.minimum(ys, height - 1 - ys), np.minimum(xs, width - 1 - xs)) + 1
    np.maximum.at(depths, pieces.labels[ys, xs], inwards)
    return depths
