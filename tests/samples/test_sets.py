"""Sets of samples have their shape, and a seed makes the same bytes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from samples.generator.__main__ import main
from samples.generator.damage import Fade
from samples.generator.form import Form
from samples.generator.layouts import LAYOUTS
from samples.generator.presets import PRESETS
from samples.generator.random_set import write_random

# Small pages: what is tested here does not hang on resolution. The fading takes whole cells with it.
QUICK = [replace(PRESETS[name], dpi=72) for name in ("skew3", "fax", "faded", "photo")]
QUICK[2] = replace(QUICK[2], damages=lambda _: (Fade(keep=0.3, depth=0.6),))


LAYOUT = [LAYOUTS["mof2020"], LAYOUTS["qingshen2023"]]


def quiet(text: str) -> None:
    assert text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set")
    write_random(path, 4, 4, QUICK, LAYOUT, quiet)
    return path


def load(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_text("utf-8"))


def test_index_tells_what_is_there(folder: Path) -> None:
    index = load(folder / "index.json")
    assert [entry["preset"] for entry in index] == ["skew3", "fax", "faded", "photo"]
    for entry in index:
        name = entry["name"]
        assert len(load(folder / f"{name}.truth.json")) == entry["forms"]
        for pdf in (f"{name}.pdf", f"{name}.digital.pdf"):
            assert len(PdfReader(folder / pdf).pages) == entry["pages"]


def test_cells_lie_on_the_scan(folder: Path) -> None:
    for path in folder.glob("*.cells.json"):
        for page in load(path)["pages"]:
            for table in page["tables"]:
                for cell in table["cells"]:
                    for x, y in cell["quad"]:
                        assert -20 < x < page["scan"]["width"] + 20
                        assert -20 < y < page["scan"]["height"] + 20


def test_erased_fields_are_fields_of_the_truth(folder: Path) -> None:
    (path,) = folder.glob("*faded*.truth.json")
    truths = load(path)
    assert any(truth.get("erased") for truth in truths)
    for truth in truths:
        for pointer in truth.get("erased", []):
            value: Any = truth
            for key in pointer.split("/")[1:]:
                value = value[int(key)] if isinstance(value, list) else value[key]
            assert value


def test_truth_has_every_key_of_a_form(folder: Path) -> None:
    keys = set(Form.__dataclass_fields__) - {"beside", "drawing"} | {"layout"}
    for path in folder.glob("*.truth.json"):
        assert all(keys <= set(truth) for truth in load(path))


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_random(tmp_path, 4, 2, QUICK, LAYOUT, quiet)
    for path in tmp_path.iterdir():
        if path.name != "index.json":
            assert path.read_bytes() == (folder / path.name).read_bytes(), path.name


def test_fax_pages_are_one_bit(folder: Path) -> None:
    (path,) = (p for p in folder.glob("*-fax-*.pdf") if ".digital" not in p.name)
    assert b"CCITTFaxDecode" in path.read_bytes()
    image = PdfReader(path).pages[0].images[0].image
    assert isinstance(image, Image.Image)
    assert image.mode == "1"


def test_command_line_names_unknown_presets(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit):
        main(["random", "--seed", "1", "--presets", "nonsense", "--out", str(tmp_path)])
    assert "no 'nonsense'" in capsys.readouterr().err
