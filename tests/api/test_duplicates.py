"""Duplicates by the API and on the pages."""

from __future__ import annotations

import json

from starlette.testclient import TestClient

from api.parts import Parts
from core.extraction import Form, Funding, Total
from tests.api.finished import finished
from tests.core.store.orders import form


def funded(doubtful: bool) -> Form:
    made = form("f1", "review" if doubtful else "ok")
    funding = (Funding(item="total", label="", annual_budget="20", executed="10"),)
    record = made.record.model_copy(update={"funding": funding, "total": Total(score="98")})
    return made.model_copy(update={"record": record})


def pair(client: TestClient, parts: Parts) -> dict[str, object]:
    finished(parts, funded(doubtful=True), name="差.pdf")
    finished(parts, funded(doubtful=False), name="好.pdf", content=b"%PDF-1.7 other")
    (found,) = client.get("/api/v1/duplicates").json()["duplicates"]
    assert isinstance(found, dict)
    return found


def test_a_pair_is_judged_and_the_worse_leaves_the_exports(
    client: TestClient, parts: Parts
) -> None:
    found = pair(client, parts)
    assert (found["kind"], found["judgement"]) == ("record", "open")
    url = f"/api/v1/duplicates/{found['id']}"
    assert client.get(url).json()["differences"] == []
    answer = client.post(
        f"{url}/judgement", json={"judgement": "same", "keep": found["better"], "note": "清晰"}
    )
    assert answer.status_code == 200, answer.text

    def files(**params: str) -> list[str]:
        lines = client.get("/api/v1/exports/records.jsonl", params=params).text.splitlines()
        return [json.loads(line)["source"]["file"] for line in lines]

    assert files() == ["好.pdf"]
    assert files(superseded="true") == ["差.pdf"]
    records = client.get("/api/v1/records").json()["records"]
    assert [it["superseded_by"] for it in records] == [None, found["better"]]
    assert client.get("/api/v1/duplicates", params={"judgement": "open"}).json()["duplicates"] == []
    wrong = client.post(f"{url}/judgement", json={"judgement": "same", "keep": "nobody"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "bad_value")
    missing = client.get("/api/v1/duplicates/none")
    assert (missing.status_code, missing.json()["code"]) == (404, "duplicate_not_found")


def test_the_pages_show_both_and_take_a_judgement(client: TestClient, parts: Parts) -> None:
    found = pair(client, parts)
    listed = client.get("/duplicates", params={"lang": "zh"})
    assert f"/duplicates/{found['id']}" in listed.text
    assert "待判定" in listed.text
    shown = client.get(f"/duplicates/{found['id']}").text
    assert "差.pdf" in shown
    assert "好.pdf" in shown
    assert shown.count("/pages/1/picture") == 2
    answer = client.post(
        f"/duplicates/{found['id']}",
        data={"judgement": "same", "keep": str(found["better"])},
        headers={"Origin": "http://127.0.0.1:8760"},
    )
    assert answer.status_code == 200
    assert "another stands for it" in answer.text
    worse = next(it for it in client.get("/records").text.split('"') if it.startswith("/records/"))
    assert f"/duplicates/{found['id']}" in client.get(worse).text
