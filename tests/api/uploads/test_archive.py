"""Archives: hostile ones do no harm, odd ones are understood."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

from api.uploads.archive import Member, expand
from api.uploads.body import ReceivedFile
from api.uploads.limits import UploadLimits
from core.errors import (
    ArchiveTooLarge,
    DamagedArchive,
    DanganError,
    TooManyFiles,
    UnsupportedType,
)
from tests.api.uploads.archives import changed, named_raw, packed

PDF = b"%PDF-1.7 content"
LIMITS = UploadLimits(
    files=10,
    expanded_bytes=1_000_000,
    expansion_ratio=200,
    free_bytes=100_000,
    directory_bytes=4096,
)


def members(folder: Path, content: bytes, limits: UploadLimits = LIMITS) -> list[Member]:
    path = folder / "0"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return list(expand(ReceivedFile("a.zip", path, digest, len(content)), folder, limits, 0, 0))


def names(found: list[Member]) -> list[str]:
    return ["/".join(member.steps) for member in found]


def codes(found: list[Member]) -> list[str]:
    errors = (member.content for member in found)
    return [error.code for error in errors if isinstance(error, DanganError)]


def test_members_come_out_with_their_hashes(tmp_path: Path) -> None:
    (member,) = members(tmp_path, packed({"年度/甲.pdf": PDF}))
    assert member.steps == ("年度", "甲.pdf")
    assert isinstance(member.content, ReceivedFile)
    assert member.content.path.read_bytes() == PDF
    assert member.content.sha256 == hashlib.sha256(PDF).hexdigest()
    assert member.content.size == len(PDF)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_without_a_flag_are_understood(tmp_path: Path, encoding: str) -> None:
    content = named_raw("自评表/二〇二三年.pdf".encode(encoding), PDF)
    assert names(members(tmp_path, content)) == ["自评表/二〇二三年.pdf"]


def test_the_field_for_unicode_names_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    info = zipfile.ZipInfo("old.pdf")
    name = "新.pdf".encode()
    checksum = zlib.crc32(b"old.pdf").to_bytes(4, "little")
    size = (5 + len(name)).to_bytes(2, "little")
    info.extra = b"\x75\x70" + size + b"\x01" + checksum + name
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, PDF)
    assert names(members(tmp_path, out.getvalue())) == ["新.pdf"]


def test_names_lead_nowhere_and_nothing_is_written_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    wild = ["../../a.pdf", "/etc/b.pdf", "C:\\scans\\c.pdf", "x/../d.pdf", "e\n\x1b.pdf"]
    found = members(folder, packed(dict.fromkeys(wild, PDF)))
    assert names(found) == ["a.pdf", "etc/b.pdf", "scans/c.pdf", "x/d.pdf", "e.pdf"]
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
    assert sorted(path.name for path in folder.iterdir()) == ["0", *(f"0-{n}" for n in range(5))]


def test_clutter_is_passed_over(tmp_path: Path) -> None:
    clutter = ["__MACOSX/._a.pdf", ".DS_Store", "x/.hidden/a.pdf", "x/Thumbs.db", "x/", "../"]
    assert members(tmp_path, packed(dict.fromkeys(clutter, b""))) == []


def test_a_name_that_comes_twice_is_two_files(tmp_path: Path) -> None:
    found = members(tmp_path, packed([("a.pdf", PDF), ("a.pdf", PDF + b"!")]))
    sizes = [it.content.size for it in found if isinstance(it.content, ReceivedFile)]
    assert sizes == [len(PDF), len(PDF) + 1]


def test_what_cannot_be_taken_is_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    link = members(tmp_path, packed({"l.pdf": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777))
    locked = members(tmp_path, changed(packed({"a.pdf": PDF}), 8, "<H", 1))
    bzip2 = members(tmp_path, packed({"a.pdf": PDF}, method=zipfile.ZIP_BZIP2))
    spoilt = packed([("a.pdf", PDF), ("b.pdf", PDF)], method=zipfile.ZIP_STORED)
    half = members(tmp_path, spoilt.replace(PDF, PDF[::-1], 1))
    assert codes(link) == codes(bzip2) == ["unsupported_member"]
    assert codes(locked) == ["encrypted_member"]
    assert codes(half) == ["unsupported_member"]
    assert isinstance(half[1].content, ReceivedFile)


def test_a_bomb_is_stopped_at_the_limit_whatever_it_says_of_its_size(tmp_path: Path) -> None:
    bomb = packed({"a.pdf": bytes(900_000)})
    assert len(bomb) < 1_200
    with pytest.raises(ArchiveTooLarge):
        members(tmp_path, bomb)
    # Ending where its header says is the library's doing; then its checksum is wrong.
    lying = changed(changed(bomb, 24, "<L", 100), 20, "<L", 80)
    assert codes(members(tmp_path, lying)) == ["unsupported_member"]
    written = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert written < 300_000


def test_several_members_share_one_limit(tmp_path: Path) -> None:
    content = packed({f"{n}.pdf": bytes(60_000) for n in range(3)})
    with pytest.raises(ArchiveTooLarge):
        members(tmp_path, content)


def test_too_many_entries_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with pytest.raises(TooManyFiles):
        members(tmp_path, packed({f"{n}.pdf": PDF for n in range(11)}))
    with pytest.raises(TooManyFiles):
        members(tmp_path, packed({f"{n}/": b"" for n in range(500)}))


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    plain = packed([("a.pdf", PDF * 9), ("b.pdf", PDF)], method=zipfile.ZIP_STORED)
    with pytest.raises(DamagedArchive):
        members(tmp_path, changed(plain, 20, "<L", len(PDF) * 9 + 40))


@pytest.mark.parametrize("name", ["[Content_Types].xml", "OFD.xml", "mimetype"])
def test_office_documents_are_no_archives(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsupportedType):
        members(tmp_path, packed({name: b"<", "word/media/image1.png": b"\x89PNG"}))


def test_every_cut_of_an_archive_is_one_clear_error(tmp_path: Path) -> None:
    whole = packed({"a.pdf": PDF, "b.pdf": PDF})
    for end in range(4, len(whole)):
        with pytest.raises(DamagedArchive):
            members(tmp_path, whole[:end])


def test_every_flipped_byte_is_told_or_harmless(tmp_path: Path) -> None:
    whole = packed({"a.pdf": PDF, "b.pdf": PDF})
    for place in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        with suppress(DamagedArchive, TooManyFiles):
            assert len(members(tmp_path, bytes(spoilt))) <= 2
