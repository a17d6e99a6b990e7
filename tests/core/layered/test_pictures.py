"""Tests of pictures as PDFs: nothing is lost, and the page is as large as its paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from core.errors import DamagedFile
from core.kind import Kind
from core.layered.pictures import AT_ONCE, pdf_of_picture

NOISE = Image.fromarray(np.random.default_rng(5).integers(0, 256, (140, 100, 3), dtype=np.uint8))


def pictures_in(pdf: pikepdf.Pdf) -> list[pikepdf.PdfImage]:
    return [
        pikepdf.PdfImage(image)
        for page in pdf.pages
        for image in page.resources.XObject.values()
        if isinstance(image, pikepdf.Stream)
    ]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (Kind.PNG, {}),
        (Kind.TIFF, {"compression": "tiff_lzw"}),
        (Kind.BMP, {}),
        (Kind.WEBP, {"lossless": True}),
    ],
)
def test_no_pixel_changes(tmp_path: Path, kind: Kind, options: dict[str, object]) -> None:
    NOISE.save(tmp_path / "scan", kind, **options)
    with pikepdf.open(pdf_of_picture(tmp_path / "scan", kind, tmp_path)) as pdf:
        (found,) = pictures_in(pdf)
        assert np.array_equal(np.asarray(found.as_pil_image().convert("RGB")), np.asarray(NOISE))


def test_a_jpeg_and_a_fax_are_taken_over_as_they_are(tmp_path: Path) -> None:
    NOISE.save(tmp_path / "scan.jpg")
    with pikepdf.open(pdf_of_picture(tmp_path / "scan.jpg", Kind.JPEG, tmp_path)) as pdf:
        (found,) = pictures_in(pdf)
        assert found.obj.read_raw_bytes() == (tmp_path / "scan.jpg").read_bytes()
    NOISE.convert("1").save(tmp_path / "fax.tif", compression="group4")
    with pikepdf.open(pdf_of_picture(tmp_path / "fax.tif", Kind.TIFF, tmp_path)) as pdf:
        (found,) = pictures_in(pdf)
        assert found.obj.read_raw_bytes() in (tmp_path / "fax.tif").read_bytes()


def test_every_frame_of_a_tiff_is_a_page_however_many(tmp_path: Path) -> None:
    frames = [Image.new("L", (10 + number, 14), number) for number in range(AT_ONCE + 3)]
    fax = NOISE.convert("1")
    frames[0].save(tmp_path / "scan.tif", save_all=True, append_images=[*frames[1:], fax])
    with pikepdf.open(pdf_of_picture(tmp_path / "scan.tif", Kind.TIFF, tmp_path)) as pdf:
        found = pictures_in(pdf)
        assert [it.width for it in found] == [*(frame.width for frame in frames), fax.width]
        assert found[-1].filters == ["/CCITTFaxDecode"]
        assert found[40].as_pil_image().getpixel((0, 0)) == 40
    assert {path.name for path in tmp_path.iterdir()} == {"scan.tif", "scan.pdf"}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.TIFF])
def test_the_page_is_seen_as_the_orientation_tag_says(
    tmp_path: Path, kind: Kind, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    NOISE.save(tmp_path / "scan", kind, exif=exif, dpi=(20, 10))
    with pikepdf.open(pdf_of_picture(tmp_path / "scan", kind, tmp_path)) as pdf:
        page = pdf.pages[0]
        width, height = (float(edge) for edge in list(page.mediabox)[2:])
        if page.obj.get("/Rotate", 0) % 180:
            width, height = height, width
        assert (width > height) == (orientation >= 5) or width == pytest.approx(height)


@pytest.mark.parametrize(
    ("dpi", "long_in"), [((200, 200), 11.69), ((300, 300), 7.79), ((1, 1), 11.69), (None, 11.69)]
)
def test_paper_is_as_large_as_it_can_be(
    tmp_path: Path, dpi: tuple[int, int] | None, long_in: float
) -> None:
    picture = Image.new("1", (1654, 2338))
    if dpi:
        picture.save(tmp_path / "scan.png", dpi=dpi)
    else:
        picture.save(tmp_path / "scan.png")
    with pikepdf.open(pdf_of_picture(tmp_path / "scan.png", Kind.PNG, tmp_path)) as pdf:
        assert float(pdf.pages[0].mediabox[3]) / 72 == pytest.approx(long_in, rel=0.01)


def test_a_transparent_picture_lies_on_white_paper(tmp_path: Path) -> None:
    Image.new("RGBA", (30, 40), (0, 0, 0, 0)).save(tmp_path / "scan.png")
    with pikepdf.open(pdf_of_picture(tmp_path / "scan.png", Kind.PNG, tmp_path)) as pdf:
        (found,) = pictures_in(pdf)
        assert found.as_pil_image().convert("RGB").getpixel((3, 3)) == (255, 255, 255)


def test_what_cannot_be_decoded_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(DamagedFile):
        pdf_of_picture(tmp_path / "scan.png", Kind.PNG, tmp_path)
