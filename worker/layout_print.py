"""A picture of where a page bears ink, small enough to compare with those of a whole archive.

Enters: the ink of the upright page. Leaves: 256 bits, alike for two scans of one sheet at any
resolution. It knows nothing of what is written: forms of one template look alike to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.geometry import Box
from worker.page import Pixels


@dataclass(frozen=True)
class LayoutParameters:
    """How the print is taken.

    Of the ink's extent along each side `speck_ratio` is cut at both ends, where dust and the edges of
    the glass lie. `side` frequencies along each side, of a picture of `sampled` pixels, give a bit each:
    the 16 lowest hold lines and blocks of a page, not its characters.
    """

    speck_ratio: float = 0.002
    sampled: int = 64
    side: int = 16


def layout_print(
    ink: Pixels, tables: Sequence[Box], params: LayoutParameters = LayoutParameters()
) -> str:
    """Return the print as hexadecimal digits, `""` for a page without ink (H×W uint8, 255 = ink).

    It is taken of the part that the tables cover, all of them together, or else of all ink.
    """
    height, width = ink.shape
    part = Box.around(tables) if tables else _extent(ink, params.speck_ratio)
    part = part.clipped(width, height)
    if part.width < 1 or part.height < 1:
        return ""
    size = (params.sampled, params.sampled)
    inside = ink[part.top : part.bottom, part.left : part.right]
    small = cv2.resize(inside, size, interpolation=cv2.INTER_AREA)
    waves = cv2.dct(np.asarray(small, np.float32))[: params.side, : params.side].ravel()
    # The first is the mean: it says how dark a scan is.
    bits = waves > np.median(waves[1:])
    return np.packbits(bits).tobytes().hex()


def _extent(ink: Pixels, speck_ratio: float) -> Box:
    """Return where the ink lies, but for the outermost of it."""
    (top, bottom), (left, right) = (
        _ends(ink.sum(axis=axis, dtype=np.float64), speck_ratio) for axis in (1, 0)
    )
    return Box(left, top, right, bottom)


def _ends(profile: NDArray[np.float64], speck_ratio: float) -> tuple[int, int]:
    total = np.cumsum(profile)
    if total[-1] == 0:
        return 0, 0
    least, most = np.searchsorted(total, total[-1] * np.array([speck_ratio, 1 - speck_ratio]))
    return int(least), int(most) + 1
