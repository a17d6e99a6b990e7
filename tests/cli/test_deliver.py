"""Tests of `dangan extract` where the outcome is a searchable PDF, or may not be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from cli.deliver import Shape, to_file, to_folder
from cli.documents import DocumentRead
from cli.inputs import InputFile
from core.errors import DanganError
from core.geometry import Box
from tests.cli.fake_steps import fake_file
from tests.cli.test_extract import dangan
from tests.core.layered.sample import extraction_of
from tests.core.layered.test_layer import one_cell

PDF = Shape("pdf", "zh", array=False)


def read_of(scan: Path) -> DocumentRead:
    extraction = extraction_of(scan, one_cell("项目名称", Box(100, 100, 500, 200)))
    return DocumentRead(InputFile(scan, Path(scan.name)), extraction, ())


def scan_at(path: Path) -> Path:
    Image.new("L", (1000, 1400), 255).save(path, "PNG")
    return path


def text_of(path: Path) -> str:
    done = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_a_file_becomes_a_searchable_pdf(tmp_path: Path) -> None:
    failures: list[DanganError] = []
    to_file(tmp_path / "out.pdf", PDF)(iter([read_of(scan_at(tmp_path / "a"))]), failures.append)
    assert text_of(tmp_path / "out.pdf") == "项目名称"
    assert failures == []


def test_a_scan_that_has_changed_costs_that_scan_only(tmp_path: Path) -> None:
    failures: list[DanganError] = []
    reads = [read_of(scan_at(tmp_path / name)) for name in "ab"]
    (tmp_path / "a").write_bytes(b"\x89PNG\r\n\x1a\nother")
    targets = {tmp_path / name: tmp_path / f"{name}.pdf" for name in "ab"}
    to_folder(targets, PDF)(iter(reads), failures.append)
    assert [failure.code for failure in failures] == ["damaged_file"]
    assert not (tmp_path / "a.pdf").exists()
    assert text_of(tmp_path / "b.pdf") == "项目名称"


def test_one_pdf_holds_one_file(tmp_path: Path) -> None:
    fake_file(tmp_path / "in" / "a.pdf", happens={"open": "kill"})
    fake_file(tmp_path / "in" / "b.pdf", happens={"open": "kill"})
    done = dangan(tmp_path / "in", "--out", tmp_path / "out.pdf")
    assert done.exit_code == 2
    assert done.stderr.startswith("one_file_only: ")


def test_a_scan_is_never_overwritten_by_its_copy(tmp_path: Path) -> None:
    scan = fake_file(tmp_path / "a.pdf", happens={"open": "kill"})
    before = scan.read_bytes()
    by_name = dangan(scan, "--out", scan)
    by_folder = dangan(scan, "--format", "pdf", "--out-dir", tmp_path)
    for done in (by_name, by_folder):
        assert done.exit_code == 2
        assert done.stderr.startswith("output_is_input: ")
    assert scan.read_bytes() == before


def test_parquet_without_its_package_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.exports.to_parquet.find_spec", lambda _: None)
    file = fake_file(tmp_path / "a.pdf", happens={"open": "kill"})
    done = dangan(file, "--out", tmp_path / "out.parquet")
    assert done.exit_code == 2
    assert done.stderr.startswith("missing_extra: ")
