"""The story of a page: from its pixels to what stands on it.

Only this module knows the order of the stages. Every stage is a function of the results before it; all
of them are kept, so that an overlay can show each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.geometry import Box, Transform, Warp
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine
from worker.bands import mended
from worker.blocks import find_blocks
from worker.clean import stretch
from worker.clock import Clock
from worker.dewarp import Warping, find_warping, resample
from worker.ghosts import Mask, find_ghosts, without_ghosts
from worker.grid import Grid, find_grids
from worker.hand import find_handwriting
from worker.layout_print import layout_print
from worker.lines import Line, cut_lines
from worker.orient import find_rotation
from worker.page import Glyph, Pixels, Raster, Upright
from worker.page_ink import find_ink, measure_em
from worker.readers.base import CellReader
from worker.rulings import Rulings, find_rulings, longer_than
from worker.second_look import SecondLook
from worker.straighten import deskew, find_skew, turn
from worker.strays import is_dusty
from worker.streaks import Streaks, find_streaks, without_streaks
from worker.text_layer import hear
from worker.told_lines import tell


@dataclass(frozen=True)
class OutsideParameters:
    """What is left out of the print outside of tables, in ems.

    Strokes of a heading line up over some of its characters, hardly over the length of a `long` rule. `border`
    is the part of a table's rules that lies beyond their middle.
    """

    long: float = 10.0
    border: float = 0.15


class Tidied(NamedTuple):
    """The page in grey, stretched, in the frame of the scan, without the streaks and ghosts that were found."""

    grey: Pixels
    streaks: Streaks
    ghosts: Mask | None


@dataclass(frozen=True)
class Spot:
    """A piece of the upright page with its lines of print, in the frame of the piece."""

    box: Box
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PageTrace:
    """A page with what every stage made of it; `reading` is what goes on.

    `level` is the page before it was flattened and turned, `warping` what it was flattened by; `spots` are the lines
    as they were shown to the reader.
    """

    raster: Raster
    tidied: Tidied
    level: Upright
    warping: Warping | None
    upright: Upright
    rulings: Rulings
    grids: tuple[Grid, ...]
    spots: tuple[Spot, ...]
    reading: PageReading


class Look(NamedTuple):
    """All that was made of one line."""

    reading: Reading
    others: tuple[Reading, ...]
    hand: bool


def read_page(
    raster: Raster,
    reader: CellReader,
    clock: Clock | None = None,
    again: SecondLook | None = None,
) -> PageTrace:
    """Read one page; the witnesses of `again` look at every line too.

    Raises `ReaderFailed` or `MissingProgram` where the reader does; whatever the page shows is no error.
    """
    clock = clock or Clock()
    if raster.drawn:
        return take_page(raster, clock)
    with clock.stage("straighten"):
        tidied = tidy(raster)
        level = straighten(tidied.grey, raster.dpi)
        ink = find_ink(level.grey, raster.dpi)
        warping = find_warping(ink, measure_em(ink, raster.dpi))
        flat = flatten(tidied.grey, level, warping) if warping else level
        ink = find_ink(flat.grey, raster.dpi) if warping else ink
    with clock.stage("rulings"):
        em = measure_em(ink, raster.dpi)
        rulings = mended(find_rulings(ink, em), ink, em)
    with clock.stage("orient"):
        upright = orient(flat, without_rules(ink, rulings), em, reader)
        if upright.rotation:
            ink, _ = turn(ink, upright.rotation)
            rulings = mended(find_rulings(ink, em), ink, em)
    with clock.stage("grid"):
        grids = find_grids(rulings, em, grey=upright.grey)
    with clock.stage("lines"):
        dusty = is_dusty(upright.grey, without_rules(ink, rulings), em)
        cells = [
            [_spot(upright.grey, cell.box, em, dusty=dusty) for cell in grid.cells]
            for grid in grids
        ]
        blocks = [
            _spot(upright.grey, box, em, dusty=dusty)
            for box in find_blocks(outside_of(grids, ink, rulings, em), em)
        ]
    with clock.stage("read"):
        spots = [*(spot for table in cells for spot in table), *blocks]
        lines = [line.pixels for spot in spots for line in spot.lines]
        readings = reader.read(lines)
    with clock.stage("witness"):
        others = again.look(lines, readings) if again else [()] * len(lines)
    with clock.stage("read"):
        hand = find_handwriting(lines, readings)
        looks = [
            Look(reading, further, number in hand)
            for number, (reading, further) in enumerate(zip(readings, others, strict=True))
        ]
        read = iter(_lines_of(spots, looks, upright.to_scan))
        tables = tuple(
            _table(grid, [next(read) for _ in table], table, upright.to_scan)
            for grid, table in zip(grids, cells, strict=True)
        )
        outside = tuple(line for lines in read for line in lines)
    layout = layout_print(ink, [grid.box for grid in grids])
    seen = _seen(raster, upright, em, layout, tables, outside)
    with clock.stage("text-layer"):
        reading = hear(seen, raster.glyphs, upright.to_scan)
    return PageTrace(raster, tidied, level, warping, upright, rulings, grids, tuple(spots), reading)


def take_page(raster: Raster, clock: Clock) -> PageTrace:
    """Take over a page that we drew: its grid is found as on any other, its text is known."""
    with clock.stage("rulings"):
        tidied = Tidied(stretch(raster.pixels), Streaks(), None)
        upright = Upright(tidied.grey, Transform(), 0, 0.0)
        ink = find_ink(upright.grey, raster.dpi)
        em = measure_em(ink, raster.dpi)
        # Strokes of large characters look like rules, where nobody knows what is a character.
        rulings = find_rulings(without_glyphs(ink, raster.glyphs), em)
    with clock.stage("grid"):
        grids = find_grids(rulings, em)
    with clock.stage("text-layer"):
        blocks = find_blocks(outside_of(grids, ink, rulings, em), em)
        cells = [cell.box for grid in grids for cell in grid.cells]
        spots = [Spot(box, ()) for box in (*cells, *blocks)]
        told, beside = tell([spot.box for spot in spots], raster.glyphs)
        lines = iter(told)
        tables = tuple(
            _table(
                grid,
                [next(lines) for _ in grid.cells],
                [Spot(cell.box, ()) for cell in grid.cells],
                upright.to_scan,
            )
            for grid in grids
        )
        outside = (*(line for of in lines for line in of), *beside)
    layout = layout_print(ink, [grid.box for grid in grids])
    reading = _seen(raster, upright, em, layout, tables, outside)
    return PageTrace(raster, tidied, upright, None, upright, rulings, grids, tuple(spots), reading)


def tidy(raster: Raster) -> Tidied:
    """Take the streaks of the glass and the ghosts of the back off the page, as it lay on the glass."""
    stretched = stretch(raster.pixels)
    streaks = find_streaks(stretched, raster.dpi)
    grey = without_streaks(stretched, streaks)
    ghosts = find_ghosts(grey, raster.dpi)
    return Tidied(without_ghosts(grey, ghosts), streaks, ghosts)


def straighten(grey: Pixels, dpi: float) -> Upright:
    """Return the stretched page without its skew; it may still lie on its side."""
    skew_deg = find_skew(find_ink(grey, dpi), dpi)
    level, to_scan = deskew(grey, skew_deg)
    return Upright(level, to_scan, 0, skew_deg)


def flatten(grey: Pixels, level: Upright, warping: Warping) -> Upright:
    """Return the page with perspective and curl removed, drawn from the scan anew: each drawing blurs."""
    to_scan = warping.flattening.inverse().then(level.to_scan)
    return Upright(resample(grey, level.grey.shape, to_scan), to_scan, 0, level.skew_deg)


def orient(level: Upright, print_only: Pixels, em: float, reader: CellReader) -> Upright:
    """Return the page with its print the right way up; a few of its lines are read to find out.

    `print_only` is the ink of the level page without the rules.
    """
    rotation = find_rotation(level.grey, print_only, em, reader.read)
    upright, to_level = turn(level.grey, rotation)
    return Upright(upright, to_level.then(level.to_scan), rotation, level.skew_deg)


def without_rules(ink: Pixels, rulings: Rulings) -> Pixels:
    """Return the ink that belongs to no rule."""
    return np.where(rulings.mask > 0, 0, ink).astype(np.uint8)


def without_glyphs(ink: Pixels, glyphs: Sequence[Glyph]) -> Pixels:
    """Return the ink that belongs to no character; boxes have some room, in which a rule may run."""
    bare = ink.copy()
    for _, box in glyphs:
        room = box.height // 12
        bare[max(0, box.top + room) : box.bottom - room, max(0, box.left) : box.right] = 0
    return bare


def outside_of(
    grids: Sequence[Grid],
    ink: Pixels,
    rulings: Rulings,
    em: float,
    params: OutsideParameters = OutsideParameters(),
) -> Pixels:
    """Return the ink that belongs to no long rule and stands in none of the tables.

    Short rules outside of tables are left: they may as well be strokes of a heading.
    """
    outside = without_rules(ink, longer_than(params.long * em, rulings, ink))
    height, width = ink.shape
    for grid in grids:
        box = grid.box.grown(round(params.border * em)).clipped(width, height)
        outside[box.top : box.bottom, box.left : box.right] = 0
    return outside


def _seen(
    raster: Raster,
    upright: Upright,
    em: float,
    layout: str,
    tables: tuple[ReadTable, ...],
    lines: tuple[TextLine, ...],
) -> PageReading:
    height, width = upright.grey.shape
    return PageReading(
        number=raster.number,
        width=raster.width,
        height=raster.height,
        upright_width=width,
        upright_height=height,
        dpi=raster.dpi,
        rotation=upright.rotation,
        skew_deg=round(upright.skew_deg, 2),
        em=em,
        blank=not tables and not lines,
        layout=layout,
        tables=tables,
        lines=lines,
    )


def _spot(grey: Pixels, box: Box, em: float, *, dusty: bool) -> Spot:
    box = box.clipped(grey.shape[1], grey.shape[0])
    cell = grey[box.top : box.bottom, box.left : box.right]
    return Spot(box, cut_lines(cell, em, dusty=dusty))


def _lines_of(
    spots: Sequence[Spot],
    looks: Sequence[Look],
    to_scan: Warp,
) -> list[tuple[TextLine, ...]]:
    """Return the lines of every spot that hold text."""
    seen = iter(looks)
    read = []
    for spot in spots:
        lines = []
        for line in spot.lines:
            look = next(seen)
            upright = Box(
                line.box.left + spot.box.left,
                line.box.top + spot.box.top,
                line.box.right + spot.box.left,
                line.box.bottom + spot.box.top,
            )
            if look.reading.text:
                lines.append(
                    TextLine(
                        reading=look.reading,
                        box=to_scan.box(upright),
                        upright=upright,
                        others=look.others,
                        hand=look.hand,
                    )
                )
        read.append(tuple(lines))
    return read


def _table(
    grid: Grid, read: Sequence[tuple[TextLine, ...]], spots: Sequence[Spot], to_scan: Warp
) -> ReadTable:
    return ReadTable(
        rows=grid.rows,
        cols=grid.cols,
        cells=tuple(
            ReadCell(
                row=cell.row,
                col=cell.col,
                row_span=cell.row_span,
                col_span=cell.col_span,
                box=to_scan.box(spot.box),
                upright=spot.box,
                lines=lines,
                illegible=len(lines) < len(spot.lines),
                unsound=cell.unsound,
            )
            for cell, lines, spot in zip(grid.cells, read, spots, strict=True)
        ),
        box=to_scan.box(grid.box),
        upright=grid.box,
        column_edges=grid.column_edges,
        row_edges=grid.row_edges,
        open_top=grid.open_top,
        open_bottom=grid.open_bottom,
    )
