"""What stands in a column of a block, in the rows of one record.

Where a rule was not found two places share a cell. Then each place takes the lines that stand in it,
and all of them are suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from worker.labels import Column, Header
from worker.rebuild.print import Print, print_of, print_of_lines
from worker.sheet import Sheet, SheetCell


@dataclass(frozen=True)
class ColumnParams:
    """`wrap_fill_ratio`: the share of its column's width that the first line of a wrapped figure fills.

    Cells have margins of a few points; a figure that wraps leaves less than one digit of room.
    """

    wrap_fill_ratio: float = 0.6


def cells_of(sheet: Sheet, rows: range, column: Column) -> list[SheetCell]:
    """Return the cells that lie in the column, or cover it, in those rows."""
    return [cell for cell in sheet.within(rows, column.cols) if _belongs(cell, column)]


def _belongs(cell: SheetCell, column: Column) -> bool:
    inside = cell.col >= column.cols.start and cell.col_end <= column.cols.stop
    covers = cell.col <= column.cols.start and cell.col_end >= column.cols.stop
    middle = column.cols.start <= (cell.col + cell.col_end - 1) / 2 < column.cols.stop
    return inside or covers or middle


def print_at(sheet: Sheet, rows: range, column: Column, header: Header) -> Print | None:
    """Return what stands in `column` in `rows`, None where there is no cell."""
    cells = cells_of(sheet, rows, column)
    if not cells:
        return None
    suspect = column.guessed or any(
        (not cell.blank and is_shared(cell, header)) or _is_beside(cell, cells) for cell in cells
    )
    suspect = suspect or sum(not cell.blank for cell in cells) > 1
    tall = [cell for cell in cells if cell.row < rows.start or cell.row_end > rows.stop]
    level = _level_cell(sheet, rows, header)
    if not tall or level is None or all(cell.blank for cell in tall):
        return print_of(cells, suspect=suspect)
    return _within(tall[0], rows, level)


def is_shared(cell: SheetCell, header: Header) -> bool:
    """Tell whether the cell covers more columns than one."""
    covered = [
        column
        for column in header.columns
        if cell.col <= column.cols.start and cell.col_end >= column.cols.stop
    ]
    return len(covered) > 1


def _is_beside(cell: SheetCell, cells: Sequence[SheetCell]) -> bool:
    """Tell whether another cell of the column stands beside this one."""
    return any(
        other is not cell
        and other.col != cell.col
        and other.row < cell.row_end
        and cell.row < other.row_end
        for other in cells
    )


def _level_cell(sheet: Sheet, rows: range, header: Header) -> SheetCell | None:
    """Return a filled cell exactly as high as the rows: what stands level with it is in the rows."""
    cells = (cell for column in header.columns for cell in cells_of(sheet, rows, column))
    exact = [cell for cell in cells if (cell.row, cell.row_end) == (rows.start, rows.stop)]
    return next((cell for cell in exact if not cell.blank), exact[0] if exact else None)


def _within(cell: SheetCell, rows: range, beside: SheetCell) -> Print | None:
    """Return the lines of a cell that is taller than its row which stand level with `beside`.

    A lone line belongs to the first of the rows.
    """
    bands = [(piece.page, piece.cell.upright) for piece in beside.pieces]
    level = [
        line
        for line in cell.lines
        if any(
            page == line.page and box.top <= line.line.upright.centre[1] < box.bottom
            for page, box in bands
        )
    ]
    if len(cell.lines) == 1:
        level = list(cell.lines) if cell.row == rows.start else []
    if level:
        return replace(print_of_lines(level), suspect=True)
    whole = print_of([cell], suspect=True)
    return replace(whole, text="", alternatives=(whole.text,)) if whole else None


def is_stacked(cell: SheetCell, params: ColumnParams) -> bool:
    """Tell whether figures stand one above the other in a cell: a rule between two rows was missed.

    A figure too long for its column wraps as well, but then its first line fills the column.
    """
    lines = [line for line in cell.lines if any(char.isdecimal() for char in line.text)]
    if len(lines) < 2 or len(cell.pieces) > 1:
        return False
    filled = lines[0].line.upright.width / max(1, cell.pieces[0].cell.upright.width)
    return filled < params.wrap_fill_ratio


def figure_at(
    sheet: Sheet,
    rows: range,
    column: Column,
    header: Header,
    params: ColumnParams = ColumnParams(),
) -> Print | None:
    """Return what stands in a column of figures; several figures in one cell are suspect."""
    found = print_at(sheet, rows, column, header)
    stacked = any(is_stacked(cell, params) for cell in cells_of(sheet, rows, column))
    return replace(found, suspect=True) if found and stacked else found
