"""Poppler's programs through pdf2image.

Runs in the confined child only: the programs inherit its limits. Their exit codes are not looked at
(a page that is too large ends with 0 and no picture); what counts is the picture.
"""

from __future__ import annotations

import resource

import pdf2image
from pdf2image.exceptions import PDFPageCountError, PDFSyntaxError
from PIL import Image

from core.errors import DamagedFile, RenderFailed, RenderTimeout
from worker.rasterise.protocol import Request


def page_count(request: Request) -> int:
    """Return how many pages Poppler finds. Raises DamagedFile."""
    try:
        return int(pdf2image.pdfinfo_from_path(request.path)["Pages"])
    except PDFPageCountError as error:
        raise DamagedFile(file=request.file, reason="unreadable") from error


def draw(
    request: Request, size: tuple[int, int], dpi: float | None, *, borrows_fonts: bool
) -> Image.Image:
    """Draw the crop box of one page, turned as the page says, as `RGB`.

    It is drawn at `dpi` where that is given, else exactly to `size`; either way the outcome has to
    have that size but for a pixel. Of a page that `borrows_fonts` Poppler must not complain: it
    leaves out what it has no font for, while complaints about other pages are mostly harmless.
    Raises RenderTimeout, RenderFailed.
    """
    scale = {"size": size} if dpi is None else {"dpi": dpi}
    try:
        # PPM: a noisy page of 300 dpi takes .3 s, as PNG 16 s (docs/decisions/0004).
        images = pdf2image.convert_from_path(
            request.path,
            fmt="ppm",
            first_page=request.page,
            last_page=request.page,
            single_file=True,
            use_cropbox=True,
            strict=borrows_fonts,
            **scale,
        )
        for image in images:
            image.load()
    except PDFSyntaxError as error:
        raise RenderFailed(file=request.file, page=request.page, reason="missing_font") from error
    except (OSError, ValueError, PDFPageCountError) as error:  # a picture that was cut off
        raise _failure(request) from error
    if len(images) != 1:
        raise _failure(request)
    if any(abs(drawn - due) > 1 for drawn, due in zip(images[0].size, size, strict=True)):
        raise RenderFailed(file=request.file, page=request.page, reason="wrong_size")
    return images[0]


def _failure(request: Request) -> RenderTimeout | RenderFailed:
    """Tell a program that ran into its limit of time from one that failed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The kernel stops a program by its ticks, which may run ahead of what it used.
    if used.ru_utime + used.ru_stime >= 0.9 * request.limits.cpu_s:
        return RenderTimeout(
            file=request.file, page=request.page, limit_s=f"{request.limits.cpu_s:g}"
        )
    return RenderFailed(file=request.file, page=request.page, reason="no_picture")
