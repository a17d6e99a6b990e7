"""Tell the jobs of a run how it stands. For use inside the transactions of the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.identifiers import new_id
from core.store.tables import Delivery, Job, JobDocument, JobState, Run, Stage

OPEN_STATES: tuple[JobState, ...] = ("queued", "running")
ENDED_STAGES: tuple[Stage, ...] = ("done", "failed")


def lock_jobs_of(session: Session, run_id: str) -> Sequence[Job]:
    """Lock the open jobs that wait for a run, in the order of their ids.

    Whoever looks whether a job is through has to hold it: of two runs that end at the same time the
    second must see the first.
    """
    waiting = select(JobDocument.job_id).where(JobDocument.run_id == run_id)
    return session.scalars(
        select(Job)
        .where(Job.id.in_(waiting), Job.state.in_(OPEN_STATES))
        .order_by(Job.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def jobs_of(session: Session, run_id: str) -> tuple[str, ...]:
    """Return the ids of the jobs that wait for a run, the oldest first, or of its last one."""
    query = (
        select(Job.id, Job.state)
        .join(JobDocument, JobDocument.job_id == Job.id)
        .where(JobDocument.run_id == run_id)
        .order_by(Job.id)
        .distinct()
    )
    found = session.execute(query).all()
    waiting = tuple(job_id for job_id, state in found if state in OPEN_STATES)
    return waiting or tuple(job_id for job_id, _ in found[-1:])


def mark_running(session: Session, run_id: str, now: datetime) -> None:
    """Let the jobs of a run that has begun know it."""
    for job in lock_jobs_of(session, run_id):
        if job.state == "queued":
            job.state = "running"
            job.updated = now
            job.changes += 1


def settle_jobs_of(session: Session, run_id: str, now: datetime) -> None:
    """End each job of a run that has ended, if all its other runs have ended as well."""
    session.flush()
    for job in lock_jobs_of(session, run_id):
        settle(session, job, now)


def settle(session: Session, job: Job, now: datetime) -> None:
    """End a locked, open job if all its runs have ended, and have its callback address told.

    A job of whose upload not all could be taken does not just succeed: somebody has to know it.
    """
    runs = session.scalars(
        select(Run)
        .join(JobDocument, JobDocument.run_id == Run.id)
        .where(JobDocument.job_id == job.id)
        .order_by(JobDocument.position)
        .execution_options(populate_existing=True)
    ).all()
    if any(run.stage not in ENDED_STAGES for run in runs):
        return
    job.state = outcome(runs)
    if job.state == "succeeded" and job.refused:
        job.state = "needs_review"
    if job.state == "failed":
        job.trouble = runs[0].trouble
        job.trouble_details = dict(runs[0].trouble_details)
    end(session, job, now)


def outcome(runs: Iterable[Run]) -> JobState:
    """Return how a job ends whose runs have all ended.

    It failed if nothing of it could be read. Where some of it could not, or a value is doubtful, a
    person has to look.
    """
    every = list(runs)
    if all(run.stage == "failed" for run in every):
        return "failed"
    if any(run.stage == "failed" or run.pages_failed or run.needs_review for run in every):
        return "needs_review"
    return "succeeded"


def end(session: Session, job: Job, now: datetime) -> None:
    """Note that a locked job has ended, in the state that it has."""
    job.finished = job.updated = now
    job.changes += 1
    if job.callback_url is not None:
        session.add(
            Delivery(
                id=new_id(),
                job_id=job.id,
                url=job.callback_url,
                event=f"job.{job.state}",
                state="waiting",
                next_at=now,
                created=now,
                updated=now,
            )
        )
