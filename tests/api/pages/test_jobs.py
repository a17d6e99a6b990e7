"""The page of a job: in words, page by page, alive while it runs."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from api.pages import jobs
from api.parts import Parts
from core.errors import JobNotFound
from core.store.deliveries import DeliveryOutcome, finish_delivery
from core.store.jobs import find_job
from core.store.leases import Trouble
from core.store.pages import claim_page, fail_page, finish_page
from core.store.runs import claim_opening, fail_run
from core.store.submission import submit
from tests.api.pages.desk import HOSTILE, attribute, draw, record_ids, text_of
from tests.core.seed import missing, seed_forms
from tests.core.store.orders import LIMITS, ME, form, opened, order, read_through, reading


def test_a_job_that_has_ended_shows_its_forms_and_pages(client: TestClient, parts: Parts) -> None:
    doubtful = missing(seed_forms()[1], "/total/score").model_copy(update={"pages": (2, 3)})
    job_id = read_through(parts.store, "roads", seed_forms()[0], doubtful, pages=3)
    first, second = record_ids(parts, job_id)

    page = client.get(f"/jobs/{job_id}")
    text = text_of(page.text)

    assert "To check Pages: 3, forms: 2. Some of it is doubtful" in text
    assert "展示馆物业管理、能源和水电费项目 1 Nothing to check" in text
    assert "科创要素对接 2-3 1 doubtful" in text
    assert "Page 2 Form 科创要素对接 1 doubtful Page 3" in text
    assert f'href="/records/{first}"' in page.text
    assert f'href="/records/{second}"' in page.text
    assert "hx-get" not in page.text


def test_a_running_job_says_how_each_page_stands(client: TestClient, parts: Parts) -> None:
    submission = submit(parts.store, order("roads"))
    done, failed, busy, _ = opened(parts.store, submission, 4)
    for page_id in (done, failed, busy):
        work = claim_page(parts.store, page_id, ME, LIMITS)
        assert work is not None
        if page_id == done:
            finish_page(parts.store, work.lease, reading(1))
        if page_id == failed:
            trouble = Trouble(code="render_timeout", details={"limit_s": 60})
            fail_page(parts.store, work.lease, trouble)

    page = client.get(f"/jobs/{submission.job_id}").text
    text = text_of(page)

    assert "page 2 of 4" in text
    assert "Page 1 Read" in text
    assert "Page 2 Unreadable roads.pdf page 2:" in text
    assert "60" in text
    assert "Page 3 Being read" in text
    assert "Page 4 Waiting" in text
    assert attribute(page, "hx-trigger") == "every 1s"


def test_the_changing_part_comes_anew_only_when_it_changed(
    client: TestClient, parts: Parts
) -> None:
    submission = submit(parts.store, order("roads"))
    live = attribute(client.get(f"/jobs/{submission.job_id}").text, "hx-get")
    assert client.get(live).status_code == 204

    opened(parts.store, submission, 2)
    fresh = client.get(live)

    assert fresh.status_code == 200
    assert "page 0 of 2" in text_of(fresh.text)
    assert "<html" not in fresh.text


def test_a_job_that_failed_says_why_by_the_name_of_its_file(
    client: TestClient, parts: Parts
) -> None:
    submission = submit(parts.store, order("roads"))
    work = claim_opening(parts.store, submission.bells[0].id, ME, LIMITS)
    assert work is not None
    fail_run(parts.store, work.lease, Trouble(code="damaged_file", details={"reason": "cut_off"}))

    said = "Failed roads.pdf: the file is damaged"
    assert said in text_of(client.get(f"/jobs/{submission.job_id}").text)
    assert said in text_of(client.get("/").text)


def test_many_documents_are_listed_and_one_is_shown(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("roads", "bridges")).job_id

    first = client.get(f"/jobs/{job_id}").text
    second = client.get(f"/jobs/{job_id}?document=1").text

    assert "Files: 2" in text_of(first)
    assert 'aria-current="true">roads.pdf' in first
    assert 'aria-current="true">bridges.pdf' in second
    assert client.get(f"/jobs/{job_id}?document=2").status_code == 404


def test_a_long_document_comes_in_portions(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "PAGES_AT_ONCE", 2)
    job_id = read_through(parts.store, "roads", form(), pages=3)

    first = client.get(f"/jobs/{job_id}").text
    rest = client.get(f"/jobs/{job_id}?document=0&first=3").text

    assert 'id="page-2"' in first
    assert 'id="page-3"' not in first
    assert f'href="/jobs/{job_id}?document=0&amp;first=3"' in first
    assert 'id="page-3"' in rest
    assert f'href="/jobs/{job_id}?document=0&amp;first=1"' in rest


def test_cancel_and_retry_lead_back_to_the_job(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("roads")).job_id
    assert "/cancel" in client.get(f"/jobs/{job_id}").text

    page = client.post(f"/jobs/{job_id}/cancel")
    assert "Cancelled; pages read: 0 of 0" in text_of(page.text)
    assert "/retry" in page.text
    assert "/cancel" not in page.text

    client.post(f"/jobs/{job_id}/retry")
    assert find_job(parts.store, job_id).state == "running"


def test_nothing_is_offered_that_would_be_refused(client: TestClient, parts: Parts) -> None:
    doubtful = missing(seed_forms()[0], "/total/score")
    job_id = read_through(parts.store, "roads", doubtful)

    page = client.get(f"/jobs/{job_id}").text

    assert find_job(parts.store, job_id).state == "needs_review"
    assert "/retry" not in page
    assert "/cancel" not in page


def test_deleting_says_what_goes_before_and_what_went_after(
    client: TestClient, parts: Parts
) -> None:
    job_id = read_through(parts.store, "roads", form(), pages=2)

    asked = text_of(client.get(f"/jobs/{job_id}/delete").text)
    assert "(files: 1), readings and pictures (pages: 2), the records (forms: 1)" in asked
    assert find_job(parts.store, job_id).progress.forms == 1

    told = text_of(client.post(f"/jobs/{job_id}/delete").text)
    assert "Deleted files: 1, pages: 2, records: 1, corrections: 0." in told
    with pytest.raises(JobNotFound):
        find_job(parts.store, job_id)


def test_a_thumbnail_is_what_the_worker_made(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", form())
    draw(parts.store, parts.blobs, job_id)
    address = f"/jobs/{job_id}/documents/0/pages"

    answer = client.get(f"{address}/1/thumbnail")

    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert small.size == (50, 70)
    assert client.get(f"{address}/2/thumbnail").status_code == 404
    assert client.get(f"/jobs/{job_id}/documents/1/pages/1/thumbnail").status_code == 404


def test_a_job_that_is_not_there_is_told_as_a_page(client: TestClient) -> None:
    answer = client.get("/jobs/none")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "job_not_found" in answer.text


def test_names_in_a_document_are_shown_as_text(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", form(project=HOSTILE))

    page = client.get(f"/jobs/{job_id}").text

    assert HOSTILE in text_of(page)
    assert "<script>alert" not in page


def test_a_job_tells_what_became_of_its_callbacks(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", form(), callback_url="https://u:secret@office/told")
    address = f"/api/v1/jobs/{job_id}"
    assert client.get(address).json()["deliveries_url"] == f"{address}/deliveries"
    (waiting,) = client.get(f"{address}/deliveries").json()
    assert (waiting["event"], waiting["state"]) == ("job.succeeded", "waiting")
    assert waiting["next_at"] is not None
    assert waiting["last_status"] is None

    for status, error, again_s in ((503, f"later {HOSTILE}", 60.0), (410, "gone", None)):
        outcome = DeliveryOutcome(delivered=False, status=status, error=error, again_s=again_s)
        finish_delivery(parts.store, waiting["id"], outcome)
        shown = client.get(f"/jobs/{job_id}").text
        assert f"{status} {error}" in text_of(shown)
        assert HOSTILE not in shown
        assert "secret" not in shown
    (over,) = client.get(f"{address}/deliveries").json()
    assert (over["state"], over["last_status"], over["next_at"]) == ("given_up", 410, None)
    assert "Given up" in text_of(client.get(f"/jobs/{job_id}").text)


def test_a_job_without_a_callback_has_none(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", form())
    assert client.get(f"/api/v1/jobs/{job_id}").json()["deliveries_url"] is None
    assert client.get(f"/api/v1/jobs/{job_id}/deliveries").json() == []
    assert "Callbacks" not in client.get(f"/jobs/{job_id}").text
