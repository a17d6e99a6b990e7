"""The text that a file holds is one more reader of its page, where the picture bears it out.

Enters: a page as it was read, and the characters that the file names for it. Leaves: the page, in
which lines carry the file's text before what the engines saw. What is printed is what is seen: a layer
that says something else over the page as a whole is not heard at all, and where the engines contradict
it in a line, their readings stand against it and decide with it whether a person has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from core.geometry import Box, Warp
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine
from core.trust import folded
from worker.page import Glyph


@dataclass(frozen=True)
class LayerParams:
    """When a text layer is believed.

    `sound` is the least part of a page's characters in which layer and reader agree: born-digital pages
    have .98 and more, a layer with a broken character map has next to nothing in common with its print, and
    old recognisers reach .6 to .9 on Chinese forms.
    """

    sound: float = 0.95


def hear(
    page: PageReading,
    glyphs: Sequence[Glyph],
    to_scan: Warp,
    params: LayerParams = LayerParams(),
) -> PageReading:
    """Return the page with the layer as the first reader of its lines; `to_scan` is that of its upright."""
    if not glyphs:
        return page
    said = _said(page, glyphs, to_scan)
    if soundness(page, said) < params.sound:
        return page
    return page.model_copy(
        update={
            "tables": tuple(_table(table, said) for table in page.tables),
            "lines": tuple(_line(line, said) for line in page.lines),
        }
    )


def soundness(page: PageReading, said: Mapping[Box, str]) -> float:
    """Return the part of the characters, of those lines that both read, that both have, 0.0–1.0."""
    common = total = 0
    for line in _lines(page):
        if text := folded(said.get(line.upright, "")):
            seen = folded(line.text)
            blocks = SequenceMatcher(None, text, seen, autojunk=False).get_matching_blocks()
            common += 2 * sum(block.size for block in blocks)
            total += len(text) + len(seen)
    return common / total if total else 0.0


def _said(page: PageReading, glyphs: Sequence[Glyph], to_scan: Warp) -> dict[Box, str]:
    """Return what the layer says in each line, by its upright box, and in each cell that nobody could read."""
    places = [line.upright for line in _lines(page)]
    places += [cell.upright for table in page.tables for cell in table.cells if _is_unread(cell)]
    if not places:
        return {}
    lefts, tops, rights, bottoms = np.array(places, np.float64).T
    found: dict[Box, list[tuple[float, str]]] = {}
    for glyph, (left, right, y) in zip(glyphs, _upright(glyphs, to_scan), strict=True):
        # A full-width mark stands in half of its box, the line ends with its ink.
        beside = (lefts < right) & (left < rights)
        (owners,) = np.nonzero(beside & (tops <= y) & (y < bottoms))
        if owners.size:
            # Boxes of lines overlap by their pads: the nearest one owns the character.
            away = np.abs((tops + bottoms)[owners] / 2 - y)
            found.setdefault(places[owners[np.argmin(away)]], []).append((left, glyph.text))
    texts = {box: "".join(text for _, text in sorted(of)).strip() for box, of in found.items()}
    return {box: text for box, text in texts.items() if _is_text(text)}


def _upright(glyphs: Sequence[Glyph], to_scan: Warp) -> Iterator[tuple[float, float, float]]:
    """Yield left, right and middle height of each glyph in the upright page."""
    corners = np.array([(glyph.box[:2], glyph.box[2:]) for glyph in glyphs], np.float64)
    upright = to_scan.inverse().points(corners.reshape(-1, 2)).reshape(-1, 2, 2)
    for (x0, y0), (x1, y1) in upright:
        yield float(min(x0, x1)), float(max(x0, x1)), float(y0 + y1) / 2


def _is_text(text: str) -> bool:
    """Tell whether every character has a meaning: those for private use have none."""
    return text.isprintable() and "\ufffd" not in text


def _is_unread(cell: ReadCell) -> bool:
    return cell.illegible and not cell.lines


def _lines(page: PageReading) -> Iterator[TextLine]:
    for table in page.tables:
        for cell in table.cells:
            yield from cell.lines
    yield from page.lines


def _table(table: ReadTable, said: Mapping[Box, str]) -> ReadTable:
    return table.model_copy(update={"cells": tuple(_cell(cell, said) for cell in table.cells)})


def _cell(cell: ReadCell, said: Mapping[Box, str]) -> ReadCell:
    """Return the cell heard anew; ink that nobody could read is what the layer says it is."""
    if _is_unread(cell) and cell.upright in said:
        line = TextLine(reading=_reading(said[cell.upright]), box=cell.box, upright=cell.upright)
        return cell.model_copy(update={"lines": (line,), "illegible": False})
    return cell.model_copy(update={"lines": tuple(_line(line, said) for line in cell.lines)})


def _line(line: TextLine, said: Mapping[Box, str]) -> TextLine:
    text = said.get(line.upright)
    if text is None:
        return line
    return line.model_copy(
        update={"reading": _reading(text), "others": (line.reading, *line.others)}
    )


def _reading(text: str) -> Reading:
    return Reading(text=text, confidence=1.0, engine="text-layer")
