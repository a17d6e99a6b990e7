"""Sheets as pixels: what is told of a character is where it is drawn."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from worker.office.draw import characters, draw
from worker.office.sheet import Fill, Item, Mark, Picture, Sheet, Stroke


def grey(*items: Item, width: float = 100, height: float = 100) -> np.ndarray:
    return np.asarray(draw(Sheet(width, height, items), 144, 10_000).convert("L"))


def test_a_character_is_drawn_where_it_is_told() -> None:
    mark = Mark("绩", 20, 60, 30, 30)
    rows, cols = np.nonzero(grey(mark) < 128)
    (told,) = characters(Sheet(100, 100, (mark,)), 10)
    assert told.left * 200 - 2 <= cols.min() < cols.max() <= told.right * 200 + 2
    assert told.top * 200 - 2 <= rows.min() < rows.max() <= told.bottom * 200 + 2
    assert cols.max() - cols.min() > 45


def test_no_more_characters_are_told_than_asked_for() -> None:
    marks = tuple(Mark("一", 0, 10, 5, 5) for _ in range(9))
    assert len(list(characters(Sheet(50, 50, marks), 4))) == 4


def test_thin_lines_and_areas_are_seen() -> None:
    assert (grey(Stroke(((10, 50), (90, 50)), 0.01))[:, 100] == 0).sum() == 1
    assert (grey(Fill(((10, 50), (90, 50), (90, 50.1), (10, 50.1))))[:, 100] == 0).sum() >= 1
    assert draw(Sheet(9, 9, (Fill(((0, 0), (9, 0), (9, 9)), (255, 0, 0)),)), 72, 9).getpixel(
        (7, 2)
    ) == (255, 0, 0)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def halves() -> Image.Image:
    """Return a picture whose left half is black."""
    image = Image.new("L", (40, 20), 255)
    image.paste(0, (0, 0, 20, 20))
    return image


def test_a_picture_lies_where_its_sides_say() -> None:
    upright = grey(Picture(png(halves()), (10, 10), (80, 0), (0, 40)))
    assert (upright[60, 30], upright[60, 150], upright[150, 30]) == (0, 255, 255)
    turned = grey(Picture(png(halves()), (90, 10), (0, 80), (-40, 0)))
    assert (turned[30, 140], turned[150, 140], turned[30, 60]) == (0, 255, 255)


def test_a_finer_picture_keeps_its_thin_strokes() -> None:
    image = Image.new("L", (4000, 400), 255)
    image.paste(0, (0, 200, 4000, 203))
    assert grey(Picture(png(image), (0, 0), (100, 0), (0, 100)))[:, 100].min() < 250


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n cut"])
def test_a_picture_that_is_none_leaves_the_page_white(content: bytes) -> None:
    assert grey(Picture(content, (0, 0), (100, 0), (0, 100))).min() == 255


def test_a_picture_too_large_or_without_area_is_left_out() -> None:
    sheet = Sheet(100, 100, (Picture(png(halves()), (0, 0), (100, 0), (0, 100)),))
    assert draw(sheet, 72, 39).convert("L").getextrema() == (255, 255)
    assert grey(Picture(png(halves()), (0, 0), (100, 0), (50, 0))).min() == 255
