"""The text that a PDF holds comes with the places where the page shows it."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest

from core.kind import Kind
from tests.worker.rasterise.files import add_page, noise, request_for, scan_page
from worker.page import Raster
from worker.rasterise import pdf as under_test
from worker.rasterise.document import Document, open_document
from worker.rasterise.limits import Limits

TEXT = "BT /F1 20 Tf 20 50 Td (Ax) Tj ET "
INVISIBLE = "BT 3 Tr /F1 20 Tf 20 50 Td (Ax) Tj ET "


def opened(pdf: pikepdf.Pdf, folder: Path) -> Document:
    pdf.save(folder / "page.pdf")
    return open_document(folder / "page.pdf", dpi=144)


def said(raster: Raster) -> str:
    return "".join(glyph.text for glyph in raster.glyphs)


@pytest.mark.parametrize(
    "keys",
    [{}, {"Rotate": 90}, {"Rotate": 180}, {"Rotate": 270}, {"CropBox": (10, 20, 150, 250)}],
)
def test_each_character_stands_on_its_ink(tmp_path: Path, keys: dict[str, Any]) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (200, 300), TEXT, **keys)
        raster = opened(pdf, tmp_path).raster(1)
    assert said(raster) == "Ax"
    for glyph in raster.glyphs:
        box = glyph.box
        assert np.any(raster.pixels[box.top : box.bottom, box.left : box.right] < 128)
    outside = raster.pixels.copy()
    for glyph in raster.glyphs:
        blurred = glyph.box.grown(2)
        outside[blurred.top : blurred.bottom, blurred.left : blurred.right] = 255
    assert np.all(outside == 255)


def test_a_printed_space_comes_with_the_character_before_it(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (200, 300), TEXT.replace("(Ax)", "(A x)"))
        assert [glyph.text for glyph in opened(pdf, tmp_path).raster(1).glyphs] == ["A ", "x"]


@pytest.mark.parametrize("extra", [INVISIBLE, TEXT + INVISIBLE])
def test_hidden_text_is_not_asked_for(tmp_path: Path, extra: str) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(600, 400), 144, extra=extra)
        assert opened(pdf, tmp_path).raster(1).glyphs == ()


def test_text_under_a_scan_is_not_asked_for(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        page = scan_page(pdf, noise(600, 400), 144)
        page.obj.Contents = pdf.make_stream(TEXT.encode() + page.obj.Contents.read_bytes())
        assert opened(pdf, tmp_path).raster(1).glyphs == ()


def test_characters_are_bounded(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (200, 300), TEXT.replace("Ax", "0123456789"))
        pdf.save(tmp_path / "page.pdf")
    request = request_for(tmp_path / "page.pdf", Kind.PDF, limits=Limits(characters=5))
    assert len(under_test.text(request).characters) == 5


def test_a_text_that_cannot_be_had_costs_nothing(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (200, 300), TEXT)
        document = opened(pdf, tmp_path)
    whole = document.raster(1)
    tight = dataclasses.replace(document, limits=Limits(characters=-1))
    bare = tight.raster(1)
    assert bare.glyphs == ()
    assert np.array_equal(bare.pixels, whole.pixels)
