"""The first page: what an empty archive says, the list of jobs, and how it keeps itself up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.pages import home
from api.parts import Parts
from core.store.jobs import job_documents, list_jobs
from core.store.submission import submit
from tests.api.pages.desk import HOSTILE, attribute, text_of
from tests.core.store.orders import form, opened, order, read_through


def test_an_empty_archive_says_what_to_do_and_offers_the_sample(client: TestClient) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "No jobs yet" in text_of(page.text)
    assert 'action="/sample"' in page.text
    assert 'type="file"' in page.text


def test_without_the_sample_there_is_no_button_for_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(home, "SAMPLE", tmp_path / "sample.pdf")

    assert 'action="/sample"' not in client.get("/").text
    assert client.post("/sample").status_code == 404


def test_the_sample_is_one_click_away(client: TestClient, parts: Parts) -> None:
    answer = client.post("/sample", follow_redirects=False)

    (job,) = list_jobs(parts.store).jobs
    (document,) = job_documents(parts.store, job.id)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/jobs/{job.id}"
    assert document.name == "songjiang-2023.pdf"
    assert parts.blobs.has(document.sha256)
    assert 'action="/sample"' not in client.get("/").text


def test_jobs_are_listed_with_what_became_of_them(client: TestClient, parts: Parts) -> None:
    done = read_through(parts.store, "roads", form(), pages=2)
    waiting = submit(parts.store, order("bridges", "tunnels")).job_id

    text = text_of(client.get("/").text)

    assert "roads.pdf Done Pages: 2, forms: 1. Nothing to check." in text
    assert "bridges.pdf and 1 more Queued" in text
    assert f'href="/jobs/{done}"' in client.get("/").text
    assert f'href="/jobs/{waiting}"' in client.get("/").text


def test_the_list_comes_anew_only_when_it_changed(client: TestClient, parts: Parts) -> None:
    submission = submit(parts.store, order("roads"))
    live = attribute(client.get("/").text, "hx-get")
    assert client.get(live).status_code == 204

    opened(parts.store, submission, 2)
    fresh = client.get(live)

    assert fresh.status_code == 200
    assert attribute(fresh.text, "hx-get") != live
    assert "page 0 of 2" in text_of(fresh.text)
    assert fresh.text.lstrip().startswith('<section id="jobs"')


def test_it_asks_often_while_something_is_going_on(client: TestClient, parts: Parts) -> None:
    read_through(parts.store, "roads", form())
    assert attribute(client.get("/").text, "hx-trigger") == "every 10s"

    submit(parts.store, order("bridges"))
    assert attribute(client.get("/").text, "hx-trigger") == "every 1s"


def test_older_jobs_are_a_page_away(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "JOBS_A_PAGE", 2)
    for name in ("first", "second", "third"):
        submit(parts.store, order(name))

    newest = client.get("/").text
    (cursor,) = [part for part in newest.split('"') if part.startswith("/?cursor=")]
    older = client.get(cursor).text

    assert "third.pdf" in newest
    assert "first.pdf" not in newest
    assert "first.pdf" in older
    assert "third.pdf" not in older


def test_the_name_of_a_file_is_shown_as_text(client: TestClient, parts: Parts) -> None:
    hostile = order("x").uploads[0].model_copy(update={"name": HOSTILE})
    submit(parts.store, order("x").model_copy(update={"uploads": (hostile,)}))

    page = client.get("/").text

    assert HOSTILE in text_of(page)
    assert "<script>alert" not in page
