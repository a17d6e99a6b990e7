"""Where the blocks of a form stand on its sheet, told by their labels and never by their place.

Enters: a sheet. Leaves: header rows with their columns by role, captions, and the rows of each block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import get_args

from core.vocabulary import Group, Match, Vocabulary, squash
from worker.sheet import Sheet, SheetCell, common_end


@dataclass(frozen=True)
class LabelParams:
    """When a row counts as a header.

    An indicator header names at least `level_labels` of the three level columns, or `column_labels`
    columns in all with one that carries values. A funding header names `money_labels` money columns, or
    `column_labels` with at least one. `label_characters` is the longest text that may be a label.
    """

    level_labels: int = 2
    column_labels: int = 3
    money_labels: int = 2
    label_characters: int = 30


@dataclass(frozen=True)
class Column:
    """A column of a block: its role, its header cell, and the sheet columns that it takes.

    `guessed` says that the header could not be read and the columns beside it tell the role.
    """

    role: str
    cell: SheetCell
    cols: range
    guessed: bool = False

    @classmethod
    def under(cls, cell: SheetCell, role: str) -> Column:
        """Take all columns under a header cell."""
        return cls(role, cell, range(cell.col, cell.col_end))


@dataclass(frozen=True)
class Header:
    """Header rows of a block, and its columns from left to right; roles but `extra` are unique."""

    rows: range
    columns: tuple[Column, ...]

    def of(self, role: str) -> Column | None:
        return next((column for column in self.columns if column.role == role), None)

    def extras(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.role == "extra")


@dataclass(frozen=True)
class Caption:
    """A label that stands above or left of prose."""

    role: str
    cell: SheetCell
    match: Match


_GROUPS: tuple[Group, ...] = get_args(Group)
_FIGURES = "0123456789.| "
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


class Labels:
    """Asks the vocabulary about cells of a sheet."""

    def __init__(self, vocabulary: Vocabulary, params: LabelParams = LabelParams()) -> None:
        self.vocabulary = vocabulary
        self.params = params

    def of(self, cell: SheetCell, group: Group, *, lenient: bool = False) -> Match | None:
        """Return what the cell is as a label of `group`; prose is none.

        What is exactly a label of another group is no misread label of this one.
        """
        if not cell.text or len(squash(cell.text)) > self.params.label_characters:
            return None
        found = self.vocabulary.label(cell.text, group, lenient=lenient)
        if found is None or not found.distance:
            return found
        others = (self.vocabulary.label(cell.text, other) for other in _GROUPS if other != group)
        return None if any(other and not other.distance for other in others) else found

    def is_any(self, cell: SheetCell, groups: Iterable[Group]) -> bool:
        return any(self.of(cell, group) for group in groups)

    def columns(self, sheet: Sheet, row: int, group: Group) -> tuple[Column, ...]:
        """Return the header cells that start in `row`."""
        return tuple(
            Column.under(cell, match.role)
            for cell in sheet.starting(row)
            if (match := self.of(cell, group))
        )

    def vouched(self, sheet: Sheet, row: int, group: Group) -> tuple[Column, ...]:
        """Return the header cells of a row known to be a header: there a label may be read worse."""
        sure = self.columns(sheet, row, group)
        taken = {column.role for column in sure}
        guesses = [
            Column.under(cell, match.role)
            for cell in sheet.starting(row)
            if all(cell is not column.cell for column in sure)
            and (match := self.of(cell, group, lenient=True))
            and match.role not in taken
        ]
        roles = [guess.role for guess in guesses]
        lone = [guess for guess in guesses if roles.count(guess.role) == 1]
        return tuple(sorted([*sure, *lone], key=lambda column: column.cols.start))

    def indicator_headers(self, sheet: Sheet) -> tuple[Header, ...]:
        """Return all headers of indicator tables, top to bottom; a second one may repeat the first."""
        rows = [row for row in range(sheet.rows) if self._is_indicator_header(sheet, row)]
        return tuple(self._indicator_header(sheet, run) for run in _runs(rows))

    def _indicator_header(self, sheet: Sheet, run: Sequence[int]) -> Header:
        rows = self._header_rows(sheet, run, "indicator_column")
        columns = _finest([self.vouched(sheet, row, "indicator_column") for row in rows])
        plausible = partial(self._has_levels, sheet, rows.stop)
        unique = _unique(columns, last={"weight"})
        return Header(rows, completed(sheet, rows, unique, _INDICATOR_ORDER, plausible))

    def _header_rows(self, sheet: Sheet, run: Sequence[int], group: Group) -> range:
        """Return the lattice rows of a header: to where most of the cells in its last row end."""
        cells = [column.cell for column in self.columns(sheet, run[-1], group)]
        return range(run[0], common_end(cells, run[-1]))

    def _is_indicator_header(self, sheet: Sheet, row: int) -> bool:
        roles = {column.role for column in self.columns(sheet, row, "indicator_column")}
        levels = len(roles & _LEVELS)
        return levels >= self.params.level_labels or (
            len(roles) >= self.params.column_labels and bool(roles & _VALUES)
        )

    def funding_header(self, sheet: Sheet) -> Header | None:
        """Return the header of the funding block."""
        for row in range(sheet.rows):
            roles = {column.role for column in self.columns(sheet, row, "funding_column")}
            money = len(roles & _MONEY)
            if money >= self.params.money_labels or (
                money and len(roles) >= self.params.column_labels
            ):
                rows = self._header_rows(sheet, [row], "funding_column")
                columns = _finest([self.vouched(sheet, at, "funding_column") for at in rows])
                plausible = partial(_has_figures, sheet, rows.stop)
                unique = _unique(columns, last=set())
                return Header(rows, completed(sheet, rows, unique, _FUNDING_ORDER, plausible))
        return None

    def _has_levels(self, sheet: Sheet, below: int, cols: range) -> bool:
        """Tell whether a level-1 word stands somewhere below in the columns."""
        return any(
            self.vocabulary.level(cell.text, "level1") is not None
            for cell in sheet.within(range(below, sheet.rows), cols)
            if cell.text
        )

    def captions(self, sheet: Sheet, rows: Iterable[int]) -> tuple[Caption, ...]:
        """Return the captions of goals that start in `rows`."""
        return tuple(
            Caption(match.role, cell, match)
            for row in rows
            for cell in sheet.starting(row)
            if (match := self.of(cell, "goals_caption"))
        )


def _has_figures(sheet: Sheet, row: int, cols: range) -> bool:
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


@dataclass(frozen=True)
class Blocks:
    """The rows of each block; a block that the form does not have is an empty range."""

    head: range
    funding: range
    goals: range
    indicators: range
    tail: range


def blocks(sheet: Sheet, labels: Labels) -> Blocks:
    """Divide the sheet into blocks; each reaches to where the next one begins, in any order."""
    funding = labels.funding_header(sheet)
    indicators = labels.indicator_headers(sheet)
    starts: dict[str, int] = {"head": 0}
    if funding:
        starts["funding"] = funding.rows.start
    if indicators:
        starts["indicators"] = indicators[0].rows.start
    goals = _goals_start(sheet, labels, starts)
    if goals is not None:
        starts["goals"] = goals
    tail = _tail_start(sheet, labels, starts)
    if tail is not None:
        starts["tail"] = tail
    ordered = sorted(starts.items(), key=lambda item: item[1])
    ends = {
        name: range(row, following)
        for (name, row), (_, following) in pairwise([*ordered, ("", sheet.rows)])
    }
    empty = range(0)
    return Blocks(
        head=ends["head"],
        funding=ends.get("funding", empty),
        goals=ends.get("goals", empty),
        indicators=ends.get("indicators", empty),
        tail=ends.get("tail", empty),
    )


def _goals_start(sheet: Sheet, labels: Labels, starts: dict[str, int]) -> int | None:
    """Return the first row with captions of goals, or with the block's own label."""
    taken = {row for name, row in starts.items() if name != "head"}
    limit = starts.get("indicators", sheet.rows)
    rows = [row for row in range(limit) if row not in taken]
    for row in rows:
        roles = {caption.role for caption in labels.captions(sheet, [row])}
        if roles & {"expected", "actual"}:
            return row
    for row in rows:
        if any(labels.of(cell, "goals_block") for cell in sheet.starting(row)):
            return row
    return None


