"""The bytes of a campaign's file come in: they become a job, and all files with the same bytes its.

One transaction, so that a file either has its job or is still wanted, whatever is killed.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.bells import Bell
from core.errors import CampaignNotFound, ItemChanged, ItemNotFound
from core.readings import Frozen
from core.store.campaigns import park_paused
from core.store.database import Store
from core.store.documents import vouch
from core.store.items import ItemView, copies_of, item_views, link_copies, tell_records
from core.store.leases import Trouble
from core.store.submission import Order, Upload, accept_order
from core.store.tables import Campaign, CampaignItem


class TakenItem(Frozen):
    """The file as it stands now, and whether it was taken by this call; then its bells are to be rung."""

    item: ItemView
    is_new: bool
    bells: tuple[Bell, ...] = ()


def find_item(store: Store, campaign_id: str, item_id: str) -> ItemView:
    """Return a file of a campaign; raises `ItemNotFound`."""
    with store.reading() as session:
        return _item_view(session, campaign_id, item_id)


def take_item(store: Store, campaign_id: str, item_id: str, upload: Upload) -> TakenItem:
    """Make a job of a file whose bytes are stored; taking it again changes nothing.

    Raises `ItemNotFound`, and `ItemChanged` where the manifest names other bytes.
    """
    with store.accepting() as session:
        campaign = session.scalars(
            select(Campaign).where(Campaign.id == campaign_id).with_for_update()
        ).first()
        if campaign is None:
            raise CampaignNotFound(campaign=campaign_id)
        item = _item(session, campaign_id, item_id)
        if item.sha256 != upload.sha256:
            raise ItemChanged(path=item.path)
        if item.job_id is not None:
            vouch(session, upload.sha256)
            return TakenItem(item=_item_view(session, campaign_id, item_id), is_new=False)
        now = store.now(session)
        order = Order(
            uploads=(upload,),
            fingerprint=upload.sha256,
            priority=campaign.priority,
            options={"fiscal_year": item.fiscal_year, "campaign": campaign.name},
            owner=campaign.owner,
        )
        submission = accept_order(session, order, now)
        item.standing = "planned"
        link_copies(copies_of(session, campaign_id, upload.sha256), submission.job_id, 0)
        tell_records(session, {upload.sha256}, now)
        paused = campaign.state == "paused"
        if paused:
            ours = select(CampaignItem.job_id).where(CampaignItem.job_id == submission.job_id)
            park_paused(session, ours, now)
        session.flush()
        view = _item_view(session, campaign_id, item_id)
        return TakenItem(item=view, is_new=True, bells=() if paused else submission.bells)


def refuse_bytes(store: Store, campaign_id: str, sha256: str, trouble: Trouble) -> None:
    """Note of all files of a campaign with these bytes that they came in and cannot be read."""
    with store.accepting() as session:
        now = store.now(session)
        for item in copies_of(session, campaign_id, sha256):
            if item.job_id is None and item.standing in {"planned", "duplicate"}:
                item.standing = "refused"
                item.trouble = trouble.code
                item.trouble_details = dict(trouble.details)
                item.updated = now


def _item(session: Session, campaign_id: str, item_id: str) -> CampaignItem:
    item = session.scalars(
        select(CampaignItem)
        .where(CampaignItem.campaign_id == campaign_id, CampaignItem.id == item_id)
        .with_for_update()
    ).first()
    if item is None:
        raise ItemNotFound(item=item_id)
    return item


def _item_view(session: Session, campaign_id: str, item_id: str) -> ItemView:
    views = item_views(session, campaign_id, [CampaignItem.id == item_id], 1)
    if not views:
        raise ItemNotFound(item=item_id)
    return views[0]
