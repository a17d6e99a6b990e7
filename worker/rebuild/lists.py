"""Labelled values, and lists: rows beside one label, with a head over them or without one.

A sheet enters, and a row of it that a label leads. Leaves: pairs of a label and what is printed for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.vocabulary import Group, Match
from worker.labels import Labels
from worker.rebuild.print import Print, print_of
from worker.rebuild.record import bare_label
from worker.sheet import Sheet, SheetCell

_FREE = frozenset({"extra", "tail"})


@dataclass(frozen=True)
class Pair:
    """A label and what is printed for it."""

    label: str
    match: Match
    value: Print | None


@dataclass(frozen=True)
class List:
    """The rows beside one label, such as the members of a working group; `headed`: the first row heads the columns."""

    lead: SheetCell
    match: Match
    rows: tuple[tuple[SheetCell, ...], ...]
    headed: bool

    def pairs(self) -> Iterator[Pair]:
        """Yield each cell under `label head number`, without a head each row under the label."""
        label = bare_label(self.lead.text)
        if not self.headed:
            for cells in self.rows:
                filled = [cell for cell in cells if not cell.blank]
                yield Pair(label, self.match, print_of(filled, suspect=len(filled) > 1))
            return
        heads = {cell.col: bare_label(cell.text) for cell in self.rows[0]}
        for number, cells in enumerate(self.rows[1:], start=1):
            for cell in cells:
                key = f"{label} {heads[cell.col]} {number}"
                yield Pair(key, self.match, print_of([cell]))


def matched(labels: Labels, cell: SheetCell, groups: Sequence[Group]) -> Match | None:
    """Return what label of the first group that has it the cell is."""
    return next((match for group in groups if (match := labels.of(cell, group))), None)


def list_at(sheet: Sheet, labels: Labels, row: int, groups: Sequence[Group]) -> List | None:
    """Return the list whose label leads the row.

    The label has no place of its own in the record. Rows with labels of their own are no list; in a head some
    wordings may be known as labels elsewhere, but a row of pairs has a label in every second cell.
    """
    lead = next((cell for cell in sheet.starting(row) if not cell.blank), None)
    if lead is None or lead.row_span == 1:
        return None
    match = matched(labels, lead, groups)
    if match is None or match.role not in _FREE:
        return None
    beside = [
        tuple(cell for cell in sheet.starting(each) if cell.col >= lead.col_end)
        for each in range(row, lead.row_end)
    ]
    rows = tuple(cells for cells in beside if any(not cell.blank for cell in cells))
    if len(rows) < 2:
        return None
    known = [sum(matched(labels, cell, groups) is not None for cell in cells) for cells in rows]
    headed = _is_headed(rows) and known[0] * 2 < len(rows[0])
    if any(known[1:]) or (known[0] and not headed):
        return None
    return List(lead, match, rows, headed)


def _is_headed(rows: Sequence[Sequence[SheetCell]]) -> bool:
    """Tell whether several filled cells stand over the columns of all other rows."""
    heads, *others = rows
    columns = {cell.col for cell in heads}
    return (
        len(heads) > 1
        and not any(cell.blank for cell in heads)
        and all({cell.col for cell in cells} == columns for cells in others)
    )
