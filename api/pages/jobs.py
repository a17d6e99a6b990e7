"""The page of a job: how it stands, its documents, and the pages of one of them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import Caller, require
from api.languages import language_of
from api.pages.job_view import (
    FormLink,
    JobRow,
    PageCard,
    document_trouble,
    form_links,
    job_row,
    page_cards,
)
from api.pages.rendering import page
from api.pages.routes import page_router, see
from api.parts import Parts, PartsNeeded
from api.searchable import RETRY_AFTER_S, searchable
from api.views import DeliveryOut, RefusedOut, TroubleOut, delivery_out, refused_out
from core.blobs import thumbnail_part
from core.errors import DocumentNotFound, PictureMissing, ResultMissing
from core.exports import SUFFIX_OF_FORMAT
from core.extraction import Extraction
from core.messages import Language
from core.readings import Frozen
from core.store.browsing import document_records
from core.store.deliveries import job_deliveries
from core.store.documents import reap_blob
from core.store.jobs import (
    JobDocumentView,
    JobView,
    find_job,
    job_document,
    job_documents,
    job_pages,
)
from core.store.results import extractions
from core.store.steering import RETRYABLE, cancel_job, delete_job, retry_job

PAGES_AT_ONCE = 48

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]
Uploader = Annotated[Caller, Depends(require("upload"))]


class Portion(BaseModel):
    """Which pages are wanted: from `first` on, of the document at a position of the upload."""

    document: int = Field(default=0, ge=0)
    first: int = Field(default=1, ge=1)


class LivePortion(Portion):
    """The same, unless the job still is at the version that was seen."""

    version: int = -1


class DocumentRow(Frozen):
    """A document of a job; `url` shows its pages."""

    view: JobDocumentView
    trouble: TroubleOut | None
    url: str


class JobShown(Frozen):
    """A job, its documents, and up to `PAGES_AT_ONCE` pages of the document `chosen`.

    `before` and `after` are the first pages of the neighbouring portions.
    """

    row: JobRow
    view: JobView
    documents: tuple[DocumentRow, ...]
    refused: tuple[RefusedOut, ...]
    chosen: DocumentRow
    forms: tuple[FormLink, ...]
    pages: tuple[PageCard, ...]
    deliveries: tuple[DeliveryOut, ...]
    first: int
    before: int | None
    after: int | None
    has_result: bool
    may_change: bool
    may_retry: bool


@router.get("/jobs/{job_id}")
def get_job(
    job_id: str,
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    portion: Annotated[Portion, Query()],
) -> Response:
    """Show a job."""
    job = find_job(parts.store, job_id, caller.owner)
    shown = _shown(parts, caller, job, portion, language_of(request))
    return page(request, "job.html", job=shown)


@router.get("/jobs/{job_id}/live")
def get_live_job(
    job_id: str,
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    portion: Annotated[LivePortion, Query()],
) -> Response:
    """Give the changing part of a job's page anew, or nothing if it looks as it did."""
    job = find_job(parts.store, job_id, caller.owner)
    if job.version == portion.version:
        return Response(status_code=204)
    shown = _shown(parts, caller, job, portion, language_of(request))
    return page(request, "job_live.html", job=shown)


@router.post("/jobs/{job_id}/cancel")
def post_cancel(job_id: str, parts: PartsNeeded, caller: Uploader) -> Response:
    """Cancel a job."""
    find_job(parts.store, job_id, caller.owner)
    cancel_job(parts.store, job_id)
    return see(f"/jobs/{job_id}")


@router.post("/jobs/{job_id}/retry")
def post_retry(job_id: str, parts: PartsNeeded, caller: Uploader) -> Response:
    """Try again what failed."""
    find_job(parts.store, job_id, caller.owner)
    parts.doorbell.ring(retry_job(parts.store, job_id))
    return see(f"/jobs/{job_id}")


@router.get("/jobs/{job_id}/delete")
def get_delete(job_id: str, request: Request, parts: PartsNeeded, caller: Uploader) -> Response:
    """Say what a deletion takes away, and ask."""
    job = find_job(parts.store, job_id, caller.owner)
    documents = job_documents(parts.store, job_id)
    row = job_row(job, documents[0].name, language_of(request))
    return page(request, "delete.html", job=row, documents=documents)


