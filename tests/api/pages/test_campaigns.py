"""Campaigns as pages: the list, one of them live, its files, its buttons, what was read again."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from api.parts import Parts
from core.store.campaigns import create_campaign, find_campaign
from core.store.items import list_items
from core.store.keys import create_key
from core.store.rereading import rerun_outdated
from core.store.tables import Run
from tests.api.pages.backfill import NAME, READ, backfill
from tests.api.pages.desk import HOSTILE, attribute, text_of
from tests.core.store.orders import finish_job, form

URL = f"/campaigns/{quote(NAME)}"


def test_the_list_tells_how_campaigns_stand(client: TestClient, parts: Parts) -> None:
    assert "no campaigns yet" in text_of(client.get("/campaigns").text)
    backfill(parts.store, parts.blobs)
    create_campaign(parts.store, "", "a/b")
    page = client.get("/campaigns").text
    assert f"{NAME} under way page 12 of 13 12/17 12" in text_of(page)
    assert "a/b empty" in text_of(page)
    live = attribute(page, "hx-get")
    assert client.get(live).status_code == 204
    create_campaign(parts.store, "", "another")
    assert "another" in client.get(live).text
    # A name that no path can hold is known by its id.
    url = f"/campaigns/{find_campaign(parts.store, 'a/b').id}"
    assert f'href="{url}"' in page
    assert "a/b" in text_of(client.get(url).text)


def test_a_campaign_tells_its_states_and_what_failed(client: TestClient, parts: Parts) -> None:
    backfill(parts.store, parts.blobs)
    page = client.get(URL).text
    text = text_of(page)
    for told in ("Files 12 / 17", "Pages 12 / 13", "Records 12"):
        assert told in text
    assert "damaged file damaged_file 1 0 2021/教育局/损坏.pdf" in text
    assert "PDF with a password encrypted_file 1 0 2021/教育局/有密码.pdf" in text
    for link in ("coverage", "acceptance", "differences", "files"):
        assert client.get(f"{URL}/{link}").status_code == 200
        assert f'href="{URL}/{link}"' in page
    live = attribute(page, "hx-get")
    assert client.get(live).status_code == 204
    client.post(f"{URL}/pause")
    assert "paused" in text_of(client.get(live).text)


def test_downloads_are_those_of_the_campaign(client: TestClient, parts: Parts) -> None:
    backfill(parts.store, parts.blobs)
    backfill(parts.store, parts.blobs, "另一批")
    page = client.get(URL).text
    links = [link for link in page.split('href="') if link.startswith("/api/v1/exports")]
    assert len(links) == 3
    lines = client.get("/api/v1/exports/records.jsonl", params={"campaign": NAME}).text
    assert lines.count('"kind": "form"') == READ
    assert client.get("/api/v1/records", params={"campaign": "none"}).json()["records"] == []
    assert "项目11" in text_of(client.get("/records", params={"campaign": NAME}).text)
    assert client.get(f"/api/v1{URL}/catalogue.csv").status_code == 200


def test_files_are_listed_by_state_and_by_reason(client: TestClient, parts: Parts) -> None:
    backfill(parts.store, parts.blobs)
    every = client.get(f"{URL}/files").text
    assert HOSTILE not in every
    assert f"2021/财政局/{HOSTILE}.pdf" in text_of(every)
    assert "2021 · 财政局 · box 012 · item 0001 · archive number X043-00000" in text_of(every)
    locked = text_of(client.get(f"{URL}/files", params={"code": "encrypted_file"}).text)
    assert "2021/教育局/有密码.pdf" in locked
    assert "损坏" not in locked
    missing = text_of(client.get(f"{URL}/files", params={"state": "missing"}).text)
    assert "=目录第9行" in missing
    assert client.get(f"{URL}/files", params={"state": "nonsense"}).status_code == 422


def test_buttons_pause_hurry_and_go_on(client: TestClient, parts: Parts) -> None:
    backfill(parts.store, parts.blobs)
    for path, told in (("pause", "paused"), ("resume", "running")):
        answer = client.post(f"{URL}/{path}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, URL)
        assert find_campaign(parts.store, NAME).state == told
    client.post(f"{URL}/priority", data={"priority": "interactive"})
    assert find_campaign(parts.store, NAME).priority == "interactive"
    assert "No longer first" in text_of(client.get(URL).text)


def test_what_failed_is_read_again_after_a_question(client: TestClient, parts: Parts) -> None:
    campaign = backfill(parts.store, parts.blobs)
    asked = client.get(f"{URL}/rerun", params={"what": "failed"})
    assert "1 files gave nothing" in text_of(asked.text)
    states = {item.path: item.state for item in list_items(parts.store, campaign.id).items}
    assert states["2021/教育局/损坏.pdf"] == "failed"
    client.post(f"{URL}/rerun", data={"what": "failed"})
    states = {item.path: item.state for item in list_items(parts.store, campaign.id).items}
    assert states["2021/教育局/损坏.pdf"] == "queued"


def test_what_two_readings_differ_in_is_shown(client: TestClient, parts: Parts) -> None:
    campaign = backfill(parts.store, parts.blobs)
    assert "No file was read again" in text_of(client.get(f"{URL}/differences").text)
    with parts.store.accepting() as session:
        session.execute(update(Run).values(pipeline="older"))
    assert "12 files were read by an older version" in text_of(
        client.get(f"{URL}/rerun", params={"what": "outdated"}).text
    )
    rerun_outdated(parts.store, campaign.id, limit=1)
    again = next(
        item for item in list_items(parts.store, campaign.id).items if item.state == "queued"
    )
    assert again.job_id is not None
    finish_job(parts.store, again.job_id, form("f1", "ok", project=HOSTILE))
    page = client.get(f"{URL}/differences").text
    assert HOSTILE not in page
    assert f"{HOSTILE}" in text_of(page)
    assert "older →" in text_of(page)
    # Under the form that they are of, with its page.
    assert page.index("<h3>") < page.index("pages 1") < page.index("<table")


@pytest.mark.parametrize("path", ["pause", "resume", "priority", "rerun"])
def test_who_may_only_read_changes_nothing(client: TestClient, parts: Parts, path: str) -> None:
    backfill(parts.store, parts.blobs)
    reader = create_key(parts.store, "reader", ["read", "admin"])
    plain = create_key(parts.store, "plain", ["read"])
    headers = {"Authorization": f"Bearer {reader.secret}"}
    assert "Pause" in text_of(client.get(URL, headers=headers).text)
    headers = {"Authorization": f"Bearer {plain.secret}"}
    data = {"priority": "bulk", "what": "failed"}
    assert client.post(f"{URL}/{path}", data=data, headers=headers).status_code == 403
    # Campaigns of other owners are not there.
    assert client.get(URL, headers=headers).status_code == 404
