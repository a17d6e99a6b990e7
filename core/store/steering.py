"""Cancel, retry and delete jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.bells import Bell
from core.errors import JobEnded, JobNotFound, NothingToRetry
from core.pipeline import PIPELINE
from core.readings import Frozen
from core.store.database import Store
from core.store.documents import loosen
from core.store.filing import hand_back_records
from core.store.settling import ENDED_STAGES, OPEN_STATES, end
from core.store.submission import bells_of_run, restart, wake
from core.store.tables import (
    Correction,
    Document,
    Job,
    JobDocument,
    JobState,
    Page,
    Record,
    Run,
)
from core.store.takeover import begin_over

RETRYABLE: tuple[JobState, ...] = ("failed", "needs_review", "cancelled")


class Deleted(Frozen):
    """What a deletion removed.

    The bytes of the documents `blobs` may go now (`core.store.documents.reap_blob`); the sweeper sees
    to those that are left behind.
    """

    job_id: str
    documents: int
    pages: int
    records: int
    corrections: int
    blobs: tuple[str, ...]


def cancel_job(store: Store, job_id: str) -> None:
    """Cancel a job: no page that only it waits for is begun any more.

    Pages that are being read are read to their end and kept. Raises `JobNotFound`, and `JobEnded`
    unless it was cancelled before.
    """
    with store.accepting() as session:
        runs = _lock_runs(session, job_id)
        job = _lock_job(session, job_id)
        if job.state == "cancelled":
            return
        if job.state not in OPEN_STATES:
            raise JobEnded(job=job_id, state=job.state)
        now = store.now(session)
        job.state = "cancelled"
        end(session, job, now)
        session.flush()
        _park_unwanted(session, runs, now)


def retry_job(store: Store, job_id: str) -> tuple[Bell, ...]:
    """Have what failed of a job, and only that, tried again; a cancelled job goes on.

    Raises `JobNotFound` and `NothingToRetry`.
    """
    with store.accepting() as session:
        _reset_failed_pages(session, job_id)
        runs = _lock_runs(session, job_id)
        job = _lock_job(session, job_id)
        if job.state not in RETRYABLE:
            raise NothingToRetry(job=job_id, state=job.state)
        now = store.now(session)
        bells: list[Bell] = []
        for run in runs:
            _resume(session, run, job, now)
            bells.extend(bells_of_run(session, run))
        if all(run.stage in ENDED_STAGES for run in runs):
            raise NothingToRetry(job=job_id, state=job.state)
        job.state = "running"
        job.finished = None
        job.trouble = None
        job.trouble_details = {}
        job.updated = now
        job.changes += 1
        return tuple(bells)


def delete_job(store: Store, job_id: str) -> Deleted:
    """Delete a job, and all that no other job needs: documents, pages, records, corrections.

    Raises `JobNotFound`. A job that is running is cancelled by this.
    """
    with store.accepting() as session:
        _lock_documents(session, job_id)
        runs = _lock_runs(session, job_id)
        _lock_job(session, job_id)
        session.execute(delete(Job).where(Job.id == job_id))
        unused = [run.id for run in runs if not _is_linked(session, run.id)]
        hashes = sorted({run.sha256 for run in runs})
        pages = _count(session, Page, Page.run_id.in_(unused))
        records = _record_ids(session, hashes)
        now = store.now(session)
        for sha256 in hashes:
            # What an earlier reading found is on file again: other jobs go by it.
            hand_back_records(session, sha256, unused, now)
        session.flush()
        session.execute(delete(Run).where(Run.id.in_(unused)))
        records -= _record_ids(session, hashes)
        _park_unwanted(session, [run for run in runs if run.id not in unused], now)
        gone = [sha256 for sha256 in hashes if not _count(session, Run, Run.sha256 == sha256)]
        corrections = _count(session, Correction, Correction.sha256.in_(gone))
        session.execute(delete(Correction).where(Correction.sha256.in_(gone)))
        session.execute(delete(Document).where(Document.sha256.in_(gone)))
        for sha256 in gone:
            loosen(session, sha256, now)
        return Deleted(
            job_id=job_id,
            documents=len(gone),
            pages=pages,
            records=len(records),
            corrections=corrections,
            blobs=tuple(gone),
        )


def _lock_documents(session: Session, job_id: str) -> None:
    of_job = (
        select(Run.sha256)
        .join(JobDocument, JobDocument.run_id == Run.id)
        .where(JobDocument.job_id == job_id)
    )
    session.execute(
        select(Document.sha256)
        .where(Document.sha256.in_(of_job))
        .order_by(Document.sha256)
        .with_for_update()
    )


def _lock_runs(session: Session, job_id: str) -> Sequence[Run]:
    of_job = select(JobDocument.run_id).where(JobDocument.job_id == job_id)
    return session.scalars(
        select(Run).where(Run.id.in_(of_job)).order_by(Run.id).with_for_update()
    ).all()


def _lock_job(session: Session, job_id: str) -> Job:
    job = session.scalars(select(Job).where(Job.id == job_id).with_for_update()).first()
    if job is None:
        raise JobNotFound(job=job_id)
    return job


def _park_unwanted(session: Session, runs: Sequence[Run], now: datetime) -> None:
    for run in runs:
        if run.stage not in ENDED_STAGES and not _is_wanted(session, run.id):
            run.parked = True
            run.changes += 1
            run.updated = now


def _is_wanted(session: Session, run_id: str) -> bool:
    query = (
        select(Job.id)
        .join(JobDocument, JobDocument.job_id == Job.id)
        .where(JobDocument.run_id == run_id, Job.state.in_(OPEN_STATES))
    )
    return session.scalars(query.limit(1)).first() is not None


def _is_linked(session: Session, run_id: str) -> bool:
    return bool(_count(session, JobDocument, JobDocument.run_id == run_id))


def _record_ids(session: Session, hashes: Sequence[str]) -> set[str]:
    return set(session.scalars(select(Record.id).where(Record.sha256.in_(hashes))))


def _count(session: Session, table: type, condition: object) -> int:
    query = select(func.count()).select_from(table).where(condition)  # type: ignore[arg-type]
    return session.scalars(query).one()


def _reset_failed_pages(session: Session, job_id: str) -> None:
    of_job = select(JobDocument.run_id).where(JobDocument.job_id == job_id)
    retryable = select(Job.id).where(Job.id == job_id, Job.state.in_(RETRYABLE))
    session.execute(
        update(Page)
        .where(Page.state == "failed", Page.run_id.in_(of_job), retryable.exists())
        .values(
            state="waiting",
            attempts=0,
            crashes=0,
            trouble=None,
            trouble_details={},
            rung_at=None,
        )
    )


def _resume(session: Session, run: Run, job: Job, now: datetime) -> None:
    """Have a locked run take up what `_reset_failed_pages` made wait again, or what failed."""
    if run.pipeline != PIPELINE and (run.stage == "failed" or run.pages_failed):
        # The pages that went well were read by another version.
        begin_over(session, run, now)
    elif run.stage == "failed":
        restart(run, now)
    elif run.pages_failed:
        run.stage = "reading"
        run.pages_failed = 0
        run.changes += 1
        run.updated = now
    wake(session, run, job.priority, now)
