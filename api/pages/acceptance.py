"""Accepting a campaign by hand: draw, look at each file beside its scan, enter what was found."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Depends, Form, Query, Request, Response
from pydantic import BaseModel, Field

from api.callers import Caller, require
from api.campaigns.asked import CampaignName
from api.languages import language_of
from api.pages.campaign_view import about, address_of, picture_of
from api.pages.rendering import moment, page
from api.pages.routes import page_router, see
from api.parts import PartsNeeded
from api.views import ROOT
from core.acceptance.verdict import CRITERIA, LEAST_SAMPLE, Criterion, Figures, Finding
from core.errors import NothingDrawn
from core.messages import Language, say
from core.readings import Frozen
from core.store.acceptance import (
    FindingView,
    SampleView,
    add_finding,
    draw_sample,
    find_acceptance,
    list_sample,
    strata,
)
from core.store.campaigns import find_campaign

SAMPLES_A_PAGE = 20

router = page_router()

Reader = Annotated[Caller, Depends(require("read"))]
Reviewer = Annotated[Caller, Depends(require("review"))]
Percent = Annotated[float, Field(ge=0, le=100)]


class DrawingForm(BaseModel):
    """How to draw: shares in per cent; without a seed one is chosen at random and told."""

    sample: Percent
    machine: Percent
    match: Percent
    others: Percent
    seed: str = Field(default="", pattern=r"^[0-9]{0,15}$")

    @property
    def figures(self) -> Figures:
        """Return the shares; no sample at all is one that is too small."""
        return Figures(
            sample=max(self.sample / 100, 1e-9),
            machine=self.machine / 100,
            match=self.match / 100,
            others=self.others / 100,
        )


class Place(BaseModel):
    """Where on the list of the sample somebody was."""

    cursor: str = Field(default="", pattern=r"^[0-9]{0,9}$")


class WrongForm(Place):
    """What is wrong with a file: one thing at least."""

    wrong: list[Criterion] = Field(min_length=1)
    note: str = Field(default="", max_length=2_000, pattern=r"^[^\x00]*$")


class Head(Frozen):
    """What stands above a sample, drawn or not."""

    name: str
    url: str
    here_url: str
    api_url: str
    may_review: bool
    least: str


class FoundRow(Frozen):
    """What somebody found, in words; `wrong` is empty where nothing was."""

    wrong: str
    note: str
    by: str
    moment: str
    stale: bool


class SampleRow(Frozen):
    """A file of the sample with its first page and what was found, the latest first."""

    id: str
    place: int
    path: str
    about: str
    job_url: str | None
    picture_url: str | None
    thumbnail_url: str | None
    latest: FoundRow | None
    earlier: tuple[FoundRow, ...]


@router.get("/campaigns/{name}/acceptance")
def get_acceptance(
    name: CampaignName,
    request: Request,
    parts: PartsNeeded,
    caller: Reader,
    cursor: Annotated[str | None, Query(pattern=r"^[0-9]{1,9}$")] = None,
) -> Response:
    """Show the sample of a campaign and its verdict, or how to draw one."""
    campaign = find_campaign(parts.store, name, caller.owner)
    language = language_of(request)
    address = address_of(campaign)
    here = f"{address}/acceptance"
    head = Head(
        name=campaign.name,
        url=address,
        here_url=here,
        api_url=f"{ROOT}{here}",
        may_review=caller.may("review"),
        least=f"{100 * LEAST_SAMPLE:g}",
    )
    try:
        view = find_acceptance(parts.store, campaign)
    except NothingDrawn:
        return page(request, "acceptance_draw.html", head=head, figures=Figures())
    found = list_sample(parts.store, campaign, cursor=cursor, limit=SAMPLES_A_PAGE)
    return page(
        request,
        "acceptance.html",
        head=head,
        figures=view.figures,
        view=view,
        lines=tuple(
            (say("acceptance", f"criterion_{line.criterion}", language), line)
            for line in view.outcome.lines
        ),
        strata=strata(parts.store, campaign),
        samples=tuple(_sample(sample, language) for sample in found.samples),
        criteria=tuple((name, say("acceptance", f"wrong_{name}", language)) for name in CRITERIA),
        cursor=cursor or "",
        start_url=here if cursor else None,
        next_url=f"{here}?cursor={found.next}" if found.next else None,
    )


@router.post("/campaigns/{name}/acceptance/sample")
def post_sample(
    name: CampaignName,
    parts: PartsNeeded,
    caller: Reviewer,
    drawing: Annotated[DrawingForm, Form()],
) -> Response:
    """Draw a sample."""
    campaign = find_campaign(parts.store, name, caller.owner)
    seed = int(drawing.seed) if drawing.seed else secrets.randbelow(2**31)
    draw_sample(parts.store, campaign, drawing.figures, seed, caller.name)
    return see(f"{address_of(campaign)}/acceptance")


@router.post("/campaigns/{name}/acceptance/findings/{item_id}/right")
def post_right(
    name: CampaignName,
    item_id: str,
    parts: PartsNeeded,
    caller: Reviewer,
    at: Annotated[Place, Form()],
) -> Response:
    """Enter that nothing is wrong with a file of the sample."""
    right = Finding(picture=True, match=True, values=True)
    campaign = find_campaign(parts.store, name, caller.owner)
    add_finding(parts.store, campaign, item_id, right, "", caller.name)
    return see(_back(address_of(campaign), at.cursor, item_id))


@router.post("/campaigns/{name}/acceptance/findings/{item_id}/wrong")
def post_wrong(
    name: CampaignName,
    item_id: str,
    parts: PartsNeeded,
    caller: Reviewer,
    found: Annotated[WrongForm, Form()],
) -> Response:
    """Enter what is wrong with a file of the sample."""
    finding = Finding(**{criterion: criterion not in found.wrong for criterion in CRITERIA})
    campaign = find_campaign(parts.store, name, caller.owner)
    add_finding(parts.store, campaign, item_id, finding, found.note, caller.name)
    return see(_back(address_of(campaign), found.cursor, item_id))


def _back(address: str, cursor: str, item_id: str) -> str:
    query = f"?cursor={cursor}" if cursor else ""
    return f"{address}/acceptance{query}#file-{item_id}"


def _sample(sample: SampleView, language: Language) -> SampleRow:
    item = sample.item
    picture, thumbnail = picture_of(item)
    found = {finding.id: _found(finding, language) for finding in sample.findings}
    latest = sample.latest
    return SampleRow(
        id=item.id,
        place=sample.place,
        path=item.path,
        about=about(item, language),
        job_url=None if item.job_id is None else f"/jobs/{item.job_id}?document={item.position}",
        picture_url=picture,
        thumbnail_url=thumbnail,
        latest=None if latest is None else found.pop(latest.id),
        earlier=tuple(found.values()),
    )


def _found(finding: FindingView, language: Language) -> FoundRow:
    return FoundRow(
        wrong=say("pages", "comma", language).join(
            say("acceptance", f"wrong_{name}", language) for name in finding.wrong()
        ),
        note=finding.note,
        by=finding.by,
        moment=moment(finding.created),
        stale=finding.stale,
    )
