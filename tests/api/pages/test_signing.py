"""Sign in with a key, sign out, change the language."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.callers import KEY_COOKIE
from api.languages import COOKIE
from api.pages.routes import own_path
from api.parts import Parts
from core.store.keys import create_key, revoke_key
from core.store.submission import submit
from tests.api.pages.desk import record_ids, text_of
from tests.core.store.orders import form, order, read_through


def test_without_keys_nobody_is_asked(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).status_code == 200


def test_with_keys_a_browser_is_led_to_sign_in_and_back(client: TestClient, parts: Parts) -> None:
    secret = create_key(parts.store, "clerk", ["read", "upload"]).secret

    asked = client.get("/records?text=x", follow_redirects=False)
    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=/records%3Ftext%3Dx"

    signed = client.post(
        "/login", data={"key": f" {secret} ", "next": "/records?text=x"}, follow_redirects=False
    )
    assert signed.headers["location"] == "/records?text=x"
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/records", follow_redirects=False).status_code == 200
    assert "/logout" in client.get("/").text


def test_the_key_of_the_cookie_serves_the_api_as_well(client: TestClient, parts: Parts) -> None:
    secret = create_key(parts.store, "clerk", ["read"]).secret
    assert client.get("/api/v1/jobs").status_code == 401

    client.cookies.set(KEY_COOKIE, secret)

    assert client.get("/api/v1/jobs").status_code == 200


def test_a_header_goes_before_the_cookie(client: TestClient, parts: Parts) -> None:
    client.cookies.set(KEY_COOKIE, create_key(parts.store, "clerk", ["read"]).secret)

    answer = client.get("/api/v1/jobs", headers={"Authorization": "Bearer dangan_wrong"})

    assert answer.status_code == 401


def test_a_wrong_or_revoked_key_is_told_so(client: TestClient, parts: Parts) -> None:
    made = create_key(parts.store, "clerk", ["read"])
    create_key(parts.store, "other", ["read"])
    revoke_key(parts.store, made.key.id)

    answer = client.post("/login", data={"key": made.secret})

    assert answer.status_code == 401
    assert "not valid or was revoked" in text_of(answer.text)
    assert "set-cookie" not in answer.headers
    assert made.secret not in answer.text


def test_signing_out_forgets_the_key(client: TestClient, parts: Parts) -> None:
    secret = create_key(parts.store, "clerk", ["read"]).secret
    client.post("/login", data={"key": secret})

    client.post("/logout")

    assert KEY_COOKIE not in client.cookies


def test_who_may_only_read_is_offered_nothing_else(client: TestClient, parts: Parts) -> None:
    made = create_key(parts.store, "reader", ["read"])
    job_id = submit(parts.store, order("roads", owner=made.key.id)).job_id
    client.cookies.set(KEY_COOKIE, made.secret)

    home, job = client.get("/").text, client.get(f"/jobs/{job_id}").text

    assert 'type="file"' not in home
    assert "/cancel" not in job
    assert "/delete" not in job
    assert client.post(f"/jobs/{job_id}/cancel").status_code == 403


def test_jobs_of_others_are_not_there(client: TestClient, parts: Parts) -> None:
    job_id = read_through(parts.store, "roads", form(), owner="somebody")
    (record,) = record_ids(parts, job_id)
    client.cookies.set(KEY_COOKIE, create_key(parts.store, "clerk", ["read", "upload"]).secret)

    assert client.get(f"/jobs/{job_id}").status_code == 404
    assert client.get(f"/jobs/{job_id}/live").status_code == 404
    assert client.post(f"/jobs/{job_id}/delete").status_code == 404
    assert client.get(f"/records/{record}").status_code == 404
    assert "roads" not in client.get("/").text
    assert "道路养护" not in client.get("/records").text
    assert "财政局" not in client.get("/records").text


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/records?text=x", "/records?text=x"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("/a\r\nb", "/"),
        ("/\t/elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_the_way_back_never_leads_elsewhere(path: str, taken: str) -> None:
    assert own_path(path) == taken


def test_the_language_is_remembered(client: TestClient) -> None:
    assert 'lang="en"' in client.get("/").text

    answer = client.post("/language", data={"lang": "zh", "next": "/records"})

    assert answer.url.path == "/records"
    assert 'lang="zh-CN"' in answer.text
    assert client.cookies[COOKIE] == "zh"
    assert client.post("/language", data={"lang": "xx"}).status_code == 422
