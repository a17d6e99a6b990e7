"""The version of the pipeline changes with what reads, and with nothing of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from sqlalchemy import String

from core.pipeline import PIPELINE, pipeline_version
from core.store.tables import Run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for room in ("core", "worker"):
        shutil.copytree(ROOT / room, tmp_path / room)
    return tmp_path


def test_it_names_the_release_and_fits_its_column() -> None:
    release, _, digest = PIPELINE.partition("+")
    assert release == version("dangan")
    assert len(digest) == 12
    column = Run.__table__.c.pipeline.type
    assert isinstance(column, String)
    assert len(PIPELINE) <= (column.length or 0)


def test_a_copy_elsewhere_has_the_same(copy: Path) -> None:
    (copy / "core" / "__pycache__").mkdir(exist_ok=True)
    (copy / "core" / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"of this machine")
    os.utime(copy / "core" / "pipeline.py", (0, 0))
    assert pipeline_version("1", ("b", "a"), copy) == pipeline_version("1", ("a", "b"), ROOT)


@pytest.mark.parametrize(
    "changed", ["worker/grid.py", "core/vocabulary/labels.toml", "core/values/wording.toml"]
)
def test_whatever_reads_changes_it(copy: Path, changed: str) -> None:
    before = pipeline_version("1", (), copy)
    with (copy / changed).open("a") as file:
        file.write("\n")
    assert pipeline_version("1", (), copy) != before


def test_another_package_or_a_new_module_changes_it(copy: Path) -> None:
    before = pipeline_version("1", ("rapidocr==3.10.0",), copy)
    assert pipeline_version("1", ("rapidocr==3.11.0",), copy) != before
    (copy / "worker" / "another_stage.py").touch()
    assert pipeline_version("1", ("rapidocr==3.10.0",), copy) != before


def test_a_release_without_its_reading_code_is_refused(copy: Path) -> None:
    shutil.rmtree(copy / "worker")
    with pytest.raises(FileNotFoundError):
        pipeline_version("1", (), copy)


def test_every_process_sees_the_same() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from core.pipeline import PIPELINE; print(PIPELINE)"],
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout.strip() == PIPELINE
