"""A form's table as one sheet, whatever pages it came from.

Enters: cells as they were read on their pages. Leaves: one lattice of rows and columns whose cells
remember where each piece of them stands on the scan. It knows geometry only, no labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from core.readings import ReadCell, ReadTable, TextLine


@dataclass(frozen=True)
class PageLine:
    """A line of print and the number of its page."""

    page: int
    line: TextLine

    @property
    def text(self) -> str:
        return self.line.text


@dataclass(frozen=True)
class Part:
    """One table of one page (or the share of it that belongs to one form), with the lines around it.

    `head` are the loose lines above it, `foot` those below it when it is the last of its page, both
    from top to bottom. `em` is the glyph size of the page and `page_width` its upright width, px; where two
    sheets lie on one page it is the width of the one that the part stands on, and `sheet` counts them
    from the left. `printed` is the number that is printed on the sheet.
    """

    page: int
    table: ReadTable
    head: tuple[PageLine, ...]
    foot: tuple[PageLine, ...]
    page_width: int
    em: float
    sheet: int = 0
    printed: int | None = None


@dataclass(frozen=True)
class Piece:
    """A cell as it stands on one page."""

    page: int
    cell: ReadCell


@dataclass(frozen=True)
class SheetCell:
    """A cell of the sheet; one cut by a page break has a piece on either page, in reading order."""

    row: int
    col: int
    row_span: int
    col_span: int
    pieces: tuple[Piece, ...]

    @property
    def row_end(self) -> int:
        return self.row + self.row_span

    @property
    def col_end(self) -> int:
        return self.col + self.col_span

    @cached_property
    def lines(self) -> tuple[PageLine, ...]:
        return tuple(
            PageLine(piece.page, line) for piece in self.pieces for line in piece.cell.lines
        )

    @cached_property
    def text(self) -> str:
        """Return the lines joined without the wraps of the print."""
        return "".join(line.text.strip() for line in self.lines)

    @property
    def blank(self) -> bool:
        """Tell whether nothing is printed; ink that nobody could read is not blank."""
        return not self.text and not self.illegible

    @property
    def illegible(self) -> bool:
        return any(piece.cell.illegible for piece in self.pieces)

    @property
    def unsound(self) -> bool:
        return any(piece.cell.unsound for piece in self.pieces)

    def joined(self, following: SheetCell) -> SheetCell:
        """Return one cell that covers both; `following` stands below."""
        return replace(
            self,
            col=min(self.col, following.col),
            col_span=max(self.col_end, following.col_end) - min(self.col, following.col),
            row_span=following.row_end - self.row,
            pieces=self.pieces + following.pieces,
        )


@dataclass(frozen=True)
class Sheet:
    """All rows of a form on one lattice of columns.

    Places that no page showed (a side column lost at a break) are covered by no cell. `breaks` are the
    rows that start a new page, with what the rules said there: True where the table was open on both
    sides of the break.
    """

    rows: int
    cols: int
    cells: tuple[SheetCell, ...]
    breaks: tuple[tuple[int, bool], ...] = ()

    @cached_property
    def _places(self) -> dict[tuple[int, int], SheetCell]:
        return {
            (row, col): cell
            for cell in self.cells
            for row in range(cell.row, cell.row_end)
            for col in range(cell.col, cell.col_end)
        }

    def at(self, row: int, col: int) -> SheetCell | None:
        """Return the cell that covers that place."""
        return self._places.get((row, col))

    def row_cells(self, row: int) -> tuple[SheetCell, ...]:
        """Return the cells that cover `row`, from left to right."""
        return tuple(distinct(self.at(row, col) for col in range(self.cols)))

    def starting(self, row: int) -> tuple[SheetCell, ...]:
        """Return the cells whose first row is `row`, from left to right."""
        return tuple(cell for cell in self.row_cells(row) if cell.row == row)

    def within(self, rows: range, cols: range) -> tuple[SheetCell, ...]:
        """Return the cells that touch the area, in reading order."""
        touched = distinct(self.at(row, col) for row in rows for col in cols)
        return tuple(sorted(touched, key=lambda cell: (cell.row, cell.col)))


def distinct(cells: Iterable[SheetCell | None]) -> Iterator[SheetCell]:
    """Yield each cell once, in order of appearance."""
    seen: set[int] = set()
    for cell in cells:
        if cell is not None and id(cell) not in seen:
            seen.add(id(cell))
            yield cell


def common_end(cells: Sequence[SheetCell], row: int) -> int:
    """Return the row below a row of print that starts at lattice row `row`: where most cells end.

    A rule found where none is splits a few of the cells, one that was missed lengthens a few.
    """
    ends = Counter(cell.row_end for cell in cells)
    if not ends:
        return row + 1
    return min(ends, key=lambda end: (-ends[end], end))
