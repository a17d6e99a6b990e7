"""Put the text under the scan, and write the file.

The text comes first in the content of a page, in its untouched initial state, and is invisible (text
rendering mode 3). Nothing else of a page changes: its own content and pictures stay byte for byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

import pikepdf
from pikepdf import Matrix, Name, ObjectStreamMode, Pdf, StreamDecodeLevel, pdfa

from core.errors import DamagedFile, NoLayer
from core.extraction import Extraction
from core.kind import OFFICE, Kind, kind_of
from core.layered.filling import Strip, natural_width
from core.layered.font import DESCENT, EM, LayerFont, compressed
from core.layered.pictures import pdf_of_picture
from core.layered.strips import PageText, page_texts
from core.pdf.layout import MALFORMED, TooInvolved, read_layout
from core.pdf.sheet import Sheet, read_sheet
from core.readings import PageReading

FLAVOUR = "2b"
STREAM = pikepdf.AccessMode.stream  # rather than the whole file mapped into memory
RESOURCE = Name("/DanganLayer")


@dataclass(frozen=True)
class LayerParameters:
    """Which pages have text of their own.

    A page that shows at least `own` as many characters as were read from it was written, not
    scanned, and is searchable as it is. A picture over `covering` of the page hides what is under it.
    """

    own: float = 0.5
    covering: float = 0.9


def write_layered_pdf(
    original: Path,
    extraction: Extraction,
    out: BinaryIO,
    readings: Sequence[PageReading] = (),
) -> None:
    """Write the pages of `original` to `out` with the text of its extraction under them.

    The text of a cell lies line by line where `readings` know its lines, otherwise it fills its cell.
    The file says that it is PDF/A-2b where pikepdf's validator approves it without anything of the
    original having to go. Raises DamagedFile where `original` is not the file that was read, or
    can no longer be, NoLayer where it is no scan, and OSError.
    """
    with original.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != extraction.source.sha256:
            raise DamagedFile(file=original.name, reason="changed")
    kind = kind_of(original, original.name)
    if kind in OFFICE:
        raise NoLayer(file=original.name)
    with TemporaryDirectory(prefix="dangan-") as name:
        folder = Path(name)
        scan = original if kind is Kind.PDF else pdf_of_picture(original, kind, folder)
        whole = folder / "layered.pdf"
        try:
            if not _write_archival(scan, page_texts(extraction, readings), whole):
                _write_plain(scan, page_texts(extraction, readings), whole)
        except pikepdf.PdfError as error:
            raise DamagedFile(file=original.name, reason="unreadable") from error
        with whole.open("rb") as written:
            copyfileobj(written, out)


def _write_plain(scan: Path, texts: Iterable[PageText], whole: Path) -> None:
    with pikepdf.open(scan, access_mode=STREAM) as pdf:
        add_layer(pdf, texts)
        _save(pdf, whole)


def _write_archival(scan: Path, texts: Iterable[PageText], whole: Path) -> bool:
    """Write PDF/A; return False where the original is in the way of that, or would lose something."""
    with pikepdf.open(scan, access_mode=STREAM) as pdf:
        if pdf.is_encrypted:
            return False
        add_layer(pdf, texts)
        done = pdfa.prepare(pdf, FLAVOUR)
        if (
            done.annotations_removed
            or done.document_javascript_removed
            or done.alternate_presentations_removed
            or done.xmp_dropped
            or done.xmp_unreadable
        ):
            return False
        _save(pdf, whole)
    return pdfa.validate_written(whole, FLAVOUR).passed


def _save(pdf: Pdf, path: Path) -> None:
    """Save the document with every stream as it is."""
    pdf.save(
        path,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.preserve,
        fix_metadata_version=False,
        encryption=False,
        deterministic_id=not pdf.is_encrypted,
    )


def add_layer(
    pdf: Pdf, texts: Iterable[PageText], params: LayerParameters = LayerParameters()
) -> None:
    """Add the text to the pages of an open document."""
    font = LayerFont(pdf)
    for text in texts:
        page = pdf.pages[text.number - 1]
        sheet = read_sheet(page)
        if text.strips and not _has_own_text(page, sheet, text, params):
            name = page.add_resource(font.object, Name.Font, RESOURCE)
            page.contents_add(compressed(pdf, _content(text, sheet, font, name)), prepend=True)
    font.finish()


def _has_own_text(
    page: pikepdf.Page, sheet: Sheet, text: PageText, params: LayerParameters
) -> bool:
    try:
        layout = read_layout(page, sheet.frame, sheet.unit, params.covering)
    except (TooInvolved, *MALFORMED):
        return False
    return layout.text_bytes >= params.own * sum(len(strip.text) for strip in text.strips)


def _content(text: PageText, sheet: Sheet, font: LayerFont, name: Name) -> bytes:
    to_user = sheet.from_pixels(text.width, text.height)
    lines = [f"q BT 3 Tr {name} 1 Tf"]
    for strip in text.strips:
        matrix = _matrix(strip, text.angle_deg) @ to_user
        numbers = " ".join(f"{number:.4f}" for number in matrix.shorthand)
        lines.append(f"{numbers} Tm <{font.encoded(strip.text).hex()}> Tj")
    lines.append("ET Q\n")
    return "\n".join(lines).encode("ascii")


def _matrix(strip: Strip, angle_deg: float) -> Matrix:
    """Return the map from text of size 1, its base line on y = 0, to the pixels of the strip."""
    along = cos(radians(angle_deg)), -sin(radians(angle_deg))
    up = along[1], -along[0]
    across = -strip.length / 2
    rise = -strip.height * (0.5 + DESCENT / EM)
    stretch = strip.length / natural_width(strip.text)
    return Matrix(
        stretch * along[0],
        stretch * along[1],
        strip.height * up[0],
        strip.height * up[1],
        strip.x + across * along[0] + rise * up[0],
        strip.y + across * along[1] + rise * up[1],
    )
