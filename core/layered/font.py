"""A font without ink: every character that was read has a place and a meaning in it, none has a shape.

A real Chinese font would be megabytes. This one has three empty glyphs in 600 bytes; characters get
codes in the order in which they first come, and a ToUnicode map says what they are.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO

import pikepdf
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from core.layered.filling import is_wide

NAME = "DanganLayer"
EM = 1000
ASCENT, DESCENT = 880, -120
"""Of the em box, in thousandths: together one em, so that a line of text is as high as its size."""

GLYPHS = {".notdef": EM, "wide": EM, "narrow": EM // 2}
NOTDEF, WIDE, NARROW = range(3)

MOST_MAPPED = 100  # characters in a block of a CMap
UNIX_EPOCH = 2_082_844_800  # in seconds since 1904, as fonts count


class LayerFont:
    """The font of one document: hands out codes, and is written once all are known."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[str, int] = {}
        self.object = pdf.make_indirect(Dictionary())

    def encoded(self, text: str) -> bytes:
        """Return the text in the codes of this font, two bytes a character."""
        codes = (self._codes.setdefault(char, len(self._codes) + 1) for char in text)
        return b"".join(struct.pack(">H", code) for code in codes)

    def finish(self) -> None:
        """Write the font for all that was encoded."""
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name(f"/{NAME}"),
            Flags=4,
            FontBBox=Array([0, DESCENT, EM, ASCENT]),
            ItalicAngle=0,
            Ascent=ASCENT,
            Descent=DESCENT,
            CapHeight=ASCENT,
            StemV=80,
            FontFile2=self._stream(blank_font(), Length1=len(blank_font())),
        )
        glyphs = [NOTDEF, *(WIDE if is_wide(char) else NARROW for char in self._codes)]
        descendant = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name(f"/{NAME}"),
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=self._pdf.make_indirect(descriptor),
            DW=EM,
            W=self._narrow_widths(),
            CIDToGIDMap=self._stream(struct.pack(f">{len(glyphs)}H", *glyphs)),
        )
        self.object.update(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=Name(f"/{NAME}"),
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([self._pdf.make_indirect(descendant)]),
                ToUnicode=self._stream(self._to_unicode()),
            )
        )

    def _narrow_widths(self) -> Array:
        widths = Array()
        for char, code in self._codes.items():
            if not is_wide(char):
                widths.append(code)
                widths.append(Array([GLYPHS["narrow"]]))
        return widths

    def _to_unicode(self) -> bytes:
        """Return the map from codes to characters (Adobe Technical Note 5411)."""
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        coded = list(self._codes.items())
        for start in range(0, len(coded), MOST_MAPPED):
            block = coded[start : start + MOST_MAPPED]
            lines.append(f"{len(block)} beginbfchar")
            lines += [f"<{code:04X}> <{char.encode('utf-16-be').hex()}>" for char, code in block]
            lines.append("endbfchar")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines).encode("ascii")

    def _stream(self, content: bytes, **entries: int) -> Stream:
        return compressed(self._pdf, content, **entries)


def compressed(pdf: Pdf, content: bytes, **entries: int) -> Stream:
    """Return a deflated stream: saving leaves streams as they are."""
    return Stream(pdf, zlib.compress(content, 9), Filter=Name.FlateDecode, **entries)


@cache
def blank_font() -> bytes:
    """Return a TrueType font with three empty glyphs: undefined, one em wide, half an em wide."""
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(list(GLYPHS))
    builder.setupGlyf({name: Glyph() for name in GLYPHS})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in GLYPHS.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupPost()
    builder.updateHead(created=UNIX_EPOCH, modified=UNIX_EPOCH)
    out = BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(out)
    return out.getvalue()
