"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from enum import StrEnum

from core.errors import UnsupportedType

HEAD_BYTES = 1024  # readers of PDF accept the header anywhere in the first kilobyte


class Kind(StrEnum):
    """The types that can be rasterised; the values are Pillow's names of them, but for PDF."""

    PDF = "PDF"
    TIFF = "TIFF"
    PNG = "PNG"
    JPEG = "JPEG"
    BMP = "BMP"
    WEBP = "WEBP"


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
    (0, b"PK\x03\x04", "ZIP, DOCX, XLSX, OFD"),
    (0, b"\xd0\xcf\x11\xe0", "DOC, XLS, WPS"),
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


def recognise(head: bytes, file: str) -> Kind:
    """Return the kind of the file that starts with `head`, of which `HEAD_BYTES` are enough.

    Raises UnsupportedType.
    """
    for offset, magic, kind in SUPPORTED:
        if head.startswith(magic, offset):
            return kind
    if b"%PDF-" in head[:HEAD_BYTES]:
        return Kind.PDF
    raise UnsupportedType(file=file, found=_guess(head))


def _guess(head: bytes) -> str:
    for offset, magic, found in RECOGNISED:
        if head.startswith(magic, offset):
            return found
    return head[:8].hex(" ")
