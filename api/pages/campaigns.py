"""Campaigns: how they stand, their files, what failed, and the buttons that steer them."""

from __future__ import annotations

import hashlib
from itertools import groupby
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Depends, Form, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import Caller, require
from api.campaigns.asked import CampaignName
from api.languages import language_of
from api.pages.campaign_view import (
    CampaignRow,
    FailureRow,
    StateCount,
    address_of,
    campaign_row,
    failure_rows,
    failure_told,
    item_row,
    state_counts,
)
from api.pages.rendering import page
from api.pages.routes import page_router, see
from api.parts import Parts, PartsNeeded
from api.views import ROOT
from core.bells import Priority
from core.exports.wording import place, word
from core.messages import Language
from core.readings import Frozen
from core.store.campaign_progress import campaign_failures, campaign_progress
from core.store.campaigns import (
    CampaignView,
    find_campaign,
    list_campaigns,
    pause_campaign,
    prioritise_campaign,
    resume_campaign,
)
from core.store.items import ItemFilter, ItemState, list_items
from core.store.rereading import (
    Compared,
    Difference,
    compared_items,
    count_outdated,
    rerun_failed,
    rerun_outdated,
)

CAMPAIGNS_A_PAGE = 20
FILES_A_PAGE = 100
COMPARED_A_PAGE = 20

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]
Uploader = Annotated[Caller, Depends(require("upload"))]
Stamp = Annotated[str, Query(max_length=64)]
Cursor = Annotated[str | None, Query(max_length=64)]
What = Literal["failed", "outdated"]


class CampaignsShown(Frozen):
    """The list of campaigns, from `first` on; `stamp` changes whenever it would look different."""

    rows: tuple[CampaignRow, ...]
    first: int
    next: int | None
    stamp: str
    lively: bool


class CampaignShown(Frozen):
    """A campaign with its files by state and what failed; `stamp` as of the list."""

    row: CampaignRow
    states: tuple[StateCount, ...]
    failures: tuple[FailureRow, ...]
    outdated: int
    may_change: bool
    stamp: str


class RerunAsked(Frozen):
    """What would be read again: files, and pages of other files."""

    name: str
    url: str
    what: What
    files: int
    pages: int


class FilesAsked(BaseModel):
    """Which files of a campaign are to be listed; what is None does not matter."""

    state: ItemState | None = None
    code: str | None = Field(default=None, max_length=64, pattern=r"^\w+$")
    cursor: str | None = Field(default=None, max_length=64)


class ComparedForm(Frozen):
    """A form that was read again, and the values that differ: place, before, after, corrected.

    The place is empty where only one reading found the form.
    """

    project: str
    page: int
    differences: tuple[tuple[str, str, str, bool], ...]


class ComparedRow(Frozen):
    """A file that was read again, and its forms with values that differ."""

    path: str
    before: str
    after: str
    count: int
    forms: tuple[ComparedForm, ...]


