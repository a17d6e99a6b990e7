"""Calls of the API: tried again where that helps, and only there; errors told by their type."""

from __future__ import annotations

import os
from pathlib import Path

import httpx2
import pytest

from cli.client.patience import Patience, seconds_asked
from cli.client.server import Address, connected
from cli.client.told import ServerSaid
from cli.inputs import InputFile
from core.errors import BadServer, KeyNeeded, ServerStrange, ServerUnreachable, UnreadableFile
from tests.cli.client.fake_server import JOB_ID, FakeServer, answer, job, problem

AT_ONCE = Patience(tries=3, first_s=0)
AWAY = httpx2.ConnectError("refused")


def begin_nothing() -> object:
    return lambda _: None


def inputs(folder: Path, **contents: bytes) -> list[InputFile]:
    files = []
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        files.append(InputFile(folder / name, Path("2023", name)))
    return files


def test_an_upload_is_sent_again_whole_and_under_the_same_key(tmp_path: Path) -> None:
    fake = FakeServer(
        AWAY, problem(503, "unavailable", retry_after="0"), answer(job("queued"), 202)
    )
    tries: list[list[int]] = []

    def begin() -> object:
        tries.append([])
        return tries[-1].append

    files = inputs(tmp_path, a=b"x" * 100_000, b=b"y" * 3)
    told = fake.server().upload(files, {"priority": "bulk"}, "key", begin, AT_ONCE)  # type: ignore[arg-type]
    assert told.job.id == JOB_ID
    assert fake.paths == ["/office/api/v1/jobs"] * 3
    assert {request.headers["idempotency-key"] for request in fake.requests} == {"key"}
    bodies = [request.content.split(b"\r\n") for request in fake.requests]
    for body in bodies:
        assert b"x" * 100_000 in body
        assert b'Content-Disposition: form-data; name="files"; filename="2023/b"' in body
        assert b"bulk" in body
    assert [sum(pieces) for pieces in tries] == [100_003] * 3
    assert [type(trouble).__name__ for trouble, _ in fake.again] == [
        "ServerUnreachable",
        "ServerSaid",
    ]


def test_a_refusal_is_not_tried_again() -> None:
    fake = FakeServer(problem(404, "job_not_found"))
    with pytest.raises(ServerSaid) as caught:
        fake.server().job("7/../../x\n", AT_ONCE)
    assert (caught.value.code, caught.value.exit_code) == ("job_not_found", 3)
    assert fake.paths == ["/office/api/v1/jobs/7x"]


@pytest.mark.parametrize(
    ("status", "code", "exit_code"),
    [
        (429, "rate_exceeded", 3),
        (503, "unavailable", 4),
        (500, "defect", 4),
        (401, "key_needed", 3),
    ],
)
def test_what_stays_is_raised_with_the_code_of_the_server(
    status: int, code: str, exit_code: int
) -> None:
    fake = FakeServer(*(problem(status, code, retry_after="0") for _ in range(3)))
    with pytest.raises(ServerSaid) as caught:
        fake.server().jobs(AT_ONCE)
    assert (caught.value.line, caught.value.exit_code) == (f"{code}: about {code}", exit_code)
    assert len(fake.requests) == (3 if status in {429, 503} else 1)


def test_who_asks_for_an_hour_is_not_waited_for() -> None:
    fake = FakeServer(problem(429, "rate_exceeded", retry_after="3600"))
    with pytest.raises(ServerSaid):
        fake.server().jobs(AT_ONCE)
    assert fake.again == []


def test_a_server_that_stays_away_is_unreachable() -> None:
    with pytest.raises(ServerUnreachable) as caught:
        FakeServer(AWAY, AWAY, AWAY).server().jobs(AT_ONCE)
    assert caught.value.details["reason"] == "refused"


@pytest.mark.parametrize(
    "strange", [httpx2.Response(200, text="<html>"), httpx2.Response(308), answer({"jobs": 3})]
)
def test_another_kind_of_server_is_strange(strange: httpx2.Response) -> None:
    with pytest.raises(ServerStrange):
        FakeServer(strange).server().jobs(AT_ONCE)


def test_a_file_that_changes_on_its_way_is_named(tmp_path: Path) -> None:
    (file,) = inputs(tmp_path, a=b"x" * 200_000)

    def begin() -> object:
        return lambda _: os.truncate(file.path, 70_000)

    with pytest.raises(UnreadableFile) as caught:
        FakeServer().server().upload([file], {}, "key", begin, AT_ONCE)  # type: ignore[arg-type]
    assert caught.value.details["reason"] == "changed"


def test_only_files_are_sent(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    file = InputFile(tmp_path / "pipe", Path("pipe"))
    fake = FakeServer()
    with pytest.raises(UnreadableFile):
        fake.server().upload([file], {}, "key", begin_nothing, AT_ONCE)  # type: ignore[arg-type]
    assert fake.requests == []


def test_pauses_grow_and_are_bounded() -> None:
    pauses = [*Patience(tries=8, first_s=1, longest_s=10, jitter_ratio=0).pauses()]
    assert pauses == [1, 2, 4, 8, 10, 10, 10]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7), ("Fri, 01 Jan 2021 00:00:00 GMT", 0), ("soon", None)],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_asked(header) == seconds


@pytest.mark.parametrize("url", ["dangan.test", "ftp://dangan.test", "http://", "http://a:b@c"])
def test_what_is_no_address_is_refused_without_telling_a_password(url: str) -> None:
    with (
        pytest.raises(BadServer) as caught,
        connected(Address(url, None, "en"), lambda *_: None),
    ):
        pass
    assert "a:b" not in str(caught.value.details)


def test_a_key_that_cannot_be_sent_is_refused_and_never_shown() -> None:
    address = Address("http://dangan.test", "dangan_密\n", "en")
    assert "密" not in repr(address)
    with pytest.raises(KeyNeeded), connected(address, lambda *_: None):
        pass
