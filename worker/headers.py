"""The header rows of a form's tables, and their columns by role.

Enters: a sheet and what its labels mean. Leaves: headers, with the columns that no label was read in where
only one reading is possible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from core.vocabulary import Group
from worker.labels import Column, Header, Labels
from worker.sheet import Sheet, SheetCell, common_end

_LEVELS = {"level1", "level2", "level3"}
_VALUES = {"level3", "target", "actual"}
_MONEY = {"initial_budget", "annual_budget", "executed"}
# The order in which all known forms print these columns; only what stands unread between two known
# columns is told by it.
_INDICATOR_ORDER = (
    "level1",
    "level2",
    "level3",
    "target",
    "actual",
    "weight",
    "score",
    "deviation",
)
_FUNDING_ORDER = (
    "initial_budget",
    "annual_budget",
    "executed",
    "weight",
    "execution_rate",
    "score",
)


def indicator_headers(sheet: Sheet, labels: Labels) -> tuple[Header, ...]:
    """Return all headers of indicator tables, top to bottom; a second one may repeat the first."""
    rows = [row for row in range(sheet.rows) if _is_indicator_header(sheet, labels, row)]
    return tuple(_indicator_header(sheet, labels, run) for run in _runs(rows))


def _indicator_header(sheet: Sheet, labels: Labels, run: Sequence[int]) -> Header:
    rows = _header_rows(sheet, labels, run, "indicator_column")
    columns = _finest([labels.vouched(sheet, row, "indicator_column") for row in rows])
    plausible = partial(_has_levels, sheet, labels, rows.stop)
    unique = _unique(_levels_apart(columns), last={"weight"})
    return _header(sheet, rows, unique, completed(sheet, rows, unique, _INDICATOR_ORDER, plausible))


def _header_rows(sheet: Sheet, labels: Labels, run: Sequence[int], group: Group) -> range:
    """Return the lattice rows of a header: to where most of the cells in its last row end."""
    cells = [column.cell for column in labels.columns(sheet, run[-1], group)]
    return range(run[0], common_end(cells, run[-1]))


def _is_indicator_header(sheet: Sheet, labels: Labels, row: int) -> bool:
    roles = {column.role for column in labels.columns(sheet, row, "indicator_column")}
    levels = len(roles & _LEVELS)
    return levels >= labels.params.level_labels or (
        len(roles) >= labels.params.column_labels and bool(roles & _VALUES)
    )


def funding_header(sheet: Sheet, labels: Labels) -> Header | None:
    """Return the header of the funding block."""
    for row in range(sheet.rows):
        roles = {column.role for column in labels.columns(sheet, row, "funding_column")}
        money = len(roles & _MONEY)
        if money >= labels.params.money_labels or (
            money and len(roles) >= labels.params.column_labels
        ):
            rows = _header_rows(sheet, labels, [row], "funding_column")
            columns = _finest([labels.vouched(sheet, at, "funding_column") for at in rows])
            plausible = partial(has_figures, sheet, rows.stop)
            unique = _unique(columns, last=set())
            every = completed(sheet, rows, unique, _FUNDING_ORDER, plausible)
            return _header(sheet, rows, unique, every)
    return None


def _header(
    sheet: Sheet, rows: range, read: Sequence[Column], columns: tuple[Column, ...]
) -> Header:
    """Return a header; it is understood where labels were read in all cells from the first column on."""
    first = min((column.cols.start for column in read), default=0)
    rest = _unread(sheet, rows, range(first, sheet.cols), read)
    return Header(rows, columns, understood=not rest)


def _has_levels(sheet: Sheet, labels: Labels, below: int, cols: range) -> bool:
    """Tell whether a level-1 word stands somewhere below in the columns."""
    return any(
        labels.vocabulary.level(cell.text, "level1") is not None
        for cell in sheet.within(range(below, sheet.rows), cols)
        if cell.text
    )


def has_figures(sheet: Sheet, row: int, cols: range) -> bool:
    """Tell whether a figure stands in the row."""
    cells = sheet.within(range(row, row + 1), cols)
    return any(char.isdecimal() for cell in cells for char in cell.text)


def _runs(rows: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _finest(rows: Sequence[tuple[Column, ...]]) -> tuple[Column, ...]:
    """Return the columns of a header of several rows: a label above finer ones gives way to them."""
    columns: tuple[Column, ...] = rows[0]
    for lower in rows[1:]:
        kept = [
            upper
            for upper in columns
            if not any(set(upper.cols) & set(column.cols) for column in lower)
        ]
        columns = tuple(sorted([*kept, *lower], key=lambda column: column.cols.start))
    return columns


def _levels_apart(columns: Sequence[Column]) -> Sequence[Column]:
    """Leave unread one of two labels of a level where another level has none: 一, 二 and 三 lose strokes.

    Levels stand in their order, so it is the one on the side of the level that is missing.
    """
    roles = [column.role for column in columns]
    missing = sorted(_LEVELS.difference(roles))
    twice = [
        column for column in columns if column.role in _LEVELS and roles.count(column.role) == 2
    ]
    if len(missing) != 1 or len(twice) != 2:
        return columns
    wrong = twice[0] if missing[0] < twice[0].role else twice[1]
    return tuple(column for column in columns if column is not wrong)


def _unique(columns: Sequence[Column], *, last: set[str]) -> tuple[Column, ...]:
    """Let each role stand once: the first column that has it, or the last for roles in `last`.

    The others are kept as `extra`.
    """
    chosen: dict[str, Column] = {}
    for column in columns:
        if column.role in last or column.role not in chosen:
            chosen[column.role] = column
    return tuple(
        column
        if column.role == "extra" or chosen[column.role] is column
        else Column.under(column.cell, "extra")
        for column in columns
    )


def completed(
    sheet: Sheet,
    rows: range,
    columns: Sequence[Column],
    order: Sequence[str],
    plausible: Callable[[range], bool],
) -> tuple[Column, ...]:
    """Add the columns of header cells that no label was read in, where only one reading is possible.

    That is where between two known columns as many header cells, or sheet columns, are left over as
    roles are missing between them. Left of the first known column stand side labels too, so there
    `plausible` has to agree with what stands below.
    """
    known = [column for column in columns if column.role in order]
    found = list(columns)
    for left, right in pairwise([None, *known, None]):
        missing = _between(order, left, right, {column.role for column in known})
        stop = right.cols.start if right else sheet.cols
        cells = _unread(sheet, rows, range(left.cols.stop if left else 0, stop), columns)
        spaces = [range(cell.col, cell.col_end) for cell in cells]
        if left is None:
            spaces = spaces[-len(missing) :] if missing else []
        lattice = [range(col, col + 1) for space in spaces for col in space]
        choice = next((it for it in (spaces, lattice) if len(it) == len(missing)), [])
        found += [
            Column(role, cell, cols, guessed=True)
            for role, cols in zip(missing, choice, strict=bool(choice))
            for cell in cells
            if cols.start in range(cell.col, cell.col_end) and (left is not None or plausible(cols))
        ]
    first = min((column.cols.start for column in found), default=0)
    unknown = [
        Column.under(cell, "extra")
        for cell in _unread(sheet, rows, range(first, sheet.cols), found)
        if cell.text
    ]
    return tuple(sorted([*found, *unknown], key=lambda column: column.cols.start))


def _unread(sheet: Sheet, rows: range, cols: range, columns: Sequence[Column]) -> list[SheetCell]:
    """Return the cells of a header row that belong to no column yet."""
    taken = {col for column in columns for col in column.cols}
    return [
        cell for cell in sheet.within(rows, cols) if taken.isdisjoint(range(cell.col, cell.col_end))
    ]


def _between(
    order: Sequence[str], left: Column | None, right: Column | None, known: set[str]
) -> list[str]:
    """Return the roles that stand between two columns in the usual order and were not read."""
    first = order.index(left.role) + 1 if left else 0
    last = order.index(right.role) if right else len(order)
    return [role for role in order[first:last] if role not in known]
