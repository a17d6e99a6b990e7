"""Ghosts: the print of a sheet's back that shines through its paper.

A stretched page enters and leaves. Paper blurs what shines through, and lets little of it through: a ghost is pale, and
its edges are soft for all their paleness. Faded print is as pale, but sharp. Whether a page has ghosts is told first,
from a part of it; most pages have none, and pay for no more than that look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.page import Pixels

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class GhostParams:
    """What a ghost is: darkness in grey levels of a stretched page, lengths in inches.

    A ghost is darker than `pale` and nowhere darker than `darkest`; the steepest of its edges is no more than `slope`,
    as a part of its own darkness per pixel. Generated scans at 300 dpi: 95 of 100 pieces of ghosts have under .23, 22
    pieces of faded print no darker .34 to .43. What is paler than `pale` is not seen by the cutting of lines either. `soft_px` (pixels) is a blur that keeps the grain from making edges;
    scans coarser than `least_dpi` blur their own print as much as paper does. Pieces smaller than a square of `least`
    are not looked at. `rim` is how far a ghost's blur reaches beyond what is darker than `pale`.

    One strip of the page, `strip` high, in every `sampled` is looked at first: where ghosts cover the `share` of it,
    and are the `majority` of all pale pieces, the page is cleaned.
    """

    pale: float = 16.0
    darkest: float = 60.0
    slope: float = 0.26
    soft_px: float = 0.7
    least_dpi: float = 240.0
    least: float = 0.015
    rim: float = 0.013
    strip: float = 0.5
    sampled: int = 5
    share: float = 0.001
    majority: float = 0.6


class Pale(NamedTuple):
    """The pieces of ink of a picture: `labels` is H×W, the other arrays hold one number a piece.

    `pale` are those that are no darker than a ghost, `soft` those of them that are blurred as one. Piece 0 is the paper.
    """

    labels: NDArray[np.int32]
    areas: NDArray[np.int32]
    pale: Mask
    soft: Mask


def find_ghosts(grey: Pixels, dpi: float, params: GhostParams = GhostParams()) -> Mask | None:
    """Return where the back shines through beside print, or None on a page that has nothing of it."""
    if dpi < params.least_dpi or not _has_ghosts(grey, dpi, params):
        return None
    pieces = _pale_pieces(grey, dpi, params)
    ghosts: Mask = pieces.soft[pieces.labels]
    rim = 2 * max(1, round(params.rim * dpi)) + 1
    grown = cv2.dilate(ghosts.view(np.uint8), np.ones((rim, rim), np.uint8)) > 0
    found: Mask = grown & ((pieces.labels == 0) | ghosts)
    return found


def without_ghosts(grey: Pixels, ghosts: Mask | None) -> Pixels:
    """Return the page with paper over the ghosts."""
    return grey if ghosts is None else np.where(ghosts, np.uint8(255), grey)


def _has_ghosts(grey: Pixels, dpi: float, params: GhostParams) -> bool:
    height = max(3, round(params.strip * dpi))
    strips = [
        _pale_pieces(grey[top : top + height], dpi, params)
        for top in range(0, len(grey) - 2, height * params.sampled)
    ]
    pale = sum(np.count_nonzero(strip.pale) for strip in strips)
    soft = sum(np.count_nonzero(strip.soft) for strip in strips)
    covered = sum(int(strip.areas[strip.soft].sum()) for strip in strips)
    area = sum(strip.labels.size for strip in strips)
    return bool(covered > params.share * area and soft >= params.majority * pale)


def _pale_pieces(grey: Pixels, dpi: float, params: GhostParams) -> Pale:
    soft = cv2.GaussianBlur(grey, (0, 0), params.soft_px)
    ink = (soft <= 255 - params.pale).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.int32)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axis, scale=1 / 8) for axis in ((1, 0), (0, 1)))
    where = np.flatnonzero(ink)
    owners = labels.ravel()[where].astype(np.intp)
    darkest, steepest = np.zeros(count, np.float32), np.zeros(count, np.float32)
    np.maximum.at(darkest, owners, (255 - soft.ravel()[where]).astype(np.float32))
    np.maximum.at(steepest, owners, cv2.magnitude(across, down).ravel()[where])
    pale = (areas >= (params.least * dpi) ** 2) & (darkest <= params.darkest)
    pale[0] = False
    return Pale(labels.astype(np.int32), areas, pale, pale & (steepest <= params.slope * darkest))
