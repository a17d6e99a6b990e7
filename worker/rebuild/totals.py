"""The row of the total, and the narrative rows behind it."""

from __future__ import annotations

from collections.abc import Iterable

from core.values import Kind
from worker.labels import Header, Labels
from worker.rebuild.blocks import is_total, leading
from worker.rebuild.columns import figure_at
from worker.rebuild.head import pairs_in_rows
from worker.rebuild.lists import Pair
from worker.rebuild.record import Block, Row
from worker.rebuild.values import MISSING, Entry, ReviewParams, doubted, entry, without_overlay
from worker.sheet import Sheet

_FIGURES = ("weight", "score")


def total(
    sheet: Sheet,
    labels: Labels,
    header: Header | None,
    rows: range,
    lost: frozenset[str],
    params: ReviewParams,
) -> Block:
    """Read the total from the first row that its label leads.

    A form whose indicators carry figures should have one; without it the values are missing. `lost` are
    columns known to be missing.
    """
    present = [column for role in _FIGURES if header and (column := header.of(role))]
    row = next((row for row in rows if is_total(sheet, labels, header, row)), None)
    if row is None or header is None:
        return Block((Row(dict.fromkeys({column.role for column in present} | lost, MISSING)),))
    lead = leading(sheet, row)
    entries: dict[str, Entry] = dict.fromkeys(lost, MISSING)
    for column in present:
        found = figure_at(sheet, range(row, row + 1), column, header)
        cell = sheet.at(row, column.cols.start)
        if found is None or cell is lead:
            entries[column.role] = MISSING
        else:
            found = without_overlay(found, Kind.POINTS, labels.vocabulary)
            entries[column.role] = entry(found, Kind.POINTS, params)
    if "weight" in entries:
        entries.setdefault("score", MISSING)
    # A total has both, or nothing.
    if any(value.typed for value in entries.values()):
        entries |= {
            role: doubted(value, "blank") for role, value in entries.items() if value.typed == ""
        }
    return Block((Row(entries),))


def with_head_total(sums: Block, pairs: Iterable[Pair], params: ReviewParams) -> Block:
    """Take the score from the head of the form where no row of the total has it."""
    entries = dict(sums.rows[0].entries)
    if entries.get("score", MISSING) is not MISSING:
        return sums
    for pair in pairs:
        if pair.match.role == "total" and pair.value is not None and pair.value.text:
            entries["score"] = entry(pair.value, Kind.POINTS, params)
            if entries.get("weight") is MISSING:
                del entries["weight"]
            break
    return Block((Row(entries),))


def tail(
    sheet: Sheet, labels: Labels, header: Header | None, rows: range, params: ReviewParams
) -> Block:
    """Read the labelled prose behind the total as extra."""
    prose = [row for row in rows if not is_total(sheet, labels, header, row)]
    if not prose:
        return Block()
    pairs = pairs_in_rows(sheet, labels, range(prose[0], rows.stop), ("tail", "header"))
    return Block(
        extra=tuple(
            (pair.label, entry(pair.value, Kind.TEXT, params))
            for pair in pairs
            if pair.value is not None and pair.value.text
        )
    )
