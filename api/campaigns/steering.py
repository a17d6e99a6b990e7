"""Steer a campaign: let it rest, hurry it, read it again and see what that changed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body

from api.campaigns.asked import CAMPAIGN_ERRORS, ToFill, ToRead
from api.campaigns.examples import COMPARED, PRIORITY_IN, RERUN, RERUN_IN
from api.examples import CAMPAIGN, answered
from api.parameters import Cursor, Limit
from api.parts import PartsNeeded
from api.problems import problems
from core.bells import Priority
from core.readings import Frozen
from core.store.campaigns import (
    CampaignView,
    find_campaign,
    pause_campaign,
    prioritise_campaign,
    resume_campaign,
)
from core.store.rereading import ComparedList, compared_items, rerun_failed, rerun_outdated

router = APIRouter(prefix="/api/v1/campaigns/{name}", tags=["campaigns"])

RERUNS = {"failed": rerun_failed, "outdated": rerun_outdated}


class PriorityIn(Frozen):
    """Before (`interactive`) or behind (`bulk`) what people wait for."""

    priority: Priority


class RerunIn(Frozen):
    """What to read again: what failed, or what an older version of the pipeline read."""

    what: Literal["failed", "outdated"]


class RerunOut(Frozen):
    """How many jobs were begun anew, and how many are left for the next call."""

    started: int
    left: int


@router.post(
    "/pause",
    responses={**answered({**CAMPAIGN, "state": "paused"}), **problems(*CAMPAIGN_ERRORS)},
)
def post_pause(campaign: ToFill, parts: PartsNeeded) -> CampaignView:
    """Begin nothing more of a campaign; pages that are being read are finished, files still taken."""
    pause_campaign(parts.store, campaign.id)
    return find_campaign(parts.store, campaign.id)


@router.post("/resume", responses={**answered(CAMPAIGN), **problems(*CAMPAIGN_ERRORS)})
def post_resume(campaign: ToFill, parts: PartsNeeded) -> CampaignView:
    """Let a campaign go on."""
    resume_campaign(parts.store, campaign.id)
    return find_campaign(parts.store, campaign.id)


@router.post(
    "/priority",
    responses={**answered({**CAMPAIGN, **PRIORITY_IN}), **problems(*CAMPAIGN_ERRORS)},
)
def post_priority(
    asked: Annotated[PriorityIn, Body(examples=[PRIORITY_IN])], campaign: ToFill, parts: PartsNeeded
) -> CampaignView:
    """Have what is open of a campaign, and what will come, read before or behind other work."""
    prioritise_campaign(parts.store, campaign.id, asked.priority)
    return find_campaign(parts.store, campaign.id)


@router.post("/rerun", responses={**answered(RERUN), **problems(*CAMPAIGN_ERRORS)})
def post_rerun(
    asked: Annotated[RerunIn, Body(examples=[RERUN_IN])], campaign: ToFill, parts: PartsNeeded
) -> RerunOut:
    """Read files of a campaign again, some hundred in a call: call until nothing is `left`.

    Corrections stay. What an older pipeline read stays to be compared with.
    """
    rerun = RERUNS[asked.what](parts.store, campaign.id)
    parts.doorbell.ring(rerun.bells)
    return RerunOut(started=rerun.started, left=rerun.left)


@router.get("/differences", responses={**answered(COMPARED), **problems(*CAMPAIGN_ERRORS)})
def get_differences(
    campaign: ToRead, parts: PartsNeeded, cursor: Cursor = None, limit: Limit = 50
) -> ComparedList:
    """List the files that were read again, each with the values on which the two readings differ."""
    return compared_items(parts.store, campaign.id, cursor=cursor, limit=limit)
