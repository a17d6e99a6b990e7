"""Records: found by what they hold, put right once, exported as they stand."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.parts import Parts
from core.store.keys import create_key
from tests.api.finished import finished
from tests.api.pages.backfill import NAME, READ, backfill
from tests.core.store.orders import form

RECORDS = "/api/v1/records"


def projects(client: TestClient, **params: str | int) -> list[str]:
    found = client.get(RECORDS, params=params)
    assert found.status_code == 200, found.text
    return [it["form"]["record"]["project_name"] for it in found.json()["records"]]


def test_filters_and_pages(client: TestClient, parts: Parts) -> None:
    job_id = finished(parts, form("f1", "review", "道路养护"))
    finished(parts, form("f1", "ok", "桥梁%养护"), content=b"%PDF-1.7 other")
    assert projects(client) == ["桥梁%养护", "道路养护"]
    assert projects(client, status="review") == ["道路养护"]
    assert projects(client, text="%") == ["桥梁%养护"]
    assert projects(client, job=job_id) == ["道路养护"]
    assert projects(client, year=2023, department="财政局", project="道路养护") == ["道路养护"]
    assert projects(client, year=2022) == []
    page = client.get(RECORDS, params={"limit": 1}).json()
    assert len(page["records"]) == 1
    assert projects(client, limit=1, cursor=page["next"]) == ["道路养护"]


def test_a_value_is_put_right_once(client: TestClient, parts: Parts) -> None:
    finished(parts)
    (listed,) = client.get(RECORDS).json()["records"]
    shown = client.get(listed["url"])
    assert shown.json() == listed
    change = {"pointer": "/project_name", "value": "桥梁养护", "reason": "对照原件"}
    etag = {"If-Match": shown.headers["etag"]}
    changed = client.patch(listed["url"], json=change, headers=etag)
    assert changed.status_code == 200, changed.text
    assert changed.json()["status"] == "corrected"
    assert changed.headers["etag"] == '"2"'
    late = client.patch(listed["url"], json=change, headers=etag)
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")
    (entry,) = client.get(listed["history_url"]).json()
    assert (entry["before"], entry["after"]) == ("道路养护", "桥梁养护")
    assert entry["reason"] == "对照原件"


@pytest.mark.parametrize(
    ("change", "if_match", "status", "code"),
    [
        ({"pointer": "/project_name", "value": "x"}, None, 428, "version_needed"),
        ({"pointer": "/project_name", "value": "x"}, "*", 412, "version_conflict"),
        ({"pointer": "/nothing", "value": "x"}, '"1"', 422, "no_such_field"),
        ({"pointer": "/fiscal_year", "value": "x"}, '"1"', 422, "bad_value"),
        ({"pointer": "/project_name", "value": "\x00"}, '"1"', 422, "bad_request"),
        ({"pointer": "/project_name", "value": "\ud800"}, '"1"', 422, "bad_request"),
        ({"pointer": "/project_name", "value": 10**30}, '"1"', 422, "bad_request"),
        ({"pointer": "/project_name", "valeu": "x"}, '"1"', 422, "bad_request"),
    ],
)
def test_what_does_not_fit_changes_nothing(
    client: TestClient,
    parts: Parts,
    change: dict[str, object],
    if_match: str | None,
    status: int,
    code: str,
) -> None:
    finished(parts)
    (before,) = client.get(RECORDS).json()["records"]
    headers = {"content-type": "application/json"} | ({"If-Match": if_match} if if_match else {})
    answer = client.patch(before["url"], content=json.dumps(change), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert client.get(before["url"]).json() == before


def test_records_of_others_are_not_seen(client: TestClient, parts: Parts) -> None:
    mine = create_key(parts.store, "li", ["read"])
    other = create_key(parts.store, "wang", ["read", "review"])
    admin = create_key(parts.store, "root", ["admin"])
    finished(parts, owner=mine.key.id)

    def as_(secret: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {secret}"}

    (seen,) = client.get(RECORDS, headers=as_(mine.secret)).json()["records"]
    assert client.get(RECORDS, headers=as_(admin.secret)).json()["records"] == [seen]
    assert client.get(RECORDS, headers=as_(other.secret)).json()["records"] == []
    lines = client.get("/api/v1/exports/records.jsonl", headers=as_(other.secret))
    assert lines.content == b""
    for address in (seen["url"], seen["history_url"]):
        assert client.get(address, headers=as_(other.secret)).status_code == 404
    change = {"pointer": "/project_name", "value": "x"}
    headers = as_(other.secret) | {"If-Match": '"1"'}
    assert client.patch(seen["url"], json=change, headers=headers).status_code == 404
    headers = as_(mine.secret) | {"If-Match": '"1"'}
    assert client.patch(seen["url"], json=change, headers=headers).status_code == 403


def test_exports(client: TestClient, parts: Parts) -> None:
    finished(parts, form("f1", "review", "道路养护"))
    finished(parts, form("f1", "ok", "桥梁养护"), content=b"%PDF-1.7 other", name="b.pdf")

    def fetch(suffix: str, **params: str) -> bytes:
        answer = client.get(f"/api/v1/exports/records.{suffix}", params=params)
        assert answer.status_code == 200
        return answer.content

    lines = [json.loads(line) for line in fetch("jsonl").splitlines()]
    told = [(line["source"]["file"], line["record"]["project_name"]) for line in lines]
    assert told == [("b.pdf", "桥梁养护"), ("二〇二三.pdf", "道路养护")]
    book = load_workbook(io.BytesIO(fetch("xlsx", status="ok", lang="zh")))
    assert [row[0].value for row in book["项目"].iter_rows()] == ["项目名称", "桥梁养护"]
    rows = list(csv.reader(io.StringIO(fetch("csv").decode("utf-8-sig"))))
    assert {row[0] for row in rows[1:]} == {"b.pdf", "二〇二三.pdf"}
    assert client.get("/api/v1/exports/records.exe").status_code == 422


def test_exports_say_where_the_catalogue_puts_a_file(client: TestClient, parts: Parts) -> None:
    backfill(parts.store, parts.blobs)
    finished(parts, form("f1", "ok", "不在批次"), content=b"%PDF-1.7 other", name="b.pdf")

    def fetch(suffix: str, **params: str) -> bytes:
        answer = client.get(f"/api/v1/exports/records.{suffix}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.content

    lines = [json.loads(line) for line in fetch("jsonl").splitlines()]
    by_name = {line["record"]["project_name"]: line["source"] for line in lines}
    shelf = {"campaign": NAME, "fiscal_year": 2023, "box": "012", "item_number": "0012"}
    assert by_name["项目11"]["catalogue"] == {**shelf, "archive_number": "X043-00011"}
    assert "catalogue" not in by_name["不在批次"]
    sheet = csv.DictReader(io.StringIO(fetch("csv", campaign=NAME, lang="zh").decode("utf-8-sig")))
    told = {(row["批次"], row["目录年度"], row["盒号"], row["件号"], row["档号"]) for row in sheet}
    assert len(told) == READ
    assert (NAME, "2023", "012", "0012", "X043-00011") in told
    table = pq.read_table(io.BytesIO(fetch("parquet", campaign=NAME)))
    assert table.num_rows == READ
    assert set(table["catalogue_year"].to_pylist()) == {2021, 2022, 2023}
    assert max(table["item_number"].to_pylist()) == "0012"
    book = load_workbook(io.BytesIO(fetch("xlsx", campaign=NAME, lang="zh")))
    head, *rows = book["项目"].iter_rows(values_only=True)
    found = {row[head.index("件号")]: row[head.index("目录年度")] for row in rows}
    assert (len(found), found["0012"]) == (READ, 2023)


def test_campaigns_are_counted(client: TestClient, parts: Parts) -> None:
    finished(parts, campaign="回填")
    finished(parts, campaign="回填")
    finished(parts, campaign=None)
    finished(parts)
    (campaign,) = client.get("/api/v1/campaigns").json()
    assert (campaign["name"], campaign["items"], campaign["state"]) == ("回填", 2, "running")
