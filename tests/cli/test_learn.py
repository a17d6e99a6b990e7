"""`dangan learn` on a fake pipeline: where its draft goes, and how it fails."""

from __future__ import annotations

import tomllib
from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app
from core.vocabulary import SourceFile, load, standard
from tests.cli.fake_steps import fake_file, perform


def learn(*arguments: str | Path) -> Result:
    return CliRunner(env={"DANGAN_JOBS": "1", "DANGAN_LANG": "en"}).invoke(
        app, ["learn", *map(str, arguments)], obj=perform
    )


def test_the_draft_is_written_to_the_file_and_loads(tmp_path: Path) -> None:
    out = tmp_path / "draft.toml"
    done = learn(fake_file(tmp_path / "a.pdf"), "--out", out)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert "a.pdf" in out.read_text(encoding="utf-8")
    own = load([SourceFile("draft.toml", out.read_text(encoding="utf-8"))])
    assert own.content == standard().content


def test_without_an_output_it_is_printed(tmp_path: Path) -> None:
    done = learn(fake_file(tmp_path / "a.pdf"))
    assert done.exit_code == 0
    assert tomllib.loads(done.stdout) == {"schema": "dangan.vocabulary/1"}


def test_the_scan_is_not_overwritten(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf")
    before = file.read_bytes()
    done = learn(file, "--out", file)
    assert done.exit_code == 2
    assert done.stderr.startswith("output_is_input: ")
    assert file.read_bytes() == before
