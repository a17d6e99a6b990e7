"""A file of many forms is cut into forms by what its tables say.

Enters: the pages as they were read. Leaves: the parts of each form in order, and for every page what
it is. Where on a page things stand only orders them; a form begins where its title, its project name
or several of its head labels are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from core.extraction import PageKind, Severity
from core.geometry import Box
from core.readings import PageReading, ReadCell, ReadTable, TextLine
from core.vocabulary import Group, Vocabulary, squash
from worker.sheet import PageLine, Part
from worker.stitch import STANDARD, StitchParams, align


@dataclass(frozen=True)
class CutParams:
    """What counts as a form's beginning and as its going on.

    `head_signs` labels of the head make a form even where title and project name are unreadable. The
    points say how much speaks for a continuation: the share of column edges found again counts most,
    and a total row already seen speaks against it. `title_height_ratio` bounds how much the lines
    of one wrapped title differ in height; `title_gap_ratio` is the widest gap between them in line heights.
    `label_characters` is the longest text that may be a label.
    """

    head_signs: int = 2
    fit_points: float = 2.0
    open_points: float = 0.5
    content_points: float = 1.0
    unfinished_points: float = 1.0
    enough_points: float = 2.5
    title_height_ratio: float = 0.7
    title_gap_ratio: float = 1.2
    label_characters: int = 30
    title_rows: int = 3


@dataclass(frozen=True)
class Signs:
    """What a part says about itself."""

    title: bool = False
    other_title: bool = False
    project_name: bool = False
    heads: int = 0
    levels: bool = False
    indicators: bool = False
    total: bool = False
    tail: bool = False

    def begins(self, params: CutParams) -> bool:
        return self.title or self.project_name or self.heads >= params.head_signs

    @property
    def of_a_form(self) -> bool:
        return self.levels or self.indicators or self.total


FindingCode = Literal[
    "page_unreadable",
    "page_without_table",
    "orphan_continuation",
    "other_document",
    "funding_not_found",
    "indicators_not_found",
]


@dataclass(frozen=True)
class Finding:
    """Something to report about a page; `code` names the message."""

    code: FindingCode
    severity: Severity
    page: int


@dataclass(frozen=True)
class FormParts:
    """The parts of one form, in reading order."""

    parts: tuple[Part, ...]

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(part.page for part in self.parts))


@dataclass(frozen=True)
class Cut:
    """The forms of a file, what each page is, and what to report."""

    forms: tuple[FormParts, ...]
    kinds: dict[int, PageKind]
    findings: tuple[Finding, ...]


@dataclass
class _Progress:
    """The cut as it grows, page by page."""

    forms: list[list[Part]] = field(default_factory=list)
    kinds: dict[int, PageKind] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    open: list[Part] | None = None
    finished: bool = False
    in_other: bool = False

    def mark(self, page: int, kind: PageKind) -> None:
        """Set the page's kind; a form outranks a continuation, and that any other kind."""
        rank: list[PageKind] = ["unreadable", "blank", "other", "continuation", "form"]
        if rank.index(kind) >= rank.index(self.kinds.get(page, "unreadable")):
            self.kinds[page] = kind

    def report(self, code: FindingCode, severity: Severity, page: int) -> None:
        finding = Finding(code, severity, page)
        if finding not in self.findings:
            self.findings.append(finding)


def cut(
    pages: Sequence[PageReading],
    vocabulary: Vocabulary,
    params: CutParams = CutParams(),
    stitching: StitchParams = STANDARD,
) -> Cut:
    """Cut the pages of a file, in order, into forms; every page gets a kind."""
    progress = _Progress()
    for page in pages:
        _take_page(progress, page, vocabulary, params, stitching)
    forms = tuple(FormParts(tuple(parts)) for parts in progress.forms)
    return Cut(forms, progress.kinds, tuple(progress.findings))


def _take_page(
    progress: _Progress,
    page: PageReading,
    vocabulary: Vocabulary,
    params: CutParams,
    stitching: StitchParams,
) -> None:
    if page.trouble is not None:
        progress.mark(page.number, "unreadable")
        progress.report("page_unreadable", "error", page.number)
        return
    parts = list(parts_of(page, vocabulary, params))
    if not parts:
        lines = _loose(page, vocabulary)
        progress.mark(page.number, "other" if lines else "blank")
        if lines:
            progress.report("page_without_table", "warning", page.number)
        return
    for part in parts:
        _take_part(progress, part, vocabulary, params, stitching)


def _take_part(
    progress: _Progress,
    part: Part,
    vocabulary: Vocabulary,
    params: CutParams,
    stitching: StitchParams,
) -> None:
    signs = signs_of(part, vocabulary, params)
    if signs.other_title and not signs.title:
        progress.open, progress.in_other = None, True
        _set_aside(progress, part)
    elif signs.begins(params):
        progress.open, progress.in_other = [part], False
        progress.forms.append(progress.open)
        progress.finished = signs.total
        progress.mark(part.page, "form")
    elif progress.open and _goes_on(progress, part, signs, params, stitching):
        progress.open.append(part)
        progress.finished = progress.finished or signs.total
        progress.mark(part.page, "continuation")
    elif signs.of_a_form and not progress.in_other:
        progress.mark(part.page, "continuation")
        progress.report("orphan_continuation", "error", part.page)
    else:
        _set_aside(progress, part)


