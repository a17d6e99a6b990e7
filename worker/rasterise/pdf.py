"""PDF: count the pages, and render one of them. Runs in the confined child only."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import pikepdf
from pikepdf import Name

from core.errors import DamagedFile, PageTooLarge
from worker.rasterise import poppler
from worker.rasterise.fonts import borrows_fonts
from worker.rasterise.layout import MALFORMED, Frame, Layout, TooInvolved, read_layout
from worker.rasterise.paper import believable_dpi
from worker.rasterise.protocol import Count, Rendering, Request
from worker.rasterise.resolution import OwnResolution, choose_dpi
from worker.rasterise.soundness import opened, require_whole

LETTER = Frame(0.0, 0.0, 612.0, 792.0)  # Poppler's page where a file gives none

# Poppler draws a picture of exactly n pixels over n + 1, blurred; a hair less and it draws n
# (Splash::drawImage takes the floor plus 1). Then no pixel differs from the embedded picture.
JUST_BELOW = 1 - 1e-6


@dataclass(frozen=True)
class _Sheet:
    """The visible part of a page in points, before it is turned; `unit` is the page's UserUnit."""

    frame: Frame
    unit: float
    turned: bool

    @property
    def long_in(self) -> float:
        return max(self.frame.width, self.frame.height) / 72

    def size_in(self) -> tuple[float, float]:
        """Return width and height as seen, in inches."""
        width, height = self.frame.width / 72, self.frame.height / 72
        return (height, width) if self.turned else (width, height)

    def size_px(self, dpi: float) -> tuple[int, int]:
        """Return width and height as seen, in pixels."""
        width, height = self.size_in()
        return ceil(width * dpi), ceil(height * dpi)


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
        sheet = _sheet(page)
        layout = _layout(page, sheet)
        require_whole(document, layout, request, sound=sound)
        borrows = _borrows_fonts(page)
    dpi = _affordable(choose_dpi(layout, sheet.long_in, request.dpi), sheet, request) * JUST_BELOW
    # Poppler knows no UserUnit: such a page is drawn to its size in pixels.
    scale = dpi if sheet.unit == 1 else None
    image = poppler.draw(request, sheet.size_px(dpi), scale, borrows_fonts=borrows)
    believed = believable_dpi(max(image.size), dpi)
    return Rendering("RGB", image.width, image.height, believed, image.tobytes())


def _sheet(page: pikepdf.Page) -> _Sheet:
    unit = max(0.0, _number(page.obj.get(Name.UserUnit)) or 0.0) or 1.0
    media = _box(page.obj.get(Name.MediaBox)) or LETTER
    crop = _box(page.obj.get(Name.CropBox)) or media
    seen = media.common(crop) or media
    turned = (_number(page.obj.get(Name.Rotate)) or 0.0) % 180 == 90
    return _Sheet(Frame(*(unit * edge for edge in seen)), unit, turned)


def _layout(page: pikepdf.Page, sheet: _Sheet) -> Layout:
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


def _affordable(dpi: float, sheet: _Sheet, request: Request) -> float:
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


def _box(written: object) -> Frame | None:
    """Return a rectangle whose corners may stand in any order; None for anything else."""
    if not isinstance(written, pikepdf.Array):
        return None
    edges = [number for edge in iter(written) if (number := _number(edge)) is not None]
    if len(edges) != 4:
        return None
    (left, right), (bottom, top) = sorted(edges[::2]), sorted(edges[1::2])
    box = Frame(left, bottom, right, top)
    return box if box.width > 0 and box.height > 0 else None


def _number(written: object) -> float | None:
    """Return a number, None for anything else."""
    try:
        return float(written)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
