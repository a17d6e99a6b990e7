"""Typed files through the confined child: pages, characters, and what is done to hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest
from docx import Document as Docx
from docx.shared import Pt
from PIL import Image

from core.errors import (
    DamagedFile,
    DanganError,
    NoPages,
    PageTooLarge,
    TooManyPages,
    TooMuchContent,
)
from worker.rasterise.document import Document, open_document
from worker.rasterise.limits import Limits


def typed(path: Path) -> Path:
    """Write a DOCX of two pages, a picture on the second."""
    document = Docx()
    document.add_table(1, 2, style="Table Grid").cell(0, 0).text = "项目名称"
    document.add_paragraph("第二页").paragraph_format.page_break_before = True
    picture = io.BytesIO()
    Image.new("L", (8, 8)).save(picture, "PNG")
    document.add_picture(picture, width=Pt(90))
    document.save(str(path))
    return path


def changed(path: Path, parts: Mapping[str, bytes | None]) -> Path:
    """Exchange parts of a package, or take them out."""
    with zipfile.ZipFile(path) as package:
        kept = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**kept, **parts}.items():
            if content is not None:
                package.writestr(name, content)
    return path


def test_pages_come_as_pixels_with_the_characters_on_them(tmp_path: Path) -> None:
    document = open_document(typed(tmp_path / "表.docx"))
    assert document.pages == 2
    first, second = document.raster(1), document.raster(2)
    assert "".join(glyph.text for glyph in first.glyphs) == "项目名称"
    assert (first.pixels.shape, first.dpi) == ((3300, 2550), 300.0)
    for glyph in first.glyphs:
        piece = first.pixels[glyph.box.top : glyph.box.bottom, glyph.box.left : glyph.box.right]
        assert piece.min() < 64
    # A picture may show anything: such a page is read.
    assert (first.drawn, second.drawn) == (True, False)
    assert second.pixels.min() == 0


def test_a_workbook_has_a_page_for_each_sheet_that_holds_something(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.worksheets[0]["A1"] = "一"
    workbook.create_sheet("空")
    workbook.create_sheet("二")["B2"] = 12.5
    workbook.save(tmp_path / "a.xlsx")
    document = open_document(tmp_path / "a.xlsx")
    assert [
        "".join(glyph.text for glyph in document.raster(number).glyphs) for number in (1, 2)
    ] == ["一", "12.5"]


def test_limits_hold_for_typed_files_too(tmp_path: Path) -> None:
    with pytest.raises(TooManyPages):
        open_document(typed(tmp_path / "a.docx"), Limits(pages=1))
    with pytest.raises(PageTooLarge):
        open_document(tmp_path / "a.docx", Limits(side_px=1000)).raster(1)


def test_an_empty_workbook_has_no_pages(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(NoPages):
        open_document(tmp_path / "a.xlsx")


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><w:document
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&b;&c;
</w:t></w:r></w:p></w:body></w:document>"""
DEEP = b"<a>" * 100_000 + b"</a>" * 100_000


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"word/document.xml": BOMB}, DamagedFile),
        ({"word/document.xml": DEEP}, DamagedFile),
        ({"word/document.xml": b""}, DamagedFile),
        ({"word/document.xml": b"<a/>"}, DamagedFile),
        ({"word/document.xml": None}, DamagedFile),
        ({"[Content_Types].xml": b"<a/>"}, DamagedFile),
        ({"_rels/.rels": None}, DamagedFile),
        ({"word/bomb.xml": bytes(90_000_000)}, TooMuchContent),
    ],
    ids=["entities", "deep", "empty", "strange", "missing", "types", "relations", "bomb"],
)
def test_a_hostile_document_is_one_clear_error(
    tmp_path: Path, parts: Mapping[str, bytes | None], error: type[DanganError]
) -> None:
    with pytest.raises(error):
        open_document(changed(typed(tmp_path / "a.docx"), parts))


def test_tables_nested_without_end_are_read_as_deep_as_anybody_nests(tmp_path: Path) -> None:
    document = Docx()
    cell = document.add_table(1, 1).cell(0, 0)
    for level in range(40):
        cell.text = f"层{level}。"
        cell = cell.add_table(1, 1).cell(0, 0)
    document.save(str(tmp_path / "a.docx"))
    said = "".join(glyph.text for glyph in open_document(tmp_path / "a.docx").raster(1).glyphs)
    assert said.replace(" ", "") == "层0。层1。层2。层3。层4。"


def opened(path: Path) -> Document | type[DanganError]:
    try:
        return open_document(path)
    except DanganError as error:
        return type(error)


@pytest.mark.parametrize("at", [0.2, 0.5, 0.9])
def test_a_file_cut_off_is_refused(tmp_path: Path, at: float) -> None:
    whole = typed(tmp_path / "a.docx").read_bytes()
    (tmp_path / "a.docx").write_bytes(whole[: round(at * len(whole))])
    assert isinstance(opened(tmp_path / "a.docx"), type)
