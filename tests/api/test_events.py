"""Events of a job: the state at once, every change, the end."""

from __future__ import annotations

import contextlib
import http.client
import json
import signal
import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.events import Pace, Watcher
from api.parts import Parts
from core.settings import Settings
from core.store.jobs import find_job
from core.store.steering import delete_job
from core.store.submission import submit
from tests.api.serving import Server
from tests.core.store.orders import finish_job, form, opened, order
from tests.parts import eventually


@pytest.fixture(autouse=True)
def _fast(client: TestClient) -> None:
    watcher_of(client).pace = Pace(tick_s=0.02, heartbeat_s=0.1)


def watcher_of(client: TestClient) -> Watcher:
    watcher = client.app.state.watcher  # type: ignore[attr-defined]
    assert isinstance(watcher, Watcher)
    return watcher


def events(text: str) -> list[dict[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if line[:1].isalpha())
        if "event" in lines:
            found.append({**lines, "data": json.loads(lines["data"])})
    return found


def test_changes_are_told_until_the_end(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("a")).job_id
    later = threading.Timer(0.4, finish_job, (parts.store, job_id, form()))
    later.start()
    answer = client.get(f"/api/v1/jobs/{job_id}/events")
    later.join()
    told = events(answer.text)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry: ")
    assert told[0]["event"] == "progress"
    assert [it["event"] for it in told].count("end") == 1
    assert told[-1]["data"]["state"] == "succeeded"
    assert [int(it["id"]) for it in told] == sorted({int(it["id"]) for it in told})
    assert told[-1]["data"]["version"] == int(told[-1]["id"])


def test_silence_is_broken_by_a_heartbeat(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("a")).job_id
    with client.stream("GET", f"/api/v1/jobs/{job_id}/events") as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line.startswith(":")) == ": still here"
        delete_job(parts.store, job_id)
        assert "event: deleted" in list(lines)


def test_who_comes_back_is_told_only_what_is_new(client: TestClient, parts: Parts) -> None:
    submission = submit(parts.store, order("a"))
    opened(parts.store, submission, 1)
    version = str(find_job(parts.store, submission.job_id).version)
    later = threading.Timer(0.2, delete_job, (parts.store, submission.job_id))
    later.start()
    address = f"/api/v1/jobs/{submission.job_id}/events"
    answer = client.get(address, headers={"Last-Event-ID": version})
    later.join()
    assert [it["event"] for it in events(answer.text)] == ["deleted"]
    assert client.get(address).status_code == 404


def test_a_job_that_has_ended_is_told_once(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("a")).job_id
    finish_job(parts.store, job_id, form())
    (end,) = events(client.get(f"/api/v1/jobs/{job_id}/events").text)
    assert end["event"] == "end"
    again = client.get(f"/api/v1/jobs/{job_id}/events", headers={"Last-Event-ID": end["id"]})
    assert again.status_code == 204


def test_a_server_that_is_told_to_end_does_not_wait_for_listeners(
    settings: Settings, parts: Parts
) -> None:
    job_id = submit(parts.store, order("a")).job_id
    server = Server(settings)
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port)) as connection:
        connection.request("GET", f"/api/v1/jobs/{job_id}/events")
        answer = connection.getresponse()
        assert answer.readline().startswith(b"retry:")
        server.process.send_signal(signal.SIGTERM)
        assert b"event: progress" in answer.read()
    # It was given no time after which it cuts its connections.
    server.process.wait(60)


def test_the_end_of_the_server_ends_the_stream(client: TestClient, parts: Parts) -> None:
    job_id = submit(parts.store, order("a")).job_id
    watcher = watcher_of(client)
    later = threading.Timer(0.2, setattr, (watcher, "over", True))
    later.start()
    answer = client.get(f"/api/v1/jobs/{job_id}/events")
    later.join()
    assert [it["event"] for it in events(answer.text)] == ["progress"]


def test_nothing_is_kept_of_jobs_that_nobody_follows_any_more(
    client: TestClient, parts: Parts
) -> None:
    job_id = submit(parts.store, order("a")).job_id
    later = threading.Timer(0.1, finish_job, (parts.store, job_id, form()))
    later.start()
    client.get(f"/api/v1/jobs/{job_id}/events")
    later.join()
    watcher = watcher_of(client)
    eventually(lambda: not watcher._listeners and not watcher._latest, 5, "it forgets")
