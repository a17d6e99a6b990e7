"""DOCX and XLSX: lay the file out as pages, draw one of them, tell its text. Runs in the confined child only."""

from __future__ import annotations

from core.errors import PageTooLarge
from core.kind import Kind
from worker.office.docx import read_docx
from worker.office.draw import POINTS_PER_INCH, characters, draw
from worker.office.flow import set_sections
from worker.office.package import examine
from worker.office.sheet import Picture, Sheet
from worker.office.xlsx import read_xlsx
from worker.rasterise.protocol import Count, Rendering, Request, Text


def count(request: Request) -> Count:
    """Return the number of pages.

    Raises DamagedFile, EncryptedFile, TooMuchContent, TooManyPages, MissingProgram.
    """
    return Count(len(_sheets(request)))


def render(request: Request) -> Rendering:
    """Draw one page. Raises PageTooLarge, and as `count` does."""
    sheet = _sheets(request)[request.page - 1]
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
    image = draw(sheet, request.dpi, request.limits.side_px)
    drawn = not any(isinstance(item, Picture) for item in sheet.items)
    return Rendering(
        "RGB", image.width, image.height, request.dpi, image.tobytes(), written=True, drawn=drawn
    )


def text(request: Request) -> Text:
    """Return the characters of one page. Raises as `count` does."""
    sheet = _sheets(request)[request.page - 1]
    return Text(tuple(characters(sheet, request.limits.characters)))


def _sheets(request: Request) -> tuple[Sheet, ...]:
    content = examine(request.path, request.file)
    read = read_docx if request.kind is Kind.DOCX else read_xlsx
    return set_sections(read(content, request.file), request.file, request.limits.pages)
