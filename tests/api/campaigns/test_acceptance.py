"""Acceptance of a campaign by the API."""

from __future__ import annotations

from starlette.testclient import TestClient

from api.examples import ACCEPTANCE, SAMPLE
from api.parts import Parts
from core.store.acceptance import AcceptanceView, SampleView
from core.store.campaigns import create_campaign
from core.store.items import ManifestRow, add_manifest, wanted_items
from core.store.submission import Upload
from core.store.taking import take_item
from tests.core.store.orders import finish_job, form, sha_of

URL = "/api/v1/campaigns/回填/acceptance"


def campaign(parts: Parts) -> None:
    made, _ = create_campaign(parts.store, "", "回填")
    missing = ManifestRow(path="=目录第3行", standing="missing")
    file = ManifestRow(path="a.pdf", size=7, sha256=sha_of("a"), fiscal_year=2020)
    add_manifest(parts.store, made.id, [missing])
    add_manifest(parts.store, made.id, [file])
    upload = Upload(name="a.pdf", sha256=sha_of("a"), size=7, media_type="application/pdf")
    (item,) = wanted(parts, made.id)
    job_id = take_item(parts.store, made.id, item, upload).item.job_id
    assert job_id is not None
    finish_job(parts.store, job_id, form("f1", "ok"))


def wanted(parts: Parts, campaign_id: str) -> tuple[str, ...]:
    return tuple(item.id for item in wanted_items(parts.store, campaign_id).items)


def test_a_sample_is_drawn_looked_at_and_judged(client: TestClient, parts: Parts) -> None:
    campaign(parts)
    assert client.get(URL).json()["code"] == "nothing_drawn"
    drawn = client.post(f"{URL}/sample", json={"seed": 5, "figures": {"machine": 0.5}})
    assert (drawn.status_code, drawn.json()["drawn"]) == (201, 1), drawn.text
    (sample,) = client.get(f"{URL}/sample").json()["samples"]
    finding = {"item": sample["item"]["id"], "picture": True, "match": True, "values": False}
    failed = client.post(f"{URL}/findings", json={**finding, "note": "=少一位"})
    assert (failed.status_code, failed.json()["outcome"]["verdict"]) == (201, "fail")
    answer = client.get(f"{URL}/reworks.csv", headers={"Accept-Language": "zh"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    _, missing, wrong = answer.content.decode("utf-8-sig").splitlines()
    assert missing == "'=目录第3行,,,,,,目录有而文件缺,,,"
    assert wrong.startswith("a.pdf,2020,,,,,内容有误,'=少一位,")
    passed = client.post(f"{URL}/findings", json={**finding, "values": True})
    assert client.get(URL).json() == passed.json()
    assert passed.json()["outcome"]["verdict"] == "pass"


def test_the_sheet_comes_as_pdf_and_no_sample_is_too_small(
    client: TestClient, parts: Parts
) -> None:
    campaign(parts)
    small = client.post(f"{URL}/sample", json={"figures": {"sample": 0.01}})
    assert (small.status_code, small.json()["code"]) == (422, "sample_too_small")
    assert client.get(f"{URL}/sheet?format=pdf").json()["code"] == "nothing_drawn"
    client.post(f"{URL}/sample", json={"seed": 5})
    sheet = client.get(f"{URL}/sheet?format=pdf")
    assert sheet.status_code == 200, sheet.text
    assert sheet.headers["content-type"] == "application/pdf"
    assert 'filename="dangan-acceptance.pdf"' in sheet.headers["content-disposition"]
    assert sheet.content.startswith(b"%PDF-")


def test_what_is_not_there_is_a_problem(client: TestClient, parts: Parts) -> None:
    assert client.get(URL).json()["code"] == "campaign_not_found"
    create_campaign(parts.store, "", "回填")
    empty = client.post(f"{URL}/sample", json={})
    assert (empty.status_code, empty.json()["code"]) == (409, "nothing_to_draw")
    campaign(parts)
    assert client.post(f"{URL}/sample", json={}).status_code == 201
    finding = {"item": "nobody", "picture": True, "match": True, "values": True}
    missing = client.post(f"{URL}/findings", json=finding)
    assert (missing.status_code, missing.json()["code"]) == (404, "item_not_found")


def test_the_examples_are_what_is_answered() -> None:
    assert AcceptanceView.model_validate(ACCEPTANCE).model_dump(mode="json") == ACCEPTANCE
    assert SampleView.model_validate(SAMPLE).model_dump(mode="json") == SAMPLE
