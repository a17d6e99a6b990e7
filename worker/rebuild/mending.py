"""Which rows at a page break are one row: asked block by block, since each has its own signs.

The joining itself is `worker.stitch`'s; here stand the labels that it needs to be told.
"""

from __future__ import annotations

from core.vocabulary import Vocabulary, squash
from worker.headers import funding_header, indicator_headers
from worker.labels import Labels
from worker.rebuild.blocks import Blocks, blocks
from worker.sheet import Sheet, SheetCell
from worker.stitch import Roles, Words, join_rows, mend_break

_FUNDING_FIGURES = (
    "initial_budget",
    "annual_budget",
    "executed",
    "weight",
    "execution_rate",
    "score",
)


def mend(sheet: Sheet, labels: Labels) -> Sheet:
    """Join what page breaks cut, from the first break to the last."""
    for row, is_open in sheet.breaks:
        sheet = _mend_at(sheet, row, labels, is_open=is_open)
    return sheet


def _mend_at(sheet: Sheet, row: int, labels: Labels, *, is_open: bool) -> Sheet:
    if header := _cut_header(sheet, row, labels):
        return header
    where = blocks(sheet, labels)
    if row in where.funding:
        roles = _funding_roles(sheet, labels)
    elif row in where.indicators or row == where.tail.start:
        roles = _indicator_roles(sheet, labels, row)
    else:
        return _cut_head_row(sheet, row, labels, where)
    header_rows = frozenset(at for header in indicator_headers(sheet, labels) for at in header.rows)
    return mend_break(sheet, row, roles, _words(labels.vocabulary), header_rows, is_open=is_open)


def _cut_header(sheet: Sheet, row: int, labels: Labels) -> Sheet | None:
    """Join a header row that the break cut: more of its labels are known joined than on either side."""
    joined = join_rows(sheet, row)
    for group in ("indicator_column", "funding_column"):
        known = len(labels.columns(joined, row - 1, group))
        apart = (len(labels.columns(sheet, at, group)) for at in (row - 1, row))
        if known >= labels.params.column_labels and known > max(apart):
            return joined
    return None


def _cut_head_row(sheet: Sheet, row: int, labels: Labels, where: Blocks) -> Sheet:
    """Join a row of the head when what is below the break has no label of its own."""
    below = sheet.starting(row)
    labelled = any(
        labels.is_any(cell, ("header", "goals_caption", "goals_block", "funding_block"))
        for cell in below
    )
    if row not in where.head or labelled:
        return sheet
    return join_rows(sheet, row)


def _indicator_roles(sheet: Sheet, labels: Labels, row: int) -> Roles:
    """Return the columns of the indicator table that `row` stands in."""
    headers = indicator_headers(sheet, labels)
    above = [header for header in headers if header.rows.start < row] or headers
    columns = {column.role: column.cols for column in above[-1].columns if column.role != "extra"}
    left = min(cols.start for cols in columns.values())
    return Roles({"side": range(left), **columns})


def _funding_roles(sheet: Sheet, labels: Labels) -> Roles:
    header = funding_header(sheet, labels)
    assert header is not None
    columns = {column.role: column.cols for column in header.columns if column.role != "extra"}
    left = min(cols.start for cols in columns.values())
    label = max(
        (cell.col for cell in sheet.row_cells(header.rows.stop) if cell.col_end <= left), default=0
    )
    return Roles(
        {"side": range(label), "level3": range(label, left), **columns},
        numbers=_FUNDING_FIGURES,
        values=(),
    )


def _words(vocabulary: Vocabulary) -> Words:
    def known(text: str) -> bool:
        matches = (
            vocabulary.level(text, "level1"),
            vocabulary.level(text, "level2"),
            vocabulary.label(text, "indicator_block"),
            vocabulary.label(text, "funding_block"),
            vocabulary.label(text, "total"),
        )
        return any(match is not None and not match.distance for match in matches)

    def text(cell: SheetCell) -> str:
        """Return what the cell says; a few strokes of noise say nothing."""
        squashed = squash(cell.text)
        return squashed if any(map(str.isalnum, squashed)) else ""

    return Words(
        text=text,
        known=known,
        placeholder=lambda text: vocabulary.search("placeholder", text) is not None,
    )
