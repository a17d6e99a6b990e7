"""Born-digital pages in, scanned files out: rasterise, damage, encode, bind into a PDF."""

import io
from collections.abc import Callable, Iterator, Sequence

import img2pdf
import numpy as np
from numpy.random import Generator
from pdf2image import convert_from_bytes
from PIL import Image

from samples.generator.damage import Scan, inflict
from samples.generator.presets import Encoding, Preset


def rasterise(pdf: bytes, page: int, dpi: int) -> Scan:
    """Give page number `page`, from 1, as a grey picture."""
    (image,) = convert_from_bytes(pdf, dpi=dpi, first_page=page, last_page=page, grayscale=True)
    return Scan(np.asarray(image, np.uint8), dpi)


def encode(scan: Scan, encoding: Encoding) -> bytes:
    """Give a page's picture as the bytes of a JPEG, or of a TIFF with one bit a pixel; both carry the resolution."""
    image = Image.fromarray(scan.pixels)
    buffer = io.BytesIO()
    dpi = (scan.dpi, scan.dpi)
    if encoding.mode == "bilevel":
        image.convert("1", dither=Image.Dither.NONE).save(
            buffer, "TIFF", compression="group4", dpi=dpi
        )
    else:
        mode = "RGB" if encoding.mode == "colour" else "L"
        image.convert(mode).save(buffer, "JPEG", quality=encoding.quality, dpi=dpi)
    return buffer.getvalue()


def bind(pictures: Sequence[bytes]) -> bytes:
    """Bind encoded pictures into a PDF, a page each; their bytes go in as they are."""
    # The other engine writes a file identifier that depends on the time.
    engine = img2pdf.Engine.internal
    bound = img2pdf.convert(list(pictures), nodate=True, producer="", engine=engine)
    assert isinstance(bound, bytes)
    return bound


def scan_pages(
    pdf: bytes, count: int, preset: Preset, rng_of: Callable[[int], Generator]
) -> Iterator[Scan]:
    """Scan the pages of a PDF one by one; `rng_of` gives each page, from 1, its own random numbers."""
    for number in range(1, count + 1):
        rng = rng_of(number)
        yield inflict(rasterise(pdf, number, preset.dpi), preset.damages(rng), rng)
