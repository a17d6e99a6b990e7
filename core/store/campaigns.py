"""Campaigns: files that are taken in together over hours or days. Made, found, paused, hurried."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, true, update
from sqlalchemy.orm import Session, aliased

from core.bells import Priority
from core.errors import CampaignNotFound
from core.readings import Frozen
from core.store.database import Store, inserting
from core.store.identifiers import new_id
from core.store.settling import ENDED_STAGES, OPEN_STATES
from core.store.tables import (
    Campaign,
    CampaignItem,
    CampaignState,
    Job,
    JobDocument,
    JsonObject,
    Run,
)

Jobs = Select[str | None]
"""A query for the ids of jobs."""


class CampaignView(Frozen):
    """A campaign; `items` counts the rows of its manifest."""

    id: str
    name: str
    owner: str
    state: CampaignState
    priority: Priority
    options: JsonObject
    items: int
    created: datetime
    updated: datetime


def create_campaign(
    store: Store, owner: str, name: str, priority: Priority = "bulk"
) -> tuple[CampaignView, bool]:
    """Return the campaign of that name and owner, and whether it was made by this call."""
    with store.accepting() as session:
        now = store.now(session)
        before = session.scalars(_named(owner, name)).first()
        campaign = before or enlist(session, owner, name, priority, now)
        return _view(campaign, _items(session, campaign.id)), before is None


def enlist(session: Session, owner: str, name: str, priority: Priority, now: datetime) -> Campaign:
    """Return the campaign of that name and owner, made where there is none."""
    session.execute(
        inserting(session, Campaign)
        .values(
            id=new_id(),
            owner=owner,
            name=name,
            state="running",
            priority=priority,
            options={},
            created=now,
            updated=now,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(_named(owner, name)).one()


def list_campaigns(store: Store, owner: str | None = None) -> tuple[CampaignView, ...]:
    """Return the campaigns, the newest first."""
    count = (
        select(func.count())
        .where(CampaignItem.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    query = select(Campaign, count).order_by(Campaign.id.desc())
    if owner is not None:
        query = query.where(Campaign.owner == owner)
    with store.reading() as session:
        return tuple(_view(campaign, items) for campaign, items in session.execute(query))


def find_campaign(store: Store, name: str, owner: str | None = None) -> CampaignView:
    """Return a campaign by its name or id; raises `CampaignNotFound`, also for another owner's.

    Of campaigns of several owners with one name, who sees all gets the newest.
    """
    with store.reading() as session:
        campaign = find_row(session, name, owner)
        return _view(campaign, _items(session, campaign.id))


def find_row(session: Session, name: str, owner: str | None) -> Campaign:
    """Return the row of a campaign, as `find_campaign`."""
    for column in (Campaign.name, Campaign.id):
        query = select(Campaign).where(column == name).order_by(Campaign.id.desc()).limit(1)
        if owner is not None:
            query = query.where(Campaign.owner == owner)
        campaign = session.scalars(query).first()
        if campaign is not None:
            return campaign
    raise CampaignNotFound(campaign=name)


def pause_campaign(store: Store, campaign_id: str) -> None:
    """Begin nothing more that only this campaign waits for; what is being read is read to its end."""
    with store.accepting() as session:
        now = store.now(session)
        _set(session, campaign_id, now, state="paused")
        park_paused(session, jobs_of_campaign(campaign_id), now)


def resume_campaign(store: Store, campaign_id: str) -> None:
    """Let a campaign go on. The sweeper rings for its work: there may be more than bells can tell."""
    with store.accepting() as session:
        now = store.now(session)
        _set(session, campaign_id, now, state="running")
        session.execute(
            update(Run)
            .where(
                Run.parked,
                Run.stage.not_in(ENDED_STAGES),
                Run.id.in_(_runs_wanted_by(jobs_of_campaign(campaign_id))),
            )
            .values(parked=False, changes=Run.changes + 1, updated=now)
            .execution_options(synchronize_session=False)
        )


def prioritise_campaign(store: Store, campaign_id: str, priority: Priority) -> None:
    """Have what is open of a campaign, and what will come, read before or after other work.

    What somebody else waits for as interactive stays so.
    """
    with store.accepting() as session:
        now = store.now(session)
        _set(session, campaign_id, now, priority=priority)
        ours = jobs_of_campaign(campaign_id)
        of_campaign = and_(Run.stage.not_in(ENDED_STAGES), Run.id.in_(_runs_wanted_by(ours)))
        hurried = _wanted_beside(ours, Job.priority == "interactive")
        session.execute(
            update(Run)
            .where(of_campaign, Run.priority != priority)
            .where(true() if priority == "interactive" else ~hurried)
            .values(priority=priority, changes=Run.changes + 1, updated=now)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Job)
            .where(Job.id.in_(ours), Job.state.in_(OPEN_STATES))
            .values(priority=priority, changes=Job.changes + 1, updated=now)
            .execution_options(synchronize_session=False)
        )


def park_paused(session: Session, jobs: Jobs, now: datetime) -> None:
    """Park the runs of these jobs, of a paused campaign, that no one else waits for."""
    paused = (
        select(CampaignItem.job_id)
        .join(Campaign, Campaign.id == CampaignItem.campaign_id)
        .where(Campaign.state == "paused", CampaignItem.job_id.is_not(None))
    )
    session.execute(
        update(Run)
        .where(
            Run.parked.is_(False),
            Run.stage.not_in(ENDED_STAGES),
            Run.id.in_(_runs_wanted_by(jobs)),
            ~_wanted_beside(paused),
        )
        .values(parked=True, changes=Run.changes + 1, updated=now)
        .execution_options(synchronize_session=False)
    )


def jobs_of_campaign(campaign_id: str) -> Jobs:
    """Return the query for the ids of a campaign's jobs."""
    return select(CampaignItem.job_id).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.job_id.is_not(None)
    )


def _runs_wanted_by(jobs: Jobs) -> Select[str]:
    return (
        select(JobDocument.run_id)
        .join(Job, Job.id == JobDocument.job_id)
        .where(Job.id.in_(jobs), Job.state.in_(OPEN_STATES))
    )


def _wanted_beside(jobs: Jobs, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that an open job which is none of these waits for the run."""
    link = aliased(JobDocument)
    return (
        select(link.job_id)
        .join(Job, Job.id == link.job_id)
        .where(link.run_id == Run.id, Job.state.in_(OPEN_STATES), Job.id.not_in(jobs), *conditions)
        .correlate(Run)
        .exists()
    )


def _named(owner: str, name: str) -> Select[Campaign]:
    return select(Campaign).where(Campaign.owner == owner, Campaign.name == name)


def _set(session: Session, campaign_id: str, now: datetime, **values: object) -> None:
    session.execute(
        update(Campaign).where(Campaign.id == campaign_id).values(updated=now, **values)
    )


def _items(session: Session, campaign_id: str) -> int:
    query = select(func.count()).where(CampaignItem.campaign_id == campaign_id)
    return session.scalars(query).one()


def _view(campaign: Campaign, items: int) -> CampaignView:
    return CampaignView(
        id=campaign.id,
        name=campaign.name,
        owner=campaign.owner,
        state=campaign.state,
        priority=campaign.priority,
        options=campaign.options,
        items=items,
        created=campaign.created,
        updated=campaign.updated,
    )
