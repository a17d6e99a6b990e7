"""The way in: every type is opened, every fault of a file has its own error."""

import dataclasses
import hashlib
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from core.errors import (
    BadPageRange,
    DamagedFile,
    DamagedPage,
    EmptyFile,
    EncryptedFile,
    FileNotFound,
    MissingProgram,
    NoPages,
    OldOfficeFile,
    PageTooLarge,
    TooManyPages,
    UnreadableFile,
    UnsupportedType,
)
from core.messages import LANGUAGES, explain
from tests.worker.rasterise.files import (
    add_page,
    blank_pdf,
    encoded,
    jpeg_object,
    noise,
    scan_page,
)
from worker.rasterise.document import open_document
from worker.rasterise.limits import Limits

PICTURE = Image.fromarray(noise(60, 40, 3))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "TIFF", "PDF"])
def test_type_is_told_by_content(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "form.txt"
    path.write_bytes(encoded(PICTURE, kind))
    document = open_document(path)
    assert (document.kind, document.pages) == (kind, 1)
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    raster = document.raster(1)
    assert raster.pixels.shape == (60, 40, 3)
    assert raster.pixels.dtype == np.uint8
    assert raster.number == 1


def test_colour_is_bgr_and_grey_stays_grey(tmp_path: Path) -> None:
    red, grey = tmp_path / "red.png", tmp_path / "grey.png"
    Image.new("RGB", (8, 6), (250, 20, 10)).save(red)
    Image.new("RGB", (8, 6), (9, 9, 9)).save(grey)
    assert open_document(red).raster(1).pixels[0, 0].tolist() == [10, 20, 250]
    assert open_document(grey).raster(1).pixels.shape == (6, 8)


def test_one_coloured_pixel_keeps_the_page_in_colour(tmp_path: Path) -> None:
    page = Image.new("RGB", (200, 300), "white")
    page.putpixel((131, 217), (255, 0, 0))
    page.save(tmp_path / "a.png")
    pixels = open_document(tmp_path / "a.png").raster(1).pixels
    assert pixels[217, 131].tolist() == [0, 0, 255]


def test_pages_come_one_by_one_and_from_a_copy(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(100, 100))
    for mark_x in (10, 60):
        canvas.rect(mark_x, 0, 20, 100, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    document = pickle.loads(pickle.dumps(open_document(tmp_path / "a.pdf", dpi=72)))
    dark = [np.flatnonzero(document.raster(n).pixels[50] == 0)[0] for n in (1, 2)]
    assert dark == [10, 60]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_page_outside_the_document(tmp_path: Path, number: int) -> None:
    document = open_document(blank_pdf(tmp_path / "a.pdf", pages=2))
    with pytest.raises(BadPageRange):
        document.raster(number)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFound):
        open_document(tmp_path / "nowhere.pdf")
    with pytest.raises(FileNotFound):
        open_document(blank_pdf(tmp_path / "a.pdf") / "inside.pdf")


def test_file_that_the_system_does_not_give(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").symlink_to(tmp_path / "a.pdf")
    with pytest.raises(UnreadableFile) as caught:
        open_document(tmp_path / "a.pdf")
    assert "symbolic links" in str(caught.value.details["reason"])


def test_folder_above_a_link_is_the_linked_one(tmp_path: Path) -> None:
    (tmp_path / "far" / "deep").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "deep")
    blank_pdf(tmp_path / "far" / "a.pdf", pages=2)
    blank_pdf(tmp_path / "a.pdf")
    assert open_document(f"{tmp_path}/link/../a.pdf").pages == 2


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    with pytest.raises(EmptyFile):
        open_document(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"GIF89a\0\0", "GIF"),
        (b"<html></html>", "HTML, XML"),
        (b"\x01\x02\x03", "01 02 03"),
    ],
)
def test_other_types_are_named(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "scan.pdf").write_bytes(content)
    with pytest.raises(UnsupportedType) as caught:
        open_document(tmp_path / "scan.pdf")
    assert caught.value.details["found"] == found


def test_an_old_office_file_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "表.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(OldOfficeFile) as caught:
        open_document(tmp_path / "表.doc")
    assert "另存为不加密的 DOCX" in explain(caught.value, "zh")


