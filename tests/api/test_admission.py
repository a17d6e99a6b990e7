"""Who is let in, at what pace, and what every answer says."""

from __future__ import annotations

import threading

import pytest
from starlette.testclient import TestClient

from api.admission import Rates, host_name
from api.app import create_app
from api.parts import Parts
from core.errors import KeysMissing, RateExceeded
from core.settings import Settings
from core.store.keys import KeyLimits, create_key, revoke_key

JOBS = "/api/v1/jobs"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("host", ["localhost:8760", "127.0.0.1", "[::1]:80", "127.0.0.9:1"])
def test_names_of_this_machine_are_answered(client: TestClient, host: str) -> None:
    assert client.get(JOBS, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8760", "[::1", "", "localhost@x"]
)
def test_other_names_are_not_while_there_is_no_key(
    client: TestClient, parts: Parts, host: str
) -> None:
    answer = client.get(JOBS, headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host")
    key = create_key(parts.store, "li", ["read"])
    assert client.get(JOBS, headers={"Host": host, **bearer(key.secret)}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_what_another_site_sends_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(JOBS, files={"files": b"%PDF-"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


def test_a_key_in_an_address_is_refused(client: TestClient, parts: Parts) -> None:
    key = create_key(parts.store, "li", ["read"])
    for name in ("key", "access_token"):
        answer = client.get(JOBS, params={name: key.secret}, headers=bearer(key.secret))
        assert (answer.status_code, answer.json()["code"]) == (400, "key_in_address")


def test_a_revoked_key_opens_nothing_at_once_and_the_last_one_closes_the_service(
    client: TestClient, parts: Parts
) -> None:
    key = create_key(parts.store, "li", ["admin"])
    assert client.get(JOBS, headers=bearer(key.secret)).status_code == 200
    revoke_key(parts.store, key.key.id)
    refused = client.get(JOBS, headers=bearer(key.secret))
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert client.get(JOBS).status_code == 401


def test_a_key_that_calls_too_often_is_told_when_to_come_back(
    settings: Settings, parts: Parts
) -> None:
    key = create_key(parts.store, "li", ["read"])
    other = create_key(parts.store, "wang", ["read"])
    slow = settings.model_copy(update={"rate_per_s": 0.5})
    with TestClient(create_app(slow), base_url="http://127.0.0.1") as client:
        answers = [client.get(JOBS, headers=bearer(key.secret)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[2].json()["retryable"] is True
        assert 1 <= int(answers[2].headers["retry-after"]) <= 2
        assert client.get(JOBS, headers=bearer(other.secret)).status_code == 200


def test_a_key_may_have_limits_of_its_own(client: TestClient, parts: Parts) -> None:
    slow = create_key(parts.store, "li", ["read"], KeyLimits(rate_per_s=0.25))
    small = create_key(parts.store, "wang", ["upload"], KeyLimits(upload_mb=2))
    other = create_key(parts.store, "zhao", ["upload"])
    answers = [client.get(JOBS, headers=bearer(slow.secret)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    # The installation takes 1 MB at a time, of this key 2.
    for megabytes, key, status in ((1.5, other, 413), (1.5, small, 202), (2.5, small, 413)):
        scan = b"%PDF-1.7 " + bytes(int(megabytes * 1e6))
        answer = client.post(JOBS, files={"files": ("a.pdf", scan)}, headers=bearer(key.secret))
        assert answer.status_code == status, (megabytes, answer.json())


def test_a_bucket_holds_under_threads() -> None:
    rates = Rates(per_s=0.001, burst_s=10_000)
    taken = []

    def take() -> None:
        for _ in range(10):
            try:
                rates.take("k")
            except RateExceeded:
                return
            taken.append(1)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 10


def test_every_answer_is_safe_to_show(client: TestClient) -> None:
    for path in (JOBS, "/nowhere", "/docs", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'self'" in headers["content-security-policy"]
        assert ("unsafe-inline" in headers["content-security-policy"]) == (path == "/docs")


def test_the_pages_of_the_docs_load_nothing_from_elsewhere(client: TestClient) -> None:
    for path in ("/docs", "/redoc"):
        page = client.get(path).text
        assert "//" not in page.replace("http://www.w3.org", "").replace("<!--", "")


def test_it_does_not_start_where_others_could_come_in_without_a_key(
    settings: Settings, parts: Parts
) -> None:
    wide = settings.model_copy(update={"host": "0.0.0.0"})
    with pytest.raises(KeysMissing), TestClient(create_app(wide)):
        pytest.fail("it started")
    create_key(parts.store, "li", ["read"])
    with TestClient(create_app(wide)) as client:
        assert client.get(JOBS).status_code == 401


def test_hosts() -> None:
    assert host_name("[::1]:8760") == "::1"
    assert host_name("LocalHost:1") == "localhost"
    assert host_name("[") == ""
