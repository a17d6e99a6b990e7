"""The indicator table: rows under header columns, level labels over the rows that they span."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.values import Kind, kind_of
from core.vocabulary import Vocabulary
from core.vocabulary.schema import LevelName
from worker.labels import Header, Labels
from worker.rebuild.columns import cells_of, figure_at, is_shared, print_at
from worker.rebuild.print import Print, print_of
from worker.rebuild.record import Block, Row, bare_label
from worker.rebuild.values import (
    MISSING,
    Entry,
    ReviewParams,
    closed,
    doubted,
    entry,
    has_overlay,
    nameless,
    without_overlay,
)
from worker.sheet import Sheet, SheetCell, common_end

_LEVELS: tuple[LevelName, ...] = ("level1", "level2")
_MEASURES = ("target", "actual")
_FIGURES = ("weight", "score")
_STRAY_CHARACTERS = 2
_PROSE = ("level3", "deviation")


@dataclass(frozen=True)
class Section:
    """A header and the rows that it heads."""

    header: Header
    rows: range


def sections(headers: tuple[Header, ...], rows: range) -> Iterator[Section]:
    """Divide the rows of the block by its headers, of which a later one may repeat the first."""
    if not headers:
        return
    starts = [header.rows.start for header in headers[1:]]
    for header, end in zip(headers, [*starts, rows.stop], strict=True):
        yield Section(header, range(header.rows.stop, min(end, rows.stop)))


def indicators(
    sheet: Sheet,
    labels: Labels,
    headers: tuple[Header, ...],
    rows: range,
    lost: frozenset[str],
    params: ReviewParams,
) -> Block:
    """Read the indicators in `rows`; rows of the blank form that nobody filled in are passed over.

    `lost` are columns known to be missing.
    """
    reader = _Reader(sheet, labels, params, lost)
    found = [
        (section, span) for section in sections(headers, rows) for span in reader.spans(section)
    ]
    extra = [pair for section in sections(headers, rows) for pair in reader.goals(section)]
    for number, (section, span) in enumerate(found, 1):
        extra += reader.extras(section.header, span, number)
    made = [reader.row(section, span) for section, span in found]
    return Block(tuple(_without_lost_figures(made)), tuple(extra))


def _without_lost_figures(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows with the blanks of a figure doubted that no row has, while some have the other.

    Nobody gives points without a weight, or leaves all points out; the figures have been taken for something else.
    """
    filled = {role for row in rows for role in _FIGURES if row.entries.get(role, MISSING).typed}
    lost = set(_FIGURES) - filled if filled else set()
    for row in rows:
        blanks = {
            role: doubted(value, "blank") for role, value in row.entries.items() if role in lost
        }
        yield Row({**row.entries, **blanks})


def _expected(header: Header) -> set[str]:
    """Return what an indicator table has: names, and where a label was not understood what goes with the rest."""
    roles = {column.role for column in header.columns}
    if header.understood:
        return {"level3"}
    scored = {"score"} if "weight" in roles else set()
    levels = {"level1", "level2"} if roles & set(_LEVELS) else set()
    return {"level3", "target", "actual"} | scored | levels


def _without_strays(entries: dict[str, Entry]) -> dict[str, Entry]:
    """Doubt an actual value that is its target and a character or two more: a stray lies over it.

    Most forms repeat the target where it was met. So is a target in words that is the actual value and one character
    more; one with figures may well say `3月前` where `3月` was reached.
    """
    target, actual = (entries.get(role, MISSING).typed or "" for role in _MEASURES)
    if _has_stray(actual, target, _STRAY_CHARACTERS):
        return {**entries, "actual": doubted(entries["actual"], "doubtful")}
    if _has_stray(target, actual, 1) and not any(map(str.isdigit, target)):
        return {**entries, "target": doubted(entries["target"], "doubtful")}
    return entries


def _has_stray(text: str, base: str, longest: int) -> bool:
    """Tell whether a text is another with a few ideographs behind it."""
    more = text.removeprefix(base).strip()
    stray = 0 < len(more) <= longest and more.isalpha() and not more.isascii()
    return bool(base) and text.startswith(base) and stray


