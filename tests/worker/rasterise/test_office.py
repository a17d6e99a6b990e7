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
    DamagedPage,
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


def ofd(path: Path, objects: str, **parts: bytes) -> Path:
    """Write an OFD file of one page."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("OFD.xml", "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>")
        package.writestr(
            "D.xml",
            "<Document><CommonData><PublicRes>R.xml</PublicRes></CommonData>"
            '<Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>',
        )
        media = '<MultiMedia ID="7"><MediaFile>picture</MediaFile></MultiMedia>'
        package.writestr("R.xml", f"<Res><MultiMedias>{media}</MultiMedias></Res>")
        page = f"<Page><Content><Layer>{objects}</Layer></Content></Page>"
        package.writestr("P.xml", page)
        for name, content in parts.items():
            package.writestr(name, content)
    return path


OFD_TEXT = '<TextObject Boundary="20 20 90 9" Size="4"><TextCode X="0" Y="4">项目 名</TextCode></TextObject>'
OFD_PICTURE = '<ImageObject ResourceID="7" Boundary="0 0 {0} {0}"/>'


def test_an_ofd_is_told_by_its_parts_and_drawn(tmp_path: Path) -> None:
    document = open_document(ofd(tmp_path / "a", OFD_TEXT))
    raster = document.raster(1)
    assert (document.pages, raster.pixels.shape) == (1, (3508, 2480))
    assert [glyph.text for glyph in raster.glyphs] == ["项", "目 ", "名"]
    left, top, right, bottom = raster.glyphs[0].box
    assert raster.drawn
    assert raster.pixels[top:bottom, left:right].min() < 64


def test_a_picture_in_an_ofd_that_cannot_be_decoded_costs_its_page_if_that_is_all_of_it(
    tmp_path: Path,
) -> None:
    small = ofd(tmp_path / "a", OFD_TEXT + OFD_PICTURE.format(20), picture=b"jbig2")
    assert not open_document(small).raster(1).drawn
    large = ofd(tmp_path / "b", OFD_TEXT + OFD_PICTURE.format(200), picture=b"jbig2")
    with pytest.raises(DamagedPage):
        open_document(large).raster(1)


@pytest.mark.parametrize(
    "objects",
    ["<PageBlock>" * 200 + "</PageBlock>" * 200, "&bomb;", "<TextObject/>" * 100_001],
    ids=["deep", "entity", "many"],
)
def test_a_hostile_ofd_page_costs_that_page(tmp_path: Path, objects: str) -> None:
    with pytest.raises((DamagedFile, TooMuchContent)):
        open_document(ofd(tmp_path / "a", objects)).raster(1)


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
