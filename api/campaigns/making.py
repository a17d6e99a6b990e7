"""Make a campaign, and see which there are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response
from pydantic import StringConstraints

from api.callers import KEY_ERRORS, Caller, require
from api.campaigns.asked import CAMPAIGN_ERRORS, ToRead
from api.campaigns.examples import CAMPAIGN_IN
from api.examples import CAMPAIGN, answered
from api.parts import PartsNeeded
from api.problems import problems
from core.bells import Priority
from core.readings import Frozen
from core.store.campaigns import CampaignView, create_campaign, list_campaigns

router = APIRouter(prefix="/api/v1/campaigns", tags=["campaigns"])


class CampaignIn(Frozen):
    """A campaign to be made; `priority` is that of all its files."""

    name: Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]+$"
        ),
    ]
    priority: Priority = "bulk"


@router.post(
    "",
    status_code=201,
    responses={**answered({**CAMPAIGN, "items": 0}, 201), **answered(CAMPAIGN)}
    | problems(*KEY_ERRORS),
)
def post_campaign(
    asked: Annotated[CampaignIn, Body(examples=[CAMPAIGN_IN])],
    response: Response,
    parts: PartsNeeded,
    caller: Annotated[Caller, Depends(require("upload"))],
) -> CampaignView:
    """Make a campaign, or find the caller's own of that name (200), which stays as it is."""
    campaign, is_new = create_campaign(parts.store, caller.id, asked.name, asked.priority)
    if not is_new:
        response.status_code = 200
    return campaign


@router.get("", responses={**answered([CAMPAIGN]), **problems(*KEY_ERRORS)})
def get_campaigns(
    parts: PartsNeeded, caller: Annotated[Caller, Depends(require("read"))]
) -> tuple[CampaignView, ...]:
    """List the campaigns, the newest first."""
    return list_campaigns(parts.store, caller.owner)


@router.get("/{name}", responses={**answered(CAMPAIGN), **problems(*CAMPAIGN_ERRORS)})
def get_campaign(campaign: ToRead) -> CampaignView:
    """Show a campaign; `items` counts the rows of its manifest."""
    return campaign
