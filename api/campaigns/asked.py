"""Which campaign a call is about: by name or id, and only the caller's own, unless an admin calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Path, Query

from api.callers import KEY_ERRORS, Caller, require
from api.parts import PartsNeeded
from core.errors import CampaignNotFound
from core.store.campaigns import CampaignView, find_campaign
from core.store.keys import Scope

CampaignName = Annotated[
    str,
    Path(
        pattern=r"^[^\x00]*$",
        max_length=255,
        description="its name or its id",
        examples=["2023年回填"],
    ),
]
Under = Annotated[
    str | None,
    Query(pattern=r"^[^\x00]*$", max_length=4096, description="what the paths begin with"),
]
ManyItems = Annotated[int, Query(ge=1, le=1_000)]
CAMPAIGN_ERRORS = (*KEY_ERRORS, CampaignNotFound)


def _asked_by(*scopes: Scope) -> Callable[..., CampaignView]:
    admitted = Depends(require(*scopes))

    def found(name: CampaignName, parts: PartsNeeded, caller: Caller = admitted) -> CampaignView:
        return find_campaign(parts.store, name, caller.owner)

    return found


ToRead = Annotated[CampaignView, Depends(_asked_by("read"))]
ToFill = Annotated[CampaignView, Depends(_asked_by("upload"))]
ToReadOrFill = Annotated[CampaignView, Depends(_asked_by("upload", "read"))]
