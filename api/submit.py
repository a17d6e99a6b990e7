"""Hand in files to be read."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request, Response

from api.callers import KEY_ERRORS, Caller, require
from api.examples import JOB_DETAIL, answered
from api.languages import LanguageWanted
from api.parts import Parts, PartsNeeded
from api.problems import problems
from api.uploads.incoming import incoming_place
from api.uploads.intake import accept
from api.uploads.limits import UploadLimits, refuse_announced
from api.uploads.multipart import FILES, receive
from api.uploads.options import UploadOptions
from api.views import JobDetail, job_detail
from core.errors import (
    ArchiveTooLarge,
    BadCallback,
    BadOption,
    DamagedArchive,
    EmptyFile,
    EncryptedMember,
    IdempotencyConflict,
    NoFiles,
    OldOfficeFile,
    TooManyFiles,
    UnsupportedMember,
    UnsupportedType,
    UploadBroken,
    UploadTooLarge,
)
from core.messages import Language
from core.places import incoming_folder
from core.store.jobs import find_job, job_documents

router = APIRouter(prefix="/api/v1", tags=["jobs"])

UPLOAD_ERRORS = (
    *KEY_ERRORS,
    ArchiveTooLarge,
    BadCallback,
    BadOption,
    DamagedArchive,
    EmptyFile,
    EncryptedMember,
    IdempotencyConflict,
    NoFiles,
    OldOfficeFile,
    TooManyFiles,
    UnsupportedMember,
    UnsupportedType,
    UploadBroken,
    UploadTooLarge,
)


def _form_schema() -> dict[str, object]:
    """Describe the form: FastAPI cannot know what the route reads by itself, piece by piece."""
    files = {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "format": "binary"},
        "description": "PDF, TIFF, PNG, JPEG, BMP, WebP, DOCX, XLSX, OFD, or ZIP files of these.",
    }
    options = UploadOptions.model_json_schema()["properties"]
    return {
        "type": "object",
        "required": [FILES],
        "properties": {FILES: files, **options},
        "additionalProperties": False,
    }


_ACCEPTED = answered({**JOB_DETAIL, "state": "queued", "version": 0}, 202)
_ACCEPTED[202]["headers"] = {
    "Location": {"description": "where the job is", "schema": {"type": "string"}}
}
_EXAMPLE = {
    FILES: ["(bytes of 2023年.pdf)"],
    "fiscal_year": 2023,
    "campaign": "2023年回填",
    "priority": "interactive",
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": _form_schema(), "example": _EXAMPLE}},
    }
}


@router.post(
    "/jobs",
    status_code=202,
    responses={**_ACCEPTED, **problems(*UPLOAD_ERRORS)},
    openapi_extra=BODY,
)
async def post_job(
    request: Request,
    response: Response,
    parts: PartsNeeded,
    caller: Annotated[Caller, Depends(require("upload"))],
    language: LanguageWanted,
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> JobDetail:
    """Upload files and have them read.

    The answer comes when all bytes and the job are safe on the disk. Bytes that were read before are
    not read again, unless with `force`: their job has ended when it is answered. An `Idempotency-Key`
    makes it safe to send an upload again whose answer got lost: there is one job. Of a ZIP file, what
    can be read is taken, and what cannot is listed in `refused`.
    """
    limits = UploadLimits.of(parts.settings, caller.limits.upload_mb)
    refuse_announced(request.headers, FILES, limits)
    with incoming_place(incoming_folder(parts.settings)) as folder:
        content_type = request.headers.get("content-type", "")
        form = await receive(request.stream(), content_type, folder, limits)
        submission = await to_thread.run_sync(accept, parts, caller, form, folder, idempotency_key)
    detail = await to_thread.run_sync(_detail, parts, submission.job_id, language)
    response.headers["Location"] = detail.status_url
    return detail


def _detail(parts: Parts, job_id: str, language: Language) -> JobDetail:
    return job_detail(find_job(parts.store, job_id), job_documents(parts.store, job_id), language)
