"""Look at jobs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from core.bells import Priority
from core.errors import DocumentNotFound, JobNotFound
from core.readings import Frozen
from core.store.database import Store
from core.store.leases import Trouble
from core.store.settling import ENDED_STAGES
from core.store.submission import RefusedFile
from core.store.tables import (
    Document,
    Job,
    JobDocument,
    JobState,
    Page,
    PageResult,
    PageState,
    Run,
    Stage,
)


class Progress(Frozen):
    """How far a job is. `pages` counts what has been opened so far: it grows while files open."""

    documents: int
    documents_ended: int
    pages: int
    pages_done: int
    pages_failed: int
    forms: int


class JobView(Frozen):
    """A job as it stands. `version` grows with every change that a person watching could see."""

    id: str
    owner: str
    state: JobState
    priority: Priority
    options: dict[str, str | int | None]
    callback_url: str | None
    refused: tuple[RefusedFile, ...]
    trouble: Trouble | None
    progress: Progress
    version: int
    created: datetime
    updated: datetime
    finished: datetime | None

    @property
    def ended(self) -> bool:
        return self.finished is not None


class JobList(Frozen):
    """Jobs, the newest first; `next` is the cursor of what follows, None at the end."""

    jobs: tuple[JobView, ...]
    next: str | None


class JobDocumentView(Frozen):
    """A document of a job. `has_result` says whether `find_extraction` finds something."""

    position: int
    name: str
    sha256: str
    size: int
    media_type: str
    run_id: str
    stage: Stage
    pages: int
    pages_done: int
    pages_failed: int
    forms: int
    needs_review: bool
    has_result: bool
    trouble: Trouble | None


class PageView(Frozen):
    """A page of a document. `running` while a worker holds it."""

    number: int
    state: PageState
    running: bool
    attempts: int
    crashes: int
    trouble: Trouble | None


def find_job(store: Store, job_id: str, owner: str | None = None) -> JobView:
    """Return a job; raises `JobNotFound`, also for a job of another `owner` where one is given."""
    with store.reading() as session:
        job = session.get(Job, job_id)
        if job is None or (owner is not None and job.owner != owner):
            raise JobNotFound(job=job_id)
        return _views(session, [job])[0]


def find_jobs(store: Store, job_ids: Sequence[str]) -> tuple[JobView, ...]:
    """Return those of these jobs that are there, in any order."""
    with store.reading() as session:
        return _views(session, session.scalars(select(Job).where(Job.id.in_(job_ids))).all())


def list_jobs(
    store: Store,
    *,
    states: Sequence[JobState] = (),
    owner: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> JobList:
    """Return jobs, the newest first, from `cursor` on."""
    query = select(Job).order_by(Job.id.desc()).limit(limit + 1)
    if states:
        query = query.where(Job.state.in_(states))
    if owner is not None:
        query = query.where(Job.owner == owner)
    if cursor is not None:
        query = query.where(Job.id < cursor)
    with store.reading() as session:
        found = session.scalars(query).all()
        views = _views(session, found[:limit])
    return JobList(jobs=views, next=views[-1].id if len(found) > limit else None)


def job_documents(store: Store, job_id: str) -> tuple[JobDocumentView, ...]:
    """Return the documents of a job in the order of the upload; raises `JobNotFound`."""
    with store.reading() as session:
        if session.get(Job, job_id) is None:
            raise JobNotFound(job=job_id)
        rows = session.execute(_documents_of(job_id)).all()
        return tuple(_document_view(row) for row in rows)


def job_document(store: Store, job_id: str, position: int) -> JobDocumentView:
    """Return one document of a job; raises `DocumentNotFound`."""
    with store.reading() as session:
        query = _documents_of(job_id).where(JobDocument.position == position)
        row = session.execute(query).first()
        if row is None:
            raise DocumentNotFound(document=f"{job_id}/{position}")
        return _document_view(row)


def job_pages(store: Store, job_id: str, position: int) -> tuple[PageView, ...]:
    """Return the pages of one document of a job; raises `DocumentNotFound`."""
    with store.reading() as session:
        now = store.now(session)
        run_id = _run_of(session, job_id, position)
        pages = session.scalars(select(Page).where(Page.run_id == run_id).order_by(Page.number))
        return tuple(
            PageView(
                number=page.number,
                state=page.state,
                running=page.lease_until is not None and page.lease_until >= now,
                attempts=page.attempts,
                crashes=page.crashes,
                trouble=_trouble(page.trouble, page.trouble_details),
            )
            for page in pages
        )


def find_extraction(store: Store, job_id: str, position: int) -> str | None:
    """Return the extraction of one document of a job as JSON, None while there is none.

    Its `source.file` is the name of the first upload of those bytes. Raises `DocumentNotFound`.
    """
    with store.reading() as session:
        run_id = _run_of(session, job_id, position)
        return session.scalars(select(Run.extraction).where(Run.id == run_id)).one()


def find_page_reading(store: Store, job_id: str, position: int, number: int) -> str | None:
    """Return what was read on a page as JSON (`core.readings.PageReading`), None if nothing was."""
    with store.reading() as session:
        run_id = _run_of(session, job_id, position)
    return find_reading(store, run_id, number)


def find_reading(store: Store, run_id: str, number: int) -> str | None:
    """Return what a run read on a page, as `find_page_reading`."""
    with store.reading() as session:
        return session.scalars(
            select(PageResult.reading)
            .join(Page, Page.id == PageResult.page_id)
            .where(Page.run_id == run_id, Page.number == number)
        ).first()


def _run_of(session: Session, job_id: str, position: int) -> str:
    link = session.get(JobDocument, (job_id, position))
    if link is None:
        raise DocumentNotFound(document=f"{job_id}/{position}")
    return link.run_id


def _documents_of(job_id: str) -> Select[JobDocument, Run, Document, bool]:
    return (
        select(JobDocument, Run, Document, Run.extraction.is_not(None).label("has_result"))
        .join(Run, Run.id == JobDocument.run_id)
        .join(Document, Document.sha256 == Run.sha256)
        .where(JobDocument.job_id == job_id)
        .order_by(JobDocument.position)
    )


def _document_view(row: Row[JobDocument, Run, Document, bool]) -> JobDocumentView:
    link, run, document, has_result = row
    return JobDocumentView(
        position=link.position,
        name=link.name,
        sha256=document.sha256,
        size=document.size,
        media_type=document.media_type,
        run_id=run.id,
        stage=run.stage,
        pages=run.pages_total,
        pages_done=run.pages_done,
        pages_failed=run.pages_failed,
        forms=run.forms,
        needs_review=run.needs_review,
        has_result=has_result,
        trouble=_trouble(run.trouble, run.trouble_details),
    )


def _views(session: Session, jobs: Sequence[Job]) -> tuple[JobView, ...]:
    progress = _progress(session, [job.id for job in jobs])
    return tuple(_view(job, *progress[job.id]) for job in jobs)


def _view(job: Job, progress: Progress, changes: int) -> JobView:
    return JobView(
        id=job.id,
        owner=job.owner,
        state=job.state,
        priority=job.priority,
        options=job.options,
        callback_url=job.callback_url,
        refused=tuple(RefusedFile.model_validate(refused) for refused in job.refused),
        trouble=_trouble(job.trouble, job.trouble_details),
        progress=progress,
        version=job.changes + changes,
        created=job.created,
        updated=job.updated,
        finished=job.finished,
    )


def _progress(session: Session, job_ids: Iterable[str]) -> dict[str, tuple[Progress, int]]:
    ended = func.count().filter(Run.stage.in_(ENDED_STAGES))
    rows = session.execute(
        select(
            JobDocument.job_id,
            func.count(),
            ended,
            func.sum(Run.pages_total),
            func.sum(Run.pages_done),
            func.sum(Run.pages_failed),
            func.sum(Run.forms),
            func.sum(Run.changes),
        )
        .join(Run, Run.id == JobDocument.run_id)
        .where(JobDocument.job_id.in_(job_ids))
        .group_by(JobDocument.job_id)
    )
    return {
        job_id: (
            Progress(
                documents=documents,
                documents_ended=documents_ended,
                pages=pages,
                pages_done=done,
                pages_failed=failed,
                forms=forms,
            ),
            changes,
        )
        for job_id, documents, documents_ended, pages, done, failed, forms, changes in rows
    }


def _trouble(code: str | None, details: dict[str, Any]) -> Trouble | None:
    return None if code is None else Trouble(code=code, details=details)
