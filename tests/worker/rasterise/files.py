"""Small real files to try: built here, byte for byte the same each time."""

import io
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image

from core.kind import Kind
from worker.rasterise.limits import DEFAULT_LIMITS, Limits
from worker.rasterise.protocol import Request


def request_for(
    path: Path, kind: Kind, *, page: int = 1, limits: Limits = DEFAULT_LIMITS, dpi: float = 300.0
) -> Request:
    return Request("render", kind, str(path), path.name, limits, page, dpi)


def noise(height: int, width: int, channels: int = 1) -> NDArray[np.uint8]:
    """Grey or RGB noise in which every resampling shows."""
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.random.default_rng(7).integers(0, 256, shape, dtype=np.uint8)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def image_object(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8], **more: object) -> pikepdf.Object:
    height, width = pixels.shape[:2]
    return pikepdf.Stream(
        pdf,
        zlib.compress(pixels.tobytes()),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if pixels.ndim == 2 else Name.DeviceRGB,
        Filter=Name.FlateDecode,
        **more,
    )


def jpeg_object(pdf: pikepdf.Pdf, raw: bytes, width: int, height: int) -> pikepdf.Object:
    return pikepdf.Stream(
        pdf,
        raw,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )


def add_page(
    pdf: pikepdf.Pdf,
    size_pt: tuple[float, float],
    content: str = "",
    images: dict[str, pikepdf.Object] | None = None,
    **keys: object,
) -> pikepdf.Page:
    """Add a page whose content may name `/F1` (Helvetica) and the `images`."""
    page = pdf.add_blank_page(page_size=size_pt)
    page.obj.Contents = pdf.make_stream(content.encode())
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
    if images:
        page.obj.Resources.XObject = Dictionary({f"/{name}": obj for name, obj in images.items()})
    assign(page, keys)
    return page


def assign(page: pikepdf.Page, keys: Mapping[str, object]) -> None:
    """Set keys of the page, whatever sense they make; a tuple becomes an array."""
    for key, value in keys.items():
        page.obj[f"/{key}"] = Array(value) if isinstance(value, tuple) else value


def scan_page(
    pdf: pikepdf.Pdf,
    pixels: NDArray[np.uint8],
    dpi: float,
    extra: str = "",
    **keys: object,
) -> pikepdf.Page:
    """Add a page that one picture fills at `dpi`, with `extra` content drawn over it."""
    width, height = pixels.shape[1] * 72 / dpi, pixels.shape[0] * 72 / dpi
    content = f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Im Do Q {extra}"
    images = {"Im": image_object(pdf, pixels)}
    return add_page(pdf, (round(width, 4), round(height, 4)), content, images, **keys)


def blank_pdf(path: Path, pages: int = 1, size_pt: tuple[float, float] = (200, 300)) -> Path:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            add_page(pdf, size_pt)
        pdf.save(path)
    return path


def nested_forms(path: Path, levels: int = 8, draws: int = 10) -> Path:
    """Write a PDF of a few kilobytes that draws `draws ** levels` times."""
    with pikepdf.new() as pdf:
        inner = pdf.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form)
        inner.BBox = Array([0, 0, 200, 300])
        for _ in range(levels):
            outer = pdf.make_stream(b"/X Do " * draws, Type=Name.XObject, Subtype=Name.Form)
            outer.BBox = Array([0, 0, 200, 300])
            outer.Resources = Dictionary(XObject=Dictionary(X=inner))
            inner = outer
        add_page(pdf, (200, 300), "/X Do", {"X": inner})
        pdf.save(path)
    return path
