"""The first page: hand files in, and see what became of those before."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Query, Request, Response

from api.callers import Caller, require
from api.languages import language_of
from api.pages.job_view import JobRow, job_rows
from api.pages.rendering import page
from api.pages.routes import page_router, see
from api.parts import Parts, PartsNeeded
from core.errors import DocumentNotFound
from core.intake import store_bytes
from core.kind import Kind
from core.messages import Language
from core.places import incoming_folder
from core.readings import Frozen
from core.store.browsing import first_names
from core.store.jobs import list_jobs
from core.store.submission import Order, Upload, submit

JOBS_A_PAGE = 20

SAMPLE = Path(__file__).parents[2] / "samples" / "songjiang-2023.pdf"
"""Only a checkout has it."""

ENDINGS = ".zip,.tif,.jpg," + ",".join(f".{kind.lower()}" for kind in Kind)
"""What the dialogue of the browser offers; what a file is, its content tells."""

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]
Uploader = Annotated[Caller, Depends(require("upload"))]
Cursor = Annotated[str | None, Query(max_length=64)]


class JobsShown(Frozen):
    """The list of jobs; `stamp` changes whenever it would look different."""

    rows: tuple[JobRow, ...]
    cursor: str | None
    next: str | None
    stamp: str
    lively: bool


@router.get("/")
def get_home(
    request: Request, parts: PartsNeeded, caller: Reader, cursor: Cursor = None
) -> Response:
    """Show where to drop files, and the jobs."""
    return page(
        request,
        "home.html",
        jobs=_shown(parts, caller, cursor, language_of(request)),
        endings=ENDINGS,
        may_upload=caller.may("upload"),
        has_sample=SAMPLE.exists(),
    )


@router.get("/live/jobs")
def get_live_jobs(
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    cursor: Cursor = None,
    stamp: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Give the list of jobs anew, or nothing if it looks as it did."""
    jobs = _shown(parts, caller, cursor, language_of(request))
    return (
        Response(status_code=204) if jobs.stamp == stamp else page(request, "jobs.html", jobs=jobs)
    )


@router.post("/sample")
def post_sample(parts: PartsNeeded, caller: Uploader) -> Response:
    """Hand in the ten sample forms."""
    if not SAMPLE.exists():
        raise DocumentNotFound(document=SAMPLE.name)
    with SAMPLE.open("rb") as sample:
        chunks = iter(lambda: sample.read(1 << 20), b"")
        stored = store_bytes(parts.store, parts.blobs, chunks, incoming_folder(parts.settings))
    upload = Upload(
        name=SAMPLE.name, sha256=stored.sha256, size=stored.size, media_type="application/pdf"
    )
    order = Order(uploads=(upload,), fingerprint=stored.sha256, owner=caller.id)
    submission = submit(parts.store, order)
    parts.doorbell.ring(submission.bells)
    return see(f"/jobs/{submission.job_id}")


def _shown(parts: Parts, caller: Caller, cursor: str | None, language: Language) -> JobsShown:
    found = list_jobs(parts.store, owner=caller.owner, cursor=cursor, limit=JOBS_A_PAGE)
    names = first_names(parts.store, [job.id for job in found.jobs])
    versions = " ".join(f"{job.id}:{job.version}" for job in found.jobs)
    return JobsShown(
        rows=job_rows(found.jobs, names, language),
        cursor=cursor,
        next=found.next,
        stamp=hashlib.sha256(versions.encode()).hexdigest()[:16],
        lively=any(not job.ended for job in found.jobs),
    )
