"""Lines of text out of the characters that a file names for a page that we drew of them: nobody has to read it.

Enters: the places of a page (cells, blocks of print), and its glyphs. Leaves: the lines of every place, and those that
stand in none. Each glyph is in exactly one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core.geometry import Box
from core.readings import Reading, TextLine
from worker.page import Glyph

ENGINE = "text-layer"
# Of its height: characters whose middles are nearer than this stand on one line.
SAME_LINE = 0.5


def tell(
    places: Sequence[Box], glyphs: Iterable[Glyph]
) -> tuple[list[tuple[TextLine, ...]], tuple[TextLine, ...]]:
    """Return the lines of each place, and the lines of the glyphs whose middles lie in no place.

    Places are in the scan frame, which is the upright one of such a page, and do not overlap.
    """
    inside: list[list[Glyph]] = [[] for _ in places]
    outside: list[Glyph] = []
    for glyph in glyphs:
        x, y = glyph.box.centre
        owner = next((at for at, place in enumerate(places) if place.contains(x, y)), None)
        (outside if owner is None else inside[owner]).append(glyph)
    return [_lines(of) for of in inside], _lines(outside)


def _lines(glyphs: Iterable[Glyph]) -> tuple[TextLine, ...]:
    """Return the lines of some glyphs, top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.box.centre[1]):
        middle = glyph.box.centre[1]
        if rows and middle - rows[-1][-1].box.centre[1] < SAME_LINE * glyph.box.height:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return tuple(_line(sorted(row, key=lambda glyph: glyph.box.left)) for row in rows)


def _line(row: Sequence[Glyph]) -> TextLine:
    box = Box.around(glyph.box for glyph in row)
    text = "".join(glyph.text for glyph in row).strip()
    return TextLine(reading=Reading(text=text, confidence=1.0, engine=ENGINE), box=box, upright=box)
