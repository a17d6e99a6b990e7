"""Pictures as a PDF, a page each, without a loss.

img2pdf takes over the compressed data of JPEG, PNG and fax TIFF as they are, and packs anything else
without a loss. What it cannot place (mirrored or transparent pictures) is decoded first.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import img2pdf
import pikepdf
from PIL import ExifTags, Image, ImageOps

from core.errors import DamagedFile
from core.kind import Kind
from core.paper import believable_dpi

MIRRORED = (2, 4, 5, 7)
STREAM = pikepdf.AccessMode.stream
AT_ONCE = 64  # files open while pages are joined

# What Pillow and img2pdf raise at pictures that they cannot make out.
UNREADABLE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    img2pdf.ImageOpenError,
    img2pdf.JpegColorspaceError,
    img2pdf.UnsupportedColorspaceError,
)


def pdf_of_picture(original: Path, kind: Kind, folder: Path) -> Path:
    """Write a PDF of the picture, or of every frame of a TIFF, into `folder`; return its path.

    One frame is in memory at a time. Raises DamagedFile.
    """
    try:
        with _large_pictures(), Image.open(original, formats=[kind]) as image:
            frames = getattr(image, "n_frames", 1) if kind is Kind.TIFF else 1
            if frames == 1 and not _must_be_drawn(image):
                return _page(original, folder / "scan.pdf")
            pages = [_drawn(image, number, folder) for number in range(frames)]
    except UNREADABLE as error:
        raise DamagedFile(file=original.name, reason="picture_damaged") from error
    return joined(pages, folder / "scan.pdf")


def joined(parts: Sequence[Path], target: Path) -> Path:
    """Join PDF files into `target`, and remove them; few are open at a time."""
    level = 0
    while len(parts) > 1:
        groups = [parts[start : start + AT_ONCE] for start in range(0, len(parts), AT_ONCE)]
        parts = [
            _join(group, target.with_name(f"{level}-{number}.joined.pdf"))
            for number, group in enumerate(groups)
        ]
        level += 1
    return parts[0].replace(target)


def _join(parts: Sequence[Path], target: Path) -> Path:
    with ExitStack() as opened, pikepdf.new() as pdf:
        for part in parts:
            pdf.pages.extend(opened.enter_context(pikepdf.open(part, access_mode=STREAM)).pages)
        pdf.save(target)
    for part in parts:
        part.unlink()
    return target


def _must_be_drawn(image: Image.Image) -> bool:
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    return image.has_transparency_data or orientation in MIRRORED


def _drawn(image: Image.Image, number: int, folder: Path) -> Path:
    """Decode a frame, turned upright and on white paper, and make a page of it."""
    image.seek(number)
    claimed = image.info.get("dpi")
    turned = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
    image.load()
    # A TIFF is turned as it loads, all others are not.
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        layered = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, layered).convert("RGB")
    frame = folder / f"{number}.frame"
    fax = upright.mode == "1"
    dpi = {"dpi": claimed[::-1] if turned else claimed} if claimed else {}
    with frame.open("wb") as stream:
        if fax:
            upright.save(stream, "TIFF", compression="group4", **dpi)
        else:
            upright.save(stream, "PNG", **dpi)
    page = _page(frame, folder / f"{number}.page.pdf")
    frame.unlink()
    return page


def _page(picture: Path, target: Path) -> Path:
    with target.open("wb") as out:
        img2pdf.convert(
            str(picture),
            outputstream=out,
            layout_fun=_sized,
            rotation=img2pdf.Rotation.ifvalid,
            nodate=True,
        )
    return target


def _sized(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return the size of the page and of the picture in points: that of believable paper."""
    wide_in, high_in = width / dpi[0], height / dpi[1]
    claimed = max(dpi)
    believed = believable_dpi(round(max(wide_in, high_in) * claimed), claimed)
    scale = 72 * claimed / believed
    return wide_in * scale, high_in * scale, wide_in * scale, high_in * scale


@contextmanager
def _large_pictures() -> Iterator[None]:
    """Let pictures be large: the file was read before, within the limits of that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield
