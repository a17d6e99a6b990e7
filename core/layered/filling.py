"""Text in a box of which the lines are not known.

The extraction document tells the boxes of cells, not of lines. The text is cut into about as many lines
as it was printed in, and these fill the box: whatever is selected covers the print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, cos, floor, radians, sin, sqrt
from unicodedata import east_asian_width

from core.extraction import Page
from core.geometry import Box

# What is never cut: a word or number in Latin characters, or one other character.
UNIT = re.compile(r"[!-~]+|.", re.DOTALL)


@dataclass(frozen=True)
class Strip:
    """Text over `length × height` pixels along the print, its middle at (x, y) of the scan frame."""

    text: str
    x: float
    y: float
    length: float
    height: float


@dataclass(frozen=True)
class FillingParameters:
    """`inner` is the part of a box, on either side, that its text fills.

    Between the texts of neighbours stays `gap` of their height: readers take two texts with less than
    a tenth between them for one word.

    Print fits into its cell, and nearly so in the fullest: the least of the sizes at which each text of
    the page, of at least `chars` characters, would fill its box is taken for the size of the print.
    """

    inner: float = 0.9
    gap: float = 0.2
    chars: int = 4


@dataclass(frozen=True)
class Filling:
    """How print lies on a page, and its size in pixels."""

    rotation: int
    skew_deg: float
    size: float
    params: FillingParameters

    @classmethod
    def of(cls, page: Page, params: FillingParameters = FillingParameters()) -> Filling:
        """Estimate the size of the print from the cells of the page."""
        unsized = cls(page.rotation, page.skew_deg, 0.0, params)
        sizes = (
            unsized.largest(cell.text, cell.box)
            for table in page.tables
            for cell in table.cells
            if len(cell.text) >= params.chars
        )
        size = min(sizes, default=0.0)
        return cls(page.rotation, page.skew_deg, size, params)

    def strips(self, text: str, box: Box) -> Iterator[Strip]:
        """Yield the lines of the text, evenly over the box."""
        text = "".join(char if char.isprintable() else " " for char in text).strip()
        length, height = self._inside(box)
        if not text or not length or not height:
            return
        lines = _cut(text, ceil(natural_width(text) * self.size / length))
        x, y = box.centre
        angle = radians(self.rotation + self.skew_deg)
        pitch = height / len(lines)
        length = min(
            length, max(length / self.params.inner - pitch * self.params.gap, 0.1 * length)
        )
        for number, line in enumerate(lines):
            # The foot of the print lies towards (sin, cos) of its angle.
            down = (number + 0.5) * pitch - height / 2
            yield Strip(line, x + down * sin(angle), y + down * cos(angle), length, pitch)

    def largest(self, text: str, box: Box) -> float:
        """Return the size of the characters, in pixels, at which the text fills its box."""
        length, height = self._inside(box)
        ems = natural_width(text)
        if not length or not height or not ems:
            return 0.0
        # n lines are ems / n long and at most height / n high.
        few = max(floor(sqrt(height * ems / length)), 1)
        return max(min(length * n / ems, height / n) for n in (few, few + 1))

    def _inside(self, box: Box) -> tuple[float, float]:
        """Return length and height, along the print, of the part of the box that is filled.

        The box is the bounds of a rectangle that lies as the print does; that one counts.
        """
        wide, high = box.width, box.height
        if self.rotation in {90, 270}:
            wide, high = high, wide
        c, s = cos(radians(self.skew_deg)), abs(sin(radians(self.skew_deg)))
        length, height = wide * c - high * s, high * c - wide * s
        part = self.params.inner / (c * c - s * s)
        return max(length * part, 0.0), max(height * part, 0.0)


def natural_width(text: str) -> float:
    """Return the width of the text in ems: a wide character has 1, any other .5."""
    return sum(1.0 if is_wide(char) else 0.5 for char in text)


def is_wide(char: str) -> bool:
    """Tell whether a character takes a whole em in Chinese print."""
    return east_asian_width(char) in {"W", "F", "A"}


def _cut(text: str, count: int) -> list[str]:
    """Cut the text into up to `count` lines of about the same width, numbers and words left whole."""
    share = natural_width(text) / max(count, 1)
    lines = [""]
    width = 0.0
    for unit in UNIT.findall(text):
        # To the line in which its middle falls.
        if lines[-1] and width + natural_width(unit) / 2 > share * len(lines):
            lines.append("")
        lines[-1] += unit
        width += natural_width(unit)
    return [line for line in lines if line.strip()]
