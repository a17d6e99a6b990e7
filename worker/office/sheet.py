"""A page before it has pixels: what is drawn where. Points, from the upper left corner, y down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

Point = tuple[float, float]
Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)


class Mark(NamedTuple):
    """One character on its base line; a space is told by the gap it leaves, and as part of the character before."""

    text: str
    left: float
    baseline: float
    size: float
    advance: float
    colour: Colour = BLACK


class Stroke(NamedTuple):
    """A line through `points`."""

    points: tuple[Point, ...]
    width: float
    colour: Colour = BLACK


class Fill(NamedTuple):
    """An area bounded by `points`."""

    points: tuple[Point, ...]
    colour: Colour = BLACK


class Picture(NamedTuple):
    """A picture file, from its upper left corner along both of its sides; the sides are vectors."""

    content: bytes
    corner: Point
    across: Point
    down: Point


Item = Mark | Stroke | Fill | Picture


@dataclass(frozen=True)
class Sheet:
    """A page; later items lie over earlier ones."""

    width: float
    height: float
    items: tuple[Item, ...]
