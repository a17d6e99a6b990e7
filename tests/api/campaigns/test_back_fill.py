"""A campaign over HTTP: the manifest goes in, bytes follow, how it stands comes out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.campaigns.examples import COMPARED, FAILURES, ITEM, MANIFEST, PROGRESS, REFUSED_ITEM
from api.campaigns.manifest import ManifestIn
from api.campaigns.standing import FailureList
from api.parts import Parts
from core.settings import Settings
from core.store.campaign_progress import CampaignProgress
from core.store.campaigns import create_campaign
from core.store.items import ItemView
from core.store.keys import KeyLimits, create_key
from core.store.rereading import ComparedList
from core.store.tables import Document, Job, LooseBlob, Run
from tests.core.store.orders import finish_job, form

CAMPAIGNS = "/api/v1/campaigns"
URL = f"{CAMPAIGNS}/回填"
PDF = b"%PDF-1.7 one"
PNG = b"\x89PNG\r\n\x1a\n two"


def begun(client: TestClient, files: dict[str, bytes], **more: object) -> dict[str, str]:
    """Make the campaign with a manifest of these files; return their ids by path."""
    assert client.post(CAMPAIGNS, json={"name": "回填"}).status_code in {200, 201}
    rows = [
        {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **more}
        for path, content in files.items()
    ]
    assert client.post(f"{URL}/manifest", json={"rows": rows}).status_code == 200
    return {item["path"]: item["id"] for item in client.get(f"{URL}/items").json()["items"]}


def put(client: TestClient, item_id: str, content: bytes) -> Response:
    return client.put(f"{URL}/items/{item_id}/content", content=content)


def states(client: TestClient) -> dict[str, str]:
    return {item["path"]: item["state"] for item in client.get(f"{URL}/items").json()["items"]}


def count(parts: Parts, table: type) -> int:
    with parts.store.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def files_of(settings: Settings) -> list[Path]:
    return [path for path in settings.data.rglob("*") if path.is_file() and ".db" not in path.name]


def test_a_campaign_is_made_once(client: TestClient) -> None:
    made = client.post(CAMPAIGNS, json={"name": " 回填 ", "priority": "bulk"})
    assert (made.status_code, made.json()["name"], made.json()["items"]) == (201, "回填", 0)
    again = client.post(CAMPAIGNS, json={"name": "回填", "priority": "interactive"})
    assert (again.status_code, again.json()) == (200, made.json())
    assert client.get(URL).json() == made.json()
    assert client.get(f"{CAMPAIGNS}/{made.json()['id']}").json() == made.json()
    assert client.get(f"{CAMPAIGNS}/nobody").json()["code"] == "campaign_not_found"
    assert client.post(CAMPAIGNS, json={"name": " "}).json()["code"] == "bad_request"


def test_files_come_in_once_and_their_copies_with_them(client: TestClient, parts: Parts) -> None:
    ids = begun(client, {"2023/a.pdf": PDF, "年.zip!/b.png": PNG, "2022/a.pdf": PDF})
    wanted = client.get(f"{URL}/wanted", params={"limit": 2}).json()
    assert [item["path"] for item in wanted["items"]] == ["2023/a.pdf", "年.zip!/b.png"]
    rest = client.get(f"{URL}/wanted", params={"cursor": wanted["next"]}).json()
    assert ([item["path"] for item in rest["items"]], rest["next"]) == (["2022/a.pdf"], None)
    taken = put(client, ids["2023/a.pdf"], PDF)
    assert (taken.status_code, taken.json()["state"]) == (201, "queued"), taken.text
    assert put(client, ids["2023/a.pdf"], PDF).status_code == 200
    assert put(client, ids["年.zip!/b.png"], PNG).status_code == 201
    assert client.get(f"{URL}/wanted").json()["items"] == []
    assert states(client)["2022/a.pdf"] == "duplicate"
    assert (count(parts, Job), count(parts, Document), count(parts, LooseBlob)) == (2, 2, 0)
    job = client.get(f"/api/v1/jobs/{taken.json()['job_id']}").json()
    assert (job["documents"][0]["name"], job["priority"]) == ("a.pdf", "bulk")
    finish_job(parts.store, job["id"], form("f1", "ok"))
    progress = client.get(f"{URL}/progress").json()
    told = {state: number for state, number in progress["states"].items() if number}
    assert (told, progress["records"]) == ({"done": 1, "queued": 1, "duplicate": 1}, 1)
    below = client.get(f"{URL}/items", params={"under": "年.zip!/", "state": "queued"}).json()
    assert [item["id"] for item in below["items"]] == [ids["年.zip!/b.png"]]
    assert client.get(f"{URL}/items/{ids['2023/a.pdf']}").json()["state"] == "done"
    assert client.get(f"{URL}/items/nobody").json()["code"] == "item_not_found"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [(b"", 422, "empty_file"), (b"GIF89a", 415, "unsupported_type"), (b"PK\x03\x04 zip", 415, "")],
)
def test_what_is_no_scan_is_refused_with_its_copies_and_leaves_nothing(
    client: TestClient, parts: Parts, settings: Settings, content: bytes, status: int, code: str
) -> None:
    code = code or "unsupported_type"
    ids = begun(client, {"a.pdf": content, "copy.pdf": content})
    answer = put(client, ids["a.pdf"], content)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert states(client) == {"a.pdf": "refused", "copy.pdf": "refused"}
    assert client.get(f"{URL}/wanted").json()["items"] == []
    told = client.get(f"{URL}/failures").json()["items"]
    assert told == [{"code": code, "files": 2, "pages": 0, "paths": ["a.pdf", "copy.pdf"]}]
    found = client.get(f"{URL}/items", params={"code": code}).json()["items"]
    assert [item["trouble"]["code"] for item in found] == [code, code]
    assert (count(parts, Job), count(parts, LooseBlob), files_of(settings)) == (0, 0, [])


def test_other_bytes_than_the_manifest_names_are_not_taken(
    client: TestClient, parts: Parts, settings: Settings
) -> None:
    ids = begun(client, {"a.pdf": PDF})
    answer = put(client, ids["a.pdf"], PDF + b" and more")
    assert (answer.status_code, answer.json()["code"]) == (409, "item_changed")
    large = put(client, ids["a.pdf"], PDF + bytes(1_000_000))
    assert (large.status_code, large.json()["code"]) == (413, "upload_too_large")
    pieces = client.put(
        f"{URL}/items/{ids['a.pdf']}/content", content=iter([PDF, bytes(1_000_000)])
    )
    assert (pieces.status_code, pieces.json()["code"]) == (413, "upload_too_large")
    assert states(client) == {"a.pdf": "planned"}
    assert (count(parts, Job), count(parts, LooseBlob), files_of(settings)) == (0, 0, [])
    assert put(client, "nobody", PDF).json()["code"] == "item_not_found"


def test_rows_are_bounded_and_checked(client: TestClient) -> None:
    client.post(CAMPAIGNS, json={"name": "回填"})
    rows: list[dict[str, Any]] = [
        {"path": f"{number}", "standing": "vanished"} for number in range(1000)
    ]
    taken = client.post(f"{URL}/manifest", json={"rows": rows})
    assert taken.json() == {"new": 1000, "changed": 0, "known": 0}
    many = client.post(f"{URL}/manifest", json={"rows": [*rows, {**rows[0], "path": "1000"}]})
    assert (many.status_code, many.json()["code"]) == (422, "bad_request")
    unhashed = client.post(f"{URL}/manifest", json={"rows": [{"path": "a"}]})
    assert unhashed.status_code == 422
    assert len(client.get(f"{URL}/items", params={"limit": 1000}).json()["items"]) == 1000


def test_a_campaign_rests_goes_on_and_is_hurried(client: TestClient, parts: Parts) -> None:
    ids = begun(client, {"a.pdf": PDF})
    assert client.post(f"{URL}/pause").json()["state"] == "paused"
    assert put(client, ids["a.pdf"], PDF).status_code == 201
    assert parked(parts) == [True]
    assert client.post(f"{URL}/resume").json()["state"] == "running"
    assert parked(parts) == [False]
    hurried = client.post(f"{URL}/priority", json={"priority": "interactive"})
    assert hurried.json()["priority"] == "interactive"
    with parts.store.reading() as session:
        assert session.scalars(select(Run.priority)).all() == ["interactive"]


def parked(parts: Parts) -> list[bool]:
    with parts.store.reading() as session:
        return list(session.scalars(select(Run.parked)))


def test_what_an_older_pipeline_read_is_read_again_and_compared(
    client: TestClient, parts: Parts
) -> None:
    ids = begun(client, {"a.pdf": PDF})
    job_id = put(client, ids["a.pdf"], PDF).json()["job_id"]
    finish_job(parts.store, job_id, form("f1", "ok"))
    assert client.post(f"{URL}/rerun", json={"what": "failed"}).json() == {"started": 0, "left": 0}
    with parts.store.writing() as session:
        session.scalars(select(Run)).one().pipeline = "1-older"
    again = client.post(f"{URL}/rerun", json={"what": "outdated"})
    assert again.json() == {"started": 1, "left": 0}
    item = client.get(f"{URL}/items/{ids['a.pdf']}").json()
    assert (item["state"], item["job_id"] == job_id) == ("queued", False)
    finish_job(parts.store, item["job_id"], form("f2", "ok"))
    (compared,) = client.get(f"{URL}/differences").json()["items"]
    assert (compared["path"], compared["before"]) == ("a.pdf", "1-older")
    assert [it["form_id"] for it in compared["differences"]] == ["f1", "f2"]


def test_each_key_sees_its_own_campaigns_as_far_as_its_scopes_go(
    client: TestClient, parts: Parts
) -> None:
    def called(method: str, step: str, secret: str, json: object = None) -> Response:
        headers = {"Authorization": f"Bearer {secret}"}
        return client.request(method, f"{CAMPAIGNS}{step}", headers=headers, json=json)

    filler = create_key(parts.store, "scanner", ["upload"]).secret
    reader = create_key(parts.store, "reader", ["read"]).secret
    made = called("POST", "", filler, json={"name": "回填"})
    assert made.status_code == 201
    assert called("GET", "/回填/wanted", filler).json() == {"items": [], "next": None}
    assert called("GET", "/回填/items", filler).json()["code"] == "scope_needed"
    assert called("GET", "/回填/wanted", reader).json()["code"] == "campaign_not_found"
    for step in ("/回填/manifest", "/回填/pause", ""):
        answer = called("POST", step, reader, json={"rows": [], "name": "回填"})
        assert answer.json()["code"] == "scope_needed", step
    admin = create_key(parts.store, "admin", ["admin"]).secret
    assert called("GET", f"/{made.json()['id']}/progress", admin).json()["pages"] == 0


def test_bytes_count_as_one_call(client: TestClient, parts: Parts) -> None:
    limits = KeyLimits(rate_per_s=0.5)
    key = create_key(parts.store, "scanner", ["upload"], limits=limits)
    create_campaign(parts.store, key.key.id, "回填")
    for _ in range(2):
        answer = client.put(
            f"{URL}/items/nobody/content",
            content=PDF,
            headers={"Authorization": f"Bearer {key.secret}"},
        )
        assert answer.json()["code"] == "item_not_found"


def test_the_examples_are_what_is_answered() -> None:
    for model, example in (
        (ItemView, ITEM),
        (ItemView, REFUSED_ITEM),
        (CampaignProgress, PROGRESS),
        (FailureList, FAILURES),
        (ComparedList, COMPARED),
    ):
        assert model.model_validate(example).model_dump(mode="json") == example
    assert len(ManifestIn.model_validate(MANIFEST).rows) == len(MANIFEST["rows"])
