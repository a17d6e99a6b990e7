"""Figures spoilt between the press and the scanner, and forms of which only the figures are really read.

Enters: a printed form and one of its figures. Leaves: the form as read, its figures drawn, spoilt, scanned and
read by the readers of the product, and all else perfect. So a hundred forms are read for the price of a
dozen, and what comes of a figure is due to the readers and the checks alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.random import default_rng

from bench.perfect import box_of, pages_of
from bench.scoring import NUMBERS
from core.geometry import Box
from core.readings import PageReading, ReadCell, TextLine
from samples.generator.damage import Damage, Scan, inflict
from samples.generator.draw import describe_geometry, draw_pdf
from samples.generator.presets import PRESETS
from samples.generator.scans import rasterise
from samples.generator.sets import Printed
from worker.clean import stretch
from worker.lines import cut_lines
from worker.page import Pixels
from worker.readers.registry import make_reader
from worker.second_look import second_look

Way = Literal["stroke", "blot", "point", "digit"]
"""What happens: a part of a digit is gone, a part of one is blotted, a decimal point is gone, a digit is."""
WAYS: tuple[Way, ...] = get_args(Way)
TRACELESS: frozenset[Way] = frozenset({"point", "digit"})
POINT = 0.5
"""A piece of ink no higher than this (share of the highest) is a point or a comma."""
THIRD = (0.0, 0.34), (0.33, 0.67), (0.66, 1.0)


class Found(NamedTuple):
    """What a cell holds."""

    lines: tuple[TextLine, ...]
    illegible: bool


def ways_for(printed: str) -> list[Way]:
    """Return what can happen to a figure: a lone digit is not taken away whole."""
    figures = sum(map(str.isdigit, printed))
    lacking = {"point": "." not in printed, "digit": figures < 2}
    return [way for way in WAYS if not lacking.get(way)]


@dataclass(frozen=True)
class Mishap:
    """What befalls the line of print in `box` (left, top, right, bottom in points of the page)."""

    box: tuple[float, float, float, float]
    way: Way
    seed: str

    def on(self, scan: Scan, _: object) -> Scan:
        """Give the page with the figure spoilt; nothing happens where there is nothing to spoil."""
        left, top, right, bottom = (round(edge * scan.dpi / 72) for edge in self.box)
        pixels = scan.pixels.copy()
        spoil(pixels[top:bottom, left:right], self.way, Random(self.seed))
        return replace(scan, pixels=pixels)


def spoil(line: Pixels, way: Way, rng: Random) -> bool:
    """Spoil a drawn figure in place; tell whether it had what the way needs."""
    glyphs = _glyphs(line)
    highest = max((it.height for it in glyphs), default=0)
    points = [it for it in glyphs if it.height <= POINT * highest]
    digits = [it for it in glyphs if it.height > POINT * highest]
    if not (points if way == "point" else digits):
        return False
    glyph = rng.choice(points if way == "point" else digits)
    window = line[glyph.top : glyph.bottom, glyph.left : glyph.right]
    if way in {"point", "digit"}:
        window[:] = 255
        return True
    across, down = rng.choice(THIRD), rng.choice(THIRD)
    height, width = window.shape
    piece = (
        slice(round(down[0] * height), round(down[1] * height)),
        slice(round(across[0] * width), round(across[1] * width)),
    )
    window[piece] = 255 if way == "stroke" else 20
    return True


def _glyphs(line: Pixels) -> list[Box]:
    """Return the boxes of the runs of ink, from left to right."""
    ink = line < 160
    edges = np.flatnonzero(np.diff(ink.any(axis=0).astype(np.int8), prepend=0, append=0))
    found = []
    for left, right in edges.reshape(-1, 2):
        rows = np.flatnonzero(ink[:, left:right].any(axis=1))
        found.append(Box(int(left), int(rows[0]), int(right), int(rows[-1]) + 1))
    return found


def with_figures_read(
    printed: Printed, preset: str, seed: int, spoilt: tuple[str, Way] | None = None
) -> list[PageReading]:
    """Return the pages of a form with the figures read from its scan, the one at a pointer spoilt before."""
    geometry = describe_geometry(printed.pages)
    digital = draw_pdf(printed.pages, printed.styles)
    pages = []
    for page, drawn in zip(pages_of(geometry), geometry["pages"], strict=True):
        figures = [
            cell
            for table in drawn["tables"]
            for cell in table["cells"]
            if is_figure(cell["field"]) and cell["lines"]
        ]
        mishaps: list[Damage] = [
            Mishap(tuple(cell["lines"][0]["box"]), spoilt[1], f"{seed}")
            for cell in figures
            if spoilt and cell["field"] == spoilt[0]
        ]
        rng = default_rng([seed, page.number])
        scan = rasterise(digital, page.number, PRESETS[preset].dpi)
        scan = inflict(scan, (*mishaps, *PRESETS[preset].damages(rng)), rng)
        pages.append(_with_cells(page, _read(figures, scan)))
    return pages


def is_figure(pointer: str) -> bool:
    """Tell whether a field of the record is a number."""
    return pointer.rsplit("/", 1)[-1] in NUMBERS


def _read(figures: Sequence[Mapping[str, Any]], scan: Scan) -> dict[Box, Found]:
    """Return what is read in the cells, by the box of the cell in a perfect page."""
    grey = stretch(scan.pixels[..., ::-1].copy() if scan.pixels.ndim == 3 else scan.pixels)
    reader, again = make_reader("ppocr"), second_look("ppocr")
    assert again is not None
    found = {}
    for cell in figures:
        _, top, _, bottom = cell["lines"][0]["box"]
        cut = cut_lines(_crop(grey, cell, scan), (bottom - top) * scan.dpi / 72)
        lines = [line.pixels for line in cut]
        readings = reader.read(lines)
        box = box_of(cell["box"])
        read = tuple(
            TextLine(reading=reading, box=box, upright=box, others=others)
            for reading, others in zip(readings, again.look(lines, readings), strict=True)
            if reading.text
        )
        found[box] = Found(read, illegible=len(read) < len(lines))
    return found


def _crop(grey: Pixels, cell: Mapping[str, Any], scan: Scan) -> Pixels:
    """Return the cell as it lies on the scan; the little skew of a scanner is left in."""
    left, top, right, bottom = (edge * scan.dpi / 72 for edge in cell["box"])
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    xs, ys = scan.place(corners).T
    height, width = grey.shape
    box = Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys))).clipped(width, height)
    return grey[box.top : box.bottom, box.left : box.right]


def _with_cells(page: PageReading, read: Mapping[Box, Found]) -> PageReading:
    def heard(cell: ReadCell) -> ReadCell:
        found = read.get(cell.box)
        return cell.model_copy(update=found._asdict()) if found else cell

    tables = tuple(
        table.model_copy(update={"cells": tuple(map(heard, table.cells))}) for table in page.tables
    )
    return page.model_copy(update={"tables": tables})
