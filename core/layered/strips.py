"""Where what was read is to be laid on a page: strips of text along the print.

A strip is a rectangle that lies as the print does. The lines of a cell are its strips where they are
known. The extraction document itself knows cells only: then the text fills its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from core.extraction import Cell, Extraction, Page
from core.geometry import Box
from core.layered.filling import Filling, Strip
from core.readings import PageReading, TextLine


@dataclass(frozen=True)
class PageText:
    """The strips of a page of `width × height` pixels; the print lies `angle_deg` counter-clockwise."""

    number: int
    width: int
    height: int
    angle_deg: float
    strips: tuple[Strip, ...]


def page_texts(
    extraction: Extraction,
    readings: Iterable[PageReading] = (),
) -> Iterator[PageText]:
    """Yield the text of the pages of a document, in their order; pages never drawn are left out.

    `readings` may be those of any of its pages.
    """
    at_hand = {reading.number: reading for reading in readings}
    loose = _loose_fields(extraction)
    for page in extraction.pages:
        if page.width and page.height:
            fill = Filling.of(page)
            read = at_hand.get(page.number)
            outside = (
                (fill.strips(text, box) for text, box in loose.get(page.number, ()))
                if read is None
                else (_lines(read.lines),)
            )
            strips = chain(_cell_strips(page, read, fill), *outside)
            angle = page.rotation + page.skew_deg
            yield PageText(page.number, page.width, page.height, angle, tuple(strips))


def _cell_strips(page: Page, read: PageReading | None, fill: Filling) -> Iterator[Strip]:
    """Yield the strips of each cell: its lines, unless its text is no longer theirs."""
    tables = () if read is None else read.tables
    known = {cell.box: cell for table in tables for cell in table.cells}
    for cell in _cells(page):
        lines = known.get(cell.box)
        if lines is not None and lines.text == cell.text:
            yield from _lines(lines.lines)
        else:
            yield from fill.strips(cell.text, cell.box)


def _lines(lines: Iterable[TextLine]) -> Iterator[Strip]:
    for line in lines:
        x, y = line.box.centre
        yield Strip(line.text, x, y, line.upright.width, line.upright.height)


def _cells(page: Page) -> Iterator[Cell]:
    for table in page.tables:
        yield from table.cells


def _loose_fields(extraction: Extraction) -> Mapping[int, list[tuple[str, Box]]]:
    """Return by page what was read outside of any cell: titles, years, units of money."""
    boxes = {page.number: [cell.box for cell in _cells(page)] for page in extraction.pages}
    found: dict[int, dict[Box, str]] = {}
    for form in extraction.forms:
        for field in form.fields.values():
            if field.page is None or field.box is None:
                continue
            if not any(box.contains(*field.box.centre) for box in boxes.get(field.page, ())):
                # Two values of one line, as a year and a title, have the line's box in common.
                at_place = found.setdefault(field.page, {})
                at_place[field.box] = max(at_place.get(field.box, ""), field.raw, key=len)
    return {
        page: [(text, box) for box, text in at_place.items()] for page, at_place in found.items()
    }
