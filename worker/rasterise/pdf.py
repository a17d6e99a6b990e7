"""PDF: count the pages, render one of them, tell its text. Runs in the confined child only."""

from __future__ import annotations

import pikepdf

from core.errors import DamagedFile, PageTooLarge
from core.paper import believable_dpi
from core.pdf.layout import MALFORMED, Layout, TooInvolved, read_layout
from core.pdf.sheet import Sheet, read_sheet
from worker.rasterise import pdfium, poppler
from worker.rasterise.fonts import borrows_fonts
from worker.rasterise.protocol import Count, Rendering, Request, Text
from worker.rasterise.resolution import OwnResolution, choose_dpi
from worker.rasterise.soundness import opened, require_whole

# Poppler draws a picture of exactly n pixels over n + 1, blurred; a hair less and it draws n
# (Splash::drawImage takes the floor plus 1). Then no pixel differs from the embedded picture.
JUST_BELOW = 1 - 1e-6


def count(request: Request) -> Count:
    """Return the number of pages, on which qpdf and Poppler have to agree.

    Raises DamagedFile, EncryptedFile.
    """
    with opened(request) as (document, _):
        pages = len(document.pages)
    if pages and pages != poppler.page_count(request):
        raise DamagedFile(file=request.file, reason="pages_unclear")
    return Count(pages)


def render(request: Request) -> Rendering:
    """Render the crop box of one page, turned as the page says.

    Raises DamagedFile, EncryptedFile, DamagedPage, PageTooLarge, RenderTimeout, RenderFailed.
    """
    with opened(request) as (document, sound):
        page = document.pages[request.page - 1]
        sheet = read_sheet(page)
        layout = _layout(page, sheet)
        require_whole(document, layout, request, sound=sound)
        borrows = _borrows_fonts(page)
    dpi = _affordable(choose_dpi(layout, sheet.long_in, request.dpi), sheet, request) * JUST_BELOW
    # Poppler knows no UserUnit: such a page is drawn to its size in pixels.
    scale = dpi if sheet.unit == 1 else None
    image = poppler.draw(request, sheet.size_px(dpi), scale, borrows_fonts=borrows)
    believed = believable_dpi(max(image.size), dpi)
    written = layout.text_bytes > 0 and not layout.hidden_bytes
    return Rendering("RGB", image.width, image.height, believed, image.tobytes(), written)


def text(request: Request) -> Text:
    """Return the text of one page, where each character stands in the page as it is seen.

    Raises DamagedFile, EncryptedFile, RenderFailed.
    """
    with opened(request) as (document, _):
        sheet = read_sheet(document.pages[request.page - 1])
    return Text(pdfium.characters(request, sheet))


def _layout(page: pikepdf.Page, sheet: Sheet) -> Layout:
    """Return what the page draws; one that cannot be followed counts as without pictures."""
    try:
        return read_layout(page, sheet.frame, sheet.unit, OwnResolution().covering)
    except (TooInvolved, MemoryError, *MALFORMED):
        return Layout()


def _borrows_fonts(page: pikepdf.Page) -> bool:
    try:
        return borrows_fonts(page)
    except MALFORMED:
        return False


def _affordable(dpi: float, sheet: Sheet, request: Request) -> float:
    """Return `dpi`, or what the limit leaves of it where that is at least the default.

    Raises PageTooLarge.
    """
    most = request.limits.side_px / sheet.long_in
    if dpi <= most:
        return dpi
    if most >= request.dpi:
        return most
    width, height = sheet.size_in()
    raise PageTooLarge(
        file=request.file,
        page=request.page,
        width=f"{width:.1f}",
        height=f"{height:.1f}",
        unit="in",
        limit=f"{request.limits.side_px / dpi:.1f}",
    )
