"""A folder of vocabulary files, from the environment to the forms."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from core.places import vocabulary_folder
from core.settings import Settings
from tests.cli.fake_steps import fake_file, perform


def test_flawed_file_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text('schema = "dangan.vocabulary/1"\n[labels.hed]\n')
    monkeypatch.setenv("DANGAN_VOCABULARY", str(tmp_path))
    file = fake_file(tmp_path / "in" / "a.pdf")
    done = CliRunner().invoke(app, ["extract", str(file), "--jobs", "1"], obj=perform)
    assert done.exit_code == 2
    assert done.stderr.startswith("bad_vocabulary: ")
    assert "own.toml" in done.stderr
    assert "labels.hed" in done.stderr


def test_folder_is_the_settings_or_the_data_folders(tmp_path: Path) -> None:
    assert vocabulary_folder(Settings(data=tmp_path)) is None
    (tmp_path / "vocabulary").mkdir()
    assert vocabulary_folder(Settings(data=tmp_path)) == tmp_path / "vocabulary"
    assert vocabulary_folder(Settings(data=tmp_path, vocabulary=tmp_path)) == tmp_path
