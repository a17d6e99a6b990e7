"""Fetch what came of a job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from api.callers import KEY_ERRORS, Caller, require
from api.downloads import MEDIA_TYPES, DownloadFormat, written
from api.examples import EXTRACTION, JOB, answered
from api.languages import LanguageWanted
from api.parameters import Id, Position
from api.parts import Parts, PartsNeeded
from api.problems import problems
from api.searchable import RETRY_AFTER_S, searchable
from api.views import JobOut, job_out
from core.errors import (
    BadOption,
    DocumentNotFound,
    JobNotFound,
    NoLayer,
    OutputFailed,
    ResultMissing,
)
from core.exports import SUFFIX_OF_FORMAT, write
from core.extraction import Extraction
from core.messages import Language
from core.places import incoming_folder
from core.store.jobs import JobDocumentView, JobView, find_job, job_document, job_documents
from core.store.results import extractions

router = APIRouter(prefix="/api/v1", tags=["results"])

Reader = Annotated[Caller, Depends(require("read"))]
ResultFormat = Literal[DownloadFormat, "pdf"]
Wanted = Annotated[ResultFormat, Query(alias="format")]
RESULT_ERRORS = (*KEY_ERRORS, JobNotFound, ResultMissing, OutputFailed, NoLayer, BadOption)
ANSWERS: dict[int | str, dict[str, object]] = {
    200: {
        "description": "The documents, in the format that was asked for.",
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": "#/components/schemas/Extraction"},
                        {"type": "array", "items": {"$ref": "#/components/schemas/Extraction"}},
                    ]
                },
                "example": EXTRACTION,
            },
            MEDIA_TYPES["jsonl"]: {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
            "text/html": {"schema": {"type": "string"}},
            MEDIA_TYPES["xlsx"]: {"schema": {"type": "string", "format": "binary"}},
            "application/pdf": {"schema": {"type": "string", "format": "binary"}},
        },
    },
    202: {
        **answered(JOB, 202)[202],
        "model": JobOut,
        "headers": {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}},
        "description": "There is no result yet, or the PDF is being made: the job as it stands.",
    },
}


@router.get(
    "/jobs/{job_id}/result",
    responses={**ANSWERS, **problems(*RESULT_ERRORS)},
    response_model=Extraction,
)
def get_result(
    job_id: Id,
    parts: PartsNeeded,
    caller: Reader,
    language: LanguageWanted,
    format_: Wanted = "json",
) -> Response:
    """Fetch the result of a job that has ended.

    JSON is one extraction document where one file was uploaded, and an array where there were more.
    Files that could not be read are not in it: their `trouble` stands in the job. What people have
    corrected is laid over, with the status `corrected`. `pdf` is the file as it came with what was read as
    invisible text; it is made when it is first asked for, 202 until then, and of one file at a time.
    """
    job = find_job(parts.store, job_id, caller.owner)
    documents = job_documents(parts.store, job_id)
    if not job.ended:
        return _pending(job, language)
    if not any(document.has_result for document in documents):
        raise ResultMissing(job=job_id, state=job.state)
    if format_ == "pdf":
        if len(documents) > 1:
            raise BadOption(option="format", value="pdf", reason="one_document")
        return _searchable(parts, job, documents[0], language)
    stem = _stem(documents[0].name) if len(documents) == 1 else f"dangan-{job_id}"
    return _download(parts, documents, format_, stem, language)


@router.get(
    "/jobs/{job_id}/documents/{position}/result",
    responses={**ANSWERS, **problems(*RESULT_ERRORS, DocumentNotFound)},
    response_model=Extraction,
)
def get_document_result(
    job_id: Id,
    position: Position,
    parts: PartsNeeded,
    caller: Reader,
    language: LanguageWanted,
    format_: Wanted = "json",
) -> Response:
    """Fetch the result of one document of a job, also while others are still being read."""
    job = find_job(parts.store, job_id, caller.owner)
    document = job_document(parts.store, job_id, position)
    if document.has_result:
        if format_ == "pdf":
            return _searchable(parts, job, document, language)
        return _download(parts, [document], format_, _stem(document.name), language)
    if not job.ended:
        return _pending(job, language)
    raise ResultMissing(job=job_id, state=job.state)


def _pending(job: JobView, language: Language) -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    shown = job_out(job, language).model_dump(mode="json")
    return JSONResponse(shown, status_code=202, headers=headers)


def _searchable(
    parts: Parts, job: JobView, document: JobDocumentView, language: Language
) -> Response:
    name = _stem(document.name) + SUFFIX_OF_FORMAT["pdf"]
    return searchable(parts, document, name) or _pending(job, language)


def _download(
    parts: Parts,
    documents: Sequence[JobDocumentView],
    format_: DownloadFormat,
    stem: str,
    language: Language,
) -> Response:
    found = extractions(parts.store, documents)
    return written(
        lambda out: write(format_, found, out, language, array=len(documents) > 1),
        format_,
        stem,
        incoming_folder(parts.settings),
    )


def _stem(name: str) -> str:
    return PurePath(name).stem or "dangan"
