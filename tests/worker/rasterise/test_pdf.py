"""What resolution and frame a PDF page comes in."""

from pathlib import Path

import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Name
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from core.errors import PageTooLarge, RenderFailed
from core.kind import Kind
from tests.worker.rasterise.files import (
    add_page,
    assign,
    image_object,
    noise,
    request_for,
    scan_page,
)
from worker.page import Pixels
from worker.rasterise import pdf as under_test
from worker.rasterise.limits import Limits

TEXT = "BT /F1 10 Tf 20 50 Td ({}) Tj ET "
INVISIBLE = "BT 3 Tr /F1 10 Tf 20 50 Td ({}) Tj ET "


def rendered(document: pikepdf.Pdf, folder: Path, page: int = 1) -> tuple[Pixels, float]:
    """Return the page as RGB, and its dpi."""
    document.save(folder / "page.pdf")
    page_ = under_test.render(request_for(folder / "page.pdf", Kind.PDF, page=page))
    flat = np.frombuffer(page_.pixels, dtype=np.uint8)
    return flat.reshape(page_.height, page_.width, 3), page_.dpi


def size_of(document: pikepdf.Pdf, folder: Path) -> tuple[int, int]:
    """Return width and height of the first page."""
    height, width, _ = rendered(document, folder)[0].shape
    return width, height


def as_rgb(grey: Pixels) -> Pixels:
    return np.repeat(grey[..., None], 3, axis=2)


@pytest.mark.parametrize("dpi", [100, 150, 200, 240, 300])
def test_scan_comes_pixel_for_pixel(tmp_path: Path, dpi: int) -> None:
    scan = noise(dpi * 8, dpi * 5 + 3)
    with pikepdf.new() as pdf:
        scan_page(pdf, scan, dpi)
        pixels, found = rendered(pdf, tmp_path)
    assert np.array_equal(pixels, as_rgb(scan))
    assert found == pytest.approx(dpi, rel=1e-3)


def test_colour_scan_comes_pixel_for_pixel(tmp_path: Path) -> None:
    scan = noise(700, 500, 3)
    with pikepdf.new() as pdf:
        scan_page(pdf, scan, 100)
        assert np.array_equal(rendered(pdf, tmp_path)[0], scan)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_rotation_of_the_page_is_applied(tmp_path: Path, quarters: int) -> None:
    scan = noise(600, 400)
    with pikepdf.new() as pdf:
        scan_page(pdf, scan, 100, Rotate=90 * quarters)
        assert np.array_equal(rendered(pdf, tmp_path)[0], as_rgb(np.rot90(scan, -quarters)))


def test_fax_comes_as_pure_black_and_white(tmp_path: Path) -> None:
    fax = Image.fromarray(noise(1600, 1100) > 127)
    fax.save(tmp_path / "fax.tif", compression="group4", tiffinfo={278: 1600})
    with TiffImageFile(tmp_path / "fax.tif") as tiff:
        assert len(tiff.tag_v2[273]) == 1
        offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
        photometric = tiff.tag_v2[262]
    strip = (tmp_path / "fax.tif").read_bytes()[offset : offset + length]
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(1600, 1100), 200)
        image = pdf.pages[0].resources.XObject.Im
        parameters = pikepdf.Dictionary(K=-1, Columns=1100, Rows=1600, BlackIs1=photometric == 1)
        image.write(strip, filter=Name.CCITTFaxDecode, decode_parms=parameters)
        image.BitsPerComponent = 1
        pixels, dpi = rendered(pdf, tmp_path)
    assert np.array_equal(pixels, as_rgb(np.asarray(fax.convert("L"))))
    assert dpi == pytest.approx(200, rel=1e-3)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(40, 400),
    height=st.integers(40, 400),
    dpi=st.floats(70, 550),
    rotate=st.sampled_from([0, 90, 180, 270]),
)
def test_any_scan_keeps_its_pixels(
    tmp_path: Path, width: int, height: int, dpi: float, rotate: int
) -> None:
    """Page sizes are rounded to hundredths of a point, as writers do."""
    with pikepdf.new() as pdf:
        size = round(width * 72 / dpi, 2), round(height * 72 / dpi, 2)
        content = f"{size[0]} 0 0 {size[1]} 0 0 cm /Im Do"
        images = {"Im": image_object(pdf, noise(height, width))}
        add_page(pdf, (200, 200), content, images, MediaBox=(0, 0, *size), Rotate=rotate)
        found = size_of(pdf, tmp_path)
    found = found[::-1] if rotate % 180 else found
    # Rounding the page to .01 pt moves the far edge by less than a pixel.
    assert abs(found[0] - width) <= 1
    assert abs(found[1] - height) <= 1


