"""Uploads: what is taken, what is refused, and that nothing of a refused one stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.parts import Parts
from core.settings import Settings
from core.store.jobs import find_job, job_documents
from core.store.keys import create_key
from core.store.tables import Job, LooseBlob
from tests.api.uploads.archives import packed
from tests.core.store.orders import finish_job, form

PDF = b"%PDF-1.7 one"
PNG = b"\x89PNG\r\n\x1a\n two"
JOBS = "/api/v1/jobs"
BOUNDARY = {"content-type": "multipart/form-data; boundary=b"}


def part(name: str, content: bytes, disposition: str = "") -> bytes:
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{disposition}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def files_of(settings: Settings) -> list[Path]:
    return [path for path in settings.data.rglob("*") if path.is_file() and ".db" not in path.name]


def count(parts: Parts, table: type) -> int:
    with parts.store.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_files_and_options_become_a_job(client: TestClient, parts: Parts) -> None:
    answer = client.post(
        JOBS,
        files=[("files", ("2023年 档案.pdf", PDF)), ("files", ("扫描.png", PNG, "text/plain"))],
        data={"fiscal_year": "2023", "campaign": " 回填 ", "priority": "bulk", "callback_url": ""},
    )
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["location"] == job["status_url"] == f"{JOBS}/{job['id']}"
    assert (job["state"], job["priority"], job["callback_url"]) == ("queued", "bulk", None)
    assert job["options"] == {"fiscal_year": 2023, "campaign": "回填"}
    told = [(it["name"], it["media_type"], it["size"]) for it in job["documents"]]
    assert told == [("2023年 档案.pdf", "application/pdf", 12), ("扫描.png", "image/png", 12)]
    for document, content in zip(job["documents"], (PDF, PNG), strict=True):
        assert document["sha256"] == hashlib.sha256(content).hexdigest()
        with parts.blobs.open(document["sha256"]) as stored:
            assert stored.read() == content
    assert count(parts, LooseBlob) == 0


def test_the_same_bytes_are_the_same_document_and_read_once(
    client: TestClient, parts: Parts
) -> None:
    first = client.post(JOBS, files=[("files", ("a.pdf", PDF))]).json()
    finish_job(parts.store, first["id"], form())
    again = client.post(JOBS, files=[("files", ("b.pdf", PDF))]).json()
    assert again["id"] != first["id"]
    assert again["state"] == "succeeded"
    assert again["documents"][0]["result_url"] is not None
    anew = client.post(JOBS, files=[("files", ("b.pdf", PDF))], data={"force": "true"}).json()
    assert anew["state"] == "queued"


def test_an_idempotency_key_is_for_one_order(client: TestClient, parts: Parts) -> None:
    key = {"Idempotency-Key": "k1"}
    first = client.post(JOBS, files=[("files", ("a.pdf", PDF))], headers=key)
    again = client.post(JOBS, files=[("files", ("a.pdf", PDF))], headers=key)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    other = client.post(JOBS, files=[("files", ("a.pdf", PNG))], headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert count(parts, Job) == 1


def test_a_zip_gives_what_can_be_read_and_tells_the_rest(client: TestClient, parts: Parts) -> None:
    content = packed({"年度/甲.pdf": PDF, "年度/说明.txt": b"readme", "年度/空.pdf": b""})
    job = client.post(JOBS, files=[("files", ("年度.zip", content))]).json()
    assert [document["name"] for document in job["documents"]] == ["甲.pdf"]
    told = [(refused["name"], refused["trouble"]["code"]) for refused in job["refused"]]
    assert told == [("年度/说明.txt", "unsupported_type"), ("年度/空.pdf", "empty_file")]
    assert "年度/说明.txt" in job["refused"][0]["trouble"]["message"]
    assert client.get(job["status_url"]).json()["refused"] == job["refused"]
    finish_job(parts.store, job["id"], form())
    assert find_job(parts.store, job["id"]).state == "needs_review"


@pytest.mark.parametrize(
    ("files", "data", "status", "code"),
    [
        ([], {"fiscal_year": "2023"}, 400, "no_files"),
        ([("files", ("a.pdf", b""))], {}, 422, "empty_file"),
        ([("files", ("a.pdf", b"GIF89a"))], {}, 415, "unsupported_type"),
        ([("files", ("a.pdf", PDF)), ("files", ("a.txt", b"text"))], {}, 415, "unsupported_type"),
        ([("files", ("a.pdf", PDF))], {"fiscal_year": "二"}, 422, "bad_option"),
        ([("files", ("a.pdf", PDF))], {"colour": "red"}, 422, "bad_option"),
        ([("files", ("a.pdf", PDF))], {"priority": "now"}, 422, "bad_option"),
        ([("files", ("a.pdf", PDF))], {"callback_url": "file:///etc"}, 422, "bad_callback"),
        ([("files", ("a.pdf", PDF))], {"campaign": "长" * 3000}, 422, "bad_option"),
        ([("scan", ("a.pdf", PDF))], {}, 422, "bad_option"),
        ([("files", (f"{n}.pdf", PDF)) for n in range(6)], {}, 413, "too_many_files"),
        ([("files", ("a.pdf", PDF + bytes(1_000_000)))], {}, 413, "upload_too_large"),
        ([("files", ("a.zip", b"PK\x03\x04 no archive"))], {}, 422, "damaged_archive"),
        ([("files", ("a.zip", packed({})))], {}, 400, "no_files"),
        ([("files", ("a.zip", packed({"a.txt": b"text"})))], {}, 415, "unsupported_type"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    client: TestClient,
    parts: Parts,
    settings: Settings,
    files: list[tuple[str, tuple[str, bytes]]],
    data: dict[str, str],
    status: int,
    code: str,
) -> None:
    answer = client.post(JOBS, files=files or {"": ("", b"")}, data=data)
    if not files:
        content = part("fiscal_year", b"2023") + b"--b--"
        answer = client.post(JOBS, content=content, headers=BOUNDARY)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (count(parts, Job), count(parts, LooseBlob)) == (0, 0)
    assert files_of(settings) == []


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"a=b", {"content-type": "application/x-www-form-urlencoded"}),
        (b"", {"content-type": "multipart/form-data"}),
        (b"nonsense", BOUNDARY),
        (part("files", PDF, '; filename="a.pdf"'), BOUNDARY),
        (part("files", PDF, '; filename="a.pdf"') + b"--b\r\nContent", BOUNDARY),
        (b"", BOUNDARY),
        (part("x" * 5000, b"1") + b"--b--", BOUNDARY),
        (b"--b--", {"content-type": "multipart/form-data; boundary=" + "b" * 300}),
    ],
)
def test_what_is_no_form_is_refused_and_leaves_nothing(
    client: TestClient,
    parts: Parts,
    settings: Settings,
    content: bytes,
    headers: dict[str, str],
) -> None:
    answer = client.post(JOBS, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "upload_broken")
    assert count(parts, Job) == 0
    assert files_of(settings) == []


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('; filename="档案.pdf"'.encode(), "档案.pdf"),
        ('; filename="档案.pdf"'.encode("gbk"), "档案.pdf"),
        (b"; filename*=UTF-8''%E6%A1%A3%E6%A1%88.pdf", "档案.pdf"),
        (b'; filename="C:\\\\scans\\\\a.pdf"', "a.pdf"),
        (b'; filename="../../etc/passwd"', "passwd"),
        (b'; filename="a\x07\xc2\x85b\\"c.pdf"', 'ab"c.pdf'),
        (b'; filename="..";', "-"),
    ],
)
def test_names_are_readable_and_lead_nowhere(
    client: TestClient, disposition: bytes, name: str
) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="files"' + disposition
    content = head + b"\r\n\r\n" + PDF + b"\r\n--b--"
    answer = client.post(JOBS, content=content, headers=BOUNDARY)
    assert answer.status_code == 202, answer.text
    assert answer.json()["documents"][0]["name"] == name


def test_a_body_without_a_length_is_stopped_at_the_limit(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield part("files", b"", '; filename="a.pdf"')[:-2]
        while sent < 50_000_000:
            sent += 100_000
            yield bytes(100_000)

    answer = client.post(JOBS, content=endless(), headers=BOUNDARY)
    assert answer.json()["code"] == "upload_too_large"


def test_a_job_belongs_to_the_key_that_made_it(client: TestClient, parts: Parts) -> None:
    mine = create_key(parts.store, "li", ["upload", "read"])
    other = create_key(parts.store, "wang", ["upload", "read"])
    reader = create_key(parts.store, "reader", ["read"])

    def call(secret: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {secret}"}

    def post(secret: str) -> int:
        answer = client.post(JOBS, files=[("files", ("a.pdf", PDF))], headers=call(secret))
        return answer.status_code

    assert client.post(JOBS, files=[("files", ("a.pdf", PDF))]).status_code == 401
    assert post("dangan_wrong") == 401
    assert post(reader.secret) == 403
    assert post(mine.secret) == 202
    (job,) = client.get(JOBS, headers=call(mine.secret)).json()["jobs"]
    assert client.get(job["status_url"], headers=call(other.secret)).status_code == 404
    assert client.get(JOBS, headers=call(other.secret)).json()["jobs"] == []
    assert len(job_documents(parts.store, job["id"])) == 1
