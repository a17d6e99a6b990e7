"""Whether a PDF is all there: its end mark, its cross-reference table, its pictures.

Renderers make something of almost anything, silently; here damage is found. qpdf does the reading.
Runs in the confined child only.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pikepdf
from pikepdf import Name
from PIL import Image

from core.errors import DamagedFile, DamagedPage, EncryptedFile
from core.pdf.layout import Layout
from worker.rasterise.protocol import Request

BLOCK_BYTES = 65536  # also room for a cross-reference stream behind the trailer's dictionary
TAIL_BYTES = 2048  # readers look for the end mark in the last kilobyte
PADDING = b"\0\r\n\t "
JPEG_END = b"\xff\xd9"
JPEG_TAIL_BYTES = 64  # some writers pad a picture to a round length


@contextmanager
def opened(request: Request) -> Iterator[tuple[pikepdf.Pdf, bool]]:
    """Open the file, and tell whether it is sound: its cross-reference table had not to be rebuilt.

    A file of which the end is missing is refused, though its rest could be rendered. A password
    that only restricts printing or copying does not matter. Raises DamagedFile, EncryptedFile.
    """
    if not _has_end(request.path):
        raise DamagedFile(file=request.file, reason="cut_off")
    # qpdf is given the open file: a name that is not UTF-8 it would not find.
    with Path(request.path).open("rb") as stream:
        document, sound = _open(stream, request)
        with document:
            yield document, sound


def require_whole(document: pikepdf.Pdf, layout: Layout, request: Request, *, sound: bool) -> None:
    """See that the pictures of a page are complete.

    Of a JPEG that breaks off Poppler paints the rest grey and says nothing. In a file that is not
    sound, anything else that qpdf finds wrong with the page's streams counts as well (elsewhere it
    complains of much that does no harm). Raises DamagedPage.
    """
    try:
        for image in layout.images:
            _require_jpeg_end(image)
    except (OSError, SyntaxError, ValueError, pikepdf.PdfError) as error:
        raise DamagedPage(file=request.file, page=request.page, reason="picture_damaged") from error
    if not sound and document.get_warnings():
        raise DamagedPage(file=request.file, page=request.page, reason="stream_damaged")


def _open(stream: BinaryIO, request: Request) -> tuple[pikepdf.Pdf, bool]:
    """Open the file as it is, else by rebuilding its cross-reference table."""
    try:
        return pikepdf.open(stream, attempt_recovery=False), True
    except pikepdf.PasswordError as error:
        raise EncryptedFile(file=request.file) from error
    except pikepdf.PdfError:
        return _rebuilt(stream, request), False


def _rebuilt(stream: BinaryIO, request: Request) -> pikepdf.Pdf:
    try:
        document = pikepdf.open(stream)
    except pikepdf.PasswordError as error:
        raise EncryptedFile(file=request.file) from error
    except pikepdf.PdfError as error:
        # Encryption of a private kind (rights management) is refused by qpdf like damage.
        if b"/Encrypt" in _block(request.path, BLOCK_BYTES, Path(request.path).stat().st_size):
            raise EncryptedFile(file=request.file) from error
        raise DamagedFile(file=request.file, reason="unreadable") from error
    document.get_warnings()  # what rebuilding had to say; later ones are about a page
    return document


def _has_end(path: str) -> bool:
    """Tell whether the file ends as a PDF does; blanks and zeros behind the end do no harm."""
    end = Path(path).stat().st_size
    while end and not (rest := _block(path, BLOCK_BYTES, end).rstrip(PADDING)):
        end = max(0, end - BLOCK_BYTES)
    if not end:
        return False
    content_end = max(0, end - BLOCK_BYTES) + len(rest)
    _, start, mark = _block(path, TAIL_BYTES, content_end).rpartition(b"startxref")
    return bool(start) and b"%%EOF" in mark


def _block(path: str, length: int, end: int) -> bytes:
    """Return up to `length` bytes that stand before the offset `end`."""
    with Path(path).open("rb") as stream:
        start = stream.seek(max(0, end - length), os.SEEK_SET)
        return stream.read(end - start)


def _require_jpeg_end(image: pikepdf.Object) -> None:
    """Raise where a JPEG lacks its end mark and does not decode without it."""
    raw = image.read_raw_bytes()
    is_jpeg = image.get(Name.Filter) in (Name.DCTDecode, pikepdf.Array([Name.DCTDecode]))
    if is_jpeg and JPEG_END not in raw[-JPEG_TAIL_BYTES:]:
        with Image.open(io.BytesIO(raw), formats=["JPEG"]) as picture:
            picture.load()
