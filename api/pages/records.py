"""Records: the list to search, and one beside its scan."""

from __future__ import annotations

from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import Caller, require
from api.languages import language_of
from api.pages.record_view import scan_pages, sheet
from api.pages.rendering import page
from api.pages.routes import page_router
from api.parts import PartsNeeded
from api.views import ROOT
from core.errors import RecordNotFound
from core.exports.rows import is_doubtful
from core.exports.wording import page_numbers
from core.messages import Language
from core.readings import Frozen
from core.store.browsing import (
    Origin,
    RecordEntry,
    document_records,
    find_origin,
    page_frames,
    record_choices,
)
from core.store.duplicates import list_duplicates
from core.store.records import RecordFilter, RecordView, find_record, list_records
from core.store.tables import RecordStatus

RECORDS_A_PAGE = 50
STATUSES: tuple[RecordStatus, ...] = get_args(RecordStatus)

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]


class Asked(BaseModel):
    """What the form of the list asks for; an empty field does not matter."""

    text: str = Field(default="", max_length=200)
    year: Literal[""] | int = ""
    department: str = Field(default="", max_length=200)
    status: Literal["", "ok", "review", "corrected"] = ""
    campaign: str = Field(default="", max_length=255)
    cursor: str | None = Field(default=None, max_length=64)

    def wanted(self, owner: str | None) -> RecordFilter:
        """Return the question to the store, for what one owner may see."""
        return RecordFilter(
            owner=owner,
            text=self.text.strip() or None,
            fiscal_year=self.year or None,
            department=self.department or None,
            status=self.status or None,
            campaign=self.campaign or None,
        )

    @property
    def filled(self) -> dict[str, str | int]:
        """Return the fields that matter, for links that ask the same."""
        return self.model_dump(exclude={"cursor"}, exclude_defaults=True)


class RecordRow(Frozen):
    """A record as a line of the list."""

    url: str
    name: str
    department: str
    year: int | None
    score: str
    status: RecordStatus
    doubtful: int
    failed_checks: int


class Neighbours(Frozen):
    """Where a record stands among those of its document, and what is beside it."""

    number: int
    of: int
    before: str | None
    after: str | None


@router.get("/records")
def get_records(
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    asked: Annotated[Asked, Query()],
) -> Response:
    """Search the records."""
    found = list_records(
        parts.store, asked.wanted(caller.owner), cursor=asked.cursor, limit=RECORDS_A_PAGE
    )
    filled = asked.filled
    return page(
        request,
        "records.html",
        records=tuple(map(_row, found.records)),
        asked=asked,
        searching=bool(filled),
        first=asked.cursor is None,
        start_url=f"/records?{urlencode(filled)}",
        next_url=f"/records?{urlencode({**filled, 'cursor': found.next})}" if found.next else None,
        choices=record_choices(parts.store, caller.owner),
        statuses=STATUSES,
    )


@router.get("/records/{record_id}")
def get_record(record_id: str, request: Request, parts: PartsNeeded, caller: Reader) -> Response:
    """Show a record beside its scan."""
    record = find_record(parts.store, record_id, caller.owner)
    origin = find_origin(parts.store, record, caller.owner)
    if origin is None:
        raise RecordNotFound(record=record_id)
    language: Language = language_of(request)
    frames = page_frames(parts.store, record.run_id, record.form.pages)
    return page(
        request,
        "record.html",
        record=record,
        row=_row(record),
        origin=origin,
        pages=page_numbers(record.form.pages, language),
        sheet=sheet(record.form, language),
        scans=scan_pages(record.form, language, frames, _pictures(origin, frames)),
        duplicates=list_duplicates(parts.store, record_id=record.id, owner=caller.owner).duplicates,
        beside=_neighbours(document_records(parts.store, record.sha256), record.id),
    )


def _row(record: RecordView) -> RecordRow:
    values = record.form.record
    return RecordRow(
        url=f"/records/{record.id}",
        name=values.project_name or "",
        department=values.department or "",
        year=values.fiscal_year,
        score=values.total.score or "",
        status=record.status,
        doubtful=sum(map(is_doubtful, record.form.fields.values())),
        failed_checks=sum(check.verdict != "pass" for check in record.form.checks),
    )


def _pictures(origin: Origin, numbers: dict[int, tuple[int, int]]) -> dict[int, str]:
    address = f"{ROOT}/jobs/{origin.job_id}/documents/{origin.position}/pages"
    return {number: f"{address}/{number}/picture" for number in numbers}


def _neighbours(entries: tuple[RecordEntry, ...], record_id: str) -> Neighbours:
    at = next(n for n, entry in enumerate(entries) if entry.id == record_id)
    return Neighbours(
        number=at + 1,
        of=len(entries),
        before=f"/records/{entries[at - 1].id}" if at else None,
        after=f"/records/{entries[at + 1].id}" if at + 1 < len(entries) else None,
    )