@dataclass(frozen=True)
class _Reader:
    sheet: Sheet
    labels: Labels
    params: ReviewParams
    lost: frozenset[str]

    @property
    def vocabulary(self) -> Vocabulary:
        return self.labels.vocabulary

    def spans(self, section: Section) -> Iterator[range]:
        """Yield the lattice rows of each indicator."""
        row = section.rows.start
        while row < section.rows.stop:
            span = self._span(section, row)
            is_goal = self.goal_of(section.header, row) is not None
            if not is_goal and not self._is_empty(section.header, span):
                yield span
            row = span.stop

    def _span(self, section: Section, row: int) -> range:
        """Return how many lattice rows the indicator at `row` takes: as many as most of its cells."""
        cells = [
            cell
            for column in section.header.columns
            if column.role in {"level3", *_MEASURES, *_FIGURES, "deviation"}
            for cell in cells_of(self.sheet, range(row, row + 1), column)
            if cell.row == row
        ]
        return range(row, min(common_end(cells, row), section.rows.stop))

    def _is_empty(self, header: Header, span: range) -> bool:
        """Tell whether nothing was filled in: all blank, or only what the blank form prints."""
        cells = {
            column.role: cells_of(self.sheet, span, column)
            for column in header.columns
            if column.role not in _LEVELS
        }
        if any(cell.illegible for role in cells for cell in cells[role]):
            return False
        texts = {role: "".join(cell.text for cell in cells[role]) for role in cells}
        name = texts.pop("level3", "")
        if any(texts.values()):
            return False
        return not name or self.vocabulary.search("placeholder", name) is not None

    def goal_of(self, header: Header, row: int) -> SheetCell | None:
        """Return the label of a goal that stands between indicator tables, None in any other row."""
        first = min(column.cols.start for column in header.columns)
        lead = next(
            (cell for cell in self.sheet.starting(row) if not cell.blank and cell.col_end > first),
            None,
        )
        return lead if lead is not None and self.labels.of(lead, "goals_block") else None

    def row(self, section: Section, span: range) -> Row:
        """Return the values of one indicator; roles without a column are absent."""
        header = section.header
        entries: dict[str, Entry] = {}
        if header.of("level1") is None and (label := self._side_level(section, span.start)):
            entries["level1"] = label
        for level in _LEVELS:
            if column := header.of(level):
                cells = cells_of(self.sheet, range(span.start, span.start + 1), column)
                entries[level] = self._level(section, level, cells, span.start)
        for role in (*_PROSE, *_MEASURES, *_FIGURES):
            column = header.of(role)
            if column is None:
                continue
            look = figure_at if role in _FIGURES else print_at
            found = look(self.sheet, span, column, header)
            if role == "target":
                found = self._joined_target(header, span, found)
            entries[role] = self._value(found, role)
        for role in _expected(header) | self.lost:
            entries.setdefault(role, MISSING)
        if entries["level3"] is MISSING:
            entries = nameless(entries)
        return Row(_without_strays(entries))

    def _side_level(self, section: Section, row: int) -> Entry | None:
        """Return the word of level 1 that stands beside a table without a column for it, over header and rows."""
        first = min(column.cols.start for column in section.header.columns)
        for cell in self.sheet.within(range(row, row + 1), range(first)):
            match = None if cell.blank else self.vocabulary.level(cell.text, "level1")
            found = print_of([cell])
            if match and found:
                return closed(found, match, self.params)
        return None

    def _value(self, found: Print | None, role: str) -> Entry:
        kind = kind_of(f"/indicators/0/{role}")
        if found is None or kind not in {Kind.MEASURE, Kind.POINTS}:
            return entry(found, kind, self.params)
        value = entry(without_overlay(found, kind, self.vocabulary), kind, self.params)
        return doubted(value, "overlay") if has_overlay(value, self.vocabulary) else value

    def _joined_target(self, header: Header, span: range, found: Print | None) -> Print | None:
        """Join comparator, number and unit that the form prints in three cells."""
        parts: list[SheetCell] = []
        for role in ("comparator", "target", "unit"):
            if column := header.of(role):
                parts += [
                    cell
                    for cell in cells_of(self.sheet, span, column)
                    if role == "target" or not self.vocabulary.search("qualitative", cell.text)
                ]
        single = header.of("comparator") is None and header.of("unit") is None
        return found if single or found is None else print_of(parts, suspect=found.suspect)

    def _level(self, section: Section, level: LevelName, cells: list[SheetCell], row: int) -> Entry:
        """Return the level's word for a row; a blank cell takes over the one above it."""
        found = print_of(cells, suspect=self._is_doubtful(section.header, level, cells))
        if found is None or (not found.text and not found.illegible):
            found = self._inherited(section, level, row) or found
        if found is None:
            return MISSING
        if not found.text:
            return doubted(entry(found, Kind.LABEL, self.params), "blank")
        match = self.vocabulary.level(found.text, level)
        label = closed(found, match, self.params)
        return label if match else doubted(label, "not_in_vocabulary")

    def _is_doubtful(self, header: Header, level: LevelName, cells: list[SheetCell]) -> bool:
        column = header.of(level)
        assert column is not None
        return column.guessed or any(is_shared(cell, header) for cell in cells if not cell.blank)

    def _inherited(self, section: Section, level: LevelName, row: int) -> Print | None:
        """Return the label above a blank level cell, marked as taken over."""
        column = section.header.of(level)
        assert column is not None
        first = self._first_of_level1(section, row) if level == "level2" else section.rows.start
        for above in range(row - 1, first - 1, -1):
            cells = [
                cell
                for cell in cells_of(self.sheet, range(above, above + 1), column)
                if not cell.blank
            ]
            if cells:
                taken = print_of(cells)
                return replace(taken, suspect=True) if taken else None
        return None

    def _first_of_level1(self, section: Section, row: int) -> int:
        """Return the first row of the level-1 group that `row` stands in."""
        column = section.header.of("level1")
        if column is None:
            return section.rows.start
        for above in range(row, section.rows.start - 1, -1):
            cells = cells_of(self.sheet, range(above, above + 1), column)
            if any(not cell.blank for cell in cells):
                return min(cell.row for cell in cells)
        return section.rows.start

    def extras(self, header: Header, span: range, number: int) -> Iterator[tuple[str, Entry]]:
        """Yield what stands in columns that the record has no place for, by label and row number."""
        for column in header.extras():
            cells = [cell for cell in cells_of(self.sheet, span, column) if cell.row in span]
            if any(not cell.blank for cell in cells):
                label = f"{bare_label(column.cell.text)} {number}"
                yield label, entry(print_of(cells), Kind.TEXT, self.params)

    def goals(self, section: Section) -> Iterator[tuple[str, Entry]]:
        """Yield the goals that stand between indicator tables."""
        for row in section.rows:
            label = self.goal_of(section.header, row)
            prose = [
                cell
                for cell in self.sheet.row_cells(row)
                if label is not None and cell.col >= label.col_end and not cell.blank
            ]
            if label is not None and prose:
                yield bare_label(label.text), entry(print_of(prose), Kind.TEXT, self.params)
