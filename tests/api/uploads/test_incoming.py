"""Folders of uploads do not outlive them."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.uploads.incoming import clear_abandoned, incoming_place


def test_a_folder_goes_with_its_upload(tmp_path: Path) -> None:
    def fail() -> None:
        with incoming_place(tmp_path) as folder:
            (folder / "0").write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_behind_is_cleared_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    left = tmp_path / "upload-left"
    left.mkdir()
    (left / "0").write_bytes(b"half")
    (tmp_path / "other").mkdir()
    with incoming_place(tmp_path) as folder:
        assert clear_abandoned(tmp_path) == 1
        assert sorted(tmp_path.iterdir()) == sorted([folder, tmp_path / "other"])