def test_page_size_rounded_to_points_costs_a_pixel_at_most(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        images = {"Im": image_object(pdf, noise(3508, 2480))}
        add_page(pdf, (595, 842), "595 0 0 842 0 0 cm /Im Do", images)
        width, height = size_of(pdf, tmp_path)
    assert abs(width - 2480) <= 1
    assert abs(height - 3508) <= 1


def test_printed_page_comes_at_the_default(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (144, 216), TEXT.format("x" * 200))
        assert size_of(pdf, tmp_path) == (600, 900)


def test_printed_page_with_a_logo_comes_at_the_default(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        images = {"Im": image_object(pdf, noise(40, 40))}
        content = "q 30 0 0 30 100 100 cm /Im Do Q " + TEXT.format("few words")
        add_page(pdf, (144, 216), content, images)
        assert size_of(pdf, tmp_path) == (600, 900)


def test_print_over_a_background_comes_at_the_default(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(300, 200), 100, TEXT.format("x" * 200))
        assert size_of(pdf, tmp_path) == (600, 900)


def test_print_over_a_finer_scan_comes_as_fine_as_the_scan(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(1200, 800), 400, TEXT.format("x" * 200))
        assert size_of(pdf, tmp_path) == (800, 1200)


@pytest.mark.parametrize(
    "extra", [INVISIBLE.format("x" * 900), TEXT.format("Page 3"), "0 0 5 5 re f"]
)
def test_searchable_or_stamped_scan_is_still_a_scan(tmp_path: Path, extra: str) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(300, 200), 100, extra)
        assert size_of(pdf, tmp_path) == (200, 300)


def test_text_hidden_under_a_scan_does_not_count(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        images = {"Im": image_object(pdf, noise(300, 200))}
        content = TEXT.format("x" * 900) + "q 144 0 0 216 0 0 cm /Im Do Q"
        add_page(pdf, (144, 216), content, images)
        assert size_of(pdf, tmp_path) == (200, 300)


def test_scan_in_stripes(tmp_path: Path) -> None:
    scan = noise(300, 200)
    with pikepdf.new() as pdf:
        images = {f"S{n}": image_object(pdf, scan[n * 100 :][:100]) for n in range(3)}
        content = "".join(f"q 72 0 0 36 0 {72 - 36 * n} cm /S{n} Do Q " for n in range(3))
        add_page(pdf, (72, 108), content, images)
        assert size_of(pdf, tmp_path) == (200, 300)


def test_layers_come_at_the_finest(tmp_path: Path) -> None:
    """Mixed raster content: a coarse background, print as a fine mask over it."""
    with pikepdf.new() as pdf:
        mask = image_object(pdf, noise(900, 600))
        paint = image_object(pdf, noise(30, 20, 3), SMask=mask)
        images = {"Back": image_object(pdf, noise(225, 150, 3)), "Print": paint}
        content = "144 0 0 216 0 0 cm /Back Do /Print Do"
        add_page(pdf, (144, 216), content, images)
        assert size_of(pdf, tmp_path) == (600, 900)


def test_scan_inside_a_form(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        form = pdf.make_stream(b"72 0 0 108 0 0 cm /Im Do", Type=Name.XObject, Subtype=Name.Form)
        form.BBox = Array([0, 0, 72, 108])
        form.Matrix = Array([2, 0, 0, 2, 0, 0])
        form.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im=image_object(pdf, noise(300, 200)))
        )
        add_page(pdf, (144, 216), "/Fm Do", {"Fm": form})
        assert size_of(pdf, tmp_path) == (200, 300)


def test_inline_scan(tmp_path: Path) -> None:
    row = "00" * 12
    with pikepdf.new() as pdf:
        content = "72 0 0 108 0 0 cm BI /W 96 /H 144 /BPC 1 /CS /G /F /AHx ID " + row * 144 + "> EI"
        add_page(pdf, (72, 108), content)
        assert size_of(pdf, tmp_path) == (96, 144)


def test_fax_of_uneven_resolution_gets_square_pixels(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        images = {"Im": image_object(pdf, noise(100, 200))}
        add_page(pdf, (72, 72), "72 0 0 72 0 0 cm /Im Do", images)
        assert size_of(pdf, tmp_path) == (200, 200)


def test_crop_box_is_what_is_seen(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        content = "0 0 50 300 re f"
        add_page(pdf, (200, 300), content, CropBox=(48, 100, 148, 250), Rotate=90)
        pixels, _ = rendered(pdf, tmp_path)
    assert pixels.shape[:2] == (417, 625)
    dark = np.flatnonzero(pixels[:, 300, 0] < 128)
    assert dark[0] == 0
    assert len(dark) == pytest.approx(2 * 300 / 72, abs=1)


def test_user_unit_enlarges_the_page(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (72, 36), "36 0 36 36 re f", UserUnit=2)
        pixels, _ = rendered(pdf, tmp_path)
    assert pixels.shape[:2] == (300, 600)
    assert np.flatnonzero(pixels[150, :, 0] < 128)[0] == 300


def test_user_unit_of_a_scan_does_not_change_its_pixels(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(300, 200), 200, UserUnit=2)
        assert size_of(pdf, tmp_path) == (200, 300)


def test_user_unit_makes_a_page_too_large(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        add_page(pdf, (3000, 3000), UserUnit=100)
        with pytest.raises(PageTooLarge):
            rendered(pdf, tmp_path)


@pytest.mark.parametrize(
    "keys",
    [
        {"MediaBox": (0, 0, 0, 0)},
        {"MediaBox": (216, 360, 0, 0)},
        {"UserUnit": 0},
        {"UserUnit": -3},
        {"UserUnit": Name.Big},
        {"Rotate": Name.Left},
        {"Rotate": 45},
        {"CropBox": (0, 0, 10)},
        {"CropBox": (Name.A, 0, 10, 10)},
        {"Resources": 5},
    ],
)
def test_nonsense_in_the_page_is_no_reason_to_lose_it(
    tmp_path: Path, keys: dict[str, object]
) -> None:
    with pikepdf.new() as pdf:
        assign(add_page(pdf, (216, 360)), keys)
        width, height = size_of(pdf, tmp_path)
    letter = keys.get("MediaBox") == (0, 0, 0, 0)
    assert (width, height) == ((2550, 3300) if letter else (900, 1500))


@pytest.mark.parametrize("keys", [{"Contents": 5}, {"CropBox": (900, 900, 990, 990)}])
def test_page_that_poppler_takes_for_empty_is_an_error(
    tmp_path: Path, keys: dict[str, object]
) -> None:
    with pikepdf.new() as pdf:
        assign(add_page(pdf, (216, 360)), keys)
        with pytest.raises(RenderFailed):
            rendered(pdf, tmp_path)


def test_scan_written_without_a_resolution(tmp_path: Path) -> None:
    """At 72 dpi an A4 scan makes a page of 34 × 49 inches."""
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(1754, 1240), 72)
        pixels, dpi = rendered(pdf, tmp_path)
    assert pixels.shape[:2] == (1754, 1240)
    assert dpi == pytest.approx(150, rel=0.01)


def test_resolution_beyond_600_is_lowered(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(6000, 1200), 1200)
        assert size_of(pdf, tmp_path) == (600, 3000)


def test_scan_beyond_the_limit_is_lowered_but_not_below_the_default(tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        scan_page(pdf, noise(3000, 400), 600)
        pdf.save(tmp_path / "a.pdf")
    roomy, tight = Limits(side_px=2000), Limits(side_px=1400)
    assert under_test.render(request_for(tmp_path / "a.pdf", Kind.PDF, limits=roomy)).height == 2000
    with pytest.raises(PageTooLarge):
        under_test.render(request_for(tmp_path / "a.pdf", Kind.PDF, limits=tight))


def test_encrypted_scan_is_read_like_any_other(tmp_path: Path) -> None:
    scan = noise(300, 200)
    with pikepdf.new() as pdf:
        scan_page(pdf, scan, 100)
        pdf.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(user="", owner="o"))
    page = under_test.render(request_for(tmp_path / "a.pdf", Kind.PDF))
    assert bytes(page.pixels) == as_rgb(scan).tobytes()
