"""The funding block: its columns by their headers, its rows by their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.values import DASH, SLASH, Kind, kind_of
from core.vocabulary import Match, Place, squash
from worker.labels import Header, Labels
from worker.rebuild.columns import cells_of, figure_at
from worker.rebuild.head import pairs_in_rows
from worker.rebuild.print import print_of
from worker.rebuild.record import Block, Row, bare_label
from worker.rebuild.values import MISSING, Entry, ReviewParams, closed, doubted, entry, nameless
from worker.sheet import Sheet, SheetCell, common_end

_COLUMNS = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
_POINTS = _COLUMNS[3:]


def funding(
    sheet: Sheet,
    labels: Labels,
    header: Header,
    rows: range,
    lost: frozenset[str],
    params: ReviewParams,
) -> Block:
    """Read the rows of the block, which reach to the end of `rows`; `lost` are columns known to be missing."""
    expected = _expected(header) | lost
    found: list[Row] = []
    extra: list[tuple[str, Entry]] = []
    seen: set[int | str] = set()
    for span, label in _rows(sheet, labels, header, rows):
        prose = list(pairs_in_rows(sheet, labels, span, ("tail", "header")))
        if prose:
            extra += [
                (pair.label, entry(pair.value, Kind.TEXT, params)) for pair in prose if pair.value
            ]
            continue
        values = {
            column.role: entry(
                figure_at(sheet, span, column, header),
                kind_of(f"/funding/0/{column.role}"),
                params,
            )
            for column in header.columns
            if column.role in _COLUMNS
        }
        for role in expected:
            values.setdefault(role, MISSING)
        if label is None and not any(value.typed for value in values.values()):
            continue
        if label is None:
            values = nameless(values)
        found.append(Row({**_label(labels, label, params), **values}))
        for column in header.extras():
            for cell in cells_of(sheet, span, column):
                # A cell over several rows is printed again where a page break cuts it.
                if not cell.blank and seen.isdisjoint({id(cell), squash(cell.text)}):
                    seen |= {id(cell), squash(cell.text)}
                    value = entry(print_of([cell]), Kind.TEXT, params)
                    extra.append((bare_label(column.cell.text), value))
    return Block(tuple(_without_lost_marks(found)), tuple(extra))


def _without_lost_marks(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows with each blank doubted where the other components print a mark, and each lone 1 of points.

    A dash is the thinnest print of all: faxes lose it, and a rule's removal takes it along. A slash is read for a 1
    by all readers, and weighs the same in every check as the points that a component does not have.
    """
    marked = {
        role
        for row in rows
        for role, value in row.entries.items()
        if role in _COLUMNS and value.typed in {DASH, SLASH}
    }
    for row in rows:
        blanks = {
            role: doubted(value, "blank")
            for role, value in row.entries.items()
            if role in marked and value.typed == ""
        }
        strokes = {
            role: doubted(value, "doubtful")
            for role, value in row.entries.items()
            if role in _POINTS and value.typed == "1" and row.entries["item"].typed != "total"
        }
        yield Row({**row.entries, **blanks, **strokes})


def lost_funding(sources: Sequence[Place]) -> Block:
    """Return the block of a form in which none was found.

    Its total should be there, and a row for each of the `sources` whose label was read somewhere.
    """
    entries = dict.fromkeys(_COLUMNS, MISSING)
    totalled = any(source.role == "total" for source in sources)
    labels = [(source.role, source.wording) for source in sources]
    rows = labels if totalled else [("total", ""), *labels]
    return Block(tuple(Row({**_label_of(item, label), **entries}) for item, label in rows))


def _label_of(item: str, label: str) -> dict[str, Entry]:
    return {"item": Entry(item, MISSING.field), "label": Entry(label, MISSING.field)}


def _expected(header: Header) -> set[str]:
    """Return what a funding block has, given what this one has and that a label of it was not understood."""
    roles = {column.role for column in header.columns}
    if header.understood:
        return set()
    budgets = {"initial_budget", "annual_budget"}
    budget = set() if budgets & roles else budgets
    return {"executed", "execution_rate"} | budget | ({"score"} if "weight" in roles else set())


def _rows(
    sheet: Sheet, labels: Labels, header: Header, rows: range
) -> Iterator[tuple[range, SheetCell | None]]:
    """Yield the rows of the block with their label cell."""
    first = min(column.cell.col for column in header.columns)
    row = header.rows.stop
    while row < rows.stop:
        label = _row_label(sheet, labels, row, first)
        cells = [
            cell
            for column in header.columns
            for cell in cells_of(sheet, range(row, row + 1), column)
            if cell.row == row and column.role != "extra"
        ]
        end = min(common_end([*cells, *([label] if label else [])], row), rows.stop)
        yield range(row, end), label
        row = end


def _row_label(sheet: Sheet, labels: Labels, row: int, first: int) -> SheetCell | None:
    """Return the label cell of a row: the last one left of the figures that is not the block's."""
    left = sheet.within(range(row, row + 1), range(first))
    return next(
        (
            cell
            for cell in reversed(left)
            if cell.row == row and not cell.blank and not labels.of(cell, "funding_block")
        ),
        None,
    )


def item_of(labels: Labels, text: str) -> tuple[str, Match | None]:
    """Return which source of money a row label names, without the prefix of the first component."""
    prefix = labels.vocabulary.search("component_prefix", text)
    bare = squash(text)[prefix.end() :] if prefix else text
    match = labels.vocabulary.label(bare, "funding_row")
    return (match.role if match else "other"), match


def _label(labels: Labels, cell: SheetCell | None, params: ReviewParams) -> dict[str, Entry]:
    found = print_of([cell]) if cell else None
    if found is None:
        return _label_of("other", "")
    item, match = item_of(labels, found.text)
    prefix = labels.vocabulary.search("component_prefix", found.text)
    whole = (
        match._replace(wording=(prefix.group() if prefix else "") + match.wording)
        if match
        else None
    )
    label = closed(found, whole, params)
    return {"item": Entry(item, label.field), "label": Entry(label.typed or "", label.field)}
