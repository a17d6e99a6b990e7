"""Where the blocks of a form stand on its sheet, told by their labels and never by their place.

Enters: a sheet and what its labels mean. Leaves: the rows of each block.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from worker.headers import funding_header, has_figures, indicator_headers
from worker.labels import Header, Labels
from worker.sheet import Sheet, SheetCell

_FIGURES = "0123456789.| "


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
    funding = funding_header(sheet, labels)
    indicators = indicator_headers(sheet, labels)
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
    headers = indicator_headers(sheet, labels)
    for row in range(starts.get("indicators", sheet.rows), sheet.rows):
        lead = leading(sheet, row)
        if lead is None or any(row in header.rows for header in headers):
            continue
        above = [header for header in headers if header.rows.start < row]
        if is_total(sheet, labels, above[-1] if above else None, row):
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
            column.cols.start >= lead.col_end and has_figures(sheet, row, column.cols)
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
