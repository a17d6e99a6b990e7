"""Campaigns on both databases: manifests, files that come in, pausing, hurrying, reading again."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core.errors import CampaignNotFound, ItemChanged
from core.store import Store
from core.store.campaign_progress import campaign_failures, campaign_progress
from core.store.campaigns import (
    create_campaign,
    find_campaign,
    list_campaigns,
    pause_campaign,
    prioritise_campaign,
    resume_campaign,
)
from core.store.items import ItemFilter, ManifestRow, add_manifest, list_items, wanted_items
from core.store.jobs import job_documents
from core.store.leases import Trouble
from core.store.records import list_records
from core.store.rereading import compared_items, rerun_failed, rerun_outdated
from core.store.runs import claim_opening, fail_run
from core.store.steering import delete_job
from core.store.submission import Upload, submit
from core.store.sweeping import waiting
from core.store.tables import Run
from core.store.taking import refuse_bytes, take_item
from tests.core.store.orders import LIMITS, ME, finish_job, form, order, sha_of


def row(path: str, content: str | None = None, **more: object) -> ManifestRow:
    return ManifestRow.model_validate(
        {"path": path, "size": 7, "sha256": sha_of(content or path), **more}
    )


def upload(content: str) -> Upload:
    return Upload(
        name=f"{content}.pdf", sha256=sha_of(content), size=7, media_type="application/pdf"
    )


def begun(store: Store, *rows: ManifestRow) -> str:
    campaign, created = create_campaign(store, "", "回填")
    assert created
    add_manifest(store, campaign.id, rows)
    return campaign.id


def take(store: Store, campaign_id: str, content: str) -> str:
    wanted = wanted_items(store, campaign_id).items
    item = next(item for item in wanted if item.sha256 == sha_of(content))
    taken = take_item(store, campaign_id, item.id, upload(content)).item
    assert taken.job_id is not None
    return taken.job_id


def states(store: Store, campaign_id: str) -> dict[str, str]:
    return {item.path: item.state for item in list_items(store, campaign_id).items}


def test_a_campaign_is_made_once_and_found_by_its_owner_only(store: Store) -> None:
    first, _ = create_campaign(store, "me", "2018")
    again, created = create_campaign(store, "me", "2018")
    assert (again.id, created) == (first.id, False)
    assert find_campaign(store, first.id, "me") == first
    with pytest.raises(CampaignNotFound):
        find_campaign(store, "2018", "somebody")
    assert [it.name for it in list_campaigns(store)] == ["2018"]


def test_the_same_rows_again_change_nothing_and_other_bytes_are_wanted_again(store: Store) -> None:
    campaign_id = begun(store, row("a"), row("b"))
    assert add_manifest(store, campaign_id, [row("a"), row("b")]).known == 2
    take(store, campaign_id, "a")
    assert [it.path for it in wanted_items(store, campaign_id).items] == ["b"]
    assert add_manifest(store, campaign_id, [row("a", "other")]).changed == 1
    assert [it.path for it in wanted_items(store, campaign_id).items] == ["a", "b"]


def test_taking_twice_makes_one_job_and_other_bytes_are_refused(store: Store) -> None:
    campaign_id = begun(store, row("a"))
    (item,) = wanted_items(store, campaign_id).items
    with pytest.raises(ItemChanged):
        take_item(store, campaign_id, item.id, upload("b"))
    first = take_item(store, campaign_id, item.id, upload("a"))
    again = take_item(store, campaign_id, item.id, upload("a"))
    assert first.bells
    assert again.bells == ()
    assert first.item.job_id == again.item.job_id


def test_copies_are_linked_and_only_the_first_is_read(store: Store) -> None:
    campaign_id = begun(store, row("a", "same"), row("b", "same"))
    take(store, campaign_id, "same")
    add_manifest(store, campaign_id, [row("c", "same")])
    assert states(store, campaign_id) == {"a": "queued", "b": "duplicate", "c": "duplicate"}
    assert wanted_items(store, campaign_id).items == ()


def test_states_follow_the_runs_and_a_deleted_job_is_wanted_again(store: Store) -> None:
    campaign_id = begun(
        store,
        row("done"),
        row("review"),
        row("open"),
        row("gone", standing="vanished"),
        row("bad"),
        ManifestRow(path="row", standing="missing"),
    )
    finish_job(store, take(store, campaign_id, "done"), form())
    job_id = take(store, campaign_id, "review")
    finish_job(store, job_id, form(status="review"))
    bad = next(it for it in wanted_items(store, campaign_id).items if it.path == "bad")
    refuse_bytes(store, campaign_id, str(bad.sha256), Trouble(code="empty_file"))
    assert states(store, campaign_id) == {
        "done": "done",
        "review": "review",
        "open": "planned",
        "gone": "vanished",
        "bad": "refused",
        "row": "missing",
    }
    progress = campaign_progress(store, campaign_id)
    assert progress.pages_done == 2
    assert progress.records == 2
    assert progress.states["done"] == progress.states["planned"] == 1
    (failure,) = campaign_failures(store, campaign_id)
    assert (failure.code, failure.files, failure.paths) == ("empty_file", 1, ("bad",))
    assert len(list_items(store, campaign_id, ItemFilter(code="empty_file")).items) == 1
    delete_job(store, job_id)
    assert states(store, campaign_id)["review"] == "planned"


def test_a_paused_campaign_waits_unless_somebody_else_wants_the_same(store: Store) -> None:
    campaign_id = begun(store, row("a"), row("b"), row("c"))
    take(store, campaign_id, "a")
    take(store, campaign_id, "b")
    submit(store, order("b"))
    pause_campaign(store, campaign_id)
    take(store, campaign_id, "c")
    assert (waiting(store)["bulk"].total, waiting(store)["interactive"].total) == (0, 1)
    resume_campaign(store, campaign_id)
    assert (waiting(store)["bulk"].total, waiting(store)["interactive"].total) == (2, 1)


def test_a_campaign_can_be_hurried_and_slowed(store: Store) -> None:
    campaign_id = begun(store, row("a"), row("b"))
    take(store, campaign_id, "a")
    take(store, campaign_id, "b")
    prioritise_campaign(store, campaign_id, "interactive")
    assert waiting(store)["interactive"].total == 2
    submit(store, order("b"))
    prioritise_campaign(store, campaign_id, "bulk")
    assert (waiting(store)["bulk"].total, waiting(store)["interactive"].total) == (1, 1)


def test_what_a_catalogue_says_stands_with_the_records_and_wins_over_guesses(store: Store) -> None:
    named = row("a", fiscal_year=2019, item_number="7", declared=("fiscal_year", "item_number"))
    campaign_id = begun(store, named)
    add_manifest(store, campaign_id, [row("a", fiscal_year=2020, department="guessed")])
    finish_job(store, take(store, campaign_id, "a"), form())
    (record,) = list_records(store).records
    assert record.catalogue is not None
    told = record.catalogue
    assert (told.fiscal_year, told.item_number, told.department) == (2019, "7", "guessed")
    assert record.form.record.fiscal_year == 2023


def test_what_an_older_pipeline_read_is_read_again_and_compared(store: Store) -> None:
    campaign_id = begun(store, row("a"))
    finish_job(store, take(store, campaign_id, "a"), form(project="道路养护"))
    assert rerun_outdated(store, campaign_id).started == 0
    with store.writing() as session:
        session.execute(update(Run).values(pipeline="older"))
    assert rerun_outdated(store, campaign_id).started == 1
    (item,) = list_items(store, campaign_id).items
    assert item.job_id is not None
    finish_job(store, item.job_id, form(project="道路保养"))
    (compared,) = compared_items(store, campaign_id).items
    assert compared.before == "older"
    (difference,) = compared.differences
    assert (difference.before, difference.after) == ("道路养护", "道路保养")


def test_what_is_read_again_waits_while_its_campaign_is_paused(store: Store) -> None:
    campaign_id = begun(store, row("a"), row("b"))
    finish_job(store, take(store, campaign_id, "a"), form())
    failed = take(store, campaign_id, "b")
    work = claim_opening(store, job_documents(store, failed)[0].run_id, ME, LIMITS)
    assert work is not None
    fail_run(store, work.lease, Trouble(code="empty_file"))
    pause_campaign(store, campaign_id)
    with store.writing() as session:
        session.execute(update(Run).where(Run.stage == "done").values(pipeline="older"))
    for rerun in (rerun_failed, rerun_outdated):
        begun_anew = rerun(store, campaign_id)
        assert (begun_anew.started, begun_anew.bells) == (1, ())
    assert waiting(store)["bulk"].total == 0
    resume_campaign(store, campaign_id)
    assert waiting(store)["bulk"].total == 2


def test_uploads_under_the_name_of_a_campaign_are_its_items(store: Store) -> None:
    submit(store, order("a", "b", options={"campaign": "回填"}))
    campaign = find_campaign(store, "回填")
    assert campaign.items == 2
