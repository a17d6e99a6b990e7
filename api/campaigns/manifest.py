"""The manifest of a campaign: which files it has, how each stands, which are still wanted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from pydantic import Field

from api.campaigns.asked import CAMPAIGN_ERRORS, ManyItems, ToFill, ToRead, ToReadOrFill, Under
from api.campaigns.examples import ITEM, ITEMS, MANIFEST, TAKEN, WANTED
from api.examples import answered
from api.parameters import Cursor, Id
from api.parts import PartsNeeded
from api.problems import problems
from core.errors import ItemNotFound
from core.readings import Frozen
from core.store.items import (
    ItemFilter,
    ItemList,
    ItemState,
    ItemView,
    ManifestRow,
    ManifestTaken,
    add_manifest,
    list_items,
    wanted_items,
)
from core.store.taking import find_item

router = APIRouter(prefix="/api/v1/campaigns/{name}", tags=["campaigns"])
ROWS_AT_ONCE = 1_000


class ManifestIn(Frozen):
    """Rows of a manifest, a piece at a time: one transaction takes them all."""

    rows: Annotated[tuple[ManifestRow, ...], Field(max_length=ROWS_AT_ONCE)]


def _filtered(
    state: Annotated[ItemState | None, Query()] = None,
    code: Annotated[str | None, Query(pattern=r"^[a-z_]{1,64}$")] = None,
    under: Under = None,
) -> ItemFilter:
    return ItemFilter(state=state, code=code, under=under)


@router.post("/manifest", responses={**answered(TAKEN), **problems(*CAMPAIGN_ERRORS)})
def post_manifest(
    manifest: Annotated[ManifestIn, Body(examples=[MANIFEST])], campaign: ToFill, parts: PartsNeeded
) -> ManifestTaken:
    """Enter files into the manifest; the same rows again change nothing.

    A path that comes with other bytes is wanted again. Bytes that came in before, in this campaign
    under another path, are not wanted: that file is a `duplicate`. A file inside of an archive is a
    row of its own, `box.zip!/scan.pdf`. `standing` tells of a file that cannot be sent, and why.
    """
    return add_manifest(parts.store, campaign.id, manifest.rows)


@router.get("/wanted", responses={**answered(WANTED), **problems(*CAMPAIGN_ERRORS)})
def get_wanted(
    campaign: ToReadOrFill,
    parts: PartsNeeded,
    under: Under = None,
    cursor: Cursor = None,
    limit: ManyItems = 200,
) -> ItemList:
    """List the files whose bytes have not come in yet, in the order of the manifest."""
    return wanted_items(parts.store, campaign.id, under=under, cursor=cursor, limit=limit)


@router.get("/items", responses={**answered(ITEMS), **problems(*CAMPAIGN_ERRORS)})
def get_items(
    campaign: ToRead,
    parts: PartsNeeded,
    wanted: Annotated[ItemFilter, Depends(_filtered)],
    cursor: Cursor = None,
    limit: ManyItems = 200,
) -> ItemList:
    """List the files of a campaign in the order of the manifest.

    `code` finds files that failed with it, or of which a page did.
    """
    return list_items(parts.store, campaign.id, wanted, cursor=cursor, limit=limit)


@router.get(
    "/items/{item_id}", responses={**answered(ITEM), **problems(*CAMPAIGN_ERRORS, ItemNotFound)}
)
def get_item(item_id: Id, campaign: ToRead, parts: PartsNeeded) -> ItemView:
    """Show how a file stands."""
    return find_item(parts.store, campaign.id, item_id)
