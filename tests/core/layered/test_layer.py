"""Tests of the searchable PDF, as Poppler reads it."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, pdfa
from PIL import Image

from core.errors import DamagedFile
from core.extraction import Extraction, Form, Page, Record
from core.geometry import Box
from core.layered.layer import write_layered_pdf
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine
from tests.core.exports.seed import field
from tests.core.layered.sample import SAMPLES, SCAN, TURNS, extraction_of, picture, sample_page
from tests.core.layered.words import misplaced, words_of

PLAIN = {"rotation": 0, "skew_deg": 0.0, "kind": "form"}


def layered(original: Path, extraction: Extraction, readings: tuple[PageReading, ...] = ()) -> Path:
    target = original.with_name(f"{original.stem}.layered.pdf")
    with target.open("wb") as out:
        write_layered_pdf(original, extraction, out, readings)
    return target


def copied(tmp_path: Path, source: Path = SCAN, pages: int = 2) -> Path:
    """Copy the first pages of a PDF."""
    target = tmp_path / source.name
    with pikepdf.open(source) as pdf:
        del pdf.pages[pages:]
        pdf.save(target)
    return target


def raw_streams(path: Path) -> dict[bytes, int]:
    """Return the bytes of every stream as they stand in the file, with their number."""
    with pikepdf.open(path) as pdf:
        found = [obj.read_raw_bytes() for obj in pdf.objects if isinstance(obj, pikepdf.Stream)]
    return {raw: found.count(raw) for raw in found}


def text_of(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_every_cell_of_a_scan_holds_its_text_and_the_scan_is_untouched(tmp_path: Path) -> None:
    scan = copied(tmp_path)
    extraction = extraction_of(scan, sample_page(1), sample_page(2))
    done = layered(scan, extraction)
    assert misplaced(done, extraction) == []
    before, after = raw_streams(scan), raw_streams(done)
    assert before
    assert before.items() <= after.items()
    assert done.stat().st_size - scan.stat().st_size < 30_000
    assert pdfa.validate_written(done, "2b").passed
    assert "主管部门" in text_of(done)


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_the_text_follows_a_scan_that_lies_on_its_side(tmp_path: Path, turned: int) -> None:
    scan = tmp_path / "scan.jpg"
    picture().transpose(TURNS[turned]).save(scan, dpi=(240, 240))
    extraction = extraction_of(scan, sample_page(turned=turned))
    done = layered(scan, extraction)
    assert misplaced(done, extraction) == []
    assert scan.read_bytes() in raw_streams(done)
    assert pdfa.validate_written(done, "2b").passed


def test_the_text_follows_a_page_that_is_turned_and_cropped(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    with pikepdf.open(SCAN) as source, pikepdf.new() as pdf:
        for clockwise in (0, 90, 180, 270):
            pdf.pages.append(source.pages[0])
            page = pdf.pages[-1]
            page.obj.Rotate = clockwise
            page.obj.MediaBox = Array([-50, -20, 600, 1000])
            page.obj.CropBox = Array([0, 0, 595.5, 842.1])
        pdf.save(scan)
    # Seen turned clockwise, print lies counter-clockwise by the rest of the circle.
    pages = [
        sample_page(turned=(360 - clockwise) % 360, shown_as=number)
        for number, clockwise in enumerate((0, 90, 180, 270), 1)
    ]
    extraction = extraction_of(scan, *pages)
    assert misplaced(layered(scan, extraction), extraction) == []


def one_cell(text: str, box: Box, **more: object) -> Page:
    cell = {"row": 0, "col": 0, "row_span": 1, "col_span": 1, "confidence": 1.0}
    cells = [cell | {"text": text, "box": box}]
    tables = [{"rows": 1, "cols": 1, "cells": cells}]
    return Page.model_validate(
        PLAIN | {"number": 1, "width": 1000, "height": 1400, "tables": tables} | more
    )


def blank(tmp_path: Path) -> Path:
    path = tmp_path / "scan.png"
    Image.new("L", (1000, 1400), 255).save(path, dpi=(120, 120))
    return path


def test_lines_stand_where_they_were_read(tmp_path: Path) -> None:
    scan = blank(tmp_path)
    first, second = Box(120, 120, 400, 150), Box(120, 160, 260, 190)

    def line(text: str, box: Box) -> TextLine:
        read = Reading(text=text, confidence=1.0, engine="ppocr")
        return TextLine(reading=read, box=box, upright=box)

    whole = Box(100, 100, 500, 300)
    cell = ReadCell(
        row=0,
        col=0,
        row_span=1,
        col_span=1,
        box=whole,
        upright=whole,
        lines=(line("展示馆物业管理", first), line("电费项目", second)),
    )
    reading = PageReading(
        number=1,
        width=1000,
        height=1400,
        upright_width=1000,
        upright_height=1400,
        dpi=120,
        tables=(
            ReadTable(
                rows=1,
                cols=1,
                cells=(cell,),
                box=whole,
                upright=whole,
                column_edges=(100, 500),
                row_edges=(100, 300),
            ),
        ),
        lines=(line("自评表", Box(300, 20, 600, 60)),),
    )
    page = one_cell(cell.text, whole)
    found = words_of(layered(scan, extraction_of(scan, page), (reading,)), page)
    assert [word.text for word in found] == ["自评表", "展示馆物业管理", "电费项目"]
    for word, box in zip(found, (Box(300, 20, 600, 60), first, second), strict=True):
        assert word.lies_in(box)
        assert word.right - word.left == pytest.approx(box.width, abs=2)
        assert word.bottom - word.top == pytest.approx(box.height, abs=2)
    # A text that is no longer that of the lines, as after a second look, fills its cell.
    page = one_cell("展示馆", whole)
    texts = [
        word.text for word in words_of(layered(scan, extraction_of(scan, page), (reading,)), page)
    ]
    assert texts == ["自评表", "展示馆"]


def test_titles_outside_of_tables_come_from_the_fields(tmp_path: Path) -> None:
    scan = blank(tmp_path)
    page = one_cell("项目名称", Box(100, 100, 500, 200))
    title = field(raw="自评表").model_copy(update={"box": Box(300, 20, 600, 60)})
    inside = field(raw="项目名称").model_copy(update={"box": Box(150, 120, 450, 180)})
    form = Form(
        id="f",
        pages=(1,),
        template="t",
        record=Record(),
        fields={"/title": title, "/project_name": inside, "/total/score": field("missing")},
        checks=(),
    )
    extraction = extraction_of(scan, page).model_copy(update={"forms": (form,)})
    words = words_of(layered(scan, extraction), page)
    assert [word.text for word in words] == ["自评表", "项目名称"]


@pytest.mark.parametrize("text", ["𬭩镇（≥95％）", "a\x00b", "〇〡㐀", "G60-①"])
def test_any_character_can_be_found(tmp_path: Path, text: str) -> None:
    scan = blank(tmp_path)
    page = one_cell(text, Box(100, 100, 900, 200))
    words = words_of(layered(scan, extraction_of(scan, page)), page)
    assert "".join(word.text for word in words) == text.replace("\x00", "")


def test_pages_that_were_written_stay_as_they_are(tmp_path: Path) -> None:
    written = copied(tmp_path, SAMPLES / "songjiang-2023.digital.pdf", pages=1)
    page = sample_page().model_copy(update={"width": 2481, "height": 3508})
    before = text_of(written)
    assert before.count("主管部门") == 1
    assert text_of(layered(written, extraction_of(written, page))) == before


def test_a_stamp_or_text_under_the_picture_is_no_text_of_its_own(tmp_path: Path) -> None:
    scan = copied(tmp_path, pages=1)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.add_resource(font, Name.Font, Name.F1)
        hidden = b"BT /F1 4 Tf 10 10 Td (" + b"old ocr " * 200 + b") Tj ET"
        page.contents_add(hidden, prepend=True)
        page.contents_add(b"BT /F1 9 Tf 20 20 Td (page 1) Tj ET")
        pdf.save(scan)
    done = layered(scan, extraction_of(scan, sample_page()))
    assert "主管部门" in text_of(done)
    # Helvetica is not embedded, so this must not pass for PDF/A.
    with pikepdf.open(done) as pdf:
        assert Name.Metadata not in pdf.Root
    assert not pdfa.validate_written(done, "2b").passed


def test_nothing_of_the_original_goes_for_the_sake_of_pdfa(tmp_path: Path) -> None:
    scan = copied(tmp_path, pages=1)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([1, 1, 9, 9]), F=2)
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(scan)
    with pikepdf.open(layered(scan, extraction_of(scan, sample_page()))) as pdf:
        assert len(pdf.pages[0].obj.Annots) == 1


def test_protection_that_needs_no_password_is_no_obstacle(tmp_path: Path) -> None:
    scan = copied(tmp_path, pages=1)
    with pikepdf.open(scan, allow_overwriting_input=True) as pdf:
        pdf.save(scan, encryption=pikepdf.Encryption(owner="secret", user=""))
    extraction = extraction_of(scan, sample_page())
    assert misplaced(layered(scan, extraction), extraction) == []


def test_another_file_than_the_one_that_was_read_is_refused(tmp_path: Path) -> None:
    scan = blank(tmp_path)
    extraction = extraction_of(scan, one_cell("项目", Box(1, 1, 99, 99)))
    Image.new("L", (10, 10)).save(scan)
    with pytest.raises(DamagedFile):
        write_layered_pdf(scan, extraction, io.BytesIO())


def test_resources_that_pages_inherit_are_kept(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    with pikepdf.open(SCAN) as pdf:
        del pdf.pages[2:]
        shared = pdf.pages[0].obj.Resources
        for page in pdf.pages:
            del page.obj.Resources
        pdf.Root.Pages.Resources = shared
        pdf.save(scan)
    extraction = extraction_of(scan, sample_page(1), sample_page(2))
    done = layered(scan, extraction)
    assert misplaced(done, extraction) == []
    with pikepdf.open(done) as pdf:
        assert all("/Im0" in page.resources.XObject for page in pdf.pages)
