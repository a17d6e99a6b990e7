"""The unit of money, wherever the form prints it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.values import Kind
from worker.labels import Header, Labels
from worker.rebuild.print import Print, print_of, print_of_lines
from worker.rebuild.values import MISSING, Entry, ReviewParams, entry
from worker.sheet import PageLine, Sheet


def money_unit(
    sheet: Sheet,
    labels: Labels,
    header: Header | None,
    rows: range,
    lines: Sequence[PageLine],
    params: ReviewParams,
) -> Entry:
    """Find the unit in the label of the funding block, its columns or rows, or above the table."""
    for found in _places(sheet, labels, header, rows, lines):
        unit = labels.vocabulary.search("money_unit", found.text)
        if unit:
            return entry(replace(found, text=unit.group(1), alternatives=()), Kind.LABEL, params)
    return MISSING


def _places(
    sheet: Sheet, labels: Labels, header: Header | None, rows: range, lines: Sequence[PageLine]
) -> Iterable[Print]:
    if header is not None:
        block = sheet.within(range(header.rows.start, rows.stop), range(sheet.cols))
        first = min(column.cell.col for column in header.columns)
        cells = [
            *(cell for cell in block if cell.col < first and not labels.of(cell, "funding_row")),
            *(column.cell for column in header.columns),
            *(cell for cell in block if cell.col < first),
        ]
        yield from (found for cell in cells if (found := print_of([cell])) and found.text)
    yield from (print_of_lines([line]) for line in lines)