def test_folder_and_device_are_no_files(tmp_path: Path) -> None:
    for path, word in ((tmp_path, "文件夹"), (Path("/dev/null"), "不是普通文件")):
        with pytest.raises(UnsupportedType) as caught:
            open_document(path)
        assert word in explain(caught.value, "zh")


def test_password_to_open(tmp_path: Path) -> None:
    with pikepdf.open(blank_pdf(tmp_path / "a.pdf")) as pdf:
        pdf.save(tmp_path / "user.pdf", encryption=pikepdf.Encryption(user="u", owner="o"))
        pdf.save(tmp_path / "owner.pdf", encryption=pikepdf.Encryption(user="", owner="o"))
    with pytest.raises(EncryptedFile):
        open_document(tmp_path / "user.pdf")
    assert open_document(tmp_path / "owner.pdf").raster(1).width == 834


def test_rights_management_counts_as_encrypted(tmp_path: Path) -> None:
    with pikepdf.open(blank_pdf(tmp_path / "a.pdf")) as pdf:
        pdf.save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(user="", owner="o"))
    raw = (tmp_path / "b.pdf").read_bytes()
    (tmp_path / "b.pdf").write_bytes(raw.replace(b"/Standard", b"/Foreignx"))
    with pytest.raises(EncryptedFile):
        open_document(tmp_path / "b.pdf")


@pytest.mark.parametrize("lost", [1, 6, 40, 300, 2000])
def test_truncated_pdf(tmp_path: Path, lost: int) -> None:
    path = blank_pdf(tmp_path / "a.pdf", pages=20)
    path.write_bytes(path.read_bytes().rstrip()[:-lost])
    with pytest.raises(DamagedFile) as caught:
        open_document(path)
    assert caught.value.details["reason"] == "cut_off"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "TIFF"])
@pytest.mark.parametrize("share", [0.5, 0.98])
def test_truncated_picture(tmp_path: Path, kind: str, share: float) -> None:
    raw = encoded(PICTURE, kind)
    (tmp_path / "a").write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(DamagedFile):
        open_document(tmp_path / "a")


def test_png_without_its_last_chunk(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encoded(PICTURE, "PNG")[:-12])
    with pytest.raises(DamagedFile):
        open_document(tmp_path / "a.png")


def test_zeros_and_blanks_behind_the_end_do_no_harm(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes() + b"\0" * 200_000 + b"\r\n")
    assert open_document(path).raster(1).height == 1250


def test_end_replaced_by_zeros_is_damage(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "a.pdf")
    raw = path.read_bytes()
    path.write_bytes(raw[:-100] + b"\0" * 100_000)
    with pytest.raises(DamagedFile):
        open_document(path)


def test_wrong_offsets_are_repaired(tmp_path: Path) -> None:
    """Old scanner drivers write cross-reference tables that are off by a few bytes."""
    path = blank_pdf(tmp_path / "a.pdf", pages=3)
    raw = path.read_bytes()
    path.write_bytes(raw[:20].replace(b"\n", b"\n\n\n", 1) + raw[20:])
    document = open_document(path)
    assert (document.pages, document.raster(3).width) == (3, 834)


