"""Bad files through the whole command, on the real pipeline."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from cli.main import app
from tests.cli.watching import names_in
from tests.worker.rasterise.files import blank_pdf


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    good = blank_pdf(folder / "good.pdf")
    with pikepdf.open(good) as pdf:
        protection = pikepdf.Encryption(owner="owner", user="user")
        pdf.save(folder / "encrypted.pdf", encryption=protection)
        pdf.save(folder / "line\nbreak.pdf", encryption=protection)
    (folder / "truncated.pdf").write_bytes(good.read_bytes()[:-100])
    (folder / "empty.pdf").touch()
    (folder / "text.pdf").write_text("no scan")
    with pikepdf.new() as pdf:
        pdf.save(folder / "without-pages.pdf")
    blank_pdf(folder / "huge.pdf", size_pt=(200 * 72, 200 * 72))
    with pikepdf.open(good) as pdf:
        pdf.add_blank_page(page_size=(200 * 72, 200 * 72))
        pdf.save(folder / "one-huge-page.pdf")
    return folder


def test_each_costs_one_line_with_its_code_and_the_good_ones_are_read(
    scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    arguments = [f"../{scans.name}", "../../etc/../gone.pdf", "--out-dir", "../out", "--jobs", "2"]
    done = CliRunner().invoke(app, ["extract", *arguments])
    assert done.exit_code == 3
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == [
        "file_not_found",
        "empty_file",
        "encrypted_file",
        "page_too_large",
        "encrypted_file",
        "page_too_large",
        "unsupported_type",
        "damaged_file",
        "no_pages",
    ]
    assert names_in(tmp_path / "out") == ["good.json", "one-huge-page.json"]
    assert names_in(tmp_path / "in") == []
    kept = json.loads((tmp_path / "out" / "one-huge-page.json").read_text())
    assert [page["kind"] for page in kept["pages"]] == ["blank", "unreadable"]
    assert [issue["page"] for issue in kept["issues"]] == [2]
