"""Tests of what the arguments of a command mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.inputs import find_inputs
from core.errors import FileNotFound, NoInput, UnreadableFile


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for name in ("2022/b.pdf", "2022/a.PDF", "2023/a.pdf", "c.tiff", "notes.txt", ".hidden.pdf"):
        path = tmp_path / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "archive" / ".trash").mkdir()
    (tmp_path / "archive" / ".trash" / "old.pdf").touch()
    return tmp_path / "archive"


def relative(arguments: list[str]) -> list[str]:
    found = find_inputs(arguments)
    assert not found.errors
    return [str(file.relative) for file in found.files]


def test_a_folder_means_the_scans_below_it_in_order(archive: Path) -> None:
    assert relative([str(archive)]) == ["c.tiff", "2022/a.PDF", "2022/b.pdf", "2023/a.pdf"]


def test_a_pattern_is_expanded_where_the_shell_did_not(archive: Path) -> None:
    assert relative([f"{archive}/*/a.*"]) == ["2022/a.PDF", "2023/a.pdf"]
    assert relative([f"{archive}/**/*.pdf"]) == ["2022/b.pdf", "2023/a.pdf"]


def test_a_file_is_taken_whatever_it_is_called(archive: Path) -> None:
    assert relative([str(archive / "notes.txt"), str(archive / ".hidden.pdf")]) == [
        "notes.txt",
        ".hidden.pdf",
    ]


def test_brackets_in_the_name_of_a_file_are_no_pattern(tmp_path: Path) -> None:
    (tmp_path / "scan[1].pdf").touch()
    assert relative([str(tmp_path / "scan[1].pdf")]) == ["scan[1].pdf"]


def test_a_file_is_taken_once_however_often_it_is_named(archive: Path) -> None:
    (archive / "again.pdf").symlink_to(archive / "c.tiff")
    arguments = [str(archive / "c.tiff"), str(archive), str(archive / "2022" / ".." / "c.tiff")]
    assert relative(arguments) == ["c.tiff", "2022/a.PDF", "2022/b.pdf", "2023/a.pdf"]


def test_what_leads_to_no_file_is_told_and_the_others_are_found(archive: Path) -> None:
    (archive / "empty").mkdir()
    found = find_inputs(
        [
            str(archive / "gone.pdf"),
            str(archive / "empty"),
            str(archive / "c.tiff"),
            str(archive / "*.webp"),
        ]
    )
    assert [file.path.name for file in found.files] == ["c.tiff"]
    assert [type(error) for error in found.errors] == [FileNotFound, NoInput, NoInput]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_told(archive: Path) -> None:
    (archive / "2022").chmod(0)
    try:
        found = find_inputs([str(archive)])
    finally:
        (archive / "2022").chmod(0o755)
    assert [type(error) for error in found.errors] == [UnreadableFile]
    assert len(found.files) == 2
