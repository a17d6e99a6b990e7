"""The calls whose SQL differs between the databases, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.parts import Parts, opened
from core.places import open_settled_store
from core.settings import Settings
from core.store import upgrade
from core.store.keys import create_key
from tests.api.finished import finished
from tests.core.store.orders import finish_job, form

API = "/api/v1"


@pytest.fixture
def on_postgresql(settings: Settings, postgresql_url: str) -> Iterator[Parts]:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS api WITH (FORCE)")
        connection.execute("CREATE DATABASE api")
    url = postgresql_url.replace("/postgres?", "/api?")
    there = settings.model_copy(update={"database_url": url})
    store = open_settled_store(there)
    upgrade(store)
    store.close()
    with opened(there) as parts:
        yield parts


def test_uploads_records_campaigns_and_events(on_postgresql: Parts) -> None:
    parts = on_postgresql
    with TestClient(create_app(parts.settings), base_url="http://127.0.0.1") as client:
        files = [("files", ("甲.pdf", b"%PDF-1.7 one")), ("files", ("乙.pdf", b"%PDF-1.7 two"))]
        key = {"Idempotency-Key": "once"}
        job = client.post(f"{API}/jobs", files=files, data={"campaign": "回填"}, headers=key).json()
        again = client.post(f"{API}/jobs", files=files, data={"campaign": "回填"}, headers=key)
        assert again.json()["id"] == job["id"]
        finish_job(parts.store, job["id"], form("f1", "review", "道路%养护"))
        assert "event: end" in client.get(job["events_url"]).text
        assert len(client.get(job["result_url"]).json()) == 2
        (campaign,) = client.get(f"{API}/campaigns").json()
        assert (campaign["name"], campaign["items"]) == ("回填", 2)
        found = client.get(
            f"{API}/records", params={"text": "%", "year": 2023, "job": job["id"], "limit": 1}
        ).json()
        assert found["next"] is not None
        url = found["records"][0]["url"]
        change = {"pointer": "/project_name", "value": "桥梁养护"}
        changed = client.patch(url, json=change, headers={"If-Match": '"1"'})
        assert changed.json()["status"] == "corrected"
        assert client.get(f"{url}/history").json()[0]["before"] == "道路%养护"
        lines = client.get(f"{API}/exports/records.jsonl").text
        assert lines.count("\n") == 2
        assert "桥梁养护" in lines
        assert client.get(f"{API}/records", params={"text": "\x00"}).status_code == 422
        assert client.delete(job["status_url"]).json()["records"] == 2


def test_records_of_others_are_not_seen(on_postgresql: Parts) -> None:
    parts = on_postgresql
    mine = create_key(parts.store, "li", ["read"])
    other = create_key(parts.store, "wang", ["read"])
    finished(parts, owner=mine.key.id)
    with TestClient(create_app(parts.settings), base_url="http://127.0.0.1") as client:
        seen = [
            len(
                client.get(
                    f"{API}/records", headers={"Authorization": f"Bearer {key.secret}"}
                ).json()["records"]
            )
            for key in (mine, other)
        ]
    assert seen == [1, 0]
