"""Streaks: the pale lines that dirt on the glass of a copier or scanner draws from one end of the page to the other.

A stretched page enters as it lay on the glass, before it is deskewed: there a streak keeps to its columns, in every
band of the page, in the margins too, which no rule of a table does. The paper under it is still paper: dividing by its
level brings back the print that the streak crosses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.page import Pixels

Levels = NDArray[np.float32]


@dataclass(frozen=True)
class StreakParams:
    """What a streak is. Levels are grey levels of a stretched page (ink 0, paper 255).

    The page is seen in `bands`, each by the level that half of its pixels in a column reach: print covers less. A
    streak is darker than what is beside it by `faintest` or more in `through` (share) of the bands; grain moves the
    level of a band by 2. It is no more than `widest_in` inches wide, the blur of a copy included. What is darker than
    `darkest` may be a rule of a page that was cut off inside its table, and is left. Columns beside it
    that are darker by `rim` are its blurred edge. `most` are the streaks of one page; more is a pattern of the paper.
    """

    bands: int = 40
    rows_of_band: int = 24
    faintest: float = 6.0
    through: float = 0.9
    widest_in: float = 0.035
    darkest: float = 120.0
    rim: float = 2.0
    most: int = 12


class Streak(NamedTuple):
    """The half-open span of columns, and the level of its paper: bands × columns, as a part of the level beside it."""

    left: int
    right: int
    light: Levels


class Streaks(NamedTuple):
    """Those that run down the page, and those that run across it (by rows instead of columns)."""

    down: tuple[Streak, ...] = ()
    across: tuple[Streak, ...] = ()

    @property
    def found(self) -> bool:
        """Tell whether there are any."""
        return bool(self.down or self.across)


def find_streaks(grey: Pixels, dpi: float, params: StreakParams = StreakParams()) -> Streaks:
    """Return the streaks of a page; sheets are fed with either side first."""
    return Streaks(_down(grey, dpi, params), _down(grey.T, dpi, params))


def without_streaks(grey: Pixels, streaks: Streaks) -> Pixels:
    """Return the page with the paper under the streaks as light as beside them; without streaks, the same page."""
    if not streaks.found:
        return grey
    clean = grey.copy()
    for page, found in ((clean, streaks.down), (clean.T, streaks.across)):
        for streak in found:
            columns = slice(streak.left, streak.right)
            light = cv2.resize(
                streak.light,
                (streak.right - streak.left, len(page)),
                interpolation=cv2.INTER_LINEAR,
            )
            page[:, columns] = np.clip(page[:, columns] / np.maximum(light, 0.1), 0, 255)
    return clean


def _down(grey: Pixels, dpi: float, params: StreakParams) -> tuple[Streak, ...]:
    levels = _levels(grey, params)
    width = max(3, round(params.widest_in * dpi)) | 1
    # Closed, what is darker than both sides is filled; streaks at the border of the picture are left.
    beside = cv2.morphologyEx(
        levels, cv2.MORPH_CLOSE, np.ones((1, width), np.uint8), borderType=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    darker = beside - levels
    core = (darker >= params.faintest).mean(axis=0) >= params.through
    core &= np.median(darker, axis=0) <= params.darkest
    near = cv2.dilate(core.view(np.uint8)[None], np.ones((1, width), np.uint8))[0] > 0
    rim = near & (np.median(darker, axis=0) >= params.rim)
    edges = np.flatnonzero(np.diff(rim.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
    inner = edges[(edges[:, 0] > 0) & (edges[:, 1] < len(core))]
    spans = [(int(left), int(right)) for left, right in inner if core[left:right].any()]
    if len(spans) > params.most:
        return ()
    light = _smooth(np.asarray(levels / np.maximum(beside, 1), np.float32))
    return tuple(Streak(left, right, light[:, left:right].copy()) for left, right in spans)


def _levels(grey: Pixels, params: StreakParams) -> Levels:
    """Return the level of each column in each band of the page (bands × width)."""
    height, width = grey.shape
    bands = min(params.bands, height)
    rows = max(1, min(params.rows_of_band, height // bands))
    picked = np.linspace(0, height - 1, bands * rows).astype(np.intp)
    levels = np.median(grey[picked].reshape(bands, rows, width), axis=1)
    return np.asarray(levels, np.float32)


def _smooth(light: Levels) -> Levels:
    """Return the light without what print does to single bands."""
    high = np.pad(light, ((2, 2), (0, 0)), mode="edge")
    shifted = np.stack([high[shift : len(high) - 4 + shift] for shift in range(5)])
    return np.asarray(np.median(shifted, axis=0), np.float32)
