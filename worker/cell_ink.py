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

    ghost_dark: float = 60.0
    """Darkest print of the sheet's back that shines through (grey levels)."""
    ghost_slope: float = 0.225
    """Steepest edge of such a ghost, a pixel, as a part of its own darkness: paper blurs what shines through.

    Generated scans at 300 dpi: 424 ghosts .09 to .25, 95 in 100 under .22; 31 pieces of faded print no darker .25 to .35.
    """
    ghost_em_px: float = 24.0
    """Size of print from which that shows; coarser scans blur their own print as much."""
    ghost_area: float = 0.01
    """Smallest ghost (square em)."""
    ghost_soft_px: float = 0.7
    """Blur (pixels) that keeps the paper's grain from making edges."""

    streak_run: float = 0.4
    """Length of the upright runs that a streak of the scanner's glass is put together from."""
    streak_part: float = 0.9
    """Part of the cell's height, but for its borders, that a streak runs through, or print that covers it."""
    streak_seen: float = 0.4
    """Part of it that no print covers."""
    streak_least: float = 1.45
    """Least such height: no stroke of a character is .9 of it."""
    streak_thick: float = 0.15
    """Thickest streak."""
    streak_pale: float = 0.35
    """Darkest streak, as a part of the print beside it: what is as dark as print may be a rule."""
    streak_dark: float = 110.0
    """The same in a cell without print, or with less than `streak_print` of it."""
    streak_print: float = 0.05
    """Least print that a streak is compared with (square em)."""
    streak_tone: float = 1.6
    """What is darker than the streak by this ratio is print that it crosses."""

    stump: float = 0.3
    """Largest piece that is dirt where it sticks to a rule."""

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

    `dirt` is what no printer put there: streaks, what shines through from the back, blots on the rules.

    `speck` is the area in pixels up to which a piece of `marks` may be grain: 0 on clean paper.
    """

    marks: Mask
    rules: Mask
    dirt: Mask
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
    dark = np.asarray(cv2.subtract(paper, cell), np.uint8)
    rules = rules_of(ink, em, params)
    dirt = streaks_in(ink & ~rules, dark, em, params)
    dirt |= ghosts_in(ink & ~rules & ~dirt, cell, dark, em, params)
    dirt |= _stumps(ink & ~rules & ~dirt, rules, em, params)
    return Ink(ink & ~rules & ~dirt, rules, dirt, paper, speck)


def ghosts_in(ink: Mask, cell: Pixels, dark: Pixels, em: float, params: InkParams) -> Mask:
    """Return the pieces of ink that shine through from the back: pale, and blurred for all their paleness.

    Dark pieces are print whatever their edges; most cells have nothing else, and pay for no more than that.
    """
    pieces = pieces_of(ink)
    darkest = np.zeros(len(pieces.areas))
    ys, xs = np.nonzero(pieces.labels)
    owners = pieces.labels[ys, xs]
    np.maximum.at(darkest, owners, dark[ys, xs])
    pale = (pieces.areas >= params.ghost_area * em**2) & (darkest <= params.ghost_dark)
    if em < params.ghost_em_px or not pale.any():
        return np.zeros_like(ink)
    soft = _softened(cell, params.ghost_soft_px)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    steepest = np.zeros(len(pieces.areas))
    np.maximum.at(steepest, owners, np.hypot(across, down)[ys, xs])
    ghost = pale & (steepest <= params.ghost_slope * darkest)
    found: Mask = ghost[pieces.labels]
    return found


def streaks_in(ink: Mask, dark: Pixels, em: float, params: InkParams) -> Mask:
    """Return the ink of thin pale lines down through the whole cell, but for the print that they cross.

    `dark` says by how much each pixel is darker than its paper; near print and rules the palest of it is not `ink`.
    """
    none = np.zeros_like(ink)
    border = round(params.rule_zone * em)
    inner = slice(border, len(ink) - border)
    length = len(ink) - 2 * border
    if length < params.streak_least * em:
        return none
    pale: Mask = dark >= min(params.faint_contrasts)
    thick = max(3, round(params.streak_thick * em)) + 1
    wide = cv2.morphologyEx(pale.view(np.uint8), cv2.MORPH_OPEN, np.ones((1, thick), np.uint8)) > 0
    thin: Mask = pale & ~wide
    upright = np.ones((max(2, round(params.streak_run * em)), 1), np.uint8)
    runs = cv2.morphologyEx(thin.view(np.uint8), cv2.MORPH_OPEN, upright)
    drift = 2 * max(1, round(params.rule_slope * length / 2)) + 1
    aside = np.ones((1, drift), np.uint8)
    seen = cv2.dilate(runs, aside)[inner] > 0
    covered = cv2.dilate(pale.view(np.uint8), aside)[inner] > 0
    through = covered.mean(axis=0) >= params.streak_part
    through &= seen.mean(axis=0) >= params.streak_seen
    found = none
    edges = np.flatnonzero(np.diff(through.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    for left, right in edges:
        beside = slice(max(0, left - drift), right + drift)
        line = runs[:, beside] > 0
        others = ink.copy()
        others[:, beside] = False
        printed = np.count_nonzero(others) >= params.streak_print * em**2
        darkest = params.streak_pale * _tone(dark, others) if printed else params.streak_dark
        tone = _tone(dark[:, beside], line)
        if tone <= darkest:
            columns = beside.start + np.flatnonzero(line.any(axis=0))
            tones = dark[:, columns]
            found[:, columns] = pale[:, columns] & (tones <= params.streak_tone * tone)
    return found


def _tone(dark: Pixels, where: Mask) -> float:
    return float(np.quantile(dark[where], 0.75)) if where.any() else 0.0


def _stumps(ink: Mask, rules: Mask, em: float, params: InkParams) -> Mask:
    """Return the small pieces that stick to a rule near the border: blots that lie on it."""
    pieces = pieces_of(ink)
    beside = cv2.dilate(rules.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    sticks = np.zeros(len(pieces.areas), bool)
    sticks[pieces.labels[beside & ink]] = True
    small = np.maximum(pieces.widths, pieces.heights) <= params.stump * em
    stumps = sticks & small & (pieces.areas > 0) & (_depths(pieces) <= params.rule_zone * em)
    found: Mask = stumps[pieces.labels]
    return found


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
