"""Blue seals: where on a page in colour they were pressed.

A page in colour enters, a mask of the same frame leaves. Red seals need no finding, for nothing else on a form is
red; blue is also the ink of pens, which is to stay. A seal is told by its size: larger than a signature and
smaller than a table that was printed in blue.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from worker.cell_ink import Mask
from worker.page import Pixels


@dataclass(frozen=True)
class SealParams:
    """Lengths are parts of the page's longer side: seals have 36 to 45 mm on the 297 mm of A4.

    `blueness` is how much more blue than red a pixel has, beyond what the paper has (grey levels, in the picture
    reduced to `scale`): black print has under 10, rings pressed half as hard as usual have 20. Gaps of up to `gap`
    are where rings are worn or cross print. Seals are `least` to `most` wide and high, and not more than `oblong`
    (ratio) times longer than wide. Their ink shows in `inked` (share) of the directions from their middle, in the
    outer `rim` (share of the side) of their hull.
    """

    blueness: int = 15
    gap: float = 0.015
    least: float = 0.07
    most: float = 0.25
    oblong: float = 1.8
    rim: float = 0.06
    inked: float = 0.5
    scale: float = 0.25


def find_blue_seals(colour: Pixels, params: SealParams = SealParams()) -> Pixels | None:
    """Return a mask (H×W uint8, 255 = in a blue seal) of a BGR page, None where there is none."""
    height, width = colour.shape[:2]
    size = max(1, round(width * params.scale)), max(1, round(height * params.scale))
    small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    blue, _, red = cv2.split(small)
    more = blue.astype(np.int16) - red
    inked = (more - np.median(more[::4, ::4]) >= params.blueness).astype(np.uint8)
    if not inked.any():
        return None
    longer = max(small.shape)
    side = 2 * max(1, round(params.gap * longer / 2)) + 1
    closed = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    mask = np.zeros_like(inked)
    for outline in outlines:
        shorter, long = sorted(cv2.boundingRect(outline)[2:])
        if not params.least * longer <= shorter <= long <= params.most * longer:
            continue
        if long > params.oblong * shorter:
            continue
        hull = np.zeros_like(inked)
        cv2.fillPoly(hull, [cv2.convexHull(outline)], 255)
        reach = 2 * max(1, round(params.rim * shorter)) + 1
        inner = cv2.erode(hull, np.ones((reach, reach), np.uint8))
        if _share_of_rim(closed > 0, (hull > 0) & (inner == 0)) >= params.inked:
            mask[cv2.dilate(hull, np.ones((side, side), np.uint8)) > 0] = 255
    if not mask.any():
        return None
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _share_of_rim(inked: Mask, rim: Mask) -> float:
    """Return the share of directions from the middle of a rim in which it has ink."""
    ys, xs = np.nonzero(rim)
    angles = np.arctan2(ys - ys.mean(), xs - xs.mean())
    sectors = ((angles / (2 * np.pi) + 0.5) * 72).astype(int) % 72
    marked = np.zeros(72, bool)
    marked[sectors[inked[ys, xs]]] = True
    return float(marked.mean())
