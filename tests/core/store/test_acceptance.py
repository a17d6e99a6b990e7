"""Acceptance on both databases: drawing, findings that are only added, verdicts, reworks."""

from __future__ import annotations

import pytest

from core.acceptance.verdict import Figures, Finding
from core.errors import ItemNotFound, NothingDrawn, NothingToDraw, SampleTooSmall
from core.store import Store
from core.store.acceptance import (
    add_finding,
    draw_sample,
    find_acceptance,
    list_sample,
    reworks,
    strata,
)
from core.store.campaigns import CampaignView, create_campaign, find_campaign
from core.store.items import ManifestRow, add_manifest, list_items, wanted_items
from core.store.submission import Upload
from core.store.taking import take_item
from tests.core.store.orders import finish_job, form, sha_of

RIGHT = Finding(picture=True, match=True, values=True)
BLURRED = Finding(picture=False, match=True, values=True)


def row(name: str, year: int, content: str | None = None) -> ManifestRow:
    return ManifestRow(
        path=name, size=7, sha256=sha_of(content or name), fiscal_year=year, department="教育局"
    )


def entered(store: Store, *rows: ManifestRow) -> CampaignView:
    campaign, _ = create_campaign(store, "", "回填")
    add_manifest(store, campaign.id, rows)
    return find_campaign(store, "回填")


def read_all(store: Store, campaign: CampaignView) -> None:
    for item in wanted_items(store, campaign.id).items:
        assert item.sha256 is not None
        upload = Upload(name=item.path, sha256=item.sha256, size=7, media_type="application/pdf")
        taken = take_item(store, campaign.id, item.id, upload).item
        assert taken.job_id is not None
        finish_job(store, taken.job_id, form("f1", "ok"))


def test_each_year_is_drawn_from_and_the_same_seed_draws_the_same(store: Store) -> None:
    campaign = entered(store, *(row(f"{n}.pdf", 2020 + n % 2) for n in range(6)))
    with pytest.raises(NothingToDraw):
        draw_sample(store, campaign, Figures(), 7, "甲")
    with pytest.raises(NothingDrawn):
        find_acceptance(store, campaign)
    read_all(store, campaign)
    assert draw_sample(store, campaign, Figures(), 7, "甲").drawn == 2
    first = list_sample(store, campaign)
    assert {sample.item.fiscal_year for sample in first.samples} == {2020, 2021}
    assert draw_sample(store, campaign, Figures(), 7, "甲").draws == 2
    assert list_sample(store, campaign) == first
    page = list_sample(store, campaign, limit=1)
    assert list_sample(store, campaign, cursor=page.next).samples == first.samples[1:]


def test_no_smaller_sample_is_drawn_than_the_rules_ask_for(store: Store) -> None:
    campaign = entered(store, row("a.pdf", 2020))
    read_all(store, campaign)
    with pytest.raises(SampleTooSmall) as raised:
        draw_sample(store, campaign, Figures(sample=0.049), 7, "甲")
    assert raised.value.details == {"percent": "4.9", "least": "5"}
    assert draw_sample(store, campaign, Figures(sample=0.05), 7, "甲").drawn == 1


def test_strata_tell_what_was_drawn_of_each_year_and_department(store: Store) -> None:
    unknown = ManifestRow(path="x.pdf", size=7, sha256=sha_of("x"))
    campaign = entered(store, unknown, *(row(f"{n}.pdf", 2020 + n % 2) for n in range(5)))
    assert strata(store, campaign) == ()
    read_all(store, campaign)
    draw_sample(store, campaign, Figures(sample=0.5), 7, "甲")
    first, second, *_ = (sample.item for sample in list_sample(store, campaign).samples)
    assert (first.fiscal_year, second.fiscal_year) == (None, 2020)
    add_finding(store, campaign, second.id, BLURRED, "", "甲")
    told = [
        (it.fiscal_year, it.department, it.checked, it.drawn, it.looked_at, it.wrong)
        for it in strata(store, campaign)
    ]
    assert told == [
        (None, None, 1, 1, 0, 0),
        (2020, "教育局", 3, 2, 1, 1),
        (2021, "教育局", 2, 1, 0, 0),
    ]


def test_the_latest_finding_counts_and_the_ones_before_stay(store: Store) -> None:
    campaign = entered(store, row("a.pdf", 2020), row("b.pdf", 2021))
    read_all(store, campaign)
    assert draw_sample(store, campaign, Figures(), 7, "甲").outcome.verdict == "open"
    first, second = (sample.item for sample in list_sample(store, campaign).samples)
    add_finding(store, campaign, first.id, RIGHT, "", "甲")
    failed = add_finding(store, campaign, second.id, BLURRED, "模糊", "乙")
    assert failed.outcome.verdict == "fail"
    (rework,) = reworks(store, campaign)
    assert rework.item.id == second.id
    assert rework.finding is not None
    assert (rework.finding.wrong(), rework.finding.note) == (("picture",), "模糊")
    passed = add_finding(store, campaign, second.id, RIGHT, "已重扫", "乙")
    assert passed.outcome.verdict == "pass"
    assert list(reworks(store, campaign)) == []
    _, looked_at = list_sample(store, campaign).samples
    assert [finding.note for finding in looked_at.findings] == ["已重扫", "模糊"]


def test_only_files_of_the_sample_are_judged(store: Store) -> None:
    campaign = entered(store, row("a.pdf", 2020), row("b.pdf", 2020))
    read_all(store, campaign)
    draw_sample(store, campaign, Figures(), 7, "甲")
    (sample,) = list_sample(store, campaign).samples
    (other,) = (item for item in list_items(store, campaign.id).items if item.id != sample.item.id)
    with pytest.raises(ItemNotFound):
        add_finding(store, campaign, other.id, RIGHT, "", "甲")


def test_a_scan_that_replaces_another_has_to_be_looked_at_again(store: Store) -> None:
    campaign = entered(store, row("a.pdf", 2020))
    read_all(store, campaign)
    draw_sample(store, campaign, Figures(), 7, "甲")
    (sample,) = list_sample(store, campaign).samples
    add_finding(store, campaign, sample.item.id, RIGHT, "", "甲")
    add_manifest(store, campaign.id, [row("a.pdf", 2020, content="again")])
    read_all(store, campaign)
    assert find_acceptance(store, campaign).outcome.verdict == "open"
    (sample,) = list_sample(store, campaign).samples
    assert sample.latest is None
    assert [finding.stale for finding in sample.findings] == [True]


def test_files_that_were_never_read_fail_it_copies_do_not_count(store: Store) -> None:
    missing = ManifestRow(path="目录第3行", standing="missing", fiscal_year=2020)
    campaign = entered(store, row("a.pdf", 2020), row("copy.pdf", 2020, "a.pdf"), missing)
    read_all(store, campaign)
    draw_sample(store, campaign, Figures(), 7, "甲")
    (sample,) = list_sample(store, campaign).samples
    view = add_finding(store, campaign, sample.item.id, RIGHT, "", "甲")
    assert (view.machine.files, view.machine.checked, view.outcome.verdict) == (2, 1, "fail")
    assert [rework.item.state for rework in reworks(store, campaign)] == ["missing"]
