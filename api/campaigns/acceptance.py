"""Accept a campaign: draw a sample, enter what was found, see whether it passes."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import Field

from api.callers import Caller, require
from api.campaigns.asked import CAMPAIGN_ERRORS, ToRead
from api.downloads import written
from api.examples import ACCEPTANCE, DRAWING, FINDING_IN, SAMPLE, answered
from api.languages import LanguageWanted
from api.parameters import Limit
from api.parts import PartsNeeded
from api.problems import problems
from api.records import Plain
from core.acceptance.rework_list import write_reworks
from core.acceptance.verdict import Figures, Finding
from core.errors import (
    DanganError,
    ItemNotFound,
    MissingFont,
    NothingDrawn,
    NothingToDraw,
    OutputFailed,
    SampleTooSmall,
)
from core.places import incoming_folder
from core.readings import Frozen
from core.store.acceptance import (
    AcceptanceView,
    SampleList,
    add_finding,
    draw_sample,
    every_sample,
    find_acceptance,
    list_sample,
    reworks,
    strata,
)

router = APIRouter(prefix="/api/v1/campaigns/{name}/acceptance", tags=["campaigns"])

Reviewer = Annotated[Caller, Depends(require("review"))]
MOST_SEED = 2**53 - 1  # what every JSON reader holds exactly
REWORKS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The list.", "content": {"text/csv": {"schema": {"type": "string"}}}}
}


SHEET: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The sheet.",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def _judged(*kinds: type[DanganError]) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of a call after which it is judged anew."""
    return {**answered(ACCEPTANCE, 201), **problems(*CAMPAIGN_ERRORS, *kinds)}


class DrawingIn(Frozen):
    """How to draw: the figures that hold, and a seed, which is chosen at random where none is given."""

    figures: Figures = Figures()
    seed: Annotated[int, Field(ge=0, le=MOST_SEED)] | None = None


class FindingIn(Finding):
    """What was found of a file of the sample."""

    item: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{1,64}$")]
    note: Annotated[Plain, Field(max_length=2_000)] = ""


@router.post(
    "/sample",
    status_code=201,
    responses=_judged(NothingToDraw, SampleTooSmall),
)
def post_sample(
    drawing: Annotated[DrawingIn, Body(examples=[DRAWING])],
    campaign: ToRead,
    parts: PartsNeeded,
    caller: Reviewer,
) -> AcceptanceView:
    """Draw a sample of what was read of a campaign, a share of every year and department.

    No share below that of DA/T 31-2017 is drawn. It replaces the one before, whose findings stay on file;
    `draws` tells how many there were. The same seed draws the same files.
    """
    seed = secrets.randbelow(2**31) if drawing.seed is None else drawing.seed
    return draw_sample(parts.store, campaign, drawing.figures, seed, caller.name)


@router.get(
    "",
    responses={
        **answered(ACCEPTANCE),
        **problems(*CAMPAIGN_ERRORS, NothingDrawn),
    },
)
def get_acceptance(campaign: ToRead, parts: PartsNeeded) -> AcceptanceView:
    """Tell whether a campaign passes: `open` while files are to be read or looked at."""
    return find_acceptance(parts.store, campaign)


@router.get(
    "/sample",
    responses={
        **answered({"samples": [SAMPLE], "next": None}),
        **problems(*CAMPAIGN_ERRORS, NothingDrawn),
    },
)
def get_sample(
    campaign: ToRead,
    parts: PartsNeeded,
    cursor: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,9}$", description="`next` of the page before")
    ] = None,
    limit: Limit = 50,
) -> SampleList:
    """List the files of the latest sample with their findings, the latest finding first.

    A finding is `stale` where the file has changed since: it has to be looked at again.
    """
    return list_sample(parts.store, campaign, cursor=cursor, limit=limit)


@router.post(
    "/findings",
    status_code=201,
    responses=_judged(NothingDrawn, ItemNotFound),
)
def post_finding(
    found: Annotated[FindingIn, Body(examples=[FINDING_IN])],
    campaign: ToRead,
    parts: PartsNeeded,
    caller: Reviewer,
) -> AcceptanceView:
    """Enter what was found of a file of the sample. The latest finding counts, the others stay."""
    finding = Finding(picture=found.picture, match=found.match, values=found.values)
    return add_finding(parts.store, campaign, found.item, finding, found.note, caller.name)


@router.get(
    "/reworks.csv",
    response_class=Response,
    responses={**REWORKS, **problems(*CAMPAIGN_ERRORS, OutputFailed)},
)
def get_reworks(campaign: ToRead, parts: PartsNeeded, language: LanguageWanted) -> Response:
    """Download what has to be done again: what could not be read, and what people found wrong."""
    return written(
        lambda out: write_reworks(reworks(parts.store, campaign), out, language),
        "csv",
        "dangan-reworks",
        incoming_folder(parts.settings),
    )


@router.get(
    "/sheet",
    response_class=Response,
    responses={
        **SHEET,
        **problems(*CAMPAIGN_ERRORS, NothingDrawn, MissingFont, OutputFailed),
    },
)
def get_sheet(
    campaign: ToRead,
    parts: PartsNeeded,
    language: LanguageWanted,
    format_: Annotated[Literal["pdf"], Query(alias="format")] = "pdf",
) -> Response:
    """Download the acceptance sheet for signing.

    Verdict and figures, then the strata, the files of the sample with what was found, and the list of
    reworks.
    """
    # Only here: half a second that no other call needs.
    from core.acceptance.sheet import SheetContent, write_sheet  # noqa: PLC0415

    content = SheetContent(
        acceptance=find_acceptance(parts.store, campaign),
        strata=strata(parts.store, campaign),
        samples=every_sample(parts.store, campaign),
        reworks=reworks(parts.store, campaign),
        printed=datetime.now(UTC),
    )
    return written(
        lambda out: write_sheet(content, out, language),
        format_,
        "dangan-acceptance",
        incoming_folder(parts.settings),
    )
