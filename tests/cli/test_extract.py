"""Tests of `dangan extract` as a whole, on a fake pipeline in real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import InputError, UsageError, every_error
from tests.cli.fake_steps import fake_file, perform
from tests.cli.watching import is_running, names_in, wait_until

FAKE = [sys.executable, "-m", "tests.cli.fake_dangan", "extract"]


def environment(**settings: str) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("DANGAN_")}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path), "DANGAN_JOBS": "2"} | settings


def dangan(*arguments: str | Path, **settings: str) -> Result:
    """Run the command in this process; its steps run in others."""
    given = {"DANGAN_JOBS": "2"} | settings
    return CliRunner(env=given).invoke(app, ["extract", *map(str, arguments)], obj=perform)


def test_one_file_is_printed_as_one_object(tmp_path: Path) -> None:
    done = dangan(fake_file(tmp_path / "a.pdf", pages=5), "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert document["schema"] == "dangan.extraction/1"
    assert [page["number"] for page in document["pages"]] == [1, 2, 3, 4, 5]


def test_a_folder_is_printed_as_an_array_even_of_one(tmp_path: Path) -> None:
    fake_file(tmp_path / "in" / "a.pdf")
    done = dangan(tmp_path / "in", "--format", "json")
    assert [document["source"]["file"] for document in json.loads(done.stdout)] == ["a.pdf"]


def test_documents_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = [
        fake_file(tmp_path / "slow.pdf", pages=2, happens={"page_1": "slow"}),
        *(fake_file(tmp_path / f"{name}.pdf", pages=3) for name in "cab"),
    ]
    done = dangan(*files, "--format", "json")
    found = [document["source"]["file"] for document in json.loads(done.stdout)]
    assert found == ["slow.pdf", "c.pdf", "a.pdf", "b.pdf"]


def test_the_table_is_the_default_and_plain_in_a_pipe(tmp_path: Path) -> None:
    done = dangan(fake_file(tmp_path / "a.pdf"))
    assert "展示馆物业管理、能源和水电费项目" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_file_that_fails_costs_one_line_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    broken = "in/two\nlines.pdf"
    fake_file(tmp_path / broken, happens={"open": "encrypted_file"})
    fake_file(tmp_path / "in" / "a.pdf")
    fake_file(tmp_path / "in" / "z.pdf", pages=3)
    done = dangan("in", "gone.pdf", "--out-dir", "out")
    assert done.exit_code == 3
    lines = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["file_not_found", "encrypted_file"]
    assert r"two\nlines.pdf" in lines[1]
    assert names_in(tmp_path / "out") == ["a.json", "z.json"]
    assert json.loads((tmp_path / "out" / "a.json").read_text())["source"]["file"] == "a.pdf"


@pytest.mark.parametrize("moment", ["open", "page_1"])
def test_every_error_has_its_line_and_its_exit_code(tmp_path: Path, moment: str) -> None:
    errors = [error for error in every_error() if not issubclass(error, UsageError)]
    by_input = [error for error in errors if issubclass(error, InputError)]
    for name, kinds, exit_code in (
        ("input", by_input, 3),
        ("service", [error for error in errors if error not in by_input], 4),
    ):
        for error in kinds:
            fake_file(tmp_path / name / f"{error.code}.pdf", happens={moment: error.code})
        done = dangan(tmp_path / name, "--format", "jsonl")
        assert done.exit_code == exit_code
        assert done.stdout == ""
        told = sorted(line.partition(":")[0] for line in done.stderr.splitlines())
        assert told == sorted(error.code for error in kinds)


def test_a_page_that_kills_its_process_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf", pages=6, happens={"page_3": "kill", "page_5": "kill_once"})
    done = dangan(file, "--format", "json")
    assert done.exit_code == 4
    (line,) = done.stderr.splitlines()
    assert line.startswith("page_crashed: ")
    assert "SIGKILL" in line
    document = json.loads(done.stdout)
    kinds = {page["number"]: page["kind"] for page in document["pages"]}
    assert kinds == {n: "unreadable" if n == 3 else "form" for n in range(1, 7)}
    assert [issue["code"] for issue in document["issues"]] == ["page_crashed"]


def test_a_file_of_which_no_page_can_be_read_has_no_document(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf", pages=2, happens={"page_1": "kill", "page_2": "defect"})
    done = dangan(file, "--out", tmp_path / "out.json")
    assert done.exit_code == 4
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.json").exists()


def test_an_error_that_may_pass_is_tried_again(tmp_path: Path) -> None:
    done = dangan(
        fake_file(tmp_path / "a.pdf", happens={"page_1": "render_failed_once"}), "--format", "json"
    )
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_crash_outside_of_a_page_costs_its_file_only(tmp_path: Path) -> None:
    fake_file(tmp_path / "in" / "a.pdf", happens={"open": "kill"})
    fake_file(tmp_path / "in" / "b.pdf", happens={"assemble": "defect"})
    fake_file(tmp_path / "in" / "c.pdf")
    done = dangan(tmp_path / "in", "--format", "jsonl")
    assert done.exit_code == 4
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["file_crashed"] * 2
    assert [json.loads(line)["source"]["file"] for line in done.stdout.splitlines()] == ["c.pdf"]


def test_pages(tmp_path: Path) -> None:
    long, short = fake_file(tmp_path / "long.pdf", pages=9), fake_file(tmp_path / "short.pdf", 4)
    done = dangan(long, short, "--pages", "3-5", "--format", "json")
    assert done.exit_code == 3
    assert done.stderr.startswith("bad_page_range: ")
    (document,) = json.loads(done.stdout)
    assert [page["number"] for page in document["pages"]] == [3, 4, 5]


@pytest.mark.parametrize(
    ("options", "settings", "code"),
    [
        (["--pages", "x"], {}, "bad_page_syntax"),
        (["--out", "a.json", "--out-dir", "b"], {}, "two_outputs"),
        (["--out", "folder"], {}, "format_unclear"),
        (["--out", "folder", "--format", "json"], {}, "output_is_folder"),
        (["--out", "a.pdf", "--format", "json"], {}, "output_is_input"),
        ([], {"DANGAN_JOB": "3"}, "unknown_setting"),
        ([], {"DANGAN_JOBS": "many"}, "bad_setting"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_read(
    tmp_path: Path,
    options: list[str],
    settings: Mapping[str, str],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    fake_file(tmp_path / "a.pdf", happens={"open": "kill"})
    (tmp_path / "folder").mkdir()
    done = dangan("a.pdf", *options, **settings)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"{code}: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("options", [["--format", "docx"], ["--reader", "none"], ["--jobs", "0"]])
def test_what_an_option_does_not_take_is_wrong_usage(tmp_path: Path, options: list[str]) -> None:
    assert dangan(fake_file(tmp_path / "a.pdf"), *options).exit_code == 2


def test_an_output_that_cannot_be_written_is_told_before_anything_is_read(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf", happens={"open": "kill"})
    done = dangan(file, "--out", tmp_path / "gone" / "a.json")
    assert done.exit_code == 4
    assert done.stderr.startswith("output_failed: ")


@pytest.mark.parametrize("suffix", ["json", "jsonl", "csv", "xlsx", "txt", "html"])
def test_the_suffix_tells_the_format_of_the_one_file(tmp_path: Path, suffix: str) -> None:
    for name in "ab":
        fake_file(tmp_path / "in" / f"{name}.pdf")
    out = tmp_path / f"all.{suffix}"
    assert dangan(tmp_path / "in", "--out", out).exit_code == 0
    start = {
        "json": b"[",
        "jsonl": b"{",
        "csv": b"\xef\xbb\xbf",
        "xlsx": b"PK",
        "txt": b"\xe2",
        "html": b"<!DOCTYPE html>",
    }
    assert out.read_bytes().startswith(start[suffix])
    assert names_in(tmp_path) == [f"all.{suffix}", "in"]


def test_like_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    files = [fake_file(tmp_path / name) for name in ("a.pdf", "a.png")]
    assert dangan(*files, "--out-dir", tmp_path / "out").exit_code == 0
    assert names_in(tmp_path / "out") == ["a.pdf.json", "a.png.json"]


def test_a_workbook_can_be_piped(tmp_path: Path) -> None:
    done = dangan(fake_file(tmp_path / "a.pdf"), "--format", "xlsx")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout_bytes.startswith(b"PK")


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    command = [*FAKE, str(fake_file(tmp_path / "a.pdf", pages=3)), "--format", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert running.stderr.read() == b""
    assert running.returncode == 128 + signal.SIGPIPE


def test_timings(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf", pages=4)
    done = dangan(file, "--format", "json", "--timings", "--lang", "en")
    json.loads(done.stdout)
    words = [line.split() for line in done.stderr.splitlines()]
    assert ["read", "8.00", "91.4%", "2000", "4"] in words
    assert ["open", "0.50", "5.7%", "125", "0"] in words
    assert "4 pages in" in done.stderr
    assert "reading process" in done.stderr


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_an_interrupt_ends_the_processes_and_leaves_nothing_half_written(
    tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    files = [
        fake_file(tmp_path / "a.pdf"),
        fake_file(tmp_path / "b.pdf", happens={"page_1": "hang"}),
    ]
    out = tmp_path / "out"
    out.mkdir()
    command = [*FAKE, *map(str, files), "--out", str(out / "all.csv")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment()) as running:
        noted = tmp_path / "b.pdf.pid"
        assert wait_until(lambda: noted.exists() and noted.read_text() != "")
        assert wait_until(lambda: len(names_in(out)) == 1)
        running.send_signal(sent)
        assert running.wait(20) == code
    assert names_in(out) == []
    assert wait_until(lambda: not is_running(int(noted.read_text())))


def test_a_killed_command_leaves_no_process_behind(tmp_path: Path) -> None:
    file = fake_file(tmp_path / "a.pdf", pages=2, happens={"page_1": "slow", "page_2": "slow"})
    with subprocess.Popen([*FAKE, str(file)], env=environment()) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        assert wait_until(lambda: len(children.read_text().split()) >= 2)
        pids = [int(pid) for pid in children.read_text().split()]
        running.kill()
    assert wait_until(lambda: not any(map(is_running, pids)))


def test_one_long_file_uses_every_process(tmp_path: Path) -> None:
    pages = {f"page_{number}": "meet_3_others" for number in range(1, 5)}
    file = fake_file(tmp_path / "a.pdf", 4, pages)
    done = dangan(file, "--format", "json", "--jobs", "4")
    assert (done.exit_code, done.stderr) == (0, "")
