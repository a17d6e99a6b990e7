"""What supervisors and Prometheus are told."""

from __future__ import annotations

import shutil

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from core.settings import Settings


def test_the_process_answers(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"ok": True}


def test_uploads_can_be_taken_in_though_nobody_works_yet(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    found = {part["name"]: (part["ok"], part["why"]) for part in answer.json()["parts"]}
    assert found["database"] == found["blobs"] == (True, None)
    assert found["workers"] == found["scheduler"] == (False, "not_seen_lately")


def test_without_a_place_for_bytes_the_service_is_not_ready(
    client: TestClient, settings: Settings
) -> None:
    blobs = settings.data / "blobs"
    shutil.rmtree(blobs, ignore_errors=True)
    blobs.write_text("a file stands in the way")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {part["name"] for part in answer.json()["parts"] if not part["ok"]} >= {"blobs"}


def test_metrics_count_the_jobs(client: TestClient) -> None:
    client.post("/api/v1/jobs", files=[("files", ("a.pdf", b"%PDF-1.7 x"))])
    families = text_string_to_metric_families(client.get("/metrics").text)
    jobs = next(family for family in families if family.name == "dangan_jobs")
    assert {sample.labels["state"]: sample.value for sample in jobs.samples}["queued"] == 1
