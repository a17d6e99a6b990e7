"""The manifest that a client makes of folders, archives and prefixes of an object store."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.backfill import manifest as module
from cli.backfill.guesses import guessed
from cli.backfill.ledger import Ledger, opened_ledger
from cli.backfill.manifest import Look
from cli.backfill.shelf import Folder, Shelf, open_shelf
from cli.backfill.walk import walked
from core.errors import FileNotFound
from core.store.items import ManifestRow
from core.vocabulary import standard
from tests.api.uploads.archives import named_raw, packed

PDF = b"%PDF-"


def walk(
    shelf: Shelf, ledger: Ledger, passed_over: Counter[str] | None = None
) -> list[ManifestRow]:
    counted = Counter[str]() if passed_over is None else passed_over
    look = Look(standard(), recall=ledger.recall, passed_over=counted)
    return [seen.row for some in walked(shelf, look, ledger) for seen in some]


def rows(root: Path) -> dict[str, ManifestRow]:
    with opened_ledger(None, "") as ledger:
        listed = walk(Folder(root), ledger)
    assert len({row.path for row in listed}) == len(listed)
    return {row.path: row for row in listed}


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    folder = tmp_path / "disk"
    (folder / "2019" / "219-市教育局").mkdir(parents=True)
    return folder


def test_a_file_has_its_size_its_hash_and_what_its_folders_tell(disk: Path) -> None:
    (disk / "2019" / "219-市教育局" / "自评表.pdf").write_bytes(b"%PDF-scan")
    (disk / "notes.txt").write_bytes(b"not a scan")
    (disk / ".hidden.pdf").write_bytes(PDF)
    passed_over = Counter[str]()

    with opened_ledger(None, "") as ledger:
        (row,) = walk(Folder(disk), ledger, passed_over)

    assert row.path == "disk/2019/219-市教育局/自评表.pdf"
    assert (row.size, row.sha256) == (9, hashlib.sha256(b"%PDF-scan").hexdigest())
    assert (row.fiscal_year, row.department, row.declared) == (2019, "市教育局", ())
    assert passed_over == {".txt": 1}


def test_what_is_no_scan_by_its_content_is_refused_here(disk: Path) -> None:
    (disk / "empty.pdf").touch()
    (disk / "letter.pdf").write_bytes(b"GIF8")
    (disk / "a.zip").write_bytes(packed({"empty.pdf": b""}))

    codes = {path: row.code for path, row in rows(disk).items()}

    assert codes == {
        "disk/a.zip!/empty.pdf": "empty_file",
        "disk/empty.pdf": "empty_file",
        "disk/letter.pdf": "unsupported_type",
    }


def test_typed_files_are_judged_by_what_is_in_them(disk: Path) -> None:
    parts = {"[Content_Types].xml": b"", "word/document.xml": b""}
    (disk / "a.docx").write_bytes(packed(parts))
    (disk / "b.xlsx").write_bytes(packed({"a.txt": b"a"}))
    (disk / "c.zip").write_bytes(packed({"c.docx": packed(parts), "d.pdf": packed(parts)}))
    (disk / "e.zip").write_bytes(packed({"f.pdf": b"\xd0\xcf\x11\xe0", "g.pdf": PDF}))

    states = {path: row.code or row.standing for path, row in rows(disk).items()}

    assert states == {
        "disk/a.docx": "planned",
        "disk/b.xlsx": "unsupported_type",
        "disk/c.zip!/c.docx": "planned",
        "disk/c.zip!/d.pdf": "unsupported_type",
        "disk/e.zip!/f.pdf": "old_office_file",
        "disk/e.zip!/g.pdf": "planned",
    }


def test_names_in_gbk_are_read_in_folders_and_archives(disk: Path) -> None:
    raw = "2021年市财政局.pdf".encode("gbk")
    Path(os.fsdecode(os.fsencode(disk) + b"/" + raw)).write_bytes(PDF)
    (disk / "旧.zip").write_bytes(named_raw(raw, b"%PDF-b"))

    found = rows(disk)

    assert set(found) == {"disk/2021年市财政局.pdf", "disk/旧.zip!/2021年市财政局.pdf"}
    assert {row.fiscal_year for row in found.values()} == {2021}


def test_two_files_whose_names_read_the_same_are_told_apart(disk: Path) -> None:
    for encoding in ("gbk", "utf-8"):
        raw = b"/" + "自评.pdf".encode(encoding)
        Path(os.fsdecode(os.fsencode(disk) + raw)).write_bytes(PDF + encoding.encode())

    assert set(rows(disk)) == {"disk/自评.pdf", "disk/自评.pdf (2)"}


def test_an_archive_gives_a_row_for_each_member_also_where_names_come_twice(disk: Path) -> None:
    members = [
        ("市水利局/1.pdf", b"%PDF-a"),
        ("市水利局/1.pdf", b"%PDF-b"),
        ("x.zip", b"c"),
        ("x.txt", b""),
    ]
    (disk / "2020.zip").write_bytes(packed(members))

    found = rows(disk)

    first, second, nested = found.values()
    assert (first.path, second.path) == (
        "disk/2020.zip!/市水利局/1.pdf",
        "disk/2020.zip!/市水利局/1.pdf (2)",
    )
    assert first.sha256 != second.sha256
    assert (first.fiscal_year, first.department) == (2020, "市水利局")
    assert (nested.standing, nested.code) == ("refused", "unsupported_type")
    assert rows(disk) == found


def test_a_damaged_archive_is_a_row_that_says_so(disk: Path) -> None:
    (disk / "bad.zip").write_bytes(b"PK\x03\x04 and nothing")

    row = rows(disk)["disk/bad.zip"]

    assert (row.standing, row.code) == ("refused", "damaged_archive")


def test_a_bomb_in_an_archive_is_refused_and_what_came_before_it_taken(disk: Path) -> None:
    members = [("a.pdf", PDF), ("b.pdf", PDF + bytes(200_000_000))]
    (disk / "bomb.zip").write_bytes(packed(members))

    codes = {path: row.code for path, row in rows(disk).items()}

    assert codes == {"disk/bomb.zip!/a.pdf": None, "disk/bomb.zip": "archive_too_large"}


def test_files_that_vanish_or_change_meanwhile_are_told(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("changes.pdf", "stays.pdf", "vanishes.pdf"):
        (disk / name).write_bytes(PDF)
    pieces_of = module.pieces_of

    def meanwhile(shelf: Shelf, place: str) -> Iterator[bytes]:
        path = Path(place)
        if path.name == "vanishes.pdf":
            path.unlink()
        yield from pieces_of(shelf, place)
        if path.name == "changes.pdf":
            path.write_bytes(b"%PDF-22")

    monkeypatch.setattr(module, "pieces_of", meanwhile)

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
    (disk / "a.pdf").write_bytes(PDF)
    scandir = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith("2019"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)

    states = {path: (row.standing, row.code) for path, row in rows(disk).items()}

    assert states == {
        "disk/a.pdf": ("planned", None),
        "disk/2019": ("refused", "unreadable_file"),
    }


def test_what_was_hashed_before_is_not_read_again(
    disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (disk / "a.pdf").write_bytes(PDF)
    (disk / "b.pdf").write_bytes(PDF + b"b")
    (disk / "c.zip").write_bytes(packed({"c.pdf": PDF + b"c"}))
    read: list[str] = []
    digest_of = module.digest_of

    def noted(pieces: Iterator[bytes], name: str, path: Path | None = None) -> module.Digest:
        read.append(Path(name).name)
        return digest_of(pieces, name, path)

    monkeypatch.setattr(module, "digest_of", noted)
    shelf = Folder(disk)
    for _ in range(2):
        with opened_ledger(tmp_path / "cache", shelf.url) as ledger:
            first = walk(shelf, ledger)
            assert walk(shelf, ledger) == first
    assert read == ["a.pdf", "b.pdf", "c.pdf"]
    (disk / "b.pdf").write_bytes(PDF + b"longer")
    with opened_ledger(tmp_path / "cache", shelf.url) as ledger:
        walk(shelf, ledger)
    assert read == ["a.pdf", "b.pdf", "c.pdf", "b.pdf"]


def test_a_ledger_that_another_process_has_or_that_is_broken_is_done_without(
    disk: Path, tmp_path: Path
) -> None:
    (disk / "a.pdf").write_bytes(PDF)
    shelf = Folder(disk)
    with (
        opened_ledger(tmp_path, shelf.url) as first,
        opened_ledger(tmp_path, shelf.url) as second,
    ):
        assert walk(shelf, first) == walk(shelf, second)
    (kept,) = tmp_path.glob("*.db")
    kept.write_bytes(b"no database" * 100)
    with opened_ledger(tmp_path, shelf.url) as third:
        assert len(walk(shelf, third)) == 1


def test_one_file_and_one_archive_are_shelves_too(disk: Path) -> None:
    (disk / "a.pdf").write_bytes(PDF)
    (disk / "b.zip").write_bytes(packed({"c.pdf": PDF}))
    assert [*rows(disk / "a.pdf")] == ["a.pdf"]
    assert [*rows(disk / "b.zip")] == ["b.zip!/c.pdf"]
    with pytest.raises(FileNotFound):
        open_shelf(str(disk / "nothing"))


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
