"""Claim, keep, finish, crash, sweep: the protocol that loses nothing and does nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from core.bells import Bell, Priority
from core.store import Store
from core.store.jobs import find_extraction, find_job, job_documents, job_pages
from core.store.leases import Trouble, renew
from core.store.pages import claim_page, crash_page, fail_page, finish_page
from core.store.runs import (
    claim_assembly,
    claim_opening,
    crash_run,
    fail_run,
    finish_assembly,
    finish_opening,
    page_readings,
)
from core.store.steering import cancel_job
from core.store.submission import submit
from core.store.sweeping import SweepLimits, sweep
from tests.core.store.conftest import HandClock
from tests.core.store.orders import (
    LIMITS,
    ME,
    extraction,
    form,
    opened,
    order,
    read_through,
    reading,
)

BOOM = Trouble(code="page_crashed", details={"reason": "signal 9"})
EMPTY: dict[Priority, int] = {"interactive": 0, "bulk": 0}


def test_a_job_goes_its_way(store: Store) -> None:
    submission = submit(store, order("a"))
    assert find_job(store, submission.job_id).state == "queued"
    pages = opened(store, submission, 2)
    assert find_job(store, submission.job_id).state == "running"
    bells: list[Bell] = []
    for number, page in enumerate(pages, start=1):
        work = claim_page(store, page, ME, LIMITS)
        assert work is not None
        assert work.number == number
        bells.extend(finish_page(store, work.lease, reading(number)).bells)
    run = submission.bells[0].id
    assert bells == [Bell("assemble_document", run, "interactive")]
    assert page_readings(store, run) == (reading(1), reading(2))
    assembly = claim_assembly(store, run, ME, LIMITS)
    assert assembly is not None
    assert (assembly.file, assembly.pages) == ("a.pdf", 2)
    finish_assembly(store, assembly.lease, extraction("a", form(), pages=2))
    job = find_job(store, submission.job_id)
    assert (job.state, job.progress.pages_done, job.progress.forms) == ("succeeded", 2, 1)
    assert find_extraction(store, job.id, 0) is not None


def test_work_that_is_held_is_refused(store: Store) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    assert claim_page(store, page, ME, LIMITS) is not None
    assert claim_page(store, page, "there:2", LIMITS) is None


def test_only_one_of_many_at_once_gets_a_page(store: Store) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: claim_page(store, page, f"p:{n}", LIMITS), range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_the_last_of_pages_that_end_at_once_assembles_exactly_once(store: Store) -> None:
    pages = opened(store, submit(store, order("a")), 12)
    works = [claim_page(store, page, ME, LIMITS) for page in pages]
    leases = [work.lease for work in works if work is not None]
    with ThreadPoolExecutor(8) as pool:
        ends = list(
            pool.map(lambda at: finish_page(store, at[1], reading(at[0])), enumerate(leases, 1))
        )
    assert sum(len(end.bells) for end in ends) == 1


def test_a_silent_worker_loses_its_page_and_its_finish_changes_nothing(
    store: Store, clock: HandClock
) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    stale = claim_page(store, page, "slow:1", LIMITS)
    clock.pass_by(LIMITS.lease_s + 1)
    fresh = claim_page(store, page, ME, LIMITS)
    assert stale is not None
    assert fresh is not None
    assert not renew(store, stale.lease, LIMITS)
    assert finish_page(store, stale.lease, reading(1)).stale
    assert fail_page(store, stale.lease, BOOM).stale
    assert not finish_page(store, fresh.lease, reading(1)).stale
    assert finish_page(store, fresh.lease, reading(1)).stale


def test_a_heartbeat_keeps_a_page(store: Store, clock: HandClock) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    work = claim_page(store, page, ME, LIMITS)
    assert work is not None
    for _ in range(5):
        clock.pass_by(LIMITS.lease_s * 0.9)
        assert renew(store, work.lease, LIMITS)
    assert claim_page(store, page, "there:2", LIMITS) is None


def test_a_page_that_kills_three_processes_is_unreadable_and_the_job_goes_on(
    store: Store,
) -> None:
    submission = submit(store, order("a"))
    poison, good = opened(store, submission, 2)
    for crash in range(LIMITS.crashes):
        work = claim_page(store, poison, ME, LIMITS)
        assert work is not None
        ended = crash_page(store, poison, ME, BOOM, LIMITS)
        again = (Bell("read_page", poison, "interactive"),)
        assert ended.bells == (() if crash == LIMITS.crashes - 1 else again)
    assert claim_page(store, poison, ME, LIMITS) is None
    work = claim_page(store, good, ME, LIMITS)
    assert work is not None
    assert len(finish_page(store, work.lease, reading(2)).bells) == 1
    first, second = job_pages(store, submission.job_id, 0)
    assert (first.state, first.crashes, first.trouble) == ("failed", 3, BOOM)
    assert second.state == "done"
    (lost, _) = page_readings(store, submission.bells[0].id)
    assert lost.trouble == "page_crashed"
    assembly = claim_assembly(store, submission.bells[0].id, ME, LIMITS)
    assert assembly is not None
    finish_assembly(store, assembly.lease, extraction("a", form(), pages=2))
    assert find_job(store, submission.job_id).state == "needs_review"


def test_a_crash_is_noted_only_against_who_held_the_page(store: Store) -> None:
    (page,) = opened(store, submit(store, order("a")), 1)
    work = claim_page(store, page, ME, LIMITS)
    assert work is not None
    assert crash_page(store, page, "there:2", BOOM, LIMITS).stale
    finish_page(store, work.lease, reading(1))
    assert crash_page(store, page, ME, BOOM, LIMITS).stale


def test_victims_of_restarts_are_begun_ten_times(store: Store, clock: HandClock) -> None:
    submission = submit(store, order("a"))
    (page,) = opened(store, submission, 1)
    for _ in range(LIMITS.attempts):
        assert claim_page(store, page, ME, LIMITS) is not None
        clock.pass_by(LIMITS.lease_s + 1)
    assert claim_page(store, page, ME, LIMITS) is None
    (view,) = job_pages(store, submission.job_id, 0)
    assert view.trouble == Trouble(code="attempts_exhausted", details={"attempts": 10})
    # The page was the last, so the run waits to be assembled.
    clock.pass_by(60)
    assert [bell.task for bell in sweep(store, EMPTY)] == ["assemble_document"]


def test_a_file_that_cannot_be_opened_fails_its_job_with_the_code(store: Store) -> None:
    submission = submit(store, order("a"))
    work = claim_opening(store, submission.bells[0].id, ME, LIMITS)
    assert work is not None
    fail_run(store, work.lease, Trouble(code="encrypted_file"))
    job = find_job(store, submission.job_id)
    assert job.state == "failed"
    assert job.trouble == Trouble(code="encrypted_file")


def test_a_job_with_one_bad_file_needs_review(store: Store) -> None:
    read_through(store, "a", form())
    submission = submit(store, order("a", "b"))
    work = claim_opening(store, submission.bells[0].id, ME, LIMITS)
    assert work is not None
    fail_run(store, work.lease, Trouble(code="encrypted_file"))
    assert find_job(store, submission.job_id).state == "needs_review"
    good, bad = job_documents(store, submission.job_id)
    assert good.has_result
    assert bad.trouble == Trouble(code="encrypted_file")


def test_opening_that_crashes_thrice_fails(store: Store) -> None:
    submission = submit(store, order("a"))
    run = submission.bells[0].id
    for _ in range(LIMITS.crashes):
        assert claim_opening(store, run, ME, LIMITS) is not None
        crash_run(store, run, ME, Trouble(code="file_crashed"), LIMITS)
    assert find_job(store, submission.job_id).state == "failed"


def test_two_runs_that_end_at_once_end_their_job(store: Store) -> None:
    for round_ in range(5):
        names = [f"{round_}-{n}" for n in range(6)]
        submission = submit(store, order(*names))
        works = [claim_opening(store, bell.id, ME, LIMITS) for bell in submission.bells]
        leases = [work.lease for work in works if work is not None]
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda at: fail_run(store, at, BOOM), leases))
        assert find_job(store, submission.job_id).state == "failed"


class TestSweeper:
    def test_rings_for_what_was_never_rung(self, store: Store, clock: HandClock) -> None:
        submission = submit(store, order("a"))
        assert sweep(store, EMPTY) == ()
        clock.pass_by(11)
        assert sweep(store, EMPTY) == submission.bells

    def test_rings_for_the_page_of_a_dead_worker(self, store: Store, clock: HandClock) -> None:
        (page,) = opened(store, submit(store, order("a")), 1)
        claim_page(store, page, ME, LIMITS)
        clock.pass_by(LIMITS.lease_s - 1)
        assert sweep(store, EMPTY) == ()
        clock.pass_by(2)
        assert sweep(store, EMPTY) == (Bell("read_page", page, "interactive"),)

    def test_keeps_still_where_the_queue_holds_all(self, store: Store, clock: HandClock) -> None:
        pages = opened(store, submit(store, order("a")), 5)
        clock.pass_by(100)
        assert sweep(store, {"interactive": 5, "bulk": 0}) == ()
        rung = sweep(store, {"interactive": 3, "bulk": 0})
        assert [bell.id for bell in rung] == pages[:2]

    def test_bounds_what_is_in_the_queue(self, store: Store, clock: HandClock) -> None:
        opened(store, submit(store, order("a", priority="bulk")), 30)
        clock.pass_by(100)
        limits = SweepLimits(window=10)
        assert len(sweep(store, {"interactive": 0, "bulk": 4}, limits)) == 6

    def test_leaves_a_parked_run_alone(self, store: Store, clock: HandClock) -> None:
        submission = submit(store, order("a"))
        opened(store, submission, 3)
        cancel_job(store, submission.job_id)
        clock.pass_by(100)
        assert sweep(store, EMPTY) == ()


def test_opening_twice_makes_pages_once(store: Store, clock: HandClock) -> None:
    submission = submit(store, order("a"))
    run = submission.bells[0].id
    first = claim_opening(store, run, "slow:1", LIMITS)
    clock.pass_by(LIMITS.lease_s + 1)
    second = claim_opening(store, run, ME, LIMITS)
    assert first is not None
    assert second is not None
    assert not finish_opening(store, second.lease, 3).stale
    assert finish_opening(store, first.lease, 3).stale
    assert len(job_pages(store, submission.job_id, 0)) == 3
