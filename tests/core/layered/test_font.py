"""Tests of the font without ink."""

from __future__ import annotations

import io

import pikepdf
from fontTools.ttLib import TTFont

from core.layered.font import NARROW, WIDE, LayerFont, blank_font


def test_the_font_is_small_has_widths_and_no_ink() -> None:
    assert len(blank_font()) < 1000
    font = TTFont(io.BytesIO(blank_font()))
    assert [font["hmtx"][name] for name in font.getGlyphOrder()] == [(1000, 0), (1000, 0), (500, 0)]
    assert all(glyph.numberOfContours == 0 for glyph in font["glyf"].glyphs.values())


def test_codes_are_given_in_order_and_lead_to_glyphs_and_back_to_characters() -> None:
    pdf = pikepdf.new()
    font = LayerFont(pdf)
    assert font.encoded("项1项𬭩") == bytes([0, 1, 0, 2, 0, 1, 0, 3])
    font.finish()
    descendant = font.object.DescendantFonts[0]
    glyphs = descendant.CIDToGIDMap.read_bytes()
    assert list(glyphs[1::2]) == [0, WIDE, NARROW, WIDE]
    assert [list(each) if isinstance(each, pikepdf.Array) else each for each in descendant.W] == [
        2,
        [500],
    ]
    assert b"<0003> <d872df69>" in font.object.ToUnicode.read_bytes()


def test_more_characters_than_a_block_of_a_map_holds() -> None:
    font = LayerFont(pikepdf.new())
    font.encoded("".join(map(chr, range(0x4E00, 0x4E00 + 250))))
    font.finish()
    told = font.object.ToUnicode.read_bytes()
    assert [told.count(b"%d beginbfchar" % count) for count in (100, 50)] == [2, 1]
