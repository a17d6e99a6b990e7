"""The text that a PDF page holds, through PDFium. Runs in the confined child only.

PDFium tells each character with its box and whether it is drawn; Poppler's `pdftotext` tells words, in
boxes that are as high as the font says, up to three times its print (docs/decisions/0013).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from ctypes import byref

import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Matrix

from core.errors import RenderFailed
from core.pdf.sheet import Sheet
from worker.rasterise.protocol import Character, Request

SPACES = frozenset(" \u00a0\u3000")
# Radicals and compatibility forms that some writers name instead of the character they draw.
STAND_INS = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF))


def characters(request: Request, sheet: Sheet) -> tuple[Character, ...]:
    """Return the drawn characters of the page, the first `Limits.characters` of them.

    Raises RenderFailed where PDFium refuses the page.
    """
    to_seen = sheet.from_pixels(1, 1).inverse()
    try:
        with pypdfium2.PdfDocument(request.path) as document:
            text = document[request.page - 1].get_textpage()
            return tuple(_told(text, to_seen, request.limits.characters))
    except pypdfium2.PdfiumError as error:
        raise RenderFailed(file=request.file, page=request.page, reason="no_text") from error


def _told(text: pypdfium2.PdfTextPage, to_seen: Matrix, most: int) -> Iterator[Character]:
    """Yield the characters; a space is told with the one before it, and what PDFium adds is left out."""
    drawn = (at for at in range(min(text.count_chars(), most)) if _is_drawn(text, at))
    last: Character | None = None
    for at in drawn:
        said = chr(pdfium.FPDFText_GetUnicode(text, at))
        if said in SPACES:
            last = last and last._replace(text=last.text[0] + " ")
            continue
        if last:
            yield last
        last = Character(_usual(said), *_box(text, at, to_seen))
    if last:
        yield last


def _is_drawn(text: pypdfium2.PdfTextPage, at: int) -> bool:
    if pdfium.FPDFText_IsGenerated(text, at) == 1:
        return False
    mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, at))
    return bool(mode != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _usual(said: str) -> str:
    stands_in = any(first <= ord(said) <= last for first, last in STAND_INS)
    return unicodedata.normalize("NFKC", said) if stands_in else said


def _box(
    text: pypdfium2.PdfTextPage, at: int, to_seen: Matrix
) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom in parts of the page as it is seen."""
    found = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, at, byref(found))
    x0, y0 = to_seen.transform((found.left, found.top))
    x1, y1 = to_seen.transform((found.right, found.bottom))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
