"""Tests of output names, and of files that are whole or not there."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.inputs import InputFile
from cli.outputs import check_writable, make_folder, output_names, replacing
from core.errors import OutputClash, OutputFailed
from tests.cli.watching import names_in


def files(*paths: str) -> list[InputFile]:
    return [InputFile(Path(path), Path(Path(path).name)) for path in paths]


def names(inputs: list[InputFile]) -> list[str]:
    return [str(name) for name in output_names(inputs).values()]


def test_a_name_is_the_stem() -> None:
    assert names(files("in/a.pdf", "in/b.v2.tiff")) == ["a", "b.v2"]


def test_like_stems_keep_their_suffix() -> None:
    assert names(files("in/a.pdf", "in/a.png", "in/b.pdf")) == ["a.pdf", "a.png", "b"]


def test_like_names_keep_the_folders_that_tell_them_apart() -> None:
    assert names(files("in/2022/x/a.pdf", "in/2023/x/a.pdf", "in/2023/x/b.pdf")) == [
        "2022/x/a.pdf",
        "2023/x/a.pdf",
        "b",
    ]


def test_what_was_found_below_a_folder_stays_below_its_folders() -> None:
    found = [InputFile(Path("in/2022/a.pdf"), Path("2022/a.pdf"))]
    assert names(found) == ["2022/a"]


def test_names_that_differ_in_case_only_are_alike() -> None:
    assert names(files("in/A.pdf", "in/a.png")) == ["A.pdf", "a.png"]
    with pytest.raises(OutputClash):
        output_names(files("in/A.pdf", "in/a.pdf"))


def test_a_line_break_in_a_name_does_not_get_out() -> None:
    assert names(files("in/two\nlines\t.pdf")) == ["two_lines_"]


@given(
    st.lists(
        st.lists(
            st.sampled_from(["a", "b", "A", "a.pdf", "a.png", "b.pdf"]), min_size=1, max_size=4
        ),
        max_size=6,
        unique_by=tuple,
    )
)
def test_no_two_names_are_alike(parts: list[list[str]]) -> None:
    inputs = files(*("/".join(path) for path in parts))
    try:
        found = names(inputs)
    except OutputClash:
        return
    assert len({name.casefold() for name in found}) == len(inputs)
    assert not any(name.startswith(("/", "..")) for name in found)


def fail(path: Path, error: BaseException) -> None:
    with replacing(path) as out:
        out.write(b"half of the ne")
        raise error


def test_a_file_is_replaced_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    with replacing(path) as out:
        out.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert names_in(tmp_path) == ["out.json"]
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_a_block_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    with pytest.raises(error):
        fail(path, error())
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["out.json"]


def test_what_the_system_refuses_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    inside = tmp_path / "file" / "out.json"
    with pytest.raises(OutputFailed), replacing(inside):
        pass
    with pytest.raises(OutputFailed):
        make_folder(inside)
    with pytest.raises(OutputFailed):
        check_writable(tmp_path / "gone")
    with pytest.raises(OutputFailed):
        fail(tmp_path / "full", OSError(28, "No space left on device"))
    assert names_in(tmp_path) == ["file"]
