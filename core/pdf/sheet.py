"""The visible part of a page, and how it is turned before it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import pikepdf
from pikepdf import Matrix, Name

from core.pdf.layout import Frame

LETTER = Frame(0.0, 0.0, 612.0, 792.0)  # Poppler's page where a file gives none

Turn = Literal[0, 90, 180, 270]
TURNS: tuple[Turn, ...] = (0, 90, 180, 270)


@dataclass(frozen=True)
class Sheet:
    """The visible part of a page in points, before it is turned `turn` degrees clockwise.

    `unit` is the page's UserUnit: points a unit of user space.
    """

    frame: Frame
    unit: float
    turn: Turn

    @property
    def long_in(self) -> float:
        return max(self.frame.width, self.frame.height) / 72

    def size_in(self) -> tuple[float, float]:
        """Return width and height as seen, in inches."""
        width, height = self.frame.width / 72, self.frame.height / 72
        return (height, width) if self.turn in {90, 270} else (width, height)

    def size_px(self, dpi: float) -> tuple[int, int]:
        """Return width and height as seen, in pixels."""
        width, height = self.size_in()
        return ceil(width * dpi), ceil(height * dpi)

    def from_pixels(self, width: int, height: int) -> Matrix:
        """Return the map to user space from the page as it is seen, drawn `width × height` pixels.

        There x runs to the right and y down.
        """
        left, bottom, right, top = (edge / self.unit for edge in self.frame)
        x, y = right - left, top - bottom
        match self.turn:
            case 0:
                return Matrix(x / width, 0, 0, -y / height, left, top)
            case 90:
                return Matrix(0, y / width, x / height, 0, left, bottom)
            case 180:
                return Matrix(-x / width, 0, 0, y / height, right, bottom)
            case 270:
                return Matrix(0, -y / width, -x / height, 0, right, top)


def read_sheet(page: pikepdf.Page) -> Sheet:
    """Return the sheet of a page, whatever nonsense its boxes say."""
    unit = max(0.0, _number(page.obj.get(Name.UserUnit)) or 0.0) or 1.0
    media = _box(page.obj.get(Name.MediaBox)) or LETTER
    crop = _box(page.obj.get(Name.CropBox)) or media
    seen = media.common(crop) or media
    asked = (_number(page.obj.get(Name.Rotate)) or 0.0) % 360
    turn = next((turn for turn in TURNS if turn == asked), TURNS[0])
    return Sheet(Frame(*(unit * edge for edge in seen)), unit, turn)


def _box(written: object) -> Frame | None:
    """Return a rectangle whose corners may stand in any order; None for anything else."""
    if not isinstance(written, pikepdf.Array):
        return None
    edges = [number for edge in iter(written) if (number := _number(edge)) is not None]
    if len(edges) != 4:
        return None
    (left, right), (bottom, top) = sorted(edges[::2]), sorted(edges[1::2])
    box = Frame(left, bottom, right, top)
    return box if box.width > 0 and box.height > 0 else None


def _number(written: object) -> float | None:
    """Return a number, None for anything else."""
    try:
        return float(written)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
