"""Another site's page must not act through somebody's browser."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.parts import Parts
from core.store.jobs import find_job
from core.store.submission import submit
from tests.core.store.orders import order

HOST = "127.0.0.1:8760"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HOST}"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": f"http://{HOST}0"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("root", ["/api/v1", ""])
def test_what_another_site_sends_is_refused(
    client: TestClient, parts: Parts, root: str, headers: dict[str, str]
) -> None:
    job_id = submit(parts.store, order("roads")).job_id

    answer = client.post(f"{root}/jobs/{job_id}/cancel", headers=headers)

    assert answer.status_code == 403
    assert answer.json()["code"] == "foreign_origin"
    assert find_job(parts.store, job_id).state == "queued"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{HOST}"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{HOST}"},
    ],
)
def test_programs_and_our_own_pages_pass(
    client: TestClient, parts: Parts, headers: dict[str, str]
) -> None:
    job_id = submit(parts.store, order("roads")).job_id

    answer = client.post(f"/api/v1/jobs/{job_id}/cancel", headers=headers)

    assert answer.status_code == 200


def test_looking_is_free(client: TestClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
