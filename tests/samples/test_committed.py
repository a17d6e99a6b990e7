"""The committed samples are what the generator makes of the published forms."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from samples.generator.content import SEED_TRUTH, seed_forms
from samples.generator.draw import describe_geometry
from samples.generator.seed import PHOTO, SCAN, print_seed

FOLDER = SEED_TRUTH.parent
LIMIT_BYTES = 20_000_000


def load(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((FOLDER / name).read_text("utf-8"))


@pytest.mark.parametrize("name", ["songjiang-2023.pdf", "songjiang-2023.digital.pdf"])
def test_ten_forms_on_seventeen_pages(name: str) -> None:
    assert len(seed_forms()) == 10
    assert len(PdfReader(FOLDER / name).pages) == 17


def test_scan_has_its_resolution() -> None:
    page = PdfReader(FOLDER / "songjiang-2023.pdf").pages[0]
    (image,) = page.images
    assert image.image is not None
    assert image.image.width / float(page.mediabox.width) * 72 == pytest.approx(SCAN.dpi, rel=1e-3)


def test_digital_twin_says_the_truth() -> None:
    pages = PdfReader(FOLDER / "songjiang-2023.digital.pdf").pages
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for form in seed_forms():
        for value in (
            form.project_name,
            form.funding[0].executed,
            form.goals.expected,
            form.indicators[0].level3,
        ):
            assert value
            assert "".join(value.split()) in text


def test_geometry_is_the_generators() -> None:
    committed = load("songjiang-2023.cells.json")
    for page in committed["pages"]:
        del page["scan"]
        for table in page["tables"]:
            for cell in table["cells"]:
                del cell["quad"]
    assert committed == json.loads(json.dumps(describe_geometry(print_seed().pages)))


def test_photograph_shows_form_six() -> None:
    (truth,) = load("photographed-page.truth.json")
    assert truth["project_name"] == seed_forms()[5].project_name
    with Image.open(FOLDER / "photographed-page.jpg") as photo:
        assert photo.mode == "RGB"
        assert photo.info["dpi"] == pytest.approx((PHOTO.dpi, PHOTO.dpi))


def test_samples_stay_small() -> None:
    files: list[Path] = [path for path in FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < LIMIT_BYTES
