"""What callers do with jobs: send them twice, look, cancel, retry, delete."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.blobs import FolderBlobs
from core.corrections import CorrectedValue
from core.errors import IdempotencyConflict, JobEnded, JobNotFound, NothingToRetry
from core.intake import store_bytes
from core.store import Store
from core.store.deliveries import DeliveryOutcome, claim_deliveries, finish_delivery, job_deliveries
from core.store.documents import reap_blob, reap_blobs
from core.store.jobs import find_job, job_documents, list_jobs
from core.store.keys import create_key, find_key, list_keys, revoke_key
from core.store.leases import Trouble
from core.store.pages import claim_page, fail_page, finish_page
from core.store.records import RecordFilter, correct_record, list_records
from core.store.runs import claim_assembly, claim_opening, fail_run, finish_assembly
from core.store.steering import cancel_job, delete_job, retry_job
from core.store.submission import submit
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
    sha_of,
)

LOST = Trouble(code="page_crashed")


class TestAgain:
    def test_the_same_bytes_are_finished_at_once(self, store: Store) -> None:
        read_through(store, "a", form())
        again = submit(store, order("a"))
        assert again.bells == ()
        assert find_job(store, again.job_id).state == "succeeded"

    def test_a_job_that_joins_a_run_waits_for_it(self, store: Store) -> None:
        first = submit(store, order("a"))
        opened(store, first, 1)
        second = submit(store, order("a"))
        assert second.bells == ()
        assert find_job(store, second.job_id).state == "running"
        documents = [job_documents(store, job.job_id)[0].run_id for job in (first, second)]
        assert documents[0] == documents[1]

    def test_force_reads_anew(self, store: Store) -> None:
        read_through(store, "a", form())
        again = submit(store, order("a", force=True))
        assert [bell.task for bell in again.bells] == ["open_document"]
        assert find_job(store, again.job_id).state == "queued"

    def test_a_file_that_is_to_blame_fails_at_once(self, store: Store) -> None:
        for code, state in (("encrypted_file", "failed"), ("missing_program", "queued")):
            submission = submit(store, order(code))
            work = claim_opening(store, submission.bells[0].id, ME, LIMITS)
            assert work is not None
            fail_run(store, work.lease, Trouble(code=code))
            assert find_job(store, submit(store, order(code)).job_id).state == state

    def test_an_urgent_job_hurries_a_run(self, store: Store) -> None:
        pages = opened(store, submit(store, order("a", priority="bulk")), 2)
        urgent = submit(store, order("a"))
        assert {(bell.id, bell.priority) for bell in urgent.bells} == {
            (page, "interactive") for page in pages
        }

    def test_one_key_makes_one_job(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            asked = [order("a", "b", idempotency_key="k")] * 8
            made = list(pool.map(lambda one: submit(store, one), asked))
        assert len({submission.job_id for submission in made}) == 1
        assert sum(submission.created for submission in made) == 1
        with pytest.raises(IdempotencyConflict):
            submit(store, order("c", idempotency_key="k"))
        assert submit(store, order("c", idempotency_key="k", owner="other")).created

    def test_many_callers_with_the_same_files_make_each_document_once(self, store: Store) -> None:
        names = [f"n{number}" for number in range(10)]
        asked = [order(*names), order(*reversed(names))] * 4
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda one: submit(store, one), asked))
        runs = {
            document.sha256: document.run_id
            for submission in made
            for document in job_documents(store, submission.job_id)
        }
        assert set(runs) == {sha_of(name) for name in names}
        assert sum(len(submission.bells) for submission in made) == len(names)


def test_jobs_are_listed_in_pages(store: Store) -> None:
    made = [submit(store, order(str(number))).job_id for number in range(5)]
    first = list_jobs(store, limit=3)
    second = list_jobs(store, limit=3, cursor=first.next)
    assert [job.id for job in (*first.jobs, *second.jobs)] == made[::-1]
    assert second.next is None
    assert list_jobs(store, states=["failed"]).jobs == ()


def test_a_change_raises_the_version(store: Store) -> None:
    submission = submit(store, order("a"))
    seen = [find_job(store, submission.job_id).version]
    (page,) = opened(store, submission, 1)
    seen.append(find_job(store, submission.job_id).version)
    work = claim_page(store, page, ME, LIMITS)
    assert work is not None
    finish_page(store, work.lease, reading(1))
    seen.append(find_job(store, submission.job_id).version)
    assert seen == sorted(set(seen))


class TestCancel:
    def test_no_page_is_begun_and_what_is_read_is_kept(self, store: Store) -> None:
        submission = submit(store, order("a"))
        first, second = opened(store, submission, 2)
        work = claim_page(store, first, ME, LIMITS)
        cancel_job(store, submission.job_id)
        cancel_job(store, submission.job_id)
        assert claim_page(store, second, ME, LIMITS) is None
        assert work is not None
        assert not finish_page(store, work.lease, reading(1)).stale
        job = find_job(store, submission.job_id)
        assert (job.state, job.progress.pages_done) == ("cancelled", 1)

    def test_a_run_that_another_waits_for_goes_on(self, store: Store) -> None:
        first = submit(store, order("a"))
        (page,) = opened(store, first, 1)
        submit(store, order("a"))
        cancel_job(store, first.job_id)
        assert claim_page(store, page, ME, LIMITS) is not None

    def test_a_later_job_takes_up_what_was_parked(self, store: Store) -> None:
        first = submit(store, order("a"))
        pages = opened(store, first, 2)
        cancel_job(store, first.job_id)
        again = submit(store, order("a"))
        assert [bell.id for bell in again.bells] == pages
        assert claim_page(store, pages[0], ME, LIMITS) is not None

    def test_an_ended_job_is_refused(self, store: Store) -> None:
        with pytest.raises(JobEnded):
            cancel_job(store, read_through(store, "a", form()))
        with pytest.raises(JobNotFound):
            cancel_job(store, "none")


class TestRetry:
    def test_takes_the_failed_pages_only(self, store: Store) -> None:
        submission = submit(store, order("a"))
        good, bad = opened(store, submission, 2)
        for page in (good, bad):
            work = claim_page(store, page, ME, LIMITS)
            assert work is not None
            if page == good:
                finish_page(store, work.lease, reading(1))
            else:
                fail_page(store, work.lease, LOST)
        run = submission.bells[0].id
        work_left = claim_assembly(store, run, ME, LIMITS)
        assert work_left is not None
        fail_run(store, work_left.lease, LOST)
        bells = retry_job(store, submission.job_id)
        # The run failed in its assembly; its pages stay as they are until it is through.
        assert [bell.task for bell in bells] == ["assemble_document"]

    def test_a_lost_page_is_read_again(self, store: Store) -> None:
        job_id, bad = _with_a_lost_page(store)
        (bell,) = retry_job(store, job_id)
        assert bell.id == bad
        job = find_job(store, job_id)
        assert (job.state, job.progress.pages_failed, job.finished) == ("running", 0, None)
        work = claim_page(store, bad, ME, LIMITS)
        assert work is not None
        assert len(finish_page(store, work.lease, reading(2)).bells) == 1

    def test_a_file_that_failed_is_opened_again(self, store: Store) -> None:
        submission = submit(store, order("a"))
        work = claim_opening(store, submission.bells[0].id, ME, LIMITS)
        assert work is not None
        fail_run(store, work.lease, LOST)
        assert retry_job(store, submission.job_id) == submission.bells

    def test_where_nothing_failed_it_is_refused(self, store: Store) -> None:
        with pytest.raises(NothingToRetry):
            retry_job(store, read_through(store, "a", form()))
        with pytest.raises(NothingToRetry):
            retry_job(store, read_through(store, "b", form(status="review")))
        with pytest.raises(NothingToRetry):
            retry_job(store, submit(store, order("c")).job_id)

    def test_a_cancelled_job_goes_on(self, store: Store) -> None:
        submission = submit(store, order("a"))
        (page,) = opened(store, submission, 1)
        cancel_job(store, submission.job_id)
        assert [bell.id for bell in retry_job(store, submission.job_id)] == [page]


class TestDelete:
    def test_all_goes_that_nobody_else_needs(
        self, store: Store, tmp_path: Path, clock: HandClock
    ) -> None:
        blobs = FolderBlobs(tmp_path / "blobs")
        stored = store_bytes(store, blobs, [b"a"])
        assert stored.sha256 == sha_of("a")
        job_id = read_through(store, "a", form("1"), form("2"), pages=3)
        deleted = delete_job(store, job_id)
        told = (deleted.documents, deleted.pages, deleted.records, deleted.blobs)
        assert told == (1, 3, 2, (stored.sha256,))
        clock.pass_by(1)
        assert reap_blob(store, blobs, stored.sha256)
        assert not blobs.has(stored.sha256)
        with pytest.raises(JobNotFound):
            find_job(store, job_id)

    def test_what_another_job_needs_stays(self, store: Store) -> None:
        first = read_through(store, "a", form())
        second = submit(store, order("a")).job_id
        deleted = delete_job(store, first)
        assert (deleted.documents, deleted.records, deleted.blobs) == (0, 0, ())
        assert job_documents(store, second)[0].has_result

    def test_records_of_an_earlier_reading_are_on_file_again(self, store: Store) -> None:
        first = read_through(store, "a", form("1"), form("2"))
        second, one = list_records(store).records
        right = CorrectedValue(pointer="/project_name", value="桥梁养护")
        correct_record(store, one.id, right, version=one.version, by="li")
        forced = read_through(store, "a", form("1", project="道路养扩"), form("3"), force=True)
        assert {record.form_id for record in list_records(store).records} == {"1", "3"}
        deleted = delete_job(store, forced)
        assert (deleted.documents, deleted.records, deleted.corrections) == (0, 1, 0)
        left = {record.form_id: record for record in list_records(store).records}
        assert left.keys() == {"1", "2"}
        assert left["1"].id == one.id
        assert left["1"].version > one.version
        assert left["1"].form.record.project_name == "桥梁养护"
        assert left["2"].form == second.form
        assert len(list_records(store, RecordFilter(job_id=first)).records) == 2

    def test_records_of_a_later_reading_stay(self, store: Store) -> None:
        first = read_through(store, "a", form("1"))
        read_through(store, "a", form("1", project="道路养扩"), force=True)
        (before,) = list_records(store).records
        assert delete_job(store, first).records == 0
        assert list_records(store).records == (before,)

    def test_a_worker_that_still_reads_changes_nothing(self, store: Store) -> None:
        submission = submit(store, order("a"))
        (page,) = opened(store, submission, 1)
        work = claim_page(store, page, ME, LIMITS)
        assert work is not None
        delete_job(store, submission.job_id)
        assert finish_page(store, work.lease, reading(1)).stale

    def test_bytes_that_come_again_are_not_removed(
        self, store: Store, tmp_path: Path, clock: HandClock
    ) -> None:
        blobs = FolderBlobs(tmp_path / "blobs")
        store_bytes(store, blobs, [b"a"])
        delete_job(store, read_through(store, "a", form()))
        clock.pass_by(1)
        stored = store_bytes(store, blobs, [b"a"])
        assert reap_blobs(store, blobs) == 0
        submit(store, order("a"))
        clock.pass_by(10_000)
        assert reap_blobs(store, blobs) == 0
        assert blobs.has(stored.sha256)

    def test_an_upload_that_no_job_followed_is_removed(
        self, store: Store, tmp_path: Path, clock: HandClock
    ) -> None:
        blobs = FolderBlobs(tmp_path / "blobs")
        stored = store_bytes(store, blobs, [b"a"])
        assert reap_blobs(store, blobs) == 0
        clock.pass_by(3601)
        assert reap_blobs(store, blobs) == 1
        assert not blobs.has(stored.sha256)


def test_the_end_of_a_job_is_told_to_its_callback_address(store: Store, clock: HandClock) -> None:
    job_id = read_through(store, "a", form(), callback_url="https://example.org/told")
    (delivery,) = claim_deliveries(store, 10, lease_s=60)
    assert (delivery.job_id, delivery.event, delivery.attempts) == (job_id, "job.succeeded", 1)
    assert claim_deliveries(store, 10, lease_s=60) == ()
    finish_delivery(store, delivery.id, DeliveryOutcome(delivered=False, status=503, again_s=30))
    assert claim_deliveries(store, 10, lease_s=60) == ()
    clock.pass_by(31)
    (again,) = claim_deliveries(store, 10, lease_s=60)
    finish_delivery(store, again.id, DeliveryOutcome(delivered=True, status=200))
    (told,) = job_deliveries(store, job_id)
    assert (told.state, told.attempts, told.last_status) == ("delivered", 2, 200)


def test_a_key_is_shown_once_and_can_be_revoked(store: Store) -> None:
    made = create_key(store, "scanner", ["upload", "read"])
    assert find_key(store, made.secret) == made.key
    assert find_key(store, made.secret + "x") is None
    assert revoke_key(store, made.key.id)
    assert find_key(store, made.secret) is None
    assert [key.name for key in list_keys(store)] == ["scanner"]


def _with_a_lost_page(store: Store) -> tuple[str, str]:
    submission = submit(store, order("lost"))
    good, bad = opened(store, submission, 2)
    first = claim_page(store, good, ME, LIMITS)
    second = claim_page(store, bad, ME, LIMITS)
    assert first is not None
    assert second is not None
    finish_page(store, first.lease, reading(1))
    fail_page(store, second.lease, LOST)
    work = claim_assembly(store, submission.bells[0].id, ME, LIMITS)
    assert work is not None
    finish_assembly(store, work.lease, extraction("lost", form(), pages=2))
    assert find_job(store, submission.job_id).state == "needs_review"
    return submission.job_id, bad
