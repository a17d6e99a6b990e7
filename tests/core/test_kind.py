"""What a file is, by its content."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.errors import OldOfficeFile, UnreadableFile, UnsupportedType
from core.kind import DIRECTORY_BYTES, Kind, kind_of, office_kind

TYPES = "[Content_Types].xml"


def packed(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, "")
    return path


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        ((TYPES, "word/document.xml"), Kind.DOCX),
        (("docProps/app.xml", "word/document2.xml", TYPES), Kind.DOCX),
        ((TYPES, "xl/workbook.xml"), Kind.XLSX),
        ((TYPES, "ppt/presentation.xml"), None),
        (("OFD.xml", "Doc_0/Document.xml"), Kind.OFD),
        (("word/document.xml",), None),
        (("2023/a.pdf", "xl/a.xlsx"), None),
        ((), None),
    ],
)
def test_an_office_document_is_told_from_an_archive_by_its_parts(
    tmp_path: Path, names: tuple[str, ...], kind: Kind | None
) -> None:
    assert office_kind(packed(tmp_path / "a.bin", *names)) is kind


def test_names_do_not_matter_and_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert kind_of(packed(tmp_path / "表.pdf", TYPES, "word/document.xml"), "表.pdf") is Kind.DOCX
    with pytest.raises(UnsupportedType) as caught:
        kind_of(packed(tmp_path / "a.docx", "a.pdf"), "a.docx")
    assert caught.value.details["found"] == "ZIP"
    (tmp_path / "b.doc").write_bytes(b"\xd0\xcf\x11\xe0 and more")
    with pytest.raises(OldOfficeFile):
        kind_of(tmp_path / "b.doc", "b.doc")
    with pytest.raises(UnreadableFile):
        kind_of(tmp_path / "gone", "gone")


def test_a_directory_beyond_all_measure_is_no_document(tmp_path: Path) -> None:
    names = (f"{n:05}{'x' * 9_990}" for n in range(DIRECTORY_BYTES // 10_000 + 1))
    assert office_kind(packed(tmp_path / "a.zip", TYPES, "word/a", *names)) is None


def test_every_cut_is_no_document_or_the_same(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.docx", TYPES, "word/document.xml").read_bytes()
    for end in range(4, len(whole)):
        (tmp_path / "cut").write_bytes(whole[:end])
        assert office_kind(tmp_path / "cut") is None