def _set_aside(progress: _Progress, part: Part) -> None:
    """Leave a part out; behind a form that is not finished it may be a page of it that went wrong."""
    wanting = progress.open is not None and not progress.finished
    progress.mark(part.page, "other")
    progress.report("other_document", "warning" if wanting else "info", part.page)


def _goes_on(
    progress: _Progress, part: Part, signs: Signs, params: CutParams, stitching: StitchParams
) -> bool:
    """Weigh whether `part` continues the form that is open."""
    assert progress.open
    first, last = progress.open[0], progress.open[-1]
    fit = align(first.table.column_edges, part, first.page_width, stitching).fit
    points = params.fit_points * fit
    points += params.open_points * (last.table.open_bottom + part.table.open_top)
    if progress.finished:
        points += params.content_points * (signs.tail - signs.of_a_form)
    else:
        points += params.unfinished_points
        points += params.content_points * (signs.of_a_form or signs.tail)
    return points >= params.enough_points


def signs_of(part: Part, vocabulary: Vocabulary, params: CutParams) -> Signs:
    """Return what the labels of the part, and the lines above it, say it is."""
    texts = [cell.text for cell in part.table.cells]
    labels = [text for text in texts if 0 < len(squash(text)) <= params.label_characters]
    titles = {*_titles_above(part, vocabulary, params), *_titles_in(part, vocabulary, params)}

    def roles(group: Group) -> set[str]:
        found = (vocabulary.label(text, group) for text in labels)
        return {match.role for match in found if match}

    header, funding = roles("header"), roles("funding_column")
    columns = roles("indicator_column")
    heads = [
        "department" in header,
        "implementing_unit" in header,
        len(funding & {"initial_budget", "annual_budget", "executed"}) >= 2,
        {"expected", "actual"} <= roles("goals_caption"),
    ]
    return Signs(
        title="self_evaluation" in titles,
        other_title="other" in titles,
        project_name="project_name" in header,
        heads=sum(heads),
        levels=any(
            vocabulary.level(text, "level1") or vocabulary.level(text, "level2") for text in labels
        ),
        indicators=len(columns & {"level1", "level2", "level3"}) >= 2,
        total=_has_total(part, vocabulary),
        tail=bool(roles("tail")),
    )


