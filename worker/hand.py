"""Tell handwriting from the print of a page: it is what looks unlike the rest.

Enters: the lines of a page with their readings. Leaves: which of them were written by hand. Recognisers
read neat handwriting as surely as print, so their confidence does not tell. A page is printed in one
type; pens write larger, and on a slant: a line that is both higher than the page's lines of its kind and
has fewer level and upright strokes than they is handwriting. What is printed larger is as level as the
rest, and what noise or a seal makes higher keeps its strokes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from core.readings import Reading
from worker.page import Pixels


@dataclass(frozen=True)
class HandParams:
    """What sets handwriting apart.

    `height_ratio` is its least height, `level_ratio` its largest share of level and upright edges, as
    parts of the page's median. Of 80 lines in three pen faces, 1.1 to 1.8 ems, half were 1.25 times as high as print.
    Of 11,300 printed lines at 300 dpi 15 are taken for handwriting, of 6,000 of hard scans 80. `fewest` lines of a kind tell what is usual; `compared` of them
    are measured. `slack_deg` is how far from level an edge may lie, `edge` the least contrast of one, as
    a part of the line's sharpest.
    """

    height_ratio: float = 1.22
    level_ratio: float = 0.88
    fewest: int = 6
    compared: int = 12
    slack_deg: float = 12.0
    edge: float = 0.25
    blur_ratio: float = 0.02


def find_handwriting(
    lines: Sequence[Pixels], readings: Sequence[Reading], params: HandParams = HandParams()
) -> frozenset[int]:
    """Return the numbers of the lines that were written by hand.

    Lines with ideographs and those without, whose characters are lower, are compared among themselves.
    """
    found: set[int] = set()
    for ideographic in (True, False):
        kin = [
            number
            for number, reading in enumerate(readings)
            if _is_written(reading.text) and _has_ideographs(reading.text) == ideographic
        ]
        found |= _unlike(kin, lines, params)
    return frozenset(found)


def _unlike(kin: Sequence[int], lines: Sequence[Pixels], params: HandParams) -> set[int]:
    """Return those of the lines that are higher and less level than is usual among them."""
    if len(kin) < params.fewest:
        return set()
    usual = median(lines[number].shape[0] for number in kin)
    high = [number for number in kin if lines[number].shape[0] >= params.height_ratio * usual]
    if not high:
        return set()
    rest = sorted(set(kin) - set(high), key=lambda number: -lines[number].shape[1])
    levels = [level_share(lines[number], params) for number in rest[: params.compared]]
    if not levels:
        return set()
    limit = params.level_ratio * median(levels)
    return {number for number in high if level_share(lines[number], params) <= limit}


def level_share(line: Pixels, params: HandParams = HandParams()) -> float:
    """Return the share of a line's edges, by contrast, that lie level or upright."""
    soft = cv2.GaussianBlur(line, (0, 0), max(0.5, params.blur_ratio * line.shape[0]))
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *axis) for axis in ((1, 0), (0, 1)))
    contrast = np.hypot(across, down)
    angle = np.degrees(np.arctan2(np.abs(down), np.abs(across)))
    off_axis = np.minimum(angle, 90 - angle)
    edges = contrast > params.edge * float(contrast.max())
    level = edges & (off_axis < params.slack_deg)
    return float(contrast[level].sum() / max(1.0, float(contrast[edges].sum())))


def _is_written(text: str) -> bool:
    """Tell whether there is more than a mark: a slash or a bracket leans in any type."""
    return any(map(str.isalnum, text))


def _has_ideographs(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)
