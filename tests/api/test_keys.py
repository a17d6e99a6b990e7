"""Keys over the API."""

from __future__ import annotations

from starlette.testclient import TestClient

from api.parts import Parts
from core.store.keys import create_key

KEYS = "/api/v1/keys"


def test_a_key_is_made_used_listed_and_revoked(client: TestClient) -> None:
    made = client.post(KEYS, json={"name": " 管理 ", "scopes": ["admin"]})
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert client.get(KEYS).status_code == 401
    headers = {"Authorization": f"Bearer {secret}"}
    (listed,) = client.get(KEYS, headers=headers).json()
    assert listed == made.json()["key"]
    assert (listed["name"], listed["revoked"]) == ("管理", None)
    assert secret not in client.get(KEYS, headers=headers).text
    revoked = client.delete(f"{KEYS}/{listed['id']}", headers=headers)
    assert revoked.json()["revoked"] is not None
    assert client.get(KEYS, headers=headers).status_code == 401


def test_only_an_admin_may(client: TestClient, parts: Parts) -> None:
    key = create_key(parts.store, "li", ["upload", "read", "review"])
    headers = {"Authorization": f"Bearer {key.secret}"}
    asked = {"name": "x", "scopes": ["admin"]}
    answers = [
        client.post(KEYS, json=asked, headers=headers),
        client.get(KEYS, headers=headers),
        client.delete(f"{KEYS}/{key.key.id}", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_what_is_no_key_is_refused(client: TestClient) -> None:
    for wrong in ({"name": "", "scopes": ["read"]}, {"name": "x", "scopes": []}, {"name": "x"}):
        assert client.post(KEYS, json=wrong).status_code == 422
    missing = client.delete(f"{KEYS}/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "key_not_found")
