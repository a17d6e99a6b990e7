"""Ink and its size: a page as dark-on-light becomes a mask, and the mask tells how large the print is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.page import Pixels


@dataclass(frozen=True)
class InkParameters:
    """How ink is told from paper.

    `window_in` (inches) is that of the local mean: several glyphs wide, so that a heading does not count
    as its own background. `contrast` (grey levels of a stretched page) is the faintest print; where the
    paper has grain, print must stand out by `grain_ratio` times its spread, which one pixel in 15,000 of it does.
    """

    window_in: float = 0.25
    contrast: float = 24.0
    grain_ratio: float = 4.0


@dataclass(frozen=True)
class EmParameters:
    """Which connected pieces of ink can be glyphs, by their height.

    5 pt is the smallest print that a scan at 150 dpi keeps, 26 pt the largest heading of these forms;
    wider-than-tall pieces (dashes) and tall slivers (strokes, rules) say nothing about the size.
    `crack_pt` is the width of the cracks of broken strokes: on a fax whose body fell to pieces of 2 mm and less
    the heading alone was whole, and its size taken for that of the print.
    """

    smallest_pt: float = 5.0
    largest_pt: float = 26.0
    narrowest_ratio: float = 0.5
    widest_ratio: float = 1.6
    fallback_pt: float = 10.5
    crack_pt: float = 0.7


def find_ink(grey: Pixels, dpi: float, params: InkParameters = InkParameters()) -> Pixels:
    """Return a mask (H×W uint8, 255 = ink) by comparing each pixel with its surroundings."""
    window = max(3, round(dpi * params.window_in)) | 1
    paper = cv2.blur(grey, (window, window), borderType=cv2.BORDER_REPLICATE)
    dark = cv2.subtract(paper, grey)
    least = max(
        params.contrast,
        params.grain_ratio * _grain(np.asarray(paper, np.uint8)[::4, ::4], grey[::4, ::4]),
    )
    _, ink = cv2.threshold(dark, least, 255, cv2.THRESH_BINARY)
    return np.asarray(ink, np.uint8)


def _grain(paper: Pixels, grey: Pixels) -> float:
    """Return the spread (standard deviation, grey levels) of the paper; its median keeps print out."""
    return 1.4826 * float(np.median(np.abs(grey.astype(np.float32) - paper)))


def measure_em(ink: Pixels, dpi: float, params: EmParameters = EmParameters()) -> float:
    """Return the size of a full-width glyph in pixels.

    The area-weighted median height of glyph-shaped pieces: whole characters outweigh the parts that
    many Chinese characters fall into. Broken strokes are mended where that makes smaller pieces count.
    A page without print gives the size of 10.5 pt.
    """
    side = max(3, round(params.crack_pt * dpi / 72) | 1)
    mended = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    return min(_glyph_height(ink, dpi, params), _glyph_height(mended, dpi, params))


def _glyph_height(ink: cv2.typing.MatLike, dpi: float, params: EmParameters) -> float:
    pt = dpi / 72
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    width, height = (
        stats[1:, column].astype(float) for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)
    )
    ratio = width / np.maximum(height, 1)
    glyph = (
        (height >= params.smallest_pt * pt)
        & (height <= params.largest_pt * pt)
        & (ratio >= params.narrowest_ratio)
        & (ratio <= params.widest_ratio)
    )
    if not glyph.any():
        return params.fallback_pt * pt
    heights, areas = height[glyph], (width * height)[glyph]
    order = np.argsort(heights)
    cumulated = np.cumsum(areas[order])
    return float(heights[order][np.searchsorted(cumulated, cumulated[-1] / 2)])
