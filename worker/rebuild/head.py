"""Title, year, and the labelled values of the head; also labelled lines outside the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from core.values import Kind, settle
from core.vocabulary import Group, Match, Vocabulary, squash
from worker.labels import Labels
from worker.rebuild.blocks import Blocks
from worker.rebuild.lists import Pair, list_at, matched
from worker.rebuild.print import Print, print_of, print_of_lines
from worker.rebuild.record import Block, Row, bare_label
from worker.rebuild.values import MISSING, Entry, ReviewParams, closed, entry, put_right
from worker.sheet import PageLine, Part, Sheet, SheetCell
from worker.titles import TITLES, title_lines

_GROUPS: tuple[Group, ...] = ("header", "tail")
_COLON = re.compile(r"([^\s:：]+)\s*[:：]")


def title_and_year(
    parts: Sequence[Part], sheet: Sheet, rows: range, vocabulary: Vocabulary, params: ReviewParams
) -> dict[str, Entry]:
    """Read the title and the fiscal year from the lines above the table or its first rows."""
    title = _title(parts[0], sheet, rows, vocabulary)
    prints = [print_of_lines([line]) for line in parts[0].head]
    prints += [
        found
        for cell in sheet.within(rows, range(sheet.cols))
        if (found := print_of([cell])) and found.text
    ]
    year = _year([*prints, *([title] if title else [])], vocabulary, params)
    return {"title": _title_entry(title, vocabulary, params), "fiscal_year": year}


def _title(part: Part, sheet: Sheet, rows: range, vocabulary: Vocabulary) -> Print | None:
    found = title_lines([line.line for line in part.head], vocabulary, TITLES)
    if found:
        return print_of_lines([PageLine(part.page, line) for line in found[-1]])
    return next(
        (
            print_of([cell])
            for cell in sheet.within(rows, range(sheet.cols))
            if cell.col_span * 2 > sheet.cols and vocabulary.title(cell.text)
        ),
        None,
    )


def _title_entry(title: Print | None, vocabulary: Vocabulary, params: ReviewParams) -> Entry:
    """Return the title as printed; one of the list where an unsure reading is nearly that.

    A title is never written by hand, though it may lean: a heading in 楷体 over a form in 宋体 does.
    """
    if title is None:
        return MISSING
    title = replace(title.as_type, text=_without_year(title.text, vocabulary))
    match = vocabulary.title(title.text)
    listed = match and match.distance and put_right(squash(title.text), match)
    if match and listed and title.confidence < params.sure:
        return closed(title, match, params)
    return entry(title, Kind.TEXT, params)


def _without_year(title: str, vocabulary: Vocabulary) -> str:
    """Take the year in brackets off the end of a title that has it on its line."""
    if not vocabulary.search("year_behind", title):
        return title
    return title[: max(title.rfind("("), title.rfind("（"))].strip()


def _year(prints: Iterable[Print], vocabulary: Vocabulary, params: ReviewParams) -> Entry:
    """Return the year of the first print that is a year and nothing else, or has one in it."""
    candidates = list(prints)
    for found in candidates:
        if found.text and settle(found.text, Kind.YEAR).nature == "number":
            return entry(found, Kind.YEAR, params)
    for found in candidates:
        year = vocabulary.search("year", found.text)
        if year and vocabulary.title(found.text):
            return entry(replace(found.as_type, text=year.group()), Kind.YEAR, params)
    for found in candidates:
        if year := vocabulary.search("year_damaged", found.text):
            return entry(replace(found, text=year.group(1), suspect=True), Kind.YEAR, params)
    return MISSING


def pairs_in_rows(
    sheet: Sheet, labels: Labels, rows: range, groups: Sequence[Group]
) -> Iterator[Pair]:
    """Yield each label of the rows with what stands to its right, up to the next label.

    Of a label beside several rows without labels of their own every row is yielded (`worker.rebuild.lists`).
    """
    listed = 0
    for row in rows:
        if row < listed:
            continue
        if found_list := list_at(sheet, labels, row, groups):
            yield from found_list.pairs()
            listed = found_list.lead.row_end
            continue
        cells = [cell for cell in sheet.row_cells(row) if cell.row == row]
        matches = [matched(labels, cell, groups) for cell in cells]
        for number, (cell, match) in enumerate(zip(cells, matches, strict=True)):
            if match:
                values: list[SheetCell] = []
                for other, taken in zip(cells[number + 1 :], matches[number + 1 :], strict=True):
                    if taken:
                        break
                    values.append(other)
                filled = [value for value in values if not value.blank]
                yield Pair(
                    bare_label(cell.text),
                    match,
                    print_of(filled or values[:1], suspect=len(filled) > 1),
                )
            elif found := print_of([cell]):
                yield from pairs_in_print(found, labels.vocabulary)


def pairs_below_the_head(sheet: Sheet, labels: Labels, where: Blocks) -> Iterator[Pair]:
    """Yield what rows between the other blocks say that begin with a further label of the head."""
    for row in (*where.funding, *where.goals):
        first = sheet.at(row, 0)
        if first is None or first.row != row:
            continue
        match = labels.of(first, "header")
        if match and match.role == "extra" and not match.distance:
            yield from pairs_in_rows(sheet, labels, range(row, first.row_end), ("header",))


def pairs_in_lines(lines: Sequence[PageLine], vocabulary: Vocabulary) -> Iterator[Pair]:
    """Yield labelled values of loose lines; prose after a label runs on to the next labelled line."""
    run: list[PageLine] = []
    for line in lines:
        if run and any(True for _ in _labels_in(line.text, vocabulary)):
            yield from pairs_in_print(print_of_lines(run), vocabulary)
            run = []
        if run or any(True for _ in _labels_in(line.text, vocabulary)):
            run.append(line)
    if run:
        yield from pairs_in_print(print_of_lines(run), vocabulary)


def pairs_in_print(found: Print, vocabulary: Vocabulary) -> Iterator[Pair]:
    """Yield `label: value` pairs of one print; there may be several."""
    labels = list(_labels_in(found.text, vocabulary))
    for number, (match, start) in enumerate(labels):
        end = labels[number + 1][1].start() if number + 1 < len(labels) else len(found.text)
        value = found.text[start.end() : end].strip()
        yield Pair(bare_label(start.group(1)), match, replace(found, text=value, alternatives=()))


def _labels_in(text: str, vocabulary: Vocabulary) -> Iterator[tuple[Match, re.Match[str]]]:
    for found in _COLON.finditer(text):
        for group in _GROUPS:
            match = vocabulary.label(found.group(1), group)
            if match and not match.distance:
                yield match, found
                break


def head(pairs: Iterable[Pair], vocabulary: Vocabulary, params: ReviewParams) -> Block:
    """Sort labelled values into the fields of the head; what has no field is extra."""
    entries: dict[str, Entry] = {}
    extra: list[tuple[str, Entry]] = []
    for pair in pairs:
        role = pair.match.role
        value = entry(pair.value, Kind.TEXT, replace(params, word=params.name, prose=params.name))
        if role in {"project_name", "department", "implementing_unit"} and role not in entries:
            entries[role] = value
        elif pair.value is not None and pair.value.text:
            extra.append((pair.label, value))
    if name := entries.get("project_name"):
        entries |= _name_and_level(name, vocabulary)
    return Block((Row(entries),), tuple(extra))


def _name_and_level(name: Entry, vocabulary: Vocabulary) -> dict[str, Entry]:
    """Take the level in the library of projects off the name's end; a name without it has none."""
    level = vocabulary.search("project_level", name.typed or "")
    if level is None or name.typed is None:
        return {"project_name": name}
    bracket = max(name.typed.rfind("("), name.typed.rfind("（"))
    printed = name.typed[bracket:]
    return {
        "project_name": Entry(name.typed[:bracket].strip(), name.field),
        "project_level": Entry(
            level.group(1), name.field.model_copy(update={"raw": printed, "alternatives": ()})
        ),
    }
