"""What a file holds before it has pages: sections of paragraphs, tables and pictures. Sizes are points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]
Level = Literal["top", "center", "bottom"]


@dataclass(frozen=True)
class Paragraph:
    """Lines of text of one size; `stacked` puts one character under the other."""

    text: str
    size: float = 10.5
    align: Align = "left"
    stacked: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of a table; without `ruled` no border is drawn around it."""

    row: int
    col: int
    row_span: int
    col_span: int
    paragraphs: tuple[Paragraph, ...]
    level: Level = "center"
    ruled: bool = True

    @property
    def row_end(self) -> int:
        """Return the row after its last."""
        return self.row + self.row_span

    @property
    def col_end(self) -> int:
        """Return the column after its last."""
        return self.col + self.col_span


@dataclass(frozen=True)
class Grid:
    """A table: widths of its columns, least heights of its rows, cells in reading order that do not overlap.

    A new page begins before each row of `breaks`.
    """

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    cells: tuple[Cell, ...]
    breaks: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Image:
    """A picture file, as large as it is shown."""

    content: bytes
    width: float
    height: float


@dataclass(frozen=True)
class PageBreak:
    """What follows stands on a new page."""


Block = Paragraph | Grid | Image | PageBreak


@dataclass(frozen=True)
class Paper:
    """Size and margins of a section's pages: A4 with an inch around unless the file says otherwise."""

    width: float = 595.3
    height: float = 841.9
    left: float = 72.0
    top: float = 72.0
    right: float = 72.0
    bottom: float = 72.0


@dataclass(frozen=True)
class Section:
    """Blocks on paper of one kind; each section begins on a new page."""

    paper: Paper
    blocks: tuple[Block, ...]
