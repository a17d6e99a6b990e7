"""Results in every format, pending, missing and corrected ones."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.downloads import content_disposition
from api.parts import Parts
from core.bells import Bell
from core.corrections import CorrectedValue
from core.searchable import Making, note_making, searchable_part
from core.store.jobs import job_documents
from core.store.leases import LeaseLimits, Trouble
from core.store.records import correct_record, list_records
from core.store.runs import claim_opening, fail_run
from core.store.steering import cancel_job
from core.store.submission import submit
from tests.api.finished import finished
from tests.core.store.orders import ME, finish_job, form, order


def test_a_result_is_the_document_under_the_name_of_its_upload(
    client: TestClient, parts: Parts
) -> None:
    first = submit(parts.store, order("a")).job_id
    finish_job(parts.store, first, form("f1", "review"))
    again = submit(parts.store, order("a")).job_id
    answer = client.get(f"/api/v1/jobs/{again}/result")
    document = answer.json()
    assert document["schema"] == "dangan.extraction/1"
    assert document["source"]["file"] == "a.pdf"
    assert document["forms"][0]["record"]["project_name"] == "道路养护"
    assert document["forms"][0]["fields"]["/project_name"]["status"] == "review"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_corrections_are_laid_over(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("a")).job_id
    finish_job(parts.store, job_id, form("f1", "review"))
    (record,) = list_records(parts.store).records
    value = CorrectedValue(pointer="/project_name", value="桥梁养护")
    correct_record(parts.store, record.id, value, version=1, by="li")
    (shown,) = client.get(f"/api/v1/jobs/{job_id}/result").json()["forms"]
    assert shown["record"]["project_name"] == "桥梁养护"
    assert shown["fields"]["/project_name"]["status"] == "corrected"
    assert shown["fields"]["/project_name"]["raw"] == "道路养护"


def test_formats(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("二〇二三", "b")).job_id
    finish_job(parts.store, job_id, form())

    def fetch(format_: str, path: str = "result") -> bytes:
        answer = client.get(f"/api/v1/jobs/{job_id}/{path}", params={"format": format_})
        assert answer.status_code == 200
        return answer.content

    assert [it["source"]["file"] for it in json.loads(fetch("json"))] == ["二〇二三.pdf", "b.pdf"]
    lines = [json.loads(line) for line in fetch("jsonl").splitlines()]
    assert [line["kind"] for line in lines] == ["form", "form"]
    rows = list(csv.reader(io.StringIO(fetch("csv").decode("utf-8-sig"))))
    assert rows[0][0] == "File"
    assert len(rows) > 2
    book = load_workbook(io.BytesIO(fetch("xlsx", "documents/0/result")))
    assert book.worksheets[0]["A2"].value == "道路养护"
    answer = client.get(f"/api/v1/jobs/{job_id}/documents/0/result?format=xlsx")
    assert answer.headers["content-disposition"] == content_disposition("二〇二三.xlsx")
    assert "%E4%BA%8C" in answer.headers["content-disposition"]
    assert client.get(f"/api/v1/jobs/{job_id}/documents/7/result").status_code == 404
    many = client.get(f"/api/v1/jobs/{job_id}/result?format=pdf")
    assert (many.status_code, many.json()["code"]) == (422, "bad_option")
    assert "one file" in many.json()["detail"]


def test_a_searchable_pdf_is_made_when_it_is_asked_for(client: TestClient, parts: Parts) -> None:
    rung: list[Bell] = []

    class Bellboy:
        def ring(self, bells: Iterable[Bell]) -> bool:
            rung.extend(bells)
            return True

        def close(self) -> None:
            """Nothing is open."""

    state = client.app.state  # type: ignore[attr-defined]
    state.parts = replace(state.parts, doorbell=Bellboy())
    job_id = finished(parts, name="二〇二三.tif")
    (document,) = job_documents(parts.store, job_id)
    address = f"/api/v1/jobs/{job_id}/result?format=pdf"
    waiting = client.get(address)
    assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "2")
    page = client.get(f"/jobs/{job_id}/documents/0/searchable")
    assert (page.status_code, page.headers["refresh"]) == (202, "2")
    assert rung == [Bell("layer_document", document.run_id, "interactive")] * 2
    parts.blobs.put(document.sha256, searchable_part(document.run_id), b"%PDF-2b")
    for place in (
        address,
        f"/api/v1/jobs/{job_id}/documents/0/result?format=pdf",
        f"/jobs/{job_id}/documents/0/searchable",
    ):
        answer = client.get(place)
        assert (answer.status_code, answer.content) == (200, b"%PDF-2b")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == content_disposition("二〇二三.pdf")
    assert len(rung) == 2


def test_a_searchable_pdf_that_cannot_be_made_is_told(client: TestClient, parts: Parts) -> None:
    job_id = finished(parts)
    (document,) = job_documents(parts.store, job_id)
    note_making(parts.blobs, document.sha256, document.run_id, Making(begun=1, in_vain=True))
    answer = client.get(f"/api/v1/jobs/{job_id}/result?format=pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_layer")
    page = client.get(f"/jobs/{job_id}/documents/0/searchable")
    assert (page.status_code, page.headers["content-type"]) == (409, "text/html; charset=utf-8")
    assert client.get(f"/jobs/{job_id}").text.count(f"/jobs/{job_id}/documents/0/searchable") == 1


def test_pending_and_missing(client: TestClient, parts: Parts) -> None:
    submission = submit(parts.store, order("a"))
    address = f"/api/v1/jobs/{submission.job_id}"
    for path in ("result", "documents/0/result"):
        pending = client.get(f"{address}/{path}")
        assert pending.status_code == 202
        assert pending.headers["retry-after"] == "2"
        assert pending.json()["state"] == "queued"
    cancel_job(parts.store, submission.job_id)
    for path in ("result", "documents/0/result"):
        missing = client.get(f"{address}/{path}")
        assert (missing.status_code, missing.json()["code"]) == (409, "result_missing")


def test_a_job_of_which_a_part_failed_gives_the_rest(client: TestClient, parts: Parts) -> None:
    submission = submit(parts.store, order("a", "b"))
    work = claim_opening(parts.store, submission.bells[0].id, ME, LeaseLimits())
    assert work is not None
    fail_run(parts.store, work.lease, Trouble(code="encrypted_file"))
    pending = client.get(f"/api/v1/jobs/{submission.job_id}").json()
    (left,) = [it["position"] for it in pending["documents"] if it["trouble"] is None]
    finish_job(parts.store, submission.job_id, form())
    result = client.get(f"/api/v1/jobs/{submission.job_id}/result").json()
    assert [it["source"]["file"] for it in result] == [pending["documents"][left]["name"]]


@pytest.mark.parametrize(
    "name", ['a"b.pdf', "a\r\nSet-Cookie: x.pdf", "a\\b%20.pdf", "档案\x00.pdf"]
)
def test_no_name_breaks_a_header(name: str) -> None:
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
