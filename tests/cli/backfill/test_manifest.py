"""The manifest that a client makes of folders and archives."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from cli.backfill import manifest as module
from cli.backfill.guesses import guessed
from cli.backfill.manifest import manifest
from core.store.items import ManifestRow
from core.vocabulary import standard
from tests.api.uploads.archives import named_raw, packed


def rows(root: Path) -> dict[str, ManifestRow]:
    listed = list(manifest(root, standard()))
    assert len({row.path for row in listed}) == len(listed)
    return {row.path: row for row in listed}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    (folder / "2019" / "219-市教育局").mkdir(parents=True)
    return folder


def test_a_file_has_its_size_its_hash_and_what_its_folders_tell(disk: Path) -> None:
    (disk / "2019" / "219-市教育局" / "自评表.pdf").write_bytes(b"%PDF scan")
    (disk / "notes.txt").write_bytes(b"not a scan")
    (disk / ".hidden.pdf").write_bytes(b"%PDF")

    (row,) = rows(disk).values()

    assert row.path == "disk/2019/219-市教育局/自评表.pdf"
    assert (row.size, row.sha256) == (9, hashlib.sha256(b"%PDF scan").hexdigest())
    assert (row.fiscal_year, row.department, row.declared) == (2019, "市教育局", ())


def test_names_in_gbk_are_read_in_folders_and_archives(disk: Path) -> None:
    raw = "2021年市财政局.pdf".encode("gbk")
    Path(os.fsdecode(os.fsencode(disk) + b"/" + raw)).write_bytes(b"a")
    (disk / "旧.zip").write_bytes(named_raw(raw, b"b"))

    found = rows(disk)

    assert set(found) == {"disk/2021年市财政局.pdf", "disk/旧.zip!/2021年市财政局.pdf"}
    assert {row.fiscal_year for row in found.values()} == {2021}


def test_an_archive_gives_a_row_for_each_member_also_where_names_come_twice(disk: Path) -> None:
    members = [("市水利局/1.pdf", b"a"), ("市水利局/1.pdf", b"b"), ("x.zip", b"c"), ("x.txt", b"")]
    (disk / "2020.zip").write_bytes(packed(members))

    found = rows(disk)

    first, second, nested = found.values()
    assert first.path == "disk/2020.zip!/市水利局/1.pdf"
    assert first.sha256 != second.sha256
    assert (first.fiscal_year, first.department) == (2020, "市水利局")
    assert (nested.standing, nested.code) == ("refused", "unsupported_type")
    assert list(manifest(disk, standard())) == list(found.values())


def test_a_damaged_archive_is_a_row_that_says_so(disk: Path) -> None:
    (disk / "bad.zip").write_bytes(b"PK\x03\x04 and nothing")

    row = rows(disk)["disk/bad.zip"]

    assert (row.standing, row.code) == ("refused", "damaged_archive")


def test_files_that_vanish_or_change_meanwhile_are_told(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("changes.pdf", "stays.pdf", "vanishes.pdf"):
        (disk / name).write_bytes(b"1")
    digest = module._digest

    def meanwhile(path: Path) -> str:
        if path.name == "vanishes.pdf":
            path.unlink()
        found = digest(path)
        if path.name == "changes.pdf":
            path.write_bytes(b"22")
        return found

    monkeypatch.setattr(module, "_digest", meanwhile)

    standings = {Path(path).stem: row.standing for path, row in rows(disk).items()}

    assert standings == {"changes": "changed", "stays": "planned", "vanishes": "vanished"}


def test_a_link_to_nothing_has_vanished_and_a_pipe_is_not_waited_for(disk: Path) -> None:
    (disk / "link.pdf").symlink_to(disk / "nothing")
    os.mkfifo(disk / "pipe.pdf")

    found = rows(disk)

    assert found["disk/link.pdf"].standing == "vanished"
    assert found["disk/pipe.pdf"].code == "unreadable_file"


def test_a_folder_that_cannot_be_listed_is_a_row_that_says_so(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (disk / "a.pdf").write_bytes(b"1")
    scandir = os.scandir

    def denied(path: str) -> object:
        if os.fspath(path).endswith("2019"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)

    states = {path: (row.standing, row.code) for path, row in rows(disk).items()}

    assert states == {
        "disk/a.pdf": ("planned", None),
        "disk/2019": ("refused", "unreadable_file"),
    }


@pytest.mark.parametrize(
    ("path", "year", "department"),
    [
        ("2018-2022/2020/市民政局/1.pdf", 2020, "市民政局"),
        ("2018-2022/1.pdf", None, None),
        ("2019/2020年自评.pdf", 2020, None),
        ("扫描件/第3盒/IMG_20190412.jpg", None, None),
        ("市林业局/办公室/1.pdf", None, "市林业局"),
        ("市图书馆.pdf", None, None),
    ],
)
def test_the_nearest_step_that_tells_wins(
    path: str, year: int | None, department: str | None
) -> None:
    assert guessed(path.split("/"), standard()) == (year, department)
