"""The bytes of a campaign's file come in, by the same way as those of an upload."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from api.callers import Caller, require
from api.campaigns.asked import CAMPAIGN_ERRORS, ToFill
from api.campaigns.examples import ITEM, TAKEN_ITEM
from api.examples import answered
from api.parameters import Id
from api.parts import PartsNeeded
from api.problems import problems
from api.uploads.body import receive_body
from api.uploads.incoming import incoming_place
from api.uploads.intake import accept_item
from api.uploads.limits import UploadLimits, refuse_announced
from core.errors import (
    EmptyFile,
    ItemChanged,
    ItemNotFound,
    OldOfficeFile,
    UnsupportedType,
    UploadBroken,
    UploadTooLarge,
)
from core.places import incoming_folder
from core.store.items import ItemView
from core.store.taking import find_item

router = APIRouter(prefix="/api/v1/campaigns/{name}", tags=["campaigns"])

CONTENT_ERRORS = (
    *CAMPAIGN_ERRORS,
    EmptyFile,
    ItemChanged,
    ItemNotFound,
    OldOfficeFile,
    UnsupportedType,
    UploadBroken,
    UploadTooLarge,
)
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "(bytes of 2023/教育局/001.pdf)",
            }
        },
    }
}


@router.put(
    "/items/{item_id}/content",
    status_code=201,
    responses={**answered(TAKEN_ITEM, 201), **answered(ITEM), **problems(*CONTENT_ERRORS)},
    openapi_extra=BODY,
)
async def put_content(
    item_id: Id,
    request: Request,
    response: Response,
    campaign: ToFill,
    parts: PartsNeeded,
    caller: Annotated[Caller, Depends(require("upload"))],
) -> ItemView:
    """Send the bytes of a file, as they are; sent again they change nothing (200).

    The answer comes when bytes and job are safe on the disk. Other bytes than the manifest names are
    not taken (`item_changed`). What is no scan is refused for good: all files of the campaign with these
    bytes are then `refused`, and nothing of them is kept.
    """
    limits = UploadLimits.of(parts.settings, caller.limits.upload_mb)
    item = await to_thread.run_sync(find_item, parts.store, campaign.id, item_id)
    refuse_announced(request.headers, item.path, limits)
    with incoming_place(incoming_folder(parts.settings)) as folder:
        file = await receive_body(request.stream(), item.path, folder / "0", limits)
        taken = await to_thread.run_sync(accept_item, parts, campaign.id, item, file)
    if not taken.is_new:
        response.status_code = 200
    return taken.item