@router.get("/campaigns")
def get_campaigns(
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    first: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """List the campaigns, the newest first."""
    return page(request, "campaigns.html", shown=_list(parts, caller, first, language_of(request)))


@router.get("/live/campaigns")
def get_live_campaigns(
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    first: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    stamp: Stamp = "",
) -> Response:
    """Give the list anew, or nothing if it looks as it did."""
    shown = _list(parts, caller, first, language_of(request))
    if shown.stamp == stamp:
        return Response(status_code=204)
    return page(request, "campaigns_live.html", shown=shown)


@router.get("/campaigns/{name}")
def get_campaign(
    name: CampaignName, request: Request, parts: PartsNeeded, caller: Reader
) -> Response:
    """Show a campaign."""
    campaign = find_campaign(parts.store, name, caller.owner)
    query = urlencode({"campaign": campaign.name})
    return page(
        request,
        "campaign.html",
        shown=_campaign(parts, caller, campaign, language_of(request)),
        exports=tuple(
            (told, f"{ROOT}/exports/records.{suffix}?{query}")
            for told, suffix in (("Excel", "xlsx"), ("CSV", "csv"), ("JSON Lines", "jsonl"))
        ),
        records_url=f"/records?{query}",
        catalogue_url=f"{ROOT}{address_of(campaign)}/catalogue",
    )


@router.get("/campaigns/{name}/live")
def get_live_campaign(
    name: CampaignName, request: Request, parts: PartsNeeded, caller: Reader, stamp: Stamp = ""
) -> Response:
    """Give the changing part of a campaign's page anew, or nothing if it looks as it did."""
    campaign = find_campaign(parts.store, name, caller.owner)
    shown = _campaign(parts, caller, campaign, language_of(request))
    if shown.stamp == stamp:
        return Response(status_code=204)
    return page(request, "campaign_live.html", shown=shown)


@router.post("/campaigns/{name}/pause")
def post_pause(name: CampaignName, parts: PartsNeeded, caller: Uploader) -> Response:
    """Begin nothing more of a campaign."""
    campaign = find_campaign(parts.store, name, caller.owner)
    pause_campaign(parts.store, campaign.id)
    return see(address_of(campaign))


@router.post("/campaigns/{name}/resume")
def post_resume(name: CampaignName, parts: PartsNeeded, caller: Uploader) -> Response:
    """Let a campaign go on."""
    campaign = find_campaign(parts.store, name, caller.owner)
    resume_campaign(parts.store, campaign.id)
    return see(address_of(campaign))


@router.post("/campaigns/{name}/priority")
def post_priority(
    name: CampaignName,
    parts: PartsNeeded,
    caller: Uploader,
    priority: Annotated[Priority, Form()],
) -> Response:
    """Have a campaign read before or after other work."""
    campaign = find_campaign(parts.store, name, caller.owner)
    prioritise_campaign(parts.store, campaign.id, priority)
    return see(address_of(campaign))


@router.get("/campaigns/{name}/rerun")
def get_rerun(
    name: CampaignName,
    request: Request,
    parts: PartsNeeded,
    caller: Uploader,
    what: Annotated[What, Query()],
) -> Response:
    """Say what would be read again, and ask."""
    campaign = find_campaign(parts.store, name, caller.owner)
    return page(request, "rerun.html", asked=_asked(parts, campaign, what), started=None)


@router.post("/campaigns/{name}/rerun")
def post_rerun(
    name: CampaignName,
    request: Request,
    parts: PartsNeeded,
    caller: Uploader,
    what: Annotated[What, Form()],
) -> Response:
    """Have files read again; where they are too many for one call, say so and ask again."""
    campaign = find_campaign(parts.store, name, caller.owner)
    rerun = (rerun_failed if what == "failed" else rerun_outdated)(parts.store, campaign.id)
    parts.doorbell.ring(rerun.bells)
    if not rerun.left:
        return see(address_of(campaign))
    asked = _asked(parts, campaign, what)
    return page(request, "rerun.html", asked=asked, started=rerun.started)


@router.get("/campaigns/{name}/files")
def get_files(
    name: CampaignName,
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    asked: Annotated[FilesAsked, Query()],
) -> Response:
    """List the files of a campaign, or those at a state, or those that failed for one reason."""
    campaign = find_campaign(parts.store, name, caller.owner)
    language = language_of(request)
    state, code = asked.state, asked.code
    wanted = ItemFilter(state=state, code=code)
    found = list_items(parts.store, campaign.id, wanted, cursor=asked.cursor, limit=FILES_A_PAGE)
    address = address_of(campaign)
    query = asked.model_dump(exclude={"cursor"}, exclude_none=True)
    here = f"{address}/files?{urlencode(query)}"
    told = [word(f"item_{state}", language)] if state else []
    told += [failure_told(code, language)] if code else []
    return page(
        request,
        "campaign_files.html",
        campaign=campaign,
        campaign_url=address,
        told=" · ".join(told),
        rows=tuple(item_row(item, language) for item in found.items),
        start_url=here if asked.cursor else None,
        next_url=f"{here}&cursor={found.next}" if found.next else None,
    )


@router.get("/campaigns/{name}/differences")
def get_differences(
    name: CampaignName, request: Request, parts: PartsNeeded, caller: Reader, cursor: Cursor = None
) -> Response:
    """List the files that were read again, each with the values that differ."""
    campaign = find_campaign(parts.store, name, caller.owner)
    found = compared_items(parts.store, campaign.id, cursor=cursor, limit=COMPARED_A_PAGE)
    address = address_of(campaign)
    here = f"{address}/differences"
    return page(
        request,
        "campaign_differences.html",
        campaign=campaign,
        campaign_url=address,
        rows=tuple(_compared(it, language_of(request)) for it in found.items),
        start_url=here if cursor else None,
        next_url=f"{here}?cursor={found.next}" if found.next else None,
    )


def _list(parts: Parts, caller: Caller, first: int, language: Language) -> CampaignsShown:
    found = list_campaigns(parts.store, caller.owner)
    rows = tuple(
        campaign_row(campaign, campaign_progress(parts.store, campaign.id), language)
        for campaign in found[first : first + CAMPAIGNS_A_PAGE]
    )
    after = first + CAMPAIGNS_A_PAGE
    return CampaignsShown(
        rows=rows,
        first=first,
        next=after if after < len(found) else None,
        stamp=_stamp(rows),
        lively=any(row.standing == "running" for row in rows),
    )


def _campaign(
    parts: Parts, caller: Caller, campaign: CampaignView, language: Language
) -> CampaignShown:
    progress = campaign_progress(parts.store, campaign.id)
    row = campaign_row(campaign, progress, language)
    states = state_counts(campaign, progress, language)
    failures = failure_rows(campaign, campaign_failures(parts.store, campaign.id), language)
    outdated = count_outdated(parts.store, campaign.id)
    return CampaignShown(
        row=row,
        states=states,
        failures=failures,
        outdated=outdated,
        may_change=caller.may("upload"),
        stamp=_stamp((row, states, failures, outdated)),
    )


def _stamp(shown: object) -> str:
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _asked(parts: Parts, campaign: CampaignView, what: What) -> RerunAsked:
    progress = campaign_progress(parts.store, campaign.id)
    if what == "failed":
        files = progress.states["failed"]
    else:
        files = count_outdated(parts.store, campaign.id)
    return RerunAsked(
        name=campaign.name,
        url=address_of(campaign),
        what=what,
        files=files,
        pages=progress.pages_failed if what == "failed" else 0,
    )


def _compared(it: Compared, language: Language) -> ComparedRow:
    return ComparedRow(
        path=it.path,
        before=it.before,
        after=it.after,
        count=len(it.differences),
        forms=tuple(
            _compared_form(list(found), language)
            for _, found in groupby(it.differences, key=lambda found: found.form_id)
        ),
    )


def _compared_form(found: list[Difference], language: Language) -> ComparedForm:
    return ComparedForm(
        project=found[0].project or "",
        page=found[0].page,
        differences=tuple(
            (
                place(it.pointer, language) if it.pointer else "",
                "" if it.before is None else str(it.before),
                "" if it.after is None else str(it.after),
                it.corrected,
            )
            for it in found
        ),
    )
