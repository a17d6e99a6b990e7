"""The tables of a page in reading order, each with the loose lines that belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from core.geometry import Box
from core.readings import PageReading, ReadCell, ReadTable, TextLine
from core.vocabulary import Vocabulary, squash
from worker.labels import LabelParams
from worker.sheet import PageLine, Part
from worker.titles import TITLES

_LABELS = LabelParams()
_NUMBER = re.compile("[0-9]+")


def parts_of(page: PageReading, vocabulary: Vocabulary, sheet: int = 0) -> Iterator[Part]:
    """Yield the tables of a page in reading order with the loose lines that belong to them.

    `page` is one sheet, the `sheet`th from the left where several were scanned together. A box around nothing but one cell is a frame or a stray mark: its lines count as loose. A table that
    holds the beginning of a second form is cut there.
    """
    tables = [table for table in page.tables if len(table.cells) > 1]
    shares = [share for table in in_order(tables) for share in _shares(table, vocabulary)]
    loose = loose_lines(page, vocabulary)
    heads, feet = _assign(loose, [share.upright for share in shares])
    printed = printed_number(page, vocabulary)
    for share, head, foot in zip(shares, heads, feet, strict=True):
        yield Part(
            page=page.number,
            table=share,
            head=tuple(PageLine(page.number, line) for line in head),
            foot=tuple(PageLine(page.number, line) for line in foot),
            page_width=page.upright_width,
            em=page.em,
            sheet=sheet,
            printed=printed,
        )


def printed_number(page: PageReading, vocabulary: Vocabulary) -> int | None:
    """Return the page number that a sheet prints outside of its tables, None where there is none or more than one."""
    numbers = {
        int(found[0])
        for line in page.lines
        if vocabulary.search("page_number", line.text)
        and (found := _NUMBER.findall(squash(line.text)))
    }
    return next(iter(numbers)) if len(numbers) == 1 else None


def loose_lines(page: PageReading, vocabulary: Vocabulary) -> list[TextLine]:
    """Return the lines outside of tables from top to bottom, without the page number; pieces of one row from left to right."""
    frames = [table for table in page.tables if len(table.cells) == 1]
    framed = [line for table in frames for line in table.cells[0].lines]
    loose = [
        line for line in (*page.lines, *framed) if not vocabulary.search("page_number", line.text)
    ]
    return [line for row in rows_of_print(loose) for line in row]


def rows_of_print(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Return lines from top to bottom, those that stand beside each other as one row, from left to right."""
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.upright.centre[1]):
        last = rows[-1][-1].upright if rows else None
        if (
            last
            and abs(line.upright.centre[1] - last.centre[1])
            < min(line.upright.height, last.height) / 2
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.upright.left) for row in rows]


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


def _shares(table: ReadTable, vocabulary: Vocabulary) -> Iterator[ReadTable]:
    """Cut a table where a second form begins in it."""
    starts = [row for row in _beginnings(table, vocabulary) if row]
    for top, bottom in pairwise([0, *starts, table.rows]):
        yield table if not starts else _rows_of(table, top, bottom)


def _beginnings(table: ReadTable, vocabulary: Vocabulary) -> list[int]:
    names = sorted(
        cell.row for cell in table.cells if cell.lines and _is_project_name(cell, vocabulary)
    )
    titles = {
        cell.row
        for cell in table.cells
        if cell.lines and cell.col_span * 2 > table.cols and vocabulary.title(cell.text)
    }
    return [
        min((title for title in titles if name - TITLES.title_rows <= title < name), default=name)
        for name in names[1:]
    ]


def _is_project_name(cell: ReadCell, vocabulary: Vocabulary) -> bool:
    if len(squash(cell.text)) > _LABELS.label_characters:
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
