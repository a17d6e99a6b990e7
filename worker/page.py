"""A page as pixels, before and after straightening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.geometry import Box, Warp

Pixels = NDArray[np.uint8]
Rotation = Literal[0, 90, 180, 270]


class Glyph(NamedTuple):
    """A character that the file itself holds, in the order of the file; `box` is in the scan frame.

    Where a space follows it, that is part of `text`.
    """

    text: str
    box: Box


@dataclass(frozen=True)
class Raster:
    """One page as it was rasterised, in the scan frame.

    `pixels` is H×W (grey) or H×W×3 (BGR), uint8, dark print on light paper; nobody writes into it.
    `glyphs` is the text that the file holds of what it shows there, if it holds any. `drawn`: we drew the page, of
    these glyphs and of lines and areas, so that nothing on it has to be read.
    """

    number: int
    pixels: Pixels
    dpi: float
    glyphs: tuple[Glyph, ...] = ()
    drawn: bool = False

    @property
    def width(self) -> int:
        """Return the pixels across."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Return the pixels down."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True)
class Upright:
    """The page turned and deskewed, ready to be read.

    `grey` is H×W uint8: the red channel, contrast stretched, so that seals fade. `to_scan` leads
    from this frame back to the scan. `rotation` and `skew_deg` (counter-clockwise) say how the print
    lay in the scan.
    """

    grey: Pixels
    to_scan: Warp
    rotation: Rotation
    skew_deg: float