def test_hole_in_the_middle_costs_the_page_that_it_hit(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        for _ in range(3):
            scan_page(pdf, noise(100, 80), dpi=100)
        pdf.save(tmp_path / "a.pdf")
    raw = (tmp_path / "a.pdf").read_bytes()
    pictures = [match.end() for match in re.finditer(rb"/Image .*?stream\n", raw, re.DOTALL)]
    assert len(pictures) == 3
    hole = pictures[1] + 100
    (tmp_path / "a.pdf").write_bytes(raw[:hole] + raw[hole + 500 :])
    document = open_document(tmp_path / "a.pdf")
    assert (document.raster(1).width, document.raster(3).width) == (80, 80)
    with pytest.raises(DamagedPage) as caught:
        document.raster(2)
    assert caught.value.details["reason"] == "stream_damaged"


def test_broken_off_jpeg_in_a_sound_pdf(tmp_path: Path) -> None:
    raw = encoded(Image.fromarray(noise(300, 200, 3)), "JPEG")
    with pikepdf.new() as pdf:
        for content in (raw, raw[: len(raw) // 2]):
            images = {"Im": jpeg_object(pdf, content, 200, 300)}
            add_page(pdf, (144, 216), "144 0 0 216 0 0 cm /Im Do", images)
        pdf.save(tmp_path / "a.pdf")
    document = open_document(tmp_path / "a.pdf")
    assert document.raster(1).width == 200
    with pytest.raises(DamagedPage) as caught:
        document.raster(2)
    assert caught.value.details == {
        "file": str(tmp_path / "a.pdf"),
        "page": 2,
        "reason": "picture_damaged",
    }


def test_no_pages(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.save(tmp_path / "a.pdf")
    (tmp_path / "a.tif").write_bytes(b"II*\0\0\0\0\0")
    for name in ("a.pdf", "a.tif"):
        with pytest.raises(NoPages):
            open_document(tmp_path / name)


def test_too_many_pages(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "a.pdf", pages=12)
    with pytest.raises(TooManyPages) as caught:
        open_document(path, Limits(pages=11))
    assert caught.value.details == {"file": str(path), "pages": 12, "limit": 11}
    assert open_document(path, Limits(pages=12)).pages == 12


def test_ten_thousand_pages(tmp_path: Path) -> None:
    with pytest.raises(TooManyPages) as caught:
        open_document(blank_pdf(tmp_path / "a.pdf", pages=10_000))
    assert caught.value.details["pages"] == 10_000


def test_page_of_200_inches(tmp_path: Path) -> None:
    document = open_document(blank_pdf(tmp_path / "a.pdf", size_pt=(14_400, 14_400)))
    with pytest.raises(PageTooLarge) as caught:
        document.raster(1)
    assert "200.0×200.0 in" in explain(caught.value, "en")
    assert "33.3 in" in explain(caught.value, "en")


def test_one_bad_page_leaves_the_others(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (72, 72))
        add_page(pdf, (72, 72), MediaBox=(0, 0, 72_000, 72))
        add_page(pdf, (72, 72))
        pdf.save(tmp_path / "a.pdf")
    document = open_document(tmp_path / "a.pdf", dpi=72)
    assert document.raster(1).width == 72
    with pytest.raises(PageTooLarge):
        document.raster(2)
    assert document.raster(3).width == 72


def test_file_exchanged_after_opening(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "a.pdf")
    document = open_document(path)
    blank_pdf(path, pages=2)
    with pytest.raises(DamagedFile) as caught:
        document.raster(1)
    assert caught.value.details["reason"] == "changed"
    path.unlink()
    with pytest.raises(FileNotFound):
        document.raster(1)


@pytest.mark.parametrize(
    "name", [b"a\n..b.pdf", b"-r.pdf", b"--help", b"\xff\xfe\xb5.pdf", b"%d%s.pdf", b"fd:0", b" "]
)
def test_names_are_only_names(tmp_path: Path, name: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = os.fsdecode(name)
    blank_pdf(tmp_path / "plain").rename(given)
    assert open_document(given).raster(1).width == 834
    (tmp_path / "x").mkdir()
    assert open_document(f"x/../{given}").sha256 == open_document(tmp_path / given).sha256


def test_names_stay_on_one_line_of_a_message(tmp_path: Path) -> None:
    folder = tmp_path / "a\n.."
    folder.mkdir()
    for name in (b"b\r\x1b[31m.pdf", b"\xff.pdf"):
        path = folder / os.fsdecode(name)
        path.write_bytes(b"%PDF-1.4 nothing more")
        with pytest.raises(DamagedFile) as caught:
            open_document(path)
        for language in LANGUAGES:
            message = explain(caught.value, language)
            assert message.isprintable()
            message.encode("utf-8")


def test_poppler_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = blank_pdf(tmp_path / "a.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingProgram) as caught:
        open_document(path)
    assert caught.value.details["package"] == "poppler-utils"


def test_document_is_plain_values(tmp_path: Path) -> None:
    document = open_document(blank_pdf(tmp_path / "a.pdf"))
    assert document == type(document)(
        **{field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    )
