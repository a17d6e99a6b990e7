"""Look at jobs, and steer them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.callers import KEY_ERRORS, Caller, require
from api.examples import DELETED, DELIVERY, JOB, JOB_DETAIL, PAGE, answered
from api.languages import LanguageWanted
from api.parameters import Cursor, Id, Limit, Position
from api.parts import PartsNeeded
from api.problems import problems
from api.views import (
    DeliveryOut,
    JobDetail,
    JobOut,
    PageOut,
    delivery_out,
    job_detail,
    job_out,
    page_out,
)
from core.errors import DocumentNotFound, JobEnded, JobNotFound, NothingToRetry
from core.readings import Frozen
from core.store.deliveries import job_deliveries
from core.store.documents import reap_blob
from core.store.jobs import find_job, job_document, job_documents, job_pages, list_jobs
from core.store.steering import Deleted, cancel_job, delete_job, retry_job
from core.store.tables import JobState

router = APIRouter(prefix="/api/v1", tags=["jobs"])

Reader = Annotated[Caller, Depends(require("read"))]
Uploader = Annotated[Caller, Depends(require("upload"))]
JOB_ERRORS = (*KEY_ERRORS, JobNotFound)


class JobPage(Frozen):
    """Jobs, the newest first; `next` is the cursor of what follows, null at the end."""

    jobs: tuple[JobOut, ...]
    next: str | None


@router.get(
    "/jobs",
    responses={**answered({"jobs": [JOB], "next": None}), **problems(*KEY_ERRORS)},
)
def get_jobs(
    parts: PartsNeeded,
    caller: Reader,
    language: LanguageWanted,
    state: Annotated[list[JobState] | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> JobPage:
    """List jobs, the newest first."""
    found = list_jobs(
        parts.store, states=state or (), owner=caller.owner, cursor=cursor, limit=limit
    )
    return JobPage(jobs=tuple(job_out(job, language) for job in found.jobs), next=found.next)


@router.get("/jobs/{job_id}", responses={**answered(JOB_DETAIL), **problems(*JOB_ERRORS)})
def get_job(job_id: Id, parts: PartsNeeded, caller: Reader, language: LanguageWanted) -> JobDetail:
    """Show a job with its progress and its documents."""
    job = find_job(parts.store, job_id, caller.owner)
    return job_detail(job, job_documents(parts.store, job_id), language)


@router.get(
    "/jobs/{job_id}/documents/{position}/pages",
    responses={**answered([PAGE]), **problems(*JOB_ERRORS, DocumentNotFound)},
)
def get_pages(
    job_id: Id, position: Position, parts: PartsNeeded, caller: Reader, language: LanguageWanted
) -> tuple[PageOut, ...]:
    """Show the pages of one document of a job."""
    find_job(parts.store, job_id, caller.owner)
    pages = job_pages(parts.store, job_id, position)
    document = job_document(parts.store, job_id, position)
    return tuple(page_out(job_id, document, page, language) for page in pages)


@router.get(
    "/jobs/{job_id}/deliveries", responses={**answered([DELIVERY]), **problems(*JOB_ERRORS)}
)
def get_deliveries(job_id: Id, parts: PartsNeeded, caller: Reader) -> tuple[DeliveryOut, ...]:
    """Show what became of the news for the job's callback address, the oldest first."""
    find_job(parts.store, job_id, caller.owner)
    return tuple(delivery_out(delivery) for delivery in job_deliveries(parts.store, job_id))


@router.post(
    "/jobs/{job_id}/cancel",
    responses={**answered({**JOB, "state": "cancelled"}), **problems(*JOB_ERRORS, JobEnded)},
)
def post_cancel(
    job_id: Id, parts: PartsNeeded, caller: Uploader, language: LanguageWanted
) -> JobOut:
    """Cancel a job: pages that are being read are finished, none is begun any more."""
    find_job(parts.store, job_id, caller.owner)
    cancel_job(parts.store, job_id)
    return job_out(find_job(parts.store, job_id), language)


@router.post(
    "/jobs/{job_id}/retry", responses={**answered(JOB), **problems(*JOB_ERRORS, NothingToRetry)}
)
def post_retry(
    job_id: Id, parts: PartsNeeded, caller: Uploader, language: LanguageWanted
) -> JobOut:
    """Try again what failed of a job, and only that; a cancelled job goes on."""
    find_job(parts.store, job_id, caller.owner)
    parts.doorbell.ring(retry_job(parts.store, job_id))
    return job_out(find_job(parts.store, job_id), language)


@router.delete(
    "/jobs/{job_id}",
    operation_id="delete_job",
    responses={**answered(DELETED), **problems(*JOB_ERRORS)},
)
def delete(job_id: Id, parts: PartsNeeded, caller: Uploader) -> Deleted:
    """Delete a job with all that no other job needs, and say what was removed."""
    find_job(parts.store, job_id, caller.owner)
    deleted = delete_job(parts.store, job_id)
    for sha256 in deleted.blobs:
        reap_blob(parts.store, parts.blobs, sha256)
    return deleted
