"""What the cells of a sheet are as labels, told by the vocabulary and never by their place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from core.vocabulary import Group, Match, Vocabulary, squash
from worker.sheet import Sheet, SheetCell


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
    """Header rows of a block, and its columns from left to right; roles but `extra` are unique.

    `understood` says that every cell of it is a known label: a column that the header does not name the form
    does not have.
    """

    rows: range
    columns: tuple[Column, ...]
    understood: bool = False

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


class Labels:
    """Asks the vocabulary about cells of a sheet."""

    def __init__(self, vocabulary: Vocabulary, params: LabelParams = LabelParams()) -> None:
        self.vocabulary = vocabulary
        self.params = params

    def of(self, cell: SheetCell, group: Group, *, lenient: bool = False) -> Match | None:
        """Return what the cell is as a label of `group`; prose is none.

        What is exactly a label of another group is no misread label of this one.
        """
        text = self._bare(cell.text)
        if not text or len(text) > self.params.label_characters:
            return None
        found = self.vocabulary.label(text, group, lenient=lenient)
        if found is None or not found.distance:
            return found
        others = (self.vocabulary.label(text, other) for other in _GROUPS if other != group)
        return None if any(other and not other.distance for other in others) else found

    def _bare(self, text: str) -> str:
        """Return a label without the number that a form gives it: 2.项目实施内容及过程概述."""
        ordinal = self.vocabulary.search("ordinal_prefix", text)
        return squash(text)[ordinal.end() :] if ordinal else squash(text)

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

    def captions(self, sheet: Sheet, rows: Iterable[int]) -> tuple[Caption, ...]:
        """Return the captions of goals that start in `rows`.

        What is the block's own label as well is no caption where it stands beside lower ones.
        """
        return tuple(caption for row in rows for caption in self._captions(sheet, row))

    def _captions(self, sheet: Sheet, row: int) -> list[Caption]:
        found = [
            Caption(match.role, cell, match)
            for cell in sheet.starting(row)
            if (match := self.of(cell, "goals_caption"))
        ]
        lowest = min((caption.cell.row_span for caption in found), default=0)
        return [
            caption
            for caption in found
            if caption.cell.row_span == lowest or self.of(caption.cell, "goals_block") is None
        ]