def _tail_start(sheet: Sheet, labels: Labels, starts: dict[str, int]) -> int | None:
    """Return the row of the total, or the first row that a narrative label leads."""
    headers = labels.indicator_headers(sheet)
    for row in range(starts.get("indicators", sheet.rows), sheet.rows):
        lead = leading(sheet, row)
        if lead is None or any(row in header.rows for header in headers):
            continue
        if is_total(sheet, labels, headers[0] if headers else None, row):
            return row
        if lead.col == 0 and labels.of(lead, "tail"):
            return row
    return None


def is_total(sheet: Sheet, labels: Labels, header: Header | None, row: int) -> bool:
    """Tell whether a row is the total: by its label, or by its shape where the label is misread.

    The shape is one cell over all level columns with a figure to its right.
    """
    lead = leading(sheet, row)
    if lead is None:
        return False
    if labels.of(lead, "total") or _has_total_with_figures(lead, labels):
        return True
    name = header.of("level3") if header else None
    figures = [column for role in ("weight", "score") if header and (column := header.of(role))]
    first = min((column.cols.start for column in header.columns), default=0) if header else 0
    wide = name is not None and lead.col <= first and lead.col_end >= name.cols.stop
    return (
        wide
        and (lead.illegible or labels.of(lead, "total", lenient=True) is not None)
        and any(
            column.cols.start >= lead.col_end and _has_figures(sheet, row, column.cols)
            for column in figures
        )
    )


def _has_total_with_figures(lead: SheetCell, labels: Labels) -> bool:
    """Tell whether the total's figures stand in the cell of its label: the rules between were lost."""
    bare = lead.text.rstrip(_FIGURES)
    match = labels.vocabulary.label(bare, "total") if bare != lead.text else None
    return match is not None and not match.distance


def leading(sheet: Sheet, row: int) -> SheetCell | None:
    """Return the first cell from the left that starts in `row` and is not blank."""
    return next((cell for cell in sheet.starting(row) if not cell.blank), None)
