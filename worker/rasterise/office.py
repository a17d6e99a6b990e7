"""DOCX, XLSX and OFD: lay the file out as pages, draw one of them, tell its text. Runs in the confined child only."""

from __future__ import annotations

from core.errors import DamagedPage, PageTooLarge
from core.kind import Kind
from worker.office.docx import read_docx
from worker.office.draw import POINTS_PER_INCH, characters, draw, is_drawable
from worker.office.flow import set_sections
from worker.office.ofd import OfdFile
from worker.office.package import examine
from worker.office.sheet import Picture, Sheet
from worker.office.xlsx import read_xlsx
from worker.rasterise.protocol import Count, Rendering, Request, Text

# Of the page: a picture as large as that is what the page is about, a smaller one a logo or a seal.
MAIN_PICTURE = 0.2


def count(request: Request) -> Count:
    """Return the number of pages.

    Raises DamagedFile, EncryptedFile, TooMuchContent, TooManyPages, MissingProgram.
    """
    if request.kind is Kind.OFD:
        return Count(len(_ofd(request).pages))
    return Count(len(_set(request)))


def render(request: Request) -> Rendering:
    """Draw one page. Raises PageTooLarge, DamagedPage, and as `count` does."""
    sheet = _sheet(request)
    longest = max(sheet.width, sheet.height) / POINTS_PER_INCH * request.dpi
    if longest > request.limits.side_px:
        raise PageTooLarge(
            file=request.file,
            page=request.page,
            width=round(sheet.width),
            height=round(sheet.height),
            unit="pt",
            limit=round(request.limits.side_px / request.dpi * POINTS_PER_INCH),
        )
    pictures = [item for item in sheet.items if isinstance(item, Picture)]
    for picture in pictures:
        area = abs(picture.across[0] * picture.down[1] - picture.across[1] * picture.down[0])
        main = area >= MAIN_PICTURE * sheet.width * sheet.height
        if main and not is_drawable(picture, request.limits.side_px):
            raise DamagedPage(file=request.file, page=request.page, reason="pixel_format")
    image = draw(sheet, request.dpi, request.limits.side_px)
    return Rendering(
        "RGB",
        image.width,
        image.height,
        request.dpi,
        image.tobytes(),
        written=True,
        drawn=not pictures,
    )


def text(request: Request) -> Text:
    """Return the characters of one page. Raises as `count` does."""
    return Text(tuple(characters(_sheet(request), request.limits.characters)))


def _sheet(request: Request) -> Sheet:
    if request.kind is Kind.OFD:
        return _ofd(request).sheet(request.page)
    return _set(request)[request.page - 1]


def _ofd(request: Request) -> OfdFile:
    return OfdFile(examine(request.path, request.file), request.file)


def _set(request: Request) -> tuple[Sheet, ...]:
    content = examine(request.path, request.file)
    read = read_docx if request.kind is Kind.DOCX else read_xlsx
    return set_sections(read(content, request.file), request.file, request.limits.pages)
