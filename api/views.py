"""What the API shows of jobs: the store's views with addresses, and with troubles in words."""

from __future__ import annotations

from datetime import datetime

from core.bells import Priority
from core.errors import every_error
from core.messages import Language, explain
from core.readings import Frozen
from core.store.deliveries import DeliveryView
from core.store.jobs import JobDocumentView, JobView, PageView, Progress
from core.store.leases import Trouble
from core.store.submission import RefusedFile
from core.store.tables import DeliveryState, JobState, PageState, Stage

ROOT = "/api/v1"

_ERRORS = {error.code: error for error in every_error()}


class TroubleOut(Frozen):
    """Why something failed."""

    code: str
    message: str
    retryable: bool


class RefusedOut(Frozen):
    """A file that came along in an archive and was not taken, and why."""

    name: str
    trouble: TroubleOut


class PageOut(Frozen):
    """A page of a document: where it stands, and where its picture is once it was read."""

    number: int
    state: PageState
    running: bool
    trouble: TroubleOut | None
    picture_url: str | None


class DocumentOut(Frozen):
    """A document of a job, in the order of the upload, counted from 0."""

    position: int
    name: str
    sha256: str
    size: int
    media_type: str
    stage: Stage
    pages: int
    pages_done: int
    pages_failed: int
    forms: int
    needs_review: bool
    trouble: TroubleOut | None
    result_url: str | None
    pages_url: str


class JobOut(Frozen):
    """A job. `version` grows with every change that somebody watching could see."""

    id: str
    state: JobState
    priority: Priority
    options: dict[str, str | int | None]
    callback_url: str | None
    refused: tuple[RefusedOut, ...]
    progress: Progress
    trouble: TroubleOut | None
    version: int
    created: datetime
    updated: datetime
    finished: datetime | None
    status_url: str
    events_url: str
    result_url: str
    deliveries_url: str | None


class DeliveryOut(Frozen):
    """News of a job for its callback address. `attempts` counts those begun.

    `next_at` is when it is tried (again), null once it is over; `last_status` is the HTTP status that
    came back, null where nothing did, and `last_error` what else is known of that.
    """

    id: str
    event: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    last_status: int | None
    last_error: str | None
    created: datetime


class JobDetail(JobOut):
    """A job with its documents."""

    documents: tuple[DocumentOut, ...]


def job_out(job: JobView, language: Language) -> JobOut:
    """Show a job."""
    address = f"{ROOT}/jobs/{job.id}"
    return JobOut(
        id=job.id,
        state=job.state,
        priority=job.priority,
        options=job.options,
        callback_url=job.callback_url,
        refused=tuple(refused_out(refused, language) for refused in job.refused),
        progress=job.progress,
        trouble=trouble_out(job.trouble, language, job.id),
        version=job.version,
        created=job.created,
        updated=job.updated,
        finished=job.finished,
        status_url=address,
        events_url=f"{address}/events",
        result_url=f"{address}/result",
        deliveries_url=f"{address}/deliveries" if job.callback_url else None,
    )


def job_detail(
    job: JobView, documents: tuple[JobDocumentView, ...], language: Language
) -> JobDetail:
    """Show a job with its documents."""
    return JobDetail(
        **dict(job_out(job, language)),
        documents=tuple(document_out(job.id, document, language) for document in documents),
    )


def document_out(job_id: str, document: JobDocumentView, language: Language) -> DocumentOut:
    """Show a document of a job."""
    address = f"{ROOT}/jobs/{job_id}/documents/{document.position}"
    return DocumentOut(
        position=document.position,
        name=document.name,
        sha256=document.sha256,
        size=document.size,
        media_type=document.media_type,
        stage=document.stage,
        pages=document.pages,
        pages_done=document.pages_done,
        pages_failed=document.pages_failed,
        forms=document.forms,
        needs_review=document.needs_review,
        trouble=trouble_out(document.trouble, language, document.name),
        result_url=f"{address}/result" if document.has_result else None,
        pages_url=f"{address}/pages",
    )


def delivery_out(delivery: DeliveryView) -> DeliveryOut:
    """Show a delivery. Not where it goes: an address may hold a password."""
    return DeliveryOut(
        id=delivery.id,
        event=delivery.event,
        state=delivery.state,
        attempts=delivery.attempts,
        next_at=delivery.next_at if delivery.state == "waiting" else None,
        last_status=delivery.last_status,
        last_error=delivery.last_error,
        created=delivery.created,
    )


def page_out(job_id: str, document: JobDocumentView, page: PageView, language: Language) -> PageOut:
    """Show a page of a document."""
    address = f"{ROOT}/jobs/{job_id}/documents/{document.position}/pages/{page.number}"
    return PageOut(
        number=page.number,
        state=page.state,
        running=page.running,
        trouble=trouble_out(page.trouble, language, document.name, page.number),
        picture_url=f"{address}/picture" if page.state == "done" else None,
    )


def refused_out(refused: RefusedFile, language: Language) -> RefusedOut:
    """Show a file that was not taken."""
    kind = _ERRORS[refused.code]
    message = explain(kind(file=refused.name, **refused.details), language)
    trouble = TroubleOut(code=refused.code, message=message, retryable=kind.retryable)
    return RefusedOut(name=refused.name, trouble=trouble)


def trouble_out(
    trouble: Trouble | None, language: Language, file: str, page: int = 0
) -> TroubleOut | None:
    """Say a stored trouble in words; `file` is what its owner calls it."""
    if trouble is None:
        return None
    kind = _ERRORS[trouble.code]
    error = kind(**{"file": file, "page": page, **trouble.details})
    return TroubleOut(code=trouble.code, message=explain(error, language), retryable=kind.retryable)
