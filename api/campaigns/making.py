"""See which campaigns there are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.callers import KEY_ERRORS, Caller, require
from api.examples import CAMPAIGN, answered
from api.parts import PartsNeeded
from api.problems import problems
from core.store.campaigns import CampaignView, list_campaigns

router = APIRouter(prefix="/api/v1", tags=["campaigns"])


@router.get("/campaigns", responses={**answered([CAMPAIGN]), **problems(*KEY_ERRORS)})
def get_campaigns(
    parts: PartsNeeded, caller: Annotated[Caller, Depends(require("read"))]
) -> tuple[CampaignView, ...]:
    """List the campaigns, the newest first."""
    return list_campaigns(parts.store, caller.owner)
