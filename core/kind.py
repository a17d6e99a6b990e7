"""What a file is, told by its first bytes, or by the parts of a ZIP, and never by its name."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from core.bounded_zip import BoundedReads, TooMuchAtOnce
from core.errors import OldOfficeFile, UnreadableFile, UnsupportedType

HEAD_BYTES = 1024  # readers of PDF accept the header anywhere in the first kilobyte


class Kind(StrEnum):
    """The types that can be rasterised; the values of pictures are Pillow's names of them."""

    PDF = "PDF"
    TIFF = "TIFF"
    PNG = "PNG"
    JPEG = "JPEG"
    BMP = "BMP"
    WEBP = "WEBP"
    DOCX = "DOCX"
    XLSX = "XLSX"
    OFD = "OFD"


OFFICE = frozenset({Kind.DOCX, Kind.XLSX, Kind.OFD})
"""What was typed: a ZIP of markup that is drawn by us."""


SUPPORTED: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"%PDF-", Kind.PDF),
    (0, b"II*\0", Kind.TIFF),
    (0, b"MM\0*", Kind.TIFF),
    (0, b"II+\0", Kind.TIFF),  # BigTIFF; Pillow does not read its big-endian sibling
    (0, b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (0, b"\xff\xd8\xff", Kind.JPEG),
    (0, b"BM", Kind.BMP),
    (8, b"WEBP", Kind.WEBP),
)

# What people upload by mistake; naming it helps them more than "unknown".
RECOGNISED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"GIF8", "GIF"),
    (0, b"Rar!", "RAR"),
    (0, b"7z\xbc\xaf", "7z"),
    (0, b"\x1f\x8b", "gzip"),
    (0, b"{\\rtf", "RTF"),
    (0, b"AT&TFORM", "DjVu"),
    (0, b"\0\0\0\x0cjP", "JPEG 2000"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyp", "HEIC, MP4"),
    (0, b"<", "HTML, XML"),
)


ZIP_MAGIC = b"PK\x03\x04"
# Word, Excel and WPS of old, and whatever has a password to open it.
COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0"
DIRECTORY_BYTES = 4_000_000
_CONTENT_TYPES = "[Content_Types].xml"
_OFD_ROOT = "OFD.xml"


def kind_of(path: Path, file: str) -> Kind:
    """Return the kind of a file; `file` is what the person calls it.

    Raises UnsupportedType, OldOfficeFile, UnreadableFile.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise UnreadableFile(file=file, reason=os.strerror(error.errno or 0)) from error
    if not head.startswith(ZIP_MAGIC):
        return recognise(head, file)
    if (kind := office_kind(path)) is None:
        raise UnsupportedType(file=file, found=_guess(head))
    return kind


def office_kind(path: Path) -> Kind | None:
    """Return what document a ZIP is, or None for any other and for one whose directory cannot be read."""
    try:
        with path.open("rb") as raw, zipfile.ZipFile(BoundedReads(raw, DIRECTORY_BYTES)) as opened:
            return _kind_of_parts(opened.namelist())
    except (zipfile.BadZipFile, TooMuchAtOnce, NotImplementedError, ValueError, OSError):
        return None


def _kind_of_parts(names: Iterable[str]) -> Kind | None:
    found = set(names)
    if _OFD_ROOT in found:
        return Kind.OFD
    if _CONTENT_TYPES not in found:
        return None
    folders = {name.partition("/")[0] for name in found}
    return Kind.DOCX if "word" in folders else Kind.XLSX if "xl" in folders else None


def recognise(head: bytes, file: str) -> Kind:
    """Return the kind of a file that is no ZIP and starts with `head`, of which `HEAD_BYTES` are enough.

    Raises UnsupportedType, OldOfficeFile.
    """
    for offset, magic, kind in SUPPORTED:
        if head.startswith(magic, offset):
            return kind
    if b"%PDF-" in head[:HEAD_BYTES]:
        return Kind.PDF
    if head.startswith(COMPOUND_MAGIC):
        raise OldOfficeFile(file=file)
    raise UnsupportedType(file=file, found=_guess(head))


def _guess(head: bytes) -> str:
    for offset, magic, found in RECOGNISED:
        if head.startswith(magic, offset):
            return found
    return head[:8].hex(" ")
