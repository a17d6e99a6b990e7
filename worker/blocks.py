"""Print outside of tables: titles, year lines, notes, page numbers.

Ink enters, boxes of blocks leave, from top to bottom. A block is one line of print, or several that stand
close; the lines in it are cut as those of a cell are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.geometry import Box
from worker.page import Pixels


@dataclass(frozen=True)
class BlockParameters:
    """Distances in ems.

    `reach`: print that stands no further apart along the line belongs together; titles are set with wide
    spaces. `rise` does the same across. `smallest` is the least height and width of a block: noise stays
    under it, a lone digit does not. `margin` is the paper kept around a block.
    """

    reach: float = 1.6
    rise: float = 0.2
    smallest: float = 0.35
    margin: float = 0.4


def find_blocks(
    ink: Pixels, em: float, params: BlockParameters = BlockParameters()
) -> tuple[Box, ...]:
    """Return the blocks of print in `ink` (H×W uint8, 255 = ink, no rules in it)."""
    height, width = ink.shape
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    kernel = np.ones((max(1, round(params.rise * em)), max(1, round(params.reach * em))), np.uint8)
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least = params.smallest * em
    found = [
        Box(left, top, left + wide, top + high)
        for left, top, wide, high, _ in (map(int, stats[label]) for label in range(1, count))
        if high >= least and wide >= least
    ]
    margin = round(params.margin * em)
    return tuple(
        box.grown(margin).clipped(width, height)
        for box in sorted(found, key=lambda box: (box.top, box.left))
    )
