"""What is refused before a parser sees it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import DamagedFile, EncryptedFile, TooMuchContent
from worker.office.package import PackageLimits, examine


def package(path: Path, parts: dict[str, bytes]) -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return str(path)


def test_a_plain_package_comes_as_it_is(tmp_path: Path) -> None:
    path = package(tmp_path / "a.docx", {"a.xml": b"<a/>", "b.png": b"<!DOCTYPE in pixels"})
    assert examine(path, "a.docx").getvalue() == Path(path).read_bytes()


@pytest.mark.parametrize(
    ("parts", "limits"),
    [
        ({"a.xml": b" " * 1001}, PackageLimits(markup_bytes=1000)),
        ({"a.bin": b" " * 1001}, PackageLimits(bytes=1000)),
        ({f"{n}.bin": b"" for n in range(11)}, PackageLimits(parts=10)),
    ],
)
def test_a_bomb_is_told_by_what_it_says_of_itself(
    tmp_path: Path, parts: dict[str, bytes], limits: PackageLimits
) -> None:
    with pytest.raises(TooMuchContent):
        examine(package(tmp_path / "a.docx", parts), "a.docx", limits)


@pytest.mark.parametrize("code", ["utf-8", "utf-16", "utf-16-be"])
def test_a_document_type_is_refused_in_every_encoding(tmp_path: Path, code: str) -> None:
    markup = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(code)
    with pytest.raises(DamagedFile) as caught:
        examine(package(tmp_path / "a.xlsx", {"xl/a.xml": markup}), "a.xlsx")
    assert caught.value.details["reason"] == "document_type"


def test_a_size_that_is_a_lie_is_damage(tmp_path: Path) -> None:
    content = bytearray(Path(package(tmp_path / "a.docx", {"a.xml": b"<a/>" * 999})).read_bytes())
    at = content.rindex(b"PK\1\2") + 24
    content[at : at + 4] = (16).to_bytes(4, "little")
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(DamagedFile):
        examine(str(tmp_path / "a.docx"), "a.docx")


def test_a_part_with_a_password_is_refused(tmp_path: Path) -> None:
    content = bytearray(Path(package(tmp_path / "a.docx", {"a.xml": b"<a/>"})).read_bytes())
    content[content.rindex(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(EncryptedFile):
        examine(str(tmp_path / "a.docx"), "a.docx")


def test_every_cut_is_damage(tmp_path: Path) -> None:
    whole = Path(package(tmp_path / "a.docx", {"a.xml": b"<a/>", "b.xml": b"<b/>"})).read_bytes()
    for end in range(len(whole)):
        (tmp_path / "cut.docx").write_bytes(whole[:end])
        with pytest.raises(DamagedFile):
            examine(str(tmp_path / "cut.docx"), "cut.docx")
    assert zipfile.is_zipfile(io.BytesIO(whole))
