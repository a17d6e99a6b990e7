"""A catalogue's values win over guesses; what it lacks, and what lacks a file, is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from cli.backfill.catalogue import Catalogue, opened_catalogue, unread
from core.errors import BadCatalogue, FileNotFound
from core.store.items import ManifestRow
from core.vocabulary import standard

HEADINGS = ["序号", "文件 路径", "年度", "部门（单位）", "项目名称", "盒号", "件号", "档号"]
LINE = ["1", r"2019\A.PDF", "2019年度", "市教育局", "校舍维修", "3", "0012", "X043-2019-0012"]


def table(path: Path, *lines: list[str], encoding: str = "utf-8-sig", comma: str = ",") -> Path:
    text = "\r\n".join(comma.join(line) for line in lines)
    path.write_bytes(text.encode(encoding))
    return path


def file(path: str) -> ManifestRow:
    return ManifestRow(path=path, sha256="0" * 64, fiscal_year=2001, department="guessed")


def asked(path: Path, *files: str) -> tuple[Catalogue, list[ManifestRow], list[ManifestRow]]:
    """Return the catalogue, the rows of files with what it says, and its lines without one."""
    with opened_catalogue(path, "disk", standard(), "en") as catalogue:
        rows = [catalogue.complete(file(name)) for name in files]
        return catalogue, rows, list(catalogue.missing())


@pytest.mark.parametrize("name", ["utf8.csv", "gbk.csv", "tab.csv", "book.xlsx"])
def test_its_values_win_over_guesses(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    lines = [["市属单位自评表目录"], [], HEADINGS, LINE, ["", "", ""]]
    if name == "book.xlsx":
        book = Workbook()
        book.active.append(["a cover"])  # type: ignore[union-attr]
        sheet = book.create_sheet("目录")
        for line in lines:
            sheet.append(line)
        sheet.cell(4, 3).value = 2019
        sheet.cell(4, 6).value = 3.0
        book.save(path)
    else:
        encoding = "gb18030" if name == "gbk.csv" else "utf-8-sig"
        table(path, *lines, encoding=encoding, comma="\t" if name == "tab.csv" else ",")

    _, (row,), missing = asked(path, "disk/2019/a.pdf")

    assert missing == []
    assert (row.fiscal_year, row.department, row.project_name) == (2019, "市教育局", "校舍维修")
    assert (row.box, row.item_number, row.archive_number) == ("3", "0012", "X043-2019-0012")
    assert len(row.declared) == 6


def test_what_it_does_not_say_stays_a_guess(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["path", "Year", "Department"], ["disk/a.pdf", "2020", ""])
    _, (row,), _ = asked(path, "disk/a.pdf")
    assert (row.fiscal_year, row.department, row.declared) == (2020, "guessed", ("fiscal_year",))


def test_lines_without_a_file_and_files_without_a_line(tmp_path: Path) -> None:
    lines = [["文件", "件号"], ["a.zip/里/1.pdf", "1"], ["2.pdf", "2"], ["disk/3.pdf", "3"]]
    catalogue, rows, missing = asked(
        table(tmp_path / "a.csv", *lines), "disk/a.zip!/里/1.pdf", "disk/new.pdf"
    )
    assert [row.item_number for row in rows] == ["1", None]
    assert [(row.path, row.standing, row.item_number) for row in missing] == [
        ("disk/2.pdf", "missing", "2"),
        ("disk/3.pdf", "missing", "3"),
    ]
    assert (catalogue.bare.count, catalogue.bare.paths) == (1, ["disk/new.pdf"])


def test_without_paths_the_archive_number_names_the_file(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["档号", "件号"], ["X1-2019", "1"], ["X2-2019", "2"])
    catalogue, rows, missing = asked(path, "disk/deep/x1-2019.pdf", "disk/x1-2019.tif")
    assert [row.item_number for row in rows] == ["1", None]
    assert [row.path for row in missing] == ["disk/X2-2019"]
    assert unread(catalogue) == (
        "catalogue, line 2: fits disk/deep/x1-2019.pdf and disk/x1-2019.tif; used for the first.",
    )


def test_lines_that_cannot_be_understood_are_told_and_the_rest_is_used(tmp_path: Path) -> None:
    lines = [
        ["path", "year", "item", "box"],
        ["a.pdf", "next year", "7", "x" * 300],
        ["A.pdf", "2020"],
        ["", "2020", "8"],
    ]
    catalogue, (row,), _ = asked(table(tmp_path / "a.csv", *lines), "disk/a.pdf")
    assert (row.item_number, row.declared) == ("7", ("item_number",))
    year, box, repeated, nothing = unread(catalogue)
    assert year.startswith("catalogue, line 2: the value “next year” of fiscal_year")
    assert "of box is not valid" in box
    assert repeated == "catalogue, line 3: about the same file as line 2; left out."
    assert nothing.startswith("catalogue, line 4: neither a path nor")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "标题,作者\n一,二".encode(), "catalogue_headings"),
        ("a.csv", b"\xff\xff\xff", "catalogue_encoding"),
        ("a.xlsx", b"PK nothing", "catalogue_damaged"),
        ("a.xls", b"", "catalogue_kind"),
    ],
)
def test_what_is_no_catalogue_is_refused(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadCatalogue) as caught:
        asked(tmp_path / name)
    assert caught.value.details["reason"] == reason
    with pytest.raises(FileNotFound):
        asked(tmp_path / f"no-{name}")


def test_what_a_spreadsheet_was_guarded_against_is_taken_off(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", ["path", "item"], ["a.pdf", "'=1"])
    assert asked(path, "disk/a.pdf")[1][0].item_number == "=1"
