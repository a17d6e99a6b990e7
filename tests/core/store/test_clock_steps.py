"""Somebody puts the clock forward or back while work is held."""

from __future__ import annotations

import pytest

from core.bells import Bell
from core.store import Store
from core.store.jobs import find_job, job_pages
from core.store.leases import renew
from core.store.pages import claim_page, finish_page
from core.store.runs import claim_assembly, finish_assembly
from core.store.submission import submit
from core.store.sweeping import sweep
from tests.core.store.conftest import HandClock
from tests.core.store.orders import LIMITS, extraction, form, opened, order, reading

HOUR = 3600.0


@pytest.mark.parametrize("step_s", [-HOUR, HOUR])
def test_a_page_is_claimed_at_most_once_more_and_finished_once(
    store: Store, clock: HandClock, step_s: float
) -> None:
    submission = submit(store, order("a"))
    (page,) = opened(store, submission, 1)
    first = claim_page(store, page, "a:1", LIMITS)
    assert first is not None
    clock.pass_by(step_s)
    claims = [claim_page(store, page, f"b:{number}", LIMITS) for number in range(5)]
    others = [claim for claim in claims if claim is not None]
    assert len(others) == (1 if step_s > 0 else 0)
    ends = [finish_page(store, claim.lease, reading(1)) for claim in (first, *others)]
    assert [end.stale for end in ends].count(False) == 1
    assembly = claim_assembly(store, submission.bells[0].id, "a:1", LIMITS)
    assert assembly is not None
    finish_assembly(store, assembly.lease, extraction("a", form()))
    assert find_job(store, submission.job_id).state == "succeeded"
    (view,) = job_pages(store, submission.job_id, 0)
    assert view.attempts <= 2


def test_a_holder_that_lives_keeps_its_page_when_the_clock_goes_back(
    store: Store, clock: HandClock
) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    work = claim_page(store, page, "a:1", LIMITS)
    assert work is not None
    clock.pass_by(-HOUR)
    for _ in range(5):
        clock.pass_by(LIMITS.heartbeat_s)
        assert renew(store, work.lease, LIMITS)
        assert claim_page(store, page, "b:1", LIMITS) is None
    clock.pass_by(LIMITS.lease_s + 1)
    assert claim_page(store, page, "b:1", LIMITS) is not None


def test_a_bell_that_was_lost_before_the_clock_went_back_is_rung_again(
    store: Store, clock: HandClock
) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    clock.pass_by(-HOUR)
    assert sweep(store, {"interactive": 0, "bulk": 0}) == (Bell("read_page", page, "interactive"),)
    assert sweep(store, {"interactive": 0, "bulk": 0}) == ()
