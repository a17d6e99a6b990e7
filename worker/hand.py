"""Tell handwriting from the print of a page: it is what looks unlike the rest.

Enters: the lines of a page with their readings. Leaves: which of them were written by hand, or written on. Recognisers
read neat handwriting as surely as print, and leave a tick out, so their confidence does not tell. A page is printed in
one type; pens write larger, and on a slant: a line that is both higher than the page's lines of its kind and
has fewer level and upright strokes than they is handwriting. What is printed larger is as level as the
rest, and what noise or a seal makes higher keeps its strokes. A piece of ink that towers over its line, or a figure over a
whole line of print, is a pen's however it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

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

    A piece of ink towers from `towering` of the height that lines have (1.2 ems, where a character is one) and
    `outgrown` of the next highest piece, or, in figures, from `whole` of it: print 1.6 times as large reaches .8, of 20
    figures in six inks and presets the smallest 1.12. It is no rule where its width is `slim` to `wide` of its height.
    `ink` is the darkness of one, of a stretched page.
    """

    height_ratio: float = 1.22
    level_ratio: float = 0.88
    fewest: int = 6
    compared: int = 12
    slack_deg: float = 12.0
    edge: float = 0.25
    blur_ratio: float = 0.02
    towering: float = 0.9
    outgrown: float = 1.3
    whole: float = 1.15
    slim: float = 0.15
    wide: float = 3.0
    ink: int = 128


Make = Literal["ideographs", "mixed", "figures", "signs"]
"""What a line is made of for the most part: signs are marks that lean in any type."""
_LEANING = frozenset("/\\%‰()（）≥≤><《》〈〉~√")
_MOST_LEANING = 1 / 3


def find_handwriting(
    lines: Sequence[Pixels], readings: Sequence[Reading], params: HandParams = HandParams()
) -> frozenset[int]:
    """Return the numbers of the lines that were written by hand, or on which a pen left a mark.

    Lines with ideographs and those without, whose characters are lower, are compared among themselves; how level
    their strokes are, among those of one make.
    """
    made = {
        n: _make(reading.text) for n, reading in enumerate(readings) if _is_written(reading.text)
    }
    found: set[int] = set()
    for makes in (("ideographs", "mixed"), ("figures", "signs")):
        kin = [number for number, make in made.items() if make in makes]
        found |= _towered(kin, lines, params, figures="figures" in makes)
        for make in makes:
            found |= _unlike([number for number in kin if made[number] == make], lines, params)
    return frozenset(found)


def _towered(
    kin: Sequence[int], lines: Sequence[Pixels], params: HandParams, *, figures: bool
) -> set[int]:
    """Return those of the lines in which a piece of ink towers over the rest, or over lines of print."""
    if len(kin) < params.fewest:
        return set()
    usual = median(lines[number].shape[0] for number in kin)
    high = [number for number in kin if lines[number].shape[0] >= params.height_ratio * usual]
    return {n for n in high if _towers(lines[n], usual, params, figures=figures)}


def _towers(line: Pixels, usual: float, params: HandParams, *, figures: bool) -> bool:
    ink = (line < params.ink).view(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    widths, heights = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    shaped = (widths >= params.slim * heights) & (widths <= params.wide * heights)
    *lower, highest = sorted(heights[shaped].tolist()) or [0]
    if figures and highest >= params.whole * usual:
        return True
    # A line of one or two pieces has nothing to tower over.
    return (
        len(lower) > 1
        and highest >= params.towering * usual
        and highest >= params.outgrown * lower[-1]
    )


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


def _make(text: str) -> Make:
    """Tell what the line is made of."""
    printed = text.replace(" ", "")
    ideographs = sum("\u4e00" <= character <= "\u9fff" for character in printed)
    if ideographs:
        return "ideographs" if 2 * ideographs >= len(printed) else "mixed"
    leaning = sum(character in _LEANING for character in printed)
    return "signs" if leaning > _MOST_LEANING * len(printed) else "figures"
