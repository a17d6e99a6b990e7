"""Boxes and transforms.

Frames: *scan* is the page as it was rasterised; *upright* is the same page after rotation, deskewing and
dewarping. In both x runs to the right, y runs down, and the unit is the pixel of that frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.polynomial.polynomial import polyder, polyval2d
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""N×2, columns x and y."""


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


# Each step of the inversion multiplies the error by the steepest change of the moves, a few hundredths on a page.
_INVERSION_STEPS = 12


class Warp(ABC):
    """A smooth map between two pixel frames that can be inverted and composed."""

    @abstractmethod
    def points(self, points: Points) -> Points:
        """Return where N×2 points come to lie, a new array."""

    @abstractmethod
    def inverse(self) -> Warp:
        """Return the map that leads back."""

    def then(self, following: Warp) -> Warp:
        """Return the map that applies this one first and `following` after it."""
        return Chain((self, following))

    def point(self, x: float, y: float) -> tuple[float, float]:
        ((mapped_x, mapped_y),) = self.points(np.array([[x, y]], np.float64))
        return float(mapped_x), float(mapped_y)

    def box(self, box: Box) -> Box:
        """Return the smallest upright box around the mapped outline of `box`: corners and middles of sides."""
        xs, ys = (box.left, box.centre[0], box.right), (box.top, box.centre[1], box.bottom)
        mapped = self.points(np.array([(x, y) for x in xs for y in ys], np.float64))
        (left, top), (right, bottom) = mapped.min(axis=0), mapped.max(axis=0)
        return Box(
            int(np.floor(left + 1e-6)),
            int(np.floor(top + 1e-6)),
            int(np.ceil(right - 1e-6)),
            int(np.ceil(bottom - 1e-6)),
        )


@dataclass(frozen=True)
class Transform(Warp):
    """Projective map: a 3×3 matrix acting on (x, y, 1), row by row."""

    matrix: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    @classmethod
    def of(cls, matrix: NDArray[np.floating]) -> Transform:
        """Take a 3×3, or a 2×3 affine, matrix as OpenCV makes it."""
        full = np.vstack([matrix, [0.0, 0.0, 1.0]]) if matrix.shape == (2, 3) else matrix
        return cls(tuple(float(value) for value in full.ravel()))

    def array(self) -> NDArray[np.float64]:
        """Return the 3×3 float64 matrix (a new array)."""
        return np.array(self.matrix, dtype=np.float64).reshape(3, 3)

    def points(self, points: Points) -> Points:
        mapped = np.column_stack([points, np.ones(len(points))]) @ self.array().T
        return np.asarray(mapped[:, :2] / mapped[:, 2:], np.float64)

    def then(self, following: Warp) -> Warp:
        if isinstance(following, Transform):
            return Transform.of(following.array() @ self.array())
        return super().then(following)

    def inverse(self) -> Transform:
        return Transform.of(np.linalg.inv(self.array()))


@dataclass(frozen=True)
class Polynomial:
    """A smooth function of x and y: `terms[a][b]` weighs sᵃ·tᵇ, where s and t are x and y less `centre`, in `unit`s.

    Beyond `bounds` (left, top, right, bottom) it goes on as a plane, in the direction that it has there:
    higher powers run away where nothing holds them.
    """

    terms: tuple[tuple[float, ...], ...]
    centre: tuple[float, float]
    unit: float
    bounds: tuple[float, float, float, float]

    @cached_property
    def _weights(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the weights of the function, and those of its derivatives by s and by t."""
        weights = np.array(self.terms, np.float64)
        by_s, by_t = (np.asarray(polyder(weights, axis=axis), np.float64) for axis in (0, 1))
        return weights, by_s, by_t

    def at(self, points: Points) -> NDArray[np.float64]:
        """Return the values (N) at N×2 points."""
        left, top, right, bottom = self.bounds
        held = np.clip(points, (left, top), (right, bottom))
        s, t = ((held - self.centre) / self.unit).T
        beyond_s, beyond_t = ((points - held) / self.unit).T
        value, by_s, by_t = (polyval2d(s, t, weights) for weights in self._weights)
        return np.asarray(value + by_s * beyond_s + by_t * beyond_t, np.float64)


@dataclass(frozen=True)
class Bend(Warp):
    """Map that moves each point by smooth amounts along x and y, or, `inverted`, moves it back.

    The amounts must change by clearly less than a pixel per pixel: that is what makes it invertible.
    """

    along_x: Polynomial
    along_y: Polynomial
    inverted: bool = False

    def points(self, points: Points) -> Points:
        if not self.inverted:
            return points + self._moves(points)
        origin = points
        for _ in range(_INVERSION_STEPS):
            origin = points - self._moves(origin)
        return origin

    def inverse(self) -> Bend:
        return replace(self, inverted=not self.inverted)

    def _moves(self, points: Points) -> Points:
        return np.column_stack([self.along_x.at(points), self.along_y.at(points)])


@dataclass(frozen=True)
class Chain(Warp):
    """Maps applied one after the other."""

    steps: tuple[Warp, ...]

    def points(self, points: Points) -> Points:
        for step in self.steps:
            points = step.points(points)
        return points

    def inverse(self) -> Chain:
        return Chain(tuple(step.inverse() for step in reversed(self.steps)))
