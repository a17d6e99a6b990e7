"""Two sheets that were scanned as one page.

Enters: a page as it was read. Leaves: each sheet as a page by itself. Two A4 sheets beside each other lie on a page
that is wider than high, with a gutter in its middle that no table, rule or line of print crosses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.geometry import Box
from core.readings import PageReading, ReadCell, ReadTable, TextLine


@dataclass(frozen=True)
class SpreadParams:
    """What two sheets on a page look like.

    Two upright A4 sheets make a page 1.41 times as wide as high; `least_aspect` allows for one that was scanned
    with room below. The gutter is at least `gutter_em` glyphs wide (two margins are 6 and more) and lies in the
    middle `middle_ratio` of the page. A form that lies on its side has a table across it.
    """

    least_aspect: float = 1.2
    gutter_em: float = 2.5
    middle_ratio: float = 0.12


STANDARD = SpreadParams()


def sheets_of(page: PageReading, params: SpreadParams = STANDARD) -> tuple[PageReading, ...]:
    """Return the sheets on a page from left to right; a page that is one sheet is returned as it is.

    Upright coordinates of a sheet count from its own left edge; places on the scan stay what they are.
    """
    if page.upright_width < params.least_aspect * page.upright_height:
        return (page,)
    gutter = _gutter(page, params)
    if gutter is None:
        return (page,)
    left = _sheet(page, 0, gutter)
    right = _sheet(page, gutter, page.upright_width)
    return tuple(sheet for sheet in (left, right) if not sheet.blank)


def _gutter(page: PageReading, params: SpreadParams) -> int | None:
    """Return the middle of the gap in the print that lies over the middle of the page, upright px."""
    middle = page.upright_width / 2
    boxes = sorted(_printed(page))
    left = max((box.right for box in boxes if box.centre[0] < middle), default=None)
    right = min((box.left for box in boxes if box.centre[0] >= middle), default=None)
    if left is None or right is None:
        # One sheet of a pair: its print keeps to one half.
        alone = left is not None and left < middle - params.gutter_em * page.em / 2
        return round(middle) if alone and page.tables else None
    gap = (left + right) / 2
    in_the_middle = abs(gap - middle) <= params.middle_ratio * page.upright_width / 2
    wide = right - left >= params.gutter_em * page.em
    return round(gap) if wide and in_the_middle else None


def _printed(page: PageReading) -> Iterator[Box]:
    yield from (table.upright for table in page.tables)
    yield from (line.upright for line in page.lines)


def _sheet(page: PageReading, left: int, right: int) -> PageReading:
    tables = tuple(
        _table_at(table, left) for table in page.tables if left <= table.upright.centre[0] < right
    )
    lines = tuple(
        _line_at(line, left) for line in page.lines if left <= line.upright.centre[0] < right
    )
    return page.model_copy(
        update={
            "upright_width": right - left,
            "tables": tables,
            "lines": lines,
            "blank": not tables and not lines,
        }
    )


def _table_at(table: ReadTable, left: int) -> ReadTable:
    return table.model_copy(
        update={
            "upright": _moved(table.upright, left),
            "column_edges": tuple(edge - left for edge in table.column_edges),
            "cells": tuple(_cell_at(cell, left) for cell in table.cells),
        }
    )


def _cell_at(cell: ReadCell, left: int) -> ReadCell:
    lines = tuple(_line_at(line, left) for line in cell.lines)
    return cell.model_copy(update={"upright": _moved(cell.upright, left), "lines": lines})


def _line_at(line: TextLine, left: int) -> TextLine:
    return line.model_copy(update={"upright": _moved(line.upright, left)})


def _moved(box: Box, left: int) -> Box:
    return box._replace(left=box.left - left, right=box.right - left)
