"""What stands in a column of a block, in the rows of one record.

Where a rule was not found two places share a cell. Then each place takes the lines that stand in it,
and all of them are suspect.
"""

from __future__ import annotations

from dataclasses import replace

from worker.labels import Column, Header
from worker.rebuild.values import Print, print_of, print_of_lines
from worker.sheet import Sheet, SheetCell


def cells_of(sheet: Sheet, rows: range, column: Column) -> list[SheetCell]:
    """Return the cells that lie in the column, or cover it, in those rows."""
    return [cell for cell in sheet.within(rows, column.cols) if _belongs(cell, column)]


def _belongs(cell: SheetCell, column: Column) -> bool:
    inside = cell.col >= column.cols.start and cell.col_end <= column.cols.stop
    covers = cell.col <= column.cols.start and cell.col_end >= column.cols.stop
    middle = column.cols.start <= (cell.col + cell.col_end - 1) / 2 < column.cols.stop
    return inside or covers or middle


def print_at(
    sheet: Sheet, rows: range, column: Column, header: Header, beside: SheetCell | None = None
) -> Print | None:
    """Return what stands in `column` in `rows`, None where there is no cell.

    `beside` is a cell known to have the height of the rows.
    """
    cells = cells_of(sheet, rows, column)
    if not cells:
        return None
    shared = any(_is_shared(cell, header) for cell in cells if not cell.blank)
    tall = [cell for cell in cells if cell.row < rows.start or cell.row_end > rows.stop]
    if not tall or beside is None or all(cell.blank for cell in tall):
        return print_of(cells, suspect=shared)
    return _within(tall[0], rows, beside)


def _is_shared(cell: SheetCell, header: Header) -> bool:
    """Tell whether the cell covers more columns than one."""
    covered = [
        column
        for column in header.columns
        if cell.col <= column.cols.start and cell.col_end >= column.cols.stop
    ]
    return len(covered) > 1


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
