"""A campaign is looked at and steered."""

from __future__ import annotations

import json

import pytest

from cli.backfill.steering import CampaignOrder, campaign
from cli.client.progress import Progresses
from cli.client.server import Address
from core.errors import CampaignNotFound
from core.store.items import ManifestRow
from tests.cli.backfill.fake_campaign import FakeCampaign, serving


def entered() -> FakeCampaign:
    fake = FakeCampaign()
    row = ManifestRow(path="a.pdf", standing="refused", code="empty_file").model_dump(mode="json")
    fake.answer("POST", "/api/v1/campaigns", b"{}")
    fake.answer("POST", "/api/v1/campaigns/1/manifest", json.dumps({"rows": [row]}).encode())
    return fake


def asked(fake: FakeCampaign, order: CampaignOrder) -> str:
    said: list[str] = []
    with serving(fake) as url:
        assert campaign(order, Address(url, None, "en"), Progresses("en"), said.append) == 0
    return "\n".join(said)


def test_it_is_shown_with_what_failed_and_where_to_look() -> None:
    text = asked(entered(), CampaignOrder("x", failures=True))
    assert "Campaign “x”: running, behind other uploads." in text
    assert "refused" in text
    assert "60 pages an hour." in text
    assert "empty (empty_file): 1\n    a.pdf" in text
    assert text.endswith("/campaigns/x/coverage")


def test_it_is_paused_resumed_hurried_and_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    fake = entered()
    assert json.loads(asked(fake, CampaignOrder("x", pause=True, json=True)))["state"] == "paused"
    assert fake.state == "paused"
    asked(fake, CampaignOrder("x", resume=True, priority="interactive", rerun="failed"))
    assert fake.state == "running"
    assert fake.calls["POST priority"] == 1
    assert "Jobs begun anew: 2." in capsys.readouterr().err


def test_one_that_is_not_there_is_told() -> None:
    with pytest.raises(CampaignNotFound):
        asked(FakeCampaign(), CampaignOrder("x"))
