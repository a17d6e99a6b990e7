"""How a campaign stands, and what failed."""

from __future__ import annotations

from fastapi import APIRouter

from api.campaigns.asked import CAMPAIGN_ERRORS, ToRead
from api.campaigns.examples import FAILURES, PROGRESS
from api.examples import answered
from api.parts import PartsNeeded
from api.problems import problems
from core.readings import Frozen
from core.store.campaign_progress import (
    CampaignProgress,
    Failure,
    campaign_failures,
    campaign_progress,
)

router = APIRouter(prefix="/api/v1/campaigns/{name}", tags=["campaigns"])


class FailureList(Frozen):
    """What failed by code, the most frequent first."""

    items: tuple[Failure, ...]


@router.get("/progress", responses={**answered(PROGRESS), **problems(*CAMPAIGN_ERRORS)})
def get_progress(campaign: ToRead, parts: PartsNeeded) -> CampaignProgress:
    """Count files by state and pages, with the pace of the last hour and the time that is left."""
    return campaign_progress(parts.store, campaign.id)


@router.get("/failures", responses={**answered(FAILURES), **problems(*CAMPAIGN_ERRORS)})
def get_failures(campaign: ToRead, parts: PartsNeeded) -> FailureList:
    """Tell what failed by code: files that gave nothing, and pages of files that gave something.

    Of each code a few paths are named; `/items?code=` lists all.
    """
    return FailureList(items=campaign_failures(parts.store, campaign.id))
