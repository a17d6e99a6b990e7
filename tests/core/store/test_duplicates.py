"""Sheets and records that come twice: found, shown, judged, never dropped."""

from __future__ import annotations

import pytest

from core.corrections import CorrectedValue
from core.errors import BadValue, DuplicateNotFound
from core.extraction import Form, Funding, Indicator, Total
from core.readings import PageReading
from core.store import Store
from core.store.duplicates import (
    Decision,
    DuplicateView,
    find_duplicate,
    judge_duplicate,
    list_duplicates,
)
from core.store.leases import LeaseLimits
from core.store.pages import claim_page, finish_page
from core.store.records import (
    RecordFilter,
    RecordView,
    correct_record,
    find_record,
    list_records,
    record_history,
)
from core.store.runs import claim_assembly, finish_assembly
from core.store.submission import submit
from tests.core.duplicates.written import written
from tests.core.store.orders import ME, extraction, form, opened, order

LIMITS = LeaseLimits()


def funded(project: str = "道路养护", executed: str = "1031336.77", **more: object) -> Form:
    made = form("f1", project=project)
    record = made.record.model_copy(
        update={
            "funding": (
                Funding(item="total", label="总额", annual_budget="2000000", executed=executed),
            ),
            "indicators": (
                Indicator(level3="里程", score="10"),
                Indicator(level3="质量", score="8"),
            ),
            "total": Total(weight="100", score="98.75"),
        }
    )
    return made.model_copy(update={"record": record, **more})


def filed(store: Store, name: str, made: Form, page: PageReading, owner: str = "") -> RecordView:
    submission = submit(store, order(name, owner=owner))
    (page_id,) = opened(store, submission, 1)
    work = claim_page(store, page_id, ME, LIMITS)
    assert work is not None
    finish_page(store, work.lease, page)
    assembly = claim_assembly(store, submission.bells[0].id, ME, LIMITS)
    assert assembly is not None
    finish_assembly(store, assembly.lease, extraction(name, made))
    (record,) = list_records(store, RecordFilter(job_id=submission.job_id)).records
    return record


def only(store: Store) -> DuplicateView:
    (duplicate,) = list_duplicates(store).duplicates
    return duplicate


def test_a_sheet_that_is_scanned_again_is_linked(store: Store) -> None:
    first = filed(store, "a", funded(), written(seed=1))
    second = filed(store, "b", funded(project="道路养"), written(seed=1, misread=3))
    filed(store, "c", funded(project="桥梁"), written(seed=2))
    found = only(store)
    assert (found.kind, [it.id for it in found.records]) == ("scan", [first.id, second.id])
    assert 0.8 < found.likeness < 1
    (difference,) = find_duplicate(store, found.id).differences
    assert difference.pointer == "/project_name"


def test_the_same_record_on_another_sheet_is_linked(store: Store) -> None:
    filed(store, "a", funded(), written(seed=1))
    filed(store, "b", funded(), written(seed=2))
    filed(store, "c", funded(executed="7"), written(seed=3))
    assert only(store).kind == "record"


def test_a_correction_can_reveal_a_duplicate(store: Store) -> None:
    filed(store, "a", funded(), written(seed=1))
    late = filed(store, "b", funded(executed="7"), written(seed=2))
    assert list_duplicates(store).duplicates == ()
    right = CorrectedValue(pointer="/funding/0/executed", value="1031336.77")
    correct_record(store, late.id, right, version=1, by="li")
    assert only(store).kind == "record"


def test_the_better_one_stands_for_both_and_takes_the_corrections_over(store: Store) -> None:
    doubtful = funded(fields=form("f1", "review").fields)
    worse = filed(store, "a", doubtful, written(seed=1))
    for pointer, value in (("/indicators/1/score", "9"), ("/department", "审计局")):
        version = find_record(store, worse.id).version
        correct_record(
            store, worse.id, CorrectedValue(pointer=pointer, value=value), version=version, by="li"
        )
    swapped = funded()
    rows = swapped.record.indicators
    record = swapped.record.model_copy(update={"indicators": rows[::-1]})
    kept = filed(store, "b", swapped.model_copy(update={"record": record}), written(seed=1))
    found = only(store)
    assert found.better == kept.id
    judged = judge_duplicate(
        store, found.id, Decision(judgement="same", keep=kept.id, note="clear"), by="wang"
    )
    assert (judged.carried, judged.left) == (("/department",), ("/indicators/1/score",))
    assert find_record(store, kept.id).form.record.department == "审计局"
    (entry,) = record_history(store, kept.id)
    assert entry.by == "wang"
    assert worse.id in entry.reason
    assert "li" in entry.reason
    assert len(record_history(store, worse.id)) == 2
    assert find_record(store, worse.id).superseded_by == kept.id
    in_force = list_records(store, RecordFilter(superseded=False)).records
    assert [it.id for it in in_force] == [kept.id]
    assert [it.id for it in list_records(store).records] == [kept.id, worse.id]
    judge_duplicate(store, found.id, Decision(judgement="open"), by="wang")
    assert find_record(store, worse.id).superseded_by is None


def test_a_judgement_outlives_another_reading(store: Store) -> None:
    filed(store, "a", funded(), written(seed=1))
    filed(store, "b", funded(), written(seed=1))
    judge_duplicate(store, only(store).id, Decision(judgement="different"), by="li")
    filed(store, "c", funded(project="桥梁"), written(seed=1))
    pairs = {it.judgement for it in list_duplicates(store).duplicates}
    assert pairs == {"different", "open"}
    assert len(list_duplicates(store, judgement="different").duplicates) == 1


def test_who_keeps_a_third_record_is_refused(store: Store) -> None:
    filed(store, "a", funded(), written(seed=1))
    filed(store, "b", funded(), written(seed=1))
    with pytest.raises(BadValue):
        judge_duplicate(store, only(store).id, Decision(judgement="same", keep="x"), by="li")
    assert only(store).judgement == "open"


def test_an_owner_sees_pairs_of_its_own_only(store: Store) -> None:
    filed(store, "a", funded(), written(seed=1), owner="li")
    filed(store, "b", funded(), written(seed=1), owner="wang")
    assert list_duplicates(store, owner="li").duplicates == ()
    found = only(store)
    with pytest.raises(DuplicateNotFound):
        find_duplicate(store, found.id, "li")
    assert find_duplicate(store, found.id).id == found.id
