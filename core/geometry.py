"""Boxes and transforms.

Frames: *scan* is the page as it was rasterised; *upright* is the same page after rotation and
deskewing. In both x runs to the right, y runs down, and the unit is the pixel of that frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray


class Box(NamedTuple):
    """Half-open rectangle of pixels: `left <= x < right`, `top <= y < bottom`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        """Return (x, y) of the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def intersection(self, other: Box) -> Box:
        """Return the common part; its area is 0 where the boxes do not meet."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def grown(self, margin: int) -> Box:
        """Return the box with every side moved outwards by `margin` pixels."""
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def clipped(self, width: int, height: int) -> Box:
        """Return the part that lies on a page of that size."""
        return self.intersection(Box(0, 0, width, height))

    @classmethod
    def around(cls, boxes: Iterable[Box]) -> Self:
        """Return the smallest box around all of `boxes` (at least one)."""
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return cls(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True)
class Transform:
    """Projective map between two pixel frames: a 3×3 matrix acting on (x, y, 1), row by row."""

    matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @classmethod
    def of(cls, matrix: NDArray[np.floating]) -> Transform:
        """Take a 3×3, or a 2×3 affine, matrix as OpenCV makes it."""
        full = np.vstack([matrix, [0.0, 0.0, 1.0]]) if matrix.shape == (2, 3) else matrix
        return cls(tuple(float(value) for value in full.ravel()))

    def array(self) -> NDArray[np.float64]:
        """Return the 3×3 float64 matrix (a new array)."""
        return np.array(self.matrix, dtype=np.float64).reshape(3, 3)

    def then(self, following: Transform) -> Transform:
        """Return the map that applies this one first and `following` after it."""
        return Transform.of(following.array() @ self.array())

    def inverse(self) -> Transform:
        return Transform.of(np.linalg.inv(self.array()))

    def point(self, x: float, y: float) -> tuple[float, float]:
        mapped_x, mapped_y, scale = self.array() @ (x, y, 1.0)
        return float(mapped_x / scale), float(mapped_y / scale)

    def box(self, box: Box) -> Box:
        """Return the smallest upright box around the mapped corners of `box`."""
        corners = [self.point(x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)]
        xs, ys = zip(*corners, strict=True)
        return Box(
            int(np.floor(min(xs) + 1e-6)),
            int(np.floor(min(ys) + 1e-6)),
            int(np.ceil(max(xs) - 1e-6)),
            int(np.ceil(max(ys) - 1e-6)),
        )