def _has_total(part: Part, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with the label of the total; the funding block's own sum is none."""
    leading: dict[int, ReadCell] = {}
    for cell in part.table.cells:
        if cell.lines and (cell.row not in leading or cell.col < leading[cell.row].col):
            leading[cell.row] = cell
    return any(
        cell.col == 0 and vocabulary.label(cell.text, "total") is not None
        for cell in leading.values()
    )


def _titles_above(part: Part, vocabulary: Vocabulary, params: CutParams) -> Iterator[str]:
    for title in title_lines([line.line for line in part.head], vocabulary, params):
        match = vocabulary.title("".join(line.text for line in title))
        if match:
            yield match.role


def _titles_in(part: Part, vocabulary: Vocabulary, params: CutParams) -> Iterator[str]:
    for cell in part.table.cells:
        if cell.row < params.title_rows and cell.col_span * 2 > part.table.cols:
            match = vocabulary.title(cell.text)
            if match:
                yield match.role


def title_lines(
    lines: Sequence[TextLine], vocabulary: Vocabulary, params: CutParams
) -> list[tuple[TextLine, ...]]:
    """Return the titles among loose lines; a title that wraps is one tuple of several lines."""
    found = []
    for end, line in enumerate(lines):
        before = lines[end - 1].text if end else ""
        ends_here = vocabulary.title(line.text) or (
            before and not vocabulary.title(before) and vocabulary.title(before + line.text)
        )
        if not ends_here:
            continue
        start = end
        while start and _wraps(lines[start - 1], lines[start], vocabulary, params):
            start -= 1
        found.append(tuple(lines[start : end + 1]))
    return [
        title
        for title, following in pairwise([*found, ()])
        if not set(map(id, title)) < set(map(id, following))
    ]


def _wraps(upper: TextLine, lower: TextLine, vocabulary: Vocabulary, params: CutParams) -> bool:
    """Tell whether `upper` is the beginning of a title that ends in `lower`."""
    if (
        vocabulary.search("page_number", upper.text)
        or vocabulary.search("year_line", upper.text)
        or vocabulary.label(upper.text.split(":")[0].split("：")[0], "header")
        or vocabulary.title(upper.text)
        or vocabulary.title(upper.text + lower.text) is None
    ):
        return False
    heights = sorted((upper.upright.height, lower.upright.height))
    gap = lower.upright.top - upper.upright.bottom
    return (
        heights[0] >= params.title_height_ratio * heights[1]
        and gap <= params.title_gap_ratio * heights[1]
    )


def parts_of(page: PageReading, vocabulary: Vocabulary, params: CutParams) -> Iterator[Part]:
    """Yield the tables of a page in reading order with the loose lines that belong to them.

    A box around nothing but one cell is a frame or a stray mark: its lines count as loose. A table that
    holds the beginning of a second form is cut there.
    """
    tables = [table for table in page.tables if len(table.cells) > 1]
    shares = [share for table in in_order(tables) for share in _shares(table, vocabulary, params)]
    loose = _loose(page, vocabulary)
    heads, feet = _assign(loose, [share.upright for share in shares])
    for share, head, foot in zip(shares, heads, feet, strict=True):
        yield Part(
            page=page.number,
            table=share,
            head=tuple(PageLine(page.number, line) for line in head),
            foot=tuple(PageLine(page.number, line) for line in foot),
            page_width=page.upright_width,
            em=page.em,
        )


def _loose(page: PageReading, vocabulary: Vocabulary) -> list[TextLine]:
    """Return the lines outside of tables from top to bottom, without the page number."""
    frames = [table for table in page.tables if len(table.cells) == 1]
    framed = [line for table in frames for line in table.cells[0].lines]
    return sorted(
        (
            line
            for line in (*page.lines, *framed)
            if not vocabulary.search("page_number", line.text)
        ),
        key=lambda line: (line.upright.top, line.upright.left),
    )


def in_order(tables: Sequence[ReadTable]) -> list[ReadTable]:
    """Return tables from top to bottom; of two beside each other the left one, with all below it, first."""
    ordered: list[ReadTable] = []
    rest = sorted(tables, key=lambda table: (table.upright.top, table.upright.left))
    while rest:
        following = min(
            rest,
            key=lambda table: (
                sum(_beside(other.upright, table.upright) for other in rest),
                table.upright.top,
            ),
        )
        ordered.append(following)
        rest = [table for table in rest if table is not following]
    return ordered


def _beside(left: Box, right: Box) -> bool:
    """Tell whether `left` lies wholly to the left of `right`."""
    return left.right <= right.left


def _assign(
    lines: Sequence[TextLine], tables: Sequence[Box]
) -> tuple[list[list[TextLine]], list[list[TextLine]]]:
    """Share loose lines out: to the next table below them, or as foot to the last one above."""
    heads: list[list[TextLine]] = [[] for _ in tables]
    feet: list[list[TextLine]] = [[] for _ in tables]
    for line in lines:
        x, y = line.upright.centre
        over = [i for i, box in enumerate(tables) if box.left <= x < box.right]
        candidates = over or range(len(tables))
        below = [i for i in candidates if tables[i].centre[1] > y]
        above = [i for i in candidates if tables[i].centre[1] <= y]
        if below:
            heads[min(below, key=lambda i: tables[i].top)].append(line)
        elif above:
            feet[max(above, key=lambda i: tables[i].bottom)].append(line)
    return heads, feet


def _shares(table: ReadTable, vocabulary: Vocabulary, params: CutParams) -> Iterator[ReadTable]:
    """Cut a table where a second form begins in it."""
    starts = [row for row in _beginnings(table, vocabulary, params) if row]
    for top, bottom in pairwise([0, *starts, table.rows]):
        yield table if not starts else _rows_of(table, top, bottom)


def _beginnings(table: ReadTable, vocabulary: Vocabulary, params: CutParams) -> list[int]:
    names = sorted(
        cell.row
        for cell in table.cells
        if cell.lines and _is_project_name(cell, vocabulary, params)
    )
    titles = {
        cell.row
        for cell in table.cells
        if cell.lines and cell.col_span * 2 > table.cols and vocabulary.title(cell.text)
    }
    return [
        min((title for title in titles if name - params.title_rows <= title < name), default=name)
        for name in names[1:]
    ]


def _is_project_name(cell: ReadCell, vocabulary: Vocabulary, params: CutParams) -> bool:
    if len(squash(cell.text)) > params.label_characters:
        return False
    match = vocabulary.label(cell.text, "header")
    return match is not None and match.role == "project_name"


def _rows_of(table: ReadTable, top: int, bottom: int) -> ReadTable:
    """Return rows `top` to `bottom` (exclusive) as a table; cells are clipped to them."""
    edges = table.row_edges[top : bottom + 1]
    upright = table.upright._replace(top=round(edges[0]), bottom=round(edges[-1]))
    cells = tuple(
        cell.model_copy(
            update={
                "row": max(cell.row, top) - top,
                "row_span": min(cell.row + cell.row_span, bottom) - max(cell.row, top),
            }
        )
        for cell in table.cells
        if cell.row < bottom and cell.row + cell.row_span > top
    )
    return table.model_copy(
        update={
            "rows": bottom - top,
            "cells": cells,
            "box": Box.around(cell.box for cell in cells),
            "upright": upright,
            "row_edges": edges,
            "open_top": table.open_top and top == 0,
            "open_bottom": table.open_bottom and bottom == table.rows,
        }
    )
