"""What the catalogue of a campaign says of a document, for the records that were read in it.

What is printed on a form is never replaced by it: it stands beside, and where the form is silent it
serves for searching.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.readings import Frozen
from core.store.tables import Campaign, CampaignItem


class Catalogued(Frozen):
    """A document's place in a campaign; `declared` names what a catalogue gave, not a guess."""

    campaign: str
    path: str
    fiscal_year: int | None = None
    department: str | None = None
    project_name: str | None = None
    box: str | None = None
    item_number: str | None = None
    archive_number: str | None = None
    declared: tuple[str, ...] = ()


NOT_CATALOGUED = Catalogued(campaign="", path="")


def catalogued(
    session: Session, documents: Collection[str], owner: str | None = None
) -> dict[str, Catalogued]:
    """Return what is known of documents, by SHA-256, from the latest campaign that took them."""
    query = (
        select(CampaignItem, Campaign.name)
        .join(Campaign, Campaign.id == CampaignItem.campaign_id)
        .where(CampaignItem.sha256.in_(documents), CampaignItem.job_id.is_not(None))
        # The later overwrites the earlier: what is no duplicate comes last.
        .order_by(CampaignItem.standing == "planned", CampaignItem.id)
    )
    if owner is not None:
        query = query.where(Campaign.owner == owner)
    return {
        str(item.sha256): Catalogued(
            campaign=name,
            path=item.path,
            fiscal_year=item.fiscal_year,
            department=item.department,
            project_name=item.project_name,
            box=item.box,
            item_number=item.item_number,
            archive_number=item.archive_number,
            declared=tuple(item.declared),
        )
        for item, name in session.execute(query)
    }


def documents_of(campaign: str, owner: str | None = None) -> Select[str | None]:
    """Return the query for the hashes of all documents that a campaign, by name or id, took in."""
    query = (
        select(CampaignItem.sha256)
        .join(Campaign, Campaign.id == CampaignItem.campaign_id)
        .where(
            or_(Campaign.name == campaign, Campaign.id == campaign),
            CampaignItem.job_id.is_not(None),
        )
    )
    return query if owner is None else query.where(Campaign.owner == owner)
