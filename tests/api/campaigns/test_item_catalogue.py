"""The catalogue of a campaign as files."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from api.parts import Parts
from core.store import item_catalogue
from core.store.campaigns import create_campaign
from core.store.items import ManifestRow, add_manifest
from tests.api.finished import finished

URL = "/api/v1/campaigns/回填/catalogue"
HEADINGS = "件号,档号,盒号,年度,主管部门,项目名称,文件,页数,状态,记录数"


def begun(parts: Parts) -> None:
    finished(parts, campaign="回填")
    campaign, _ = create_campaign(parts.store, "", "回填")
    told = {"item_number": "0012", "archive_number": "A-1", "box": "03", "fiscal_year": 2022}
    row = {"path": "x/0012.pdf", "standing": "missing", "department": "=民政局", **told}
    add_manifest(parts.store, campaign.id, [ManifestRow.model_validate(row)])


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_every_row_is_a_line(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(item_catalogue, "BATCH", batch)
    begun(parts)
    lines = client.get(f"{URL}.csv", params={"lang": "zh"}).content.decode("utf-8").splitlines()
    assert lines[0] == "\ufeff" + HEADINGS
    read, missing = lines[1:]
    assert read.startswith(",,,,,,uploads/")
    assert read.endswith("/二〇二三.pdf,1,待核对,1")
    assert missing == "0012,A-1,03,2022,'=民政局,,x/0012.pdf,,缺件,0"


def test_a_worksheet_keeps_zeros_and_runs_nothing(client: TestClient, parts: Parts) -> None:
    begun(parts)
    answer = client.get(f"{URL}.xlsx", params={"lang": "zh"})
    (sheet,) = load_workbook(io.BytesIO(answer.content)).worksheets
    first, read, missing = sheet.iter_rows()
    assert [cell.value for cell in first] == HEADINGS.split(",")
    assert [cell.value for cell in read][7:] == [1, "待核对", 1]
    assert [cell.value for cell in missing][:5] == ["0012", "A-1", "03", 2022, "=民政局"]
    assert missing[4].data_type == "s"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J3")


def test_nobody_gets_the_catalogue_of_no_campaign(client: TestClient) -> None:
    answer = client.get("/api/v1/campaigns/none/catalogue.csv")
    assert (answer.status_code, answer.json()["code"]) == (404, "campaign_not_found")
