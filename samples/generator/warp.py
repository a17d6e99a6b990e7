"""Where damage moves things: values that take points of the page to points of the scan. Frame: pixels, x right, y down."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""N×2, columns x and y."""

Pixels = NDArray[np.uint8]
"""H×W grey or H×W×3 RGB."""


class Warp(Protocol):
    """Moves points forward, from the picture before to the picture after."""

    def forward(self, points: Points) -> Points:
        """Give the places where the points come to lie."""
        ...


@dataclass(frozen=True)
class Projective:
    """A 3×3 matrix in row order, applied to (x, y, 1)."""

    matrix: tuple[float, ...]

    @property
    def array(self) -> NDArray[np.float64]:
        """The matrix, 3×3."""
        return np.array(self.matrix, np.float64).reshape(3, 3)

    def forward(self, points: Points) -> Points:
        """Give the places where the points come to lie."""
        moved = np.c_[points, np.ones(len(points))] @ self.array.T
        return np.asarray(moved[:, :2] / moved[:, 2:], np.float64)

    def picture(self, pixels: Pixels, size: tuple[int, int], fill: tuple[int, int, int]) -> Pixels:
        """Move a picture; `size` is the new height, width."""
        height, width = size
        return np.asarray(
            cv2.warpPerspective(
                pixels,
                self.array,
                (width, height),
                flags=cv2.INTER_CUBIC,
                borderMode=cv2.BORDER_CONSTANT,
                borderValue=fill,
            ),
            np.uint8,
        )


@dataclass(frozen=True)
class Curl:
    """Paper that does not lie flat: columns of pixels slide down by `rise_px` times a wave over the page's width."""

    width_px: int
    rise_px: float
    waves: float
    phase: float

    def shift(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give how far down the columns at `x` slide, in pixels."""
        wave = np.sin(np.pi * (self.waves * x / self.width_px + self.phase))
        return np.asarray(self.rise_px * wave, np.float64)

    def forward(self, points: Points) -> Points:
        """Give the places where the points come to lie."""
        return np.stack([points[:, 0], points[:, 1] + self.shift(points[:, 0])], axis=1)

    def picture(self, pixels: Pixels, fill: tuple[int, int, int]) -> Pixels:
        """Move a picture; its size stays."""
        height, width = pixels.shape[:2]
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        source = y - self.shift(np.arange(width, dtype=np.float64)).astype(np.float32)[None, :]
        return np.asarray(
            cv2.remap(
                pixels, x, source, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=fill
            ),
            np.uint8,
        )


def rotation(size: tuple[int, int], degrees: float) -> Projective:
    """Give the rotation of a picture of `size` (height, width) about its middle, counter-clockwise; the size stays."""
    height, width = size
    top = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    return Projective(tuple(map(float, np.vstack([top, [0, 0, 1]]).ravel())))


def quarter_turns(size: tuple[int, int], turns: int) -> Projective:
    """Give `turns` quarter turns counter-clockwise of a picture of `size` (height, width), as `numpy.rot90` does."""
    height, width = size
    matrix = np.eye(3)
    for _ in range(turns % 4):
        matrix = np.array([[0, 1, 0], [-1, 0, width - 1], [0, 0, 1]], np.float64) @ matrix
        height, width = width, height
    return Projective(tuple(map(float, matrix.ravel())))
