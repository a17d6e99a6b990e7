"""Marks that stand alone in a cell, and how to read them.

A recogniser knows a character by its neighbours: without them it takes `/` for 1, `≥` for N, `=` for
two strokes of Chinese, 0 for O. Shown beside printed figures, the same mark is read right: of 320
lone marks (/ 0 1 = ≥ ≤ √ ×) in eleven faces, clean and damaged, 155 before and 306 after. The figures
are to be as coarse as the mark: of 576 marks (also < > 5 7; eight faces, 16 to 40 pixels an em) 548
are read right beside figures drawn at the size of the scan, 526 beside sharper ones. A flat
stroke stays open, since a dash and the Chinese one are the same stroke; there it helps to allow
nothing but flat characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.readings import Reading
from worker.page import Pixels

FIGURES = "95%"
"""What is printed behind the mark: digits before it would make a minus of every dash."""

FLAT = "—-–―−－_一"
"""Everything that is printed as one level stroke."""


@dataclass(frozen=True)
class LoneParams:
    """`aspect` is the widest crop of one character, as width over height.

    A flat stroke is no higher than `flat_height` of its crop, which gives 1.2 em to it, and no
    higher than `flat_ratio` of its own width: a hyphen of .25 em reaches .35.

    `sure` is the confidence from which a first reading stands: 44 of 44 lone 1 reached it, and none
    of the 56 slashes that were taken for 1. `figure_ratio` is the size of the figures as a part of
    the crop's height: a crop holds .25 em of paper above and below a digit of .7 em.
    """

    aspect: float = 1.3
    flat_aspect: float = 2.2
    flat_height: float = 0.2
    flat_ratio: float = 0.4
    sure: float = 0.99
    figure_ratio: float = 0.83


def is_lone(line: Pixels, params: LoneParams) -> bool:
    """Tell whether the crop is so narrow that it holds one character, or two digits."""
    height, width = line.shape
    return bool(width <= params.aspect * height)


def is_flat(line: Pixels, params: LoneParams) -> bool:
    """Tell whether the crop holds one level stroke and nothing else."""
    height, width = line.shape
    if width > params.flat_aspect * height:
        return False
    ink = line < (int(line.min()) + int(line.max())) / 2
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    high, wide = int(rows[-1] - rows[0]) + 1, int(columns[-1] - columns[0]) + 1
    low: bool = high <= params.flat_height * height
    return low and high <= params.flat_ratio * wide


def beside_figures(line: Pixels, params: LoneParams) -> Pixels:
    """Return the line with figures printed behind it, on its middle."""
    return np.hstack([line, _figures(line.shape[0], params.figure_ratio)])


@cache
def _figures(height: int, ratio: float) -> Pixels:
    em = ratio * height
    font = ImageFont.load_default(0.95 * em)
    image = Image.new("L", (round(font.getlength(FIGURES) + 0.3 * em), height), 255)
    # Digits are .72 em high: a base .36 em under the middle centres them.
    base = (0.1 * em, height / 2 + 0.36 * em)
    ImageDraw.Draw(image).text(base, FIGURES, fill=20, font=font, anchor="ls")
    return np.asarray(image)


def without_figures(reading: Reading) -> Reading | None:
    """Return what was read before the figures; None where they or the mark were not found."""
    rest = reading.text.removesuffix(FIGURES).rstrip()
    if not rest or not reading.text.endswith(FIGURES):
        return None
    characters = reading.characters[: len(rest)]
    return Reading(
        text=rest, confidence=min(characters), engine=reading.engine, characters=characters
    )
