"""The goals: captions with the prose beneath them or to their right."""

from __future__ import annotations

from collections.abc import Sequence

from core.values import Kind
from core.vocabulary import Group
from worker.labels import Caption, Labels
from worker.rebuild.print import print_of
from worker.rebuild.record import Block, Row, bare_label
from worker.rebuild.values import MISSING, Entry, ReviewParams, entry
from worker.sheet import Sheet, SheetCell

_LABELS: tuple[Group, ...] = ("goals_caption", "goals_block", "indicator_block", "header")


def goals(sheet: Sheet, labels: Labels, rows: range, params: ReviewParams) -> Block:
    """Read expected and actual goals from the rows of the block."""
    captions = labels.captions(sheet, rows)
    if not {caption.role for caption in captions} & {"expected", "actual"}:
        return _uncaptioned(sheet, labels, rows, params)
    entries: dict[str, Entry] = {}
    extra: list[tuple[str, Entry]] = []
    for caption in captions:
        value = entry(print_of(_prose(sheet, labels, caption, rows)), Kind.TEXT, params)
        if caption.role == "extra" and not value.field.raw:
            continue
        if caption.role == "extra" or caption.role in entries:
            extra.append((bare_label(caption.cell.text), value))
        else:
            entries[caption.role] = value
    if not _is_understood(sheet, labels, rows, captions):
        for role in ("expected", "actual"):
            entries.setdefault(role, MISSING)
    return Block((Row(entries),), tuple(extra))


def _prose(sheet: Sheet, labels: Labels, caption: Caption, rows: range) -> list[SheetCell]:
    """Return the cells that the caption speaks of: below it, down to the next label, or beside it."""
    cell = caption.cell
    below: list[SheetCell] = []
    for row in range(cell.row_end, rows.stop):
        cells = [
            found
            for found in sheet.within(range(row, row + 1), range(cell.col, cell.col_end))
            if found.row == row and _shares(found, cell) and not labels.of(found, "goals_block")
        ]
        if any(labels.is_any(found, _LABELS) for found in cells) or _is_labelled(
            sheet, labels, row
        ):
            break
        below += cells
    if any(not found.blank for found in below):
        return below
    beside: list[SheetCell] = []
    for found in sheet.within(range(cell.row, cell.row_end), range(cell.col_end, sheet.cols)):
        if labels.is_any(found, _LABELS):
            break
        beside.append(found)
    return beside or below


def _is_understood(sheet: Sheet, labels: Labels, rows: range, captions: Sequence[Caption]) -> bool:
    """Tell whether every cell of the block is a label or the prose of a caption: none was lost."""
    prose = {id(cell) for caption in captions for cell in _prose(sheet, labels, caption, rows)}
    cells = [cell for row in rows for cell in sheet.starting(row)]
    return all(id(cell) in prose or labels.is_any(cell, _LABELS) for cell in cells)


def _is_labelled(sheet: Sheet, labels: Labels, row: int) -> bool:
    """Tell whether a label leads the row that is not the block's own: what stands there is its prose."""
    return any(
        labels.is_any(cell, ("goals_caption", "header", "tail"))
        for cell in sheet.starting(row)
        if not cell.blank and not labels.of(cell, "goals_block")
    )


def _shares(prose: SheetCell, caption: SheetCell) -> bool:
    """Tell whether most of the prose stands under the caption."""
    common = min(prose.col_end, caption.col_end) - max(prose.col, caption.col)
    return common * 2 > prose.col_span


def _uncaptioned(sheet: Sheet, labels: Labels, rows: range, params: ReviewParams) -> Block:
    """Read a block that only its own label names: the first prose is expected, the second actual."""
    cells = [
        cell
        for cell in sheet.within(rows, range(sheet.cols))
        if cell.row in rows and not cell.blank and not labels.is_any(cell, _LABELS)
    ]
    if not cells:
        return Block()
    by_column: dict[int, list[SheetCell]] = {}
    for cell in cells:
        by_column.setdefault(cell.col, []).append(cell)
    proses = [by_column[col] for col in sorted(by_column)]
    roles = ("expected", "actual")[: len(proses)]
    return Block(
        (
            Row(
                {
                    role: entry(print_of(prose), Kind.TEXT, params)
                    for role, prose in zip(roles, proses, strict=False)
                }
            ),
        )
    )
