"""What a campaign covers, by the API and on the page."""

from __future__ import annotations

from starlette.testclient import TestClient

from api.parts import Parts
from core.store.campaigns import create_campaign
from core.store.items import ManifestRow, add_manifest
from core.store.keys import create_key
from tests.api.finished import finished
from tests.core.store.orders import form, sha_of

URL = "/api/v1/campaigns/回填/coverage"


def begun(parts: Parts, owner: str = "") -> None:
    finished(parts, form(status="review"), owner=owner, campaign="回填")
    campaign, _ = create_campaign(parts.store, owner, "回填")
    told = {"fiscal_year": 2022, "department": "=民政局", "box": "12"}
    rows = [
        ManifestRow.model_validate({"path": it, "standing": "missing", "item_number": it, **told})
        for it in ("1", "4")
    ]
    open_row = ManifestRow(path="open", sha256=sha_of("open"), department="财政局", size=7)
    add_manifest(parts.store, campaign.id, [*rows, open_row])


def test_cells_gaps_and_projects_are_told(client: TestClient, parts: Parts) -> None:
    begun(parts)
    found = client.get(URL).json()
    cells = [
        (it["fiscal_year"], it["department"], it["review"], it["missing"], it["open"])
        for it in found["cells"]
    ]
    assert cells == [
        (2022, "=民政局", 0, 2, 0),
        (2023, "财政局", 1, 0, 0),
        (None, "财政局", 0, 0, 1),
    ]
    assert found["gaps"] == [{"fiscal_year": 2022, "box": "12", "first": 2, "last": 3}]
    assert (found["vanished"], found["cut"]) == ([], False)
    projects = client.get(URL, params={"department": "财政局"}).json()["cells"]
    assert [it["project_name"] for it in projects] == ["道路养护", None]
    missing = client.get("/api/v1/campaigns/none/coverage")
    assert (missing.status_code, missing.json()["code"]) == (404, "campaign_not_found")


def test_the_matrix_is_a_sheet_that_runs_nothing(client: TestClient, parts: Parts) -> None:
    begun(parts)
    answer = client.get(f"{URL}.csv", params={"lang": "zh"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.content.decode("utf-8").splitlines()
    assert lines[0] == "\ufeff年度,主管部门,项目名称,已读,待核对,未完成,失败,缺件,重复件"
    assert lines[1:] == [
        "2022,'=民政局,,0,0,0,0,2,0",
        "2023,财政局,,0,1,0,0,0,0",
        ",财政局,,0,0,1,0,0,0",
    ]


def test_the_page_shows_the_matrix_and_leads_to_projects(client: TestClient, parts: Parts) -> None:
    begun(parts)
    shown = client.get("/campaigns/回填/coverage", params={"lang": "zh"}).text
    assert "缺件 2" in shown
    assert "1 / 1" in shown
    assert "2–3" in shown
    link = "/campaigns/%E5%9B%9E%E5%A1%AB/coverage?department=%E8%B4%A2%E6%94%BF%E5%B1%80"
    assert f'href="{link}"' in shown
    projects = client.get(link, params={"lang": "en"} | {"department": "财政局"}).text
    assert "道路养护" in projects
    assert "not finished: 1" in projects
    assert client.get("/campaigns/none/coverage").status_code == 404


def test_the_campaign_of_another_is_not_seen(client: TestClient, parts: Parts) -> None:
    mine = create_key(parts.store, "li", ["read"])
    other = create_key(parts.store, "wang", ["read"])
    begun(parts, mine.key.id)
    seen = [
        client.get(URL, headers={"Authorization": f"Bearer {key.secret}"}).status_code
        for key in (mine, other)
    ]
    assert seen == [200, 404]
