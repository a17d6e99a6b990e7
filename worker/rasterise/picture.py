"""TIFF, PNG, JPEG, BMP and WebP through Pillow: count the pages, and decode one of them.

Runs in the confined child only. Pillow's own guards against bombs are off: sizes are judged here,
from the header and before anything is decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import ExifTags, Image, ImageOps

from core.errors import DamagedFile, DamagedPage, PageTooLarge
from core.kind import Kind
from core.paper import believable_dpi
from worker.rasterise import tiff
from worker.rasterise.protocol import Count, Rendering, Request

Image.MAX_IMAGE_PIXELS = None

# What Pillow's decoders raise at damaged bytes.
DECODING_ERRORS = (OSError, EOFError, SyntaxError, ValueError, TypeError)

MOST_STRETCH = 4.0  # a standard fax has 204 × 98 dots an inch; more than twice that is nonsense
SQUARE_WITHIN = 0.02  # less than this between the axes is rounding: 2 % of a character's width


def count(request: Request) -> Count:
    """Return the number of frames of a TIFF, and 1 for any other picture once it has decoded.

    Raises DamagedFile, TooManyPages, PageTooLarge.
    """
    if request.kind is Kind.TIFF:
        return Count(tiff.count(request.path, request.file, request.limits.pages))
    try:
        with _opened(request) as image:
            image.verify()  # checksums, and that a PNG has its end
        with _opened(request) as image:
            _judge_size(image, request)
            image.load()
    except DECODING_ERRORS as error:
        raise DamagedFile(file=request.file, reason="cut_off") from error
    return Count(1)


def render(request: Request) -> Rendering:
    """Decode one frame, turned upright as its orientation tag says, with square pixels.

    Raises PageTooLarge, DamagedPage.
    """
    try:
        with _opened(request) as image:
            image.seek(request.page - 1)
            _judge_size(image, request)
            claimed = _claimed_dpi(image)
            turned = image.getexif().get(ExifTags.Base.Orientation, 1) >= 5
            image.load()
            # A TIFF is turned as it loads, all others are not.
            upright = ImageOps.exif_transpose(image)
            if claimed and turned:
                claimed = claimed[1], claimed[0]
            plain = _plain(upright, request)
    except DECODING_ERRORS as error:
        raise DamagedPage(file=request.file, page=request.page, reason="picture_damaged") from error
    square = _squared(plain, claimed)
    dpi = believable_dpi(max(square.size), max(claimed) if claimed else None)
    mode: Literal["L", "RGB"] = "L" if square.mode == "L" else "RGB"
    return Rendering(mode, square.width, square.height, dpi, square.tobytes())


@contextmanager
def _opened(request: Request) -> Iterator[Image.Image]:
    # By stream: given a name, Pillow 13 maps an uncompressed TIFF into memory by the width that it
    # has after turning, and scrambles it.
    with (
        Path(request.path).open("rb") as stream,
        Image.open(stream, formats=[request.kind]) as image,
    ):
        yield image


def _judge_size(image: Image.Image, request: Request) -> None:
    if max(image.size) > request.limits.side_px:
        raise PageTooLarge(
            file=request.file,
            page=request.page,
            width=image.width,
            height=image.height,
            unit="px",
            limit=request.limits.side_px,
        )


def _plain(image: Image.Image, request: Request) -> Image.Image:
    """Return the picture as `L` or `RGB`, on white paper where it is transparent."""
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), layered).convert("RGB")
    if image.mode.startswith("I;16"):
        # Pillow would clip at 255; the high byte of each pair is the eight-bit value.
        high = 0 if image.mode == "I;16B" else 1
        return Image.frombytes("L", image.size, image.tobytes()[high::2])
    if image.mode in ("I", "F"):
        raise DamagedPage(file=request.file, page=request.page, reason="pixel_format")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _claimed_dpi(image: Image.Image) -> tuple[float, float] | None:
    """Return what the file says across and down, or None where that is no number."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    usable = across > 0 and down > 0 and 1 / MOST_STRETCH <= across / down <= MOST_STRETCH
    return (across, down) if usable else None


def _squared(image: Image.Image, claimed: tuple[float, float] | None) -> Image.Image:
    """Return the picture stretched along its coarser axis until pixels are square."""
    if claimed is None or max(claimed) / min(claimed) <= 1 + SQUARE_WITHIN:
        return image
    across, down = claimed
    finest = max(claimed)
    size = round(image.width * finest / across), round(image.height * finest / down)
    return image.resize(size, Image.Resampling.BICUBIC)