@router.post("/jobs/{job_id}/delete")
def post_delete(job_id: str, request: Request, parts: PartsNeeded, caller: Uploader) -> Response:
    """Delete a job and say what went."""
    job = find_job(parts.store, job_id, caller.owner)
    documents = job_documents(parts.store, job_id)
    row = job_row(job, documents[0].name, language_of(request))
    deleted = delete_job(parts.store, job_id)
    for sha256 in deleted.blobs:
        reap_blob(parts.store, parts.blobs, sha256)
    return page(request, "deleted.html", job=row, deleted=deleted)


@router.get("/jobs/{job_id}/documents/{position}/pages/{number}/thumbnail")
def get_thumbnail(
    job_id: str, position: int, number: int, parts: PartsNeeded, caller: Reader
) -> Response:
    """Give the picture of a page, small."""
    find_job(parts.store, job_id, caller.owner)
    document = job_document(parts.store, job_id, position)
    try:
        with parts.blobs.open(document.sha256, thumbnail_part(document.run_id, number)) as picture:
            small = picture.read()
    except FileNotFoundError as error:
        raise PictureMissing(document=document.name, page=number) from error
    # A run never draws a page twice, and the address of another upload is another one.
    kept = {"Cache-Control": "private, max-age=3600"}
    return Response(small, media_type="image/jpeg", headers=kept)


@router.get("/jobs/{job_id}/documents/{position}/searchable")
def get_searchable(
    job_id: str, position: int, request: Request, parts: PartsNeeded, caller: Reader
) -> Response:
    """Give the searchable PDF of a document, or a page that comes back for it until it is made."""
    job = find_job(parts.store, job_id, caller.owner)
    document = job_document(parts.store, job_id, position)
    if not document.has_result:
        raise ResultMissing(job=job_id, state=job.state)
    name = (PurePath(document.name).stem or "dangan") + SUFFIX_OF_FORMAT["pdf"]
    found = searchable(parts, document, name)
    if found is not None:
        return found
    waiting = page(request, "making.html", 202, job_id=job_id, name=document.name)
    waiting.headers["Refresh"] = str(RETRY_AFTER_S)
    return waiting


def _shown(
    parts: Parts, caller: Caller, job: JobView, portion: Portion, language: Language
) -> JobShown:
    position, first = portion.document, portion.first
    views = job_documents(parts.store, job.id)
    document = _chosen(views, job.id, position)
    found = _found(parts, document, language)
    pages = job_pages(parts.store, job.id, position)
    last = first + PAGES_AT_ONCE
    rows = tuple(_document_row(job.id, view, language) for view in views)
    return JobShown(
        row=job_row(job, views[0].name, language),
        view=job,
        documents=rows,
        refused=tuple(refused_out(refused, language) for refused in job.refused),
        chosen=rows[position],
        forms=found[1] if found else (),
        pages=page_cards(job.id, document, pages[first - 1 : last - 1], found, language),
        deliveries=tuple(map(delivery_out, job_deliveries(parts.store, job.id))),
        first=first,
        before=max(1, first - PAGES_AT_ONCE) if first > 1 else None,
        after=last if last <= len(pages) else None,
        has_result=job.ended and any(view.has_result for view in views),
        may_change=caller.may("upload"),
        may_retry=job.state in RETRYABLE and _can_retry(job, views),
    )


def _chosen(views: tuple[JobDocumentView, ...], job_id: str, position: int) -> JobDocumentView:
    if not 0 <= position < len(views):
        raise DocumentNotFound(document=f"{job_id}/{position}")
    return views[position]


def _found(
    parts: Parts, document: JobDocumentView, language: Language
) -> tuple[Extraction, tuple[FormLink, ...]] | None:
    extraction = next(extractions(parts.store, [document]), None)
    if extraction is None:
        return None
    records = document_records(parts.store, document.sha256)
    return extraction, form_links(extraction.forms, records, language)


def _document_row(job_id: str, view: JobDocumentView, language: Language) -> DocumentRow:
    return DocumentRow(
        view=view,
        trouble=document_trouble(view, language),
        url=f"/jobs/{job_id}?document={view.position}",
    )


def _can_retry(job: JobView, documents: tuple[JobDocumentView, ...]) -> bool:
    """Tell whether something is left to be tried: `retry_job` refuses where nothing is."""
    return job.state == "cancelled" or any(
        document.stage == "failed" or document.pages_failed for document in documents
    )
