"""Whether a rule shows where the lattice says that one should run.

A grey page and the stretch between two crossings of edges enter, the share of it along which a line is to be seen
leaves. Here the place is known, so far less ink is enough than it takes to find a rule; print is told from rules by
what lies beside: paper, on one side at least. Sizes are in *em*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.page import Pixels


@dataclass(frozen=True)
class FaintParams:
    """How a stretch is looked at.

    The line may lie `band` off its place; the paper beside is taken from `near` to `far`, the lighter side of the
    two. Both are averaged over `along`, against grain. The stretch is taken without `corner` at its ends, where other
    rules cross; one that is not `shortest` then tells nothing.
    The line shows where it is darker than the paper by `least` grey levels of a stretched page, and by `even`
    (ratio) of what it is darker by in the middle of the stretch: strokes of single characters end.
    """

    band: float = 0.08
    near: float = 0.16
    far: float = 0.42
    along: float = 0.25
    corner: float = 0.12
    shortest: float = 0.6
    least: float = 6.0
    even: float = 0.25


def shown(
    grey: Pixels,
    direction: Literal["horizontal", "vertical"],
    start: tuple[float, float],
    end: tuple[float, float],
    em: float,
    params: FaintParams = FaintParams(),
) -> float:
    """Return the share (0–1) of the stretch along which a line shows; 0 for one that is too short to tell.

    `start` and `end` are (along, across): (x, y) of a horizontal stretch, (y, x) of a vertical one, in pixels.
    """
    darker = darkness(grey, direction, start, end, em, params)
    if not darker.size:
        return 0.0
    return float(np.mean(darker >= max(params.least, params.even * float(np.median(darker)))))


def darkness(
    grey: Pixels,
    direction: Literal["horizontal", "vertical"],
    start: tuple[float, float],
    end: tuple[float, float],
    em: float,
    params: FaintParams = FaintParams(),
) -> NDArray[np.float32]:
    """Return how much darker than the paper beside it each pixel of the stretch is, grey levels; none for a short one."""
    page = grey if direction == "horizontal" else grey.T
    corner = params.corner * em
    first, last = round(start[0] + corner), round(end[0] - corner)
    if last - first < params.shortest * em:
        return np.empty(0, np.float32)
    alongs = np.arange(first, last)
    course = np.rint(np.interp(alongs, (start[0], end[0]), (start[1], end[1]))).astype(np.intp)
    offsets = np.arange(-round(params.far * em), round(params.far * em) + 1)
    rows = np.clip(course[None] + offsets[:, None], 0, page.shape[0] - 1)
    strip = page[rows, np.clip(alongs, 0, page.shape[1] - 1)[None]].astype(np.float32)
    window = max(3, round(params.along * em)) | 1
    smooth = np.asarray(cv2.blur(strip, (window, 1), borderType=cv2.BORDER_REPLICATE))
    near = params.near * em
    beside = np.maximum(smooth[offsets <= -near].mean(axis=0), smooth[offsets >= near].mean(axis=0))
    line = smooth[np.abs(offsets) <= max(2.0, params.band * em)].min(axis=0)
    return np.asarray(beside - line, np.float32)
