"""Logical tables: rows × columns of cells with spans, and how a layout writes them down.

A layout says its rows as lists of `Slot`s, left to right, as HTML does: a slot takes the first free columns of its row and may reach
down over the rows that follow. `tile` turns that into cells which cover the grid exactly once. Nothing here knows of points or fonts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

Role = Literal["label", "side", "level", "item", "money", "value", "name", "prose", "text", "blank"]
"""What a cell is to the page's style: a caption, a caption at the side of a block, a level-1/2 label, the label of a funding row,
an amount of money, a short value, a name, a long text, an indicator's wording, nothing."""


@dataclass(frozen=True)
class Slot:
    """A cell before it has a place.

    `field` is the JSON pointer of the printed value in the form's truth, "" for captions. `chars` breaks lines after that many
    characters whatever their width, as some systems' print-outs do. `indent_em` is white space before the first character.
    """

    text: str
    cols: int = 1
    rows: int = 1
    role: Role = "label"
    field: str = ""
    chars: int | None = None
    indent_em: float = 0.0


@dataclass(frozen=True)
class Cell:
    """A slot in its place; `row` and `col` are its top left corner."""

    row: int
    col: int
    slot: Slot

    @property
    def row_end(self) -> int:
        return self.row + self.slot.rows

    @property
    def col_end(self) -> int:
        return self.col + self.slot.cols


@dataclass(frozen=True)
class Table:
    """`widths_em` are the columns' wished widths in units of the body size; cells are in reading order and tile rows × columns."""

    widths_em: tuple[float, ...]
    rows: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Text:
    """A line of text above or below a table; `extra` are the labelled values in it that have no field of their own."""

    text: str
    role: Literal["title", "year", "caption", "note"]
    field: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    align: Literal["left", "center", "right"] = "center"


Block = Text | Table
Rows = list[list[Slot]]


def beside(side: Slot, rows: Rows) -> Rows:
    """Put one cell at the left of a block of rows, as high as the block."""
    first, *rest = rows
    return [[replace(side, rows=len(rows)), *first], *rest]


def tile(widths_em: Sequence[float], rows: Rows) -> Table:
    """Give every slot its place.

    Raises ValueError when the slots do not cover the grid exactly once: a layout with such a row is wrong.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, slots in enumerate(rows):
        for slot in slots:
            col = next(c for c in range(len(widths_em) + 1) if (row, c) not in taken)
            area = {
                (r, c) for r in range(row, row + slot.rows) for c in range(col, col + slot.cols)
            }
            if taken & area:
                raise ValueError(f"row {row}: {slot.text!r} lies over another cell")
            taken |= area
            cells.append(Cell(row, col, slot))
    if taken != {(r, c) for r in range(len(rows)) for c in range(len(widths_em))}:
        raise ValueError(f"cells cover {len(taken)} places of {len(rows)} × {len(widths_em)}")
    return Table(tuple(widths_em), len(rows), tuple(cells))
