"""Skew and quarter turns: found, and undone.

Skew is found from where the ink piles up when the page is
projected at an angle: the rules and the lines of print of a straight page fall into few bins. Which way
up the page is, only its characters can say: see `worker.orient`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.geometry import Transform
from worker.page import Pixels, Rotation

PAPER = 255


@dataclass(frozen=True)
class SkewParameters:
    """Search range and resolution of the skew.

    Feeders and glass skew pages by a few degrees; ±8° leaves room. 120 dpi keeps a step of 0.05° visible:
    over a 7-inch rule it moves the ends by 0.7 pixels.
    """

    widest_deg: float = 8.0
    coarse_step_deg: float = 0.5
    fine_step_deg: float = 0.05
    working_dpi: float = 120.0
    most_points: int = 60_000
    not_worth_turning_deg: float = 0.03


def find_skew(ink: Pixels, dpi: float, params: SkewParameters = SkewParameters()) -> float:
    """Return the angle of the print in degrees, counter-clockwise, to about 0.05°.

    Both directions of the table's rules vote, so a page on its side gives the same answer.
    """
    xs, ys = _points(ink, dpi, params)
    if xs.size == 0:
        return 0.0
    coarse = np.arange(-params.widest_deg, params.widest_deg + 1e-9, params.coarse_step_deg)
    best = coarse[int(np.argmax([_sharpness(xs, ys, angle) for angle in coarse]))]
    fine = best + np.arange(
        -params.coarse_step_deg, params.coarse_step_deg + 1e-9, params.fine_step_deg
    )
    scores = np.array([_sharpness(xs, ys, angle) for angle in fine])
    return float(_peak(fine, scores))


def _points(
    ink: Pixels, dpi: float, params: SkewParameters
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of the ink at the working resolution, thinned evenly to a bounded number."""
    scale = min(1.0, params.working_dpi / dpi)
    small = (
        cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if scale < 1
        else ink
    )
    ys, xs = np.nonzero(small > PAPER // 3)
    step = max(1, xs.size // params.most_points)
    return xs[::step].astype(np.float64), ys[::step].astype(np.float64)


def _sharpness(xs: NDArray[np.float64], ys: NDArray[np.float64], angle_deg: float) -> float:
    """Return how unevenly the ink falls onto the two axes turned by `angle_deg` (higher is straighter)."""
    cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    total = 0.0
    for along in (ys * cos + xs * sin, xs * cos - ys * sin):
        bins = np.bincount((along - along.min()).astype(np.int64))
        total += float(np.sum(bins.astype(np.float64) ** 2))
    return total


def _peak(angles: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Return the maximum, refined by a parabola through its neighbours."""
    top = int(np.argmax(scores))
    if top in (0, len(scores) - 1):
        return float(angles[top])
    left, middle, right = scores[top - 1 : top + 2]
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend else 0.0
    return float(angles[top] + shift * (angles[1] - angles[0]))


def turn(grey: Pixels, rotation: Rotation) -> tuple[Pixels, Transform]:
    """Undo a quarter turn of the print; return the page and the map from it back to `grey`."""
    height, width = grey.shape[:2]
    match rotation:
        case 0:
            return grey, Transform()
        case 90:
            back = Transform((0, -1, width - 1, 1, 0, 0, 0, 0, 1))
            return np.ascontiguousarray(np.rot90(grey, 3)), back
        case 180:
            back = Transform((-1, 0, width - 1, 0, -1, height - 1, 0, 0, 1))
            return np.ascontiguousarray(np.rot90(grey, 2)), back
        case 270:
            back = Transform((0, 1, 0, -1, 0, height - 1, 0, 0, 1))
            return np.ascontiguousarray(np.rot90(grey, 1)), back


def deskew(
    grey: Pixels, skew_deg: float, params: SkewParameters = SkewParameters()
) -> tuple[Pixels, Transform]:
    """Turn the page about its middle so that print at `skew_deg` becomes level.

    The canvas grows so that no corner is lost. Return the page and the map from it back to `grey`.
    """
    if abs(skew_deg) < params.not_worth_turning_deg:
        return grey, Transform()
    height, width = grey.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -skew_deg, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    wide, high = int(np.ceil(width * cos + height * sin)), int(np.ceil(width * sin + height * cos))
    matrix[:, 2] += (wide - width) / 2, (high - height) / 2
    level = cv2.warpAffine(
        grey, matrix, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=PAPER
    )
    return np.asarray(level, np.uint8), Transform.of(np.asarray(matrix)).inverse()
