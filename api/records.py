"""Look for records, and put them right."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Header, Query, Response
from pydantic import Field, StringConstraints

from api.callers import KEY_ERRORS, Caller, require
from api.examples import CORRECTION, HISTORY, RECORD, answered
from api.parameters import Cursor, Id, Limit, Text, Year
from api.parts import PartsNeeded
from api.problems import problems
from api.views import ROOT
from core.corrections import CorrectedValue
from core.errors import BadValue, NoSuchField, RecordNotFound, VersionConflict, VersionNeeded
from core.extraction import Form
from core.readings import Frozen
from core.store.catalogue import Catalogued
from core.store.records import (
    CorrectionView,
    RecordFilter,
    RecordView,
    correct_record,
    find_record,
    list_records,
    record_history,
)
from core.store.tables import RecordStatus

router = APIRouter(prefix="/api/v1", tags=["records"])

Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]
RECORD_ERRORS = (*KEY_ERRORS, RecordNotFound)
Plain = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=10_000)]
_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


class RecordOut(Frozen):
    """A record; `form` has all corrections laid over it. `version` is what `If-Match` has to name.

    `catalogue` is what a campaign says of the file that it was read in.
    """

    id: str
    sha256: str
    form_id: str
    position: int
    version: int
    status: RecordStatus
    superseded_by: str | None
    form: Form
    catalogue: Catalogued | None
    created: datetime
    updated: datetime
    url: str
    history_url: str


class RecordPage(Frozen):
    """Records, the newest first; `next` is the cursor of what follows, null at the end."""

    records: tuple[RecordOut, ...]
    next: str | None


class CorrectionIn(Frozen):
    """One value that is put right; `pointer` is a JSON Pointer into the record."""

    pointer: Annotated[Plain, Field(max_length=255)]
    value: Plain | Annotated[int, Field(ge=-(10**15), le=10**15)] | None
    reason: Annotated[Plain, Field(max_length=2_000)] = ""


def wanted_records(  # noqa: PLR0913, PLR0917  the filters of the call
    caller: Reader,
    year: Year = None,
    department: Text = None,
    project: Text = None,
    status: Annotated[RecordStatus | None, Query()] = None,
    campaign: Annotated[
        str | None, Query(pattern=r"^[^\x00]*$", max_length=255, description="its name or its id")
    ] = None,
    text: Text = None,
    job: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z_-]{1,64}$")] = None,
    superseded: Annotated[
        bool | None, Query(description="only those that another record stands for, or all but them")
    ] = None,
) -> RecordFilter:
    """Return which records a call wants, of those that its caller may see."""
    return RecordFilter(
        fiscal_year=year,
        department=department,
        project=project,
        status=status,
        campaign=campaign,
        text=text,
        job_id=job,
        owner=caller.owner,
        superseded=superseded,
    )


Wanted = Annotated[RecordFilter, Depends(wanted_records)]


@router.get(
    "/records",
    responses={**answered({"records": [RECORD], "next": None}), **problems(*KEY_ERRORS)},
)
def get_records(
    parts: PartsNeeded, wanted: Wanted, cursor: Cursor = None, limit: Limit = 50
) -> RecordPage:
    """List records, the newest first; `text` is looked for in the names of project and offices."""
    found = list_records(parts.store, wanted, cursor=cursor, limit=limit)
    return RecordPage(records=tuple(map(record_out, found.records)), next=found.next)


@router.get("/records/{record_id}", responses={**answered(RECORD), **problems(*RECORD_ERRORS)})
def get_record(record_id: Id, parts: PartsNeeded, caller: Reader, response: Response) -> RecordOut:
    """Show a record; its `ETag` is what a correction has to name in `If-Match`."""
    record = find_record(parts.store, record_id, caller.owner)
    response.headers["ETag"] = _etag(record)
    return record_out(record)


@router.patch(
    "/records/{record_id}",
    responses={
        **answered({**RECORD, "version": 2, "status": "corrected"}),
        **problems(*RECORD_ERRORS, VersionNeeded, VersionConflict, NoSuchField, BadValue),
    },
)
def patch_record(
    record_id: Id,
    correction: Annotated[CorrectionIn, Body(examples=[CORRECTION])],
    parts: PartsNeeded,
    caller: Reviewer,
    response: Response,
    if_match: Annotated[str | None, Header(examples=['"1"'])] = None,
) -> RecordOut:
    """Put one value right; it stays right when the form is read anew.

    Who did so is kept for ever, with what stood there before. Where somebody else was faster, nothing
    changes (`version_conflict`).
    """
    record = find_record(parts.store, record_id, caller.owner)
    corrected = correct_record(
        parts.store,
        record_id,
        CorrectedValue(pointer=correction.pointer, value=correction.value),
        version=_version(if_match, record),
        by=caller.name,
        reason=correction.reason,
    )
    response.headers["ETag"] = _etag(corrected)
    return record_out(corrected)


@router.get(
    "/records/{record_id}/history",
    responses={**answered([HISTORY]), **problems(*RECORD_ERRORS)},
)
def get_history(record_id: Id, parts: PartsNeeded, caller: Reader) -> tuple[CorrectionView, ...]:
    """List the corrections of a record, oldest first."""
    find_record(parts.store, record_id, caller.owner)
    return tuple(record_history(parts.store, record_id))


def record_out(record: RecordView) -> RecordOut:
    """Show a record."""
    address = f"{ROOT}/records/{record.id}"
    return RecordOut(
        **record.model_dump(exclude={"form", "catalogue", "run_id"}),
        form=record.form,
        catalogue=record.catalogue,
        url=address,
        history_url=f"{address}/history",
    )


def _etag(record: RecordView) -> str:
    return f'"{record.version}"'


def _version(if_match: str | None, record: RecordView) -> int:
    if if_match is None:
        raise VersionNeeded
    named = _ETAG.fullmatch(if_match.strip())
    if named is None:
        raise VersionConflict(record=record.id, version=record.version)
    return int(named[1])
