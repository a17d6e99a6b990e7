"""A sheet as pixels, and as the characters that stand on it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw

from worker.office.sheet import Fill, Mark, Picture, Point, Sheet, Stroke
from worker.office.typeset import ASCENT, font
from worker.rasterise.protocol import Character

POINTS_PER_INCH = 72.0
# What pictures in such files are; others are left white, as are those that cannot be decoded.
PICTURE_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP")
DECODING_ERRORS = (OSError, EOFError, SyntaxError, ValueError, TypeError)
_WHITE = (255, 255, 255)


def draw(sheet: Sheet, dpi: float, most_px: int) -> Image.Image:
    """Return the sheet as `RGB`; pictures in it may have up to `most_px` pixels a side.

    Raises MissingProgram where the font is not installed.
    """
    scale = dpi / POINTS_PER_INCH
    size = max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale))
    image = Image.new("RGB", size, _WHITE)
    pen = ImageDraw.Draw(image)
    for item in sheet.items:
        match item:
            case Mark():
                _draw_mark(pen, item, scale)
            case Stroke(points, width, colour):
                thick = max(1, round(width * scale))
                pen.line(_scaled(points, scale), fill=colour, width=thick)
            case Fill(points, colour):
                _draw_fill(pen, points, scale, colour)
            case Picture():
                _paste(image, item, scale, most_px)
    return image


def characters(sheet: Sheet, most: int) -> Iterator[Character]:
    """Yield the first `most` characters, in the order of the file, by parts of the sheet."""
    marks = (item for item in sheet.items if isinstance(item, Mark))
    for _, mark in zip(range(most), marks, strict=False):
        top = mark.baseline - ASCENT * mark.size
        yield Character(
            mark.text,
            mark.left / sheet.width,
            top / sheet.height,
            (mark.left + mark.advance) / sheet.width,
            (top + mark.size) / sheet.height,
        )


def is_drawable(picture: Picture, most_px: int) -> bool:
    """Tell whether a picture is of a format that can be drawn, and of an allowed size."""
    try:
        with Image.open(io.BytesIO(picture.content), formats=PICTURE_FORMATS) as opened:
            if max(opened.size) > most_px:
                return False
            opened.load()
            return True
    except DECODING_ERRORS:
        return False


def _draw_mark(pen: ImageDraw.ImageDraw, mark: Mark, scale: float) -> None:
    size = max(1, round(mark.size * scale))
    at = (mark.left * scale, mark.baseline * scale)
    pen.text(at, mark.text.strip(), fill=mark.colour, font=font(size), anchor="ls")


def _scaled(points: tuple[Point, ...], scale: float) -> list[Point]:
    return [(round(x * scale), round(y * scale)) for x, y in points]


def _draw_fill(
    pen: ImageDraw.ImageDraw, points: tuple[Point, ...], scale: float, colour: tuple[int, int, int]
) -> None:
    scaled = _scaled(points, scale)
    if len(scaled) > 1:
        # Rules are often drawn as areas thinner than a pixel.
        pen.polygon(scaled, fill=colour, outline=colour)


def _paste(image: Image.Image, picture: Picture, scale: float, most_px: int) -> None:
    """Lay a picture on the page, on white where it is transparent."""
    try:
        with Image.open(io.BytesIO(picture.content), formats=PICTURE_FORMATS) as opened:
            if max(opened.size) > most_px:
                return
            layer = opened.convert("RGBA")
    except DECODING_ERRORS:
        return
    corner, across, down = picture.corner, picture.across, picture.down
    ends = [
        (corner[0] + a * across[0] + d * down[0], corner[1] + a * across[1] + d * down[1])
        for a, d in ((0, 0), (1, 0), (0, 1), (1, 1))
    ]
    left, top = min(x for x, _ in ends) * scale, min(y for _, y in ends) * scale
    right, bottom = max(x for x, _ in ends) * scale, max(y for _, y in ends) * scale
    left, top = max(0, round(left)), max(0, round(top))
    right, bottom = min(image.width, round(right)), min(image.height, round(bottom))
    if right <= left or bottom <= top:
        return
    placed = _placed(layer, picture, (left, top, right, bottom), scale)
    if placed is not None:
        image.paste(placed, (left, top), placed)


def _placed(
    layer: Image.Image, picture: Picture, box: tuple[int, int, int, int], scale: float
) -> Image.Image | None:
    """Return what of the picture is seen in a box of the page."""
    (ax, ay), (dx, dy), (cx, cy) = picture.across, picture.down, picture.corner
    area = ax * dy - ay * dx
    if abs(area) < 1e-9:
        return None
    left, top, right, bottom = box
    size = right - left, bottom - top
    width, height = layer.size
    # From a pixel of the box to a pixel of the picture.
    u = dy / area * width / scale, -dx / area * width / scale
    v = -ay / area * height / scale, ax / area * height / scale
    x, y = left - cx * scale, top - cy * scale
    shrunk = _shrunk(layer, max(abs(u[0]) + abs(u[1]), abs(v[0]) + abs(v[1])))
    u = u[0] * shrunk.width / width, u[1] * shrunk.width / width
    v = v[0] * shrunk.height / height, v[1] * shrunk.height / height
    matrix = (u[0], u[1], u[0] * x + u[1] * y, v[0], v[1], v[0] * x + v[1] * y)
    return shrunk.transform(size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)


def _shrunk(layer: Image.Image, times: float) -> Image.Image:
    """Return a picture that is `times` too fine made coarser: sampling it would lose thin strokes."""
    if times < 1.5:
        return layer
    size = max(1, round(layer.width / times)), max(1, round(layer.height / times))
    return layer.resize(size, Image.Resampling.BOX)
