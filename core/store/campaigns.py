"""Campaigns: jobs that were handed in under one name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from core.readings import Frozen
from core.store.database import Store
from core.store.tables import Job


class CampaignView(Frozen):
    """A campaign: how many jobs it has, how many have ended, when the first and last were made."""

    name: str
    jobs: int
    jobs_ended: int
    first: datetime
    last: datetime


def list_campaigns(store: Store, owner: str | None = None) -> tuple[CampaignView, ...]:
    """Return the campaigns, the one with the newest job first."""
    name = Job.options["campaign"].as_string()
    last = func.max(Job.created)
    query = (
        select(name, func.count(), func.count(Job.finished), func.min(Job.created), last)
        .where(name.is_not(None))
        .group_by(name)
        .order_by(last.desc(), name)
    )
    if owner is not None:
        query = query.where(Job.owner == owner)
    with store.reading() as session:
        return tuple(
            CampaignView(name=name, jobs=jobs, jobs_ended=ended, first=first, last=last)
            for name, jobs, ended, first, last in session.execute(query)
        )
