"""Duplicates: the pairs, and one pair side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Form, Query, Request, Response

from api.callers import Caller, require
from api.languages import language_of
from api.pages.rendering import page
from api.pages.routes import page_router, see
from api.parts import Parts, PartsNeeded
from api.views import ROOT
from core.exports.wording import page_numbers, place
from core.messages import Language
from core.readings import Frozen
from core.store.browsing import find_origin
from core.store.duplicates import (
    Decision,
    DuplicateView,
    Twin,
    find_duplicate,
    judge_duplicate,
    list_duplicates,
)
from core.store.records import find_record
from core.store.tables import Judgement

PAIRS_A_PAGE = 50

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]
Asked = Annotated[Literal["open", "same", "different", "all"], Query()]


class Side(Frozen):
    """One of two records: where it was read, and the pictures of its pages."""

    twin: Twin
    file: str
    pages: str
    pictures: tuple[str, ...]
    percent: str


class DifferenceRow(Frozen):
    """A value that differs, in words."""

    place: str
    first: str
    second: str


@router.get("/duplicates")
def get_duplicates(
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    judgement: Asked = "open",
    cursor: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """List pairs of records that may be one."""
    wanted: Judgement | None = None if judgement == "all" else judgement
    found = list_duplicates(
        parts.store, judgement=wanted, owner=caller.owner, cursor=cursor, limit=PAIRS_A_PAGE
    )
    here = f"/duplicates?judgement={judgement}"
    return page(
        request,
        "duplicates.html",
        pairs=found.duplicates,
        judgement=judgement,
        choices=("open", "same", "different", "all"),
        start_url=here if cursor else None,
        next_url=f"{here}&cursor={found.next}" if found.next else None,
    )


@router.get("/duplicates/{duplicate_id}")
def get_duplicate(
    duplicate_id: str, request: Request, parts: PartsNeeded, caller: Reader
) -> Response:
    """Show two records side by side."""
    pair = find_duplicate(parts.store, duplicate_id, caller.owner)
    language = language_of(request)
    rows = tuple(
        DifferenceRow(
            place=place(it.pointer, language),
            first="" if it.first is None else str(it.first),
            second="" if it.second is None else str(it.second),
        )
        for it in pair.differences
    )
    return page(
        request,
        "duplicate.html",
        pair=pair,
        sides=_sides(parts, caller, pair, language),
        rows=rows,
        may_judge=caller.may("review"),
    )


@router.post("/duplicates/{duplicate_id}")
def post_judgement(
    duplicate_id: str,
    parts: PartsNeeded,
    caller: Reviewer,
    judgement: Annotated[Judgement, Form()],
    keep: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Write down what a person says of the pair."""
    decision = Decision(judgement=judgement, keep=keep or None)
    judge_duplicate(parts.store, duplicate_id, decision, by=caller.name, owner=caller.owner)
    return see(f"/duplicates/{duplicate_id}")


def _sides(
    parts: Parts, caller: Caller, pair: DuplicateView, language: Language
) -> tuple[Side, ...]:
    return tuple(_side(parts, caller, twin, language) for twin in pair.records)


def _side(parts: Parts, caller: Caller, twin: Twin, language: Language) -> Side:
    origin = find_origin(parts.store, find_record(parts.store, twin.id, caller.owner), caller.owner)
    pictures: tuple[str, ...] = ()
    if origin is not None:
        address = f"{ROOT}/jobs/{origin.job_id}/documents/{origin.position}/pages"
        pictures = tuple(f"{address}/{number}/picture" for number in twin.pages)
    return Side(
        twin=twin,
        file=origin.name if origin else "",
        pages=page_numbers(twin.pages, language),
        pictures=pictures,
        percent=f"{twin.confidence:.1%}",
    )
