"""Which rows at a page break are one row: asked block by block, since each has its own signs.

The joining itself is `worker.stitch`'s; here stand the labels that it needs to be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.vocabulary import Group, squash
from worker.headers import funding_header, indicator_headers
from worker.labels import Column, Labels
from worker.rebuild.blocks import blocks
from worker.rebuild.funding import item_of
from worker.sheet import Sheet, SheetCell
from worker.stitch import Roles, Words, join_rows, join_sides, mend_break

_HEADERS: tuple[Group, ...] = ("indicator_column", "funding_column")
# Labels whose value stands to their right.
_BESIDE: tuple[Group, ...] = ("header", "tail", "goals_block", "goals_caption")
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
    if cut := _cut_header(sheet, row, labels) or _cut_labelled_row(sheet, row, labels):
        return cut
    where = blocks(sheet, labels)
    if row in where.funding:
        roles = _funding_roles(sheet, labels)
    elif row in where.indicators or row == where.tail.start:
        roles = _indicator_roles(sheet, labels, row)
    elif row in where.goals:
        return _cut_goals(sheet, row, labels, where.goals)
    else:
        return sheet
    header_rows = _header_rows(sheet, labels)
    words = _words(labels)
    if row - 1 in header_rows:
        # No row of values was cut; the label beside header and rows may have been.
        return join_sides(sheet, row, roles.columns["side"].stop, words.text, words.known)
    return mend_break(sheet, row, roles, words, header_rows, is_open=is_open)


def _header_rows(sheet: Sheet, labels: Labels) -> frozenset[int]:
    funds = funding_header(sheet, labels)
    headers = (*indicator_headers(sheet, labels), *([funds] if funds else []))
    return frozenset(at for header in headers for at in header.rows)


def _cut_header(sheet: Sheet, row: int, labels: Labels) -> Sheet | None:
    """Join a header row that the break cut.

    More of its labels are known joined than on either side; or all that stands on both sides makes known
    labels: a half may be a label by itself (年初预算|数).
    """
    joined = join_rows(sheet, row)
    for group in _HEADERS:
        known = labels.columns(joined, row - 1, group)
        apart = max(len(labels.columns(sheet, at, group)) for at in (row - 1, row))
        if len(known) < labels.params.column_labels or len(known) < apart:
            continue
        if len(known) > apart or _are_halves(joined.starting(row - 1), known, labels, group):
            return joined
    return None


def _are_halves(
    cells: Sequence[SheetCell], known: Sequence[Column], labels: Labels, group: Group
) -> bool:
    """Tell whether every cell from the first label on is exactly one, and some have print on both sides of the break."""
    rest = [cell for cell in cells if cell.col >= known[0].cols.start and not cell.blank]
    matches = [labels.of(cell, group) for cell in rest]
    exact = all(match is not None and not match.distance for match in matches)
    return exact and any(
        all(piece.cell.lines for piece in cell.pieces[-2:]) for cell in rest if len(cell.pieces) > 1
    )


def _cut_labelled_row(sheet: Sheet, row: int, labels: Labels) -> Sheet | None:
    """Join a row of labels with their values that the break cut.

    Its halves have the same cells, and each label stands on one side only, or half on either.
    """
    if {row - 1, row} & _header_rows(sheet, labels):
        return None
    first = max(min((cell.col for cell in sheet.starting(at)), default=0) for at in (row - 1, row))
    joined = join_rows(sheet, row)
    above, below, whole = (
        [cell for cell in it.starting(at) if cell.col >= first]
        for it, at in ((sheet, row - 1), (sheet, row), (joined, row - 1))
    )
    if [(cell.col, cell.col_end) for cell in above] != [(cell.col, cell.col_end) for cell in below]:
        return None
    upper, lower = (_labelled(cells, labels) for cells in (above, below))
    every = upper | lower | {at for at in _labelled(whole, labels) if _halves(at, above, below)}
    has_value = 0 < len(every) < len(above)
    one_sided = all(
        (above[at].blank or below[at].blank)
        or (_is_exact(whole[at], labels) and not (at in upper and at in lower))
        for at in every
    )
    return joined if has_value and one_sided else None


def _labelled(cells: Sequence[SheetCell], labels: Labels) -> set[int]:
    """Return which of the cells are labels of what stands beside them."""
    return {at for at, cell in enumerate(cells) if not cell.blank and labels.is_any(cell, _BESIDE)}


def _halves(at: int, above: Sequence[SheetCell], below: Sequence[SheetCell]) -> bool:
    return not above[at].blank and not below[at].blank


def _is_exact(cell: SheetCell, labels: Labels) -> bool:
    matches = (labels.of(cell, group) for group in _BESIDE)
    return any(match is not None and not match.distance for match in matches)


def _cut_goals(sheet: Sheet, row: int, labels: Labels, rows: range) -> Sheet:
    """Join the label at the side of the goals; their prose goes on under its captions anyway."""
    captions = labels.captions(sheet, range(rows.start, row))
    left = min((caption.cell.col for caption in captions), default=0)

    def known(text: str) -> bool:
        return labels.vocabulary.label(text, "goals_block") is not None

    return join_sides(sheet, row, left, _words(labels).text, known)


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


def _is_funding_row(labels: Labels, text: str) -> bool:
    match = item_of(labels, text)[1]
    return match is not None and not match.distance


def _words(labels: Labels) -> Words:
    vocabulary = labels.vocabulary

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
        row_name=lambda text: _is_funding_row(labels, text),
    )
