"""Characters of a drawn page into the lines of its places."""

from __future__ import annotations

from core.geometry import Box
from worker.page import Glyph
from worker.told_lines import tell


def glyphs(text: str, left: int, top: int, size: int = 20) -> list[Glyph]:
    return [
        Glyph(sign, Box(left + at * size, top, left + (at + 1) * size, top + size))
        for at, sign in enumerate(text)
    ]


def test_every_glyph_is_in_one_line_of_the_place_that_it_stands_in() -> None:
    places = [Box(0, 0, 200, 100), Box(200, 0, 400, 100)]
    said = [
        *glyphs("第二行", 10, 40),
        *glyphs("第一行", 10, 10),
        *glyphs("右", 210, 13),
        *glyphs("外", 500, 13),
    ]
    inside, outside = tell(places, said)
    assert [[line.text for line in lines] for lines in inside] == [["第一行", "第二行"], ["右"]]
    assert [line.text for line in outside] == ["外"]
    (first, _), _ = inside
    assert (first.box, first.reading.confidence) == (Box(10, 10, 70, 30), 1.0)


def test_sizes_may_differ_on_a_line_and_spaces_at_its_ends_go() -> None:
    said = [*glyphs("大", 0, 0, 30), Glyph("小 ", Box(30, 8, 50, 28))]
    (lines,), _ = tell([Box(0, 0, 100, 100)], said)
    assert [line.text for line in lines] == ["大小"]
