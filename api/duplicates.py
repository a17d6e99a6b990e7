"""Look at records that may be one, and say whether they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from pydantic import Field

from api.callers import KEY_ERRORS, Caller, require
from api.examples import DECISION, DUPLICATE, DUPLICATE_DETAIL, JUDGED, answered
from api.parameters import Cursor, Id, Limit
from api.parts import PartsNeeded
from api.problems import problems
from api.records import Plain
from core.errors import BadValue, DuplicateNotFound
from core.readings import Frozen
from core.store.duplicates import (
    Decision,
    DuplicateDetail,
    DuplicateList,
    Judged,
    find_duplicate,
    judge_duplicate,
    list_duplicates,
)
from core.store.tables import Judgement

router = APIRouter(prefix="/api/v1", tags=["records"])

Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]


class DecisionIn(Frozen):
    """What a person says of two records; `keep` is the id of the one that stands for both."""

    judgement: Judgement
    keep: Annotated[Plain, Field(max_length=64)] | None = None
    note: Annotated[Plain, Field(max_length=2_000)] = ""


@router.get(
    "/duplicates",
    responses={**answered({"duplicates": [DUPLICATE], "next": None}), **problems(*KEY_ERRORS)},
)
def get_duplicates(
    parts: PartsNeeded,
    caller: Reader,
    judgement: Annotated[Judgement | None, Query()] = None,
    record: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z_-]{1,64}$")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> DuplicateList:
    """List pairs of records that may be one, the newest first.

    `scan` is the same sheet, scanned again; `record` says the same of year, department, project and
    figures on another sheet. `better` is the one that was read with fewer doubts.
    """
    return list_duplicates(
        parts.store,
        judgement=judgement,
        record_id=record,
        owner=caller.owner,
        cursor=cursor,
        limit=limit,
    )


@router.get(
    "/duplicates/{duplicate_id}",
    responses={**answered(DUPLICATE_DETAIL), **problems(*KEY_ERRORS, DuplicateNotFound)},
)
def get_duplicate(duplicate_id: Id, parts: PartsNeeded, caller: Reader) -> DuplicateDetail:
    """Show a pair of records with the values that differ."""
    return find_duplicate(parts.store, duplicate_id, caller.owner)


@router.post(
    "/duplicates/{duplicate_id}/judgement",
    responses={**answered(JUDGED), **problems(*KEY_ERRORS, DuplicateNotFound, BadValue)},
)
def post_judgement(
    duplicate_id: Id,
    decision: Annotated[DecisionIn, Body(examples=[DECISION])],
    parts: PartsNeeded,
    caller: Reviewer,
) -> Judged:
    """Say whether two records are one, and which stands for both.

    The one that is kept takes over corrections of the other; that one stays visible and leaves the
    exports. `open` takes a judgement back.
    """
    return judge_duplicate(
        parts.store,
        duplicate_id,
        Decision(judgement=decision.judgement, keep=decision.keep, note=decision.note),
        by=caller.name,
        owner=caller.owner,
    )
