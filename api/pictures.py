"""The pictures of pages, cuts out of them, and the files as they were uploaded."""

from __future__ import annotations

import io
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from PIL import Image

from api.callers import KEY_ERRORS, Caller, require
from api.downloads import sent
from api.parameters import Id, PageNumber, Position
from api.parts import Parts, PartsNeeded
from api.problems import problems
from core.blobs import ORIGINAL, picture_part
from core.errors import BadOption, DocumentNotFound, JobNotFound, PictureMissing
from core.readings import PageReading
from core.store.jobs import JobDocumentView, find_job, find_reading, job_document

router = APIRouter(prefix="/api/v1", tags=["pictures"])

Reader = Annotated[Caller, Depends(require("read"))]
DOCUMENT_ERRORS = (*KEY_ERRORS, JobNotFound, DocumentNotFound)
# A run's picture of a page never changes; but it may be deleted, and keys may be revoked.
CACHED = "private, max-age=600"
_JPEG = "image/jpeg"
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The picture.", "content": {_JPEG: BINARY}},
    304: {"description": "The picture is the one that `If-None-Match` names."},
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": {"application/octet-stream": BINARY}}
}


def _document_wanted(
    job_id: Id, position: Position, parts: PartsNeeded, caller: Reader
) -> JobDocumentView:
    find_job(parts.store, job_id, caller.owner)
    return job_document(parts.store, job_id, position)


Wanted = Annotated[JobDocumentView, Depends(_document_wanted)]


@router.get(
    "/jobs/{job_id}/documents/{position}/pages/{number}/picture",
    response_class=Response,
    responses={**PICTURE, **problems(*DOCUMENT_ERRORS, PictureMissing, BadOption)},
)
def get_picture(
    document: Wanted,
    number: PageNumber,
    parts: PartsNeeded,
    box: Annotated[
        str | None,
        Query(
            pattern=r"^[0-9]{1,6}(,[0-9]{1,6}){3}$",
            description="`x0,y0,x1,y1` in the frame of the page, as `box` in a result",
            examples=["1210,640,1420,690"],
        ),
    ] = None,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Show a page that was read, or with `box` a part of it."""
    etag = f'"{document.run_id}-{number}-{box or "page"}"'
    headers = {"ETag": etag, "Cache-Control": CACHED}
    if if_none_match is not None and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    content = _picture(parts, document, number)
    if box is not None:
        left, top, right, bottom = map(int, box.split(","))
        reading = find_reading(parts.store, document.run_id, number)
        if reading is None:
            raise PictureMissing(document=document.name, page=number)
        content = _cut(
            content, PageReading.model_validate_json(reading), (left, top, right, bottom)
        )
    return Response(content, media_type=_JPEG, headers=headers)


@router.get(
    "/jobs/{job_id}/documents/{position}/file",
    response_class=Response,
    responses={**FILE, **problems(*DOCUMENT_ERRORS)},
)
def get_file(document: Wanted, parts: PartsNeeded) -> Response:
    """Download a document as it was uploaded."""
    try:
        opened = parts.blobs.open(document.sha256, ORIGINAL)
    except FileNotFoundError as error:
        raise DocumentNotFound(document=document.name) from error
    # Never as what it says it is: a browser is to save it, not to run it in our name.
    return sent(opened, document.size, document.name, "application/octet-stream", "attachment")


def _picture(parts: Parts, document: JobDocumentView, number: int) -> bytes:
    try:
        with parts.blobs.open(document.sha256, picture_part(document.run_id, number)) as opened:
            return opened.read()
    except FileNotFoundError as error:
        raise PictureMissing(document=document.name, page=number) from error


def _cut(content: bytes, page: PageReading, box: tuple[int, int, int, int]) -> bytes:
    """Return the part of a picture that shows a box of the page's frame; raises `BadOption`."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
        across, down = picture.width / page.width, picture.height / page.height
        left, right = (round(min(x, page.width) * across) for x in (box[0], box[2]))
        top, bottom = (round(min(y, page.height) * down) for y in (box[1], box[3]))
        if left >= right or top >= bottom:
            raise BadOption(option="box", value=",".join(map(str, box)), reason="empty_box")
        out = io.BytesIO()
        picture.crop((left, top, right, bottom)).convert("RGB").save(out, "JPEG", quality=90)
        return out.getvalue()
