"""How a campaign stands: its files by state, its pace, what failed and why."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.readings import Frozen
from core.store.database import Store
from core.store.items import (
    ITEM_STATES,
    OPEN_ITEMS,
    ItemState,
    state_of,
    with_runs,
)
from core.store.settling import ENDED_STAGES
from core.store.tables import CampaignItem, JobDocument, Page, Record, Run

# The pace is measured over the last hour: long enough for files of many pages, short enough to follow.
PACE = timedelta(hours=1)
# Of each code so many files are named at once; `list_items` has the others.
FILES_NAMED = 20


class CampaignProgress(Frozen):
    """Files by state, all states named; pages of the distinct files, as far as they are known.

    `pages_per_hour` and `seconds_left` are None while nothing has been read lately.
    """

    states: dict[ItemState, int]
    pages: int
    pages_done: int
    pages_failed: int
    records: int
    bytes: int
    pages_per_hour: float | None
    seconds_left: float | None


class Failure(Frozen):
    """What failed for one reason: files that gave nothing, pages of files that gave something."""

    code: str
    files: int
    pages: int
    paths: tuple[str, ...]


def campaign_progress(store: Store, campaign_id: str) -> CampaignProgress:
    """Return how a campaign stands."""
    with store.reading() as session:
        now = store.now(session)
        states, pages, open_pages, size = _states(session, campaign_id)
        done, failed, pace = _pages(session, campaign_id, now)
        left = max(0, pages - done - failed) if open_pages else 0
        return CampaignProgress(
            states=states,
            pages=pages,
            pages_done=done,
            pages_failed=failed,
            records=_records(session, campaign_id),
            bytes=size,
            pages_per_hour=pace,
            seconds_left=left / pace * 3600 if left and pace else (None if left else 0.0),
        )


def campaign_failures(store: Store, campaign_id: str) -> tuple[Failure, ...]:
    """Return what failed by code, the most frequent first."""
    with store.reading() as session:
        files = _failed_files(session, campaign_id)
        pages = _failed_pages(session, campaign_id)
    codes = sorted({*files, *pages}, key=lambda code: (-len(files[code]) - pages[code][0], code))
    return tuple(
        Failure(
            code=code,
            files=len(files[code]),
            pages=pages[code][0],
            paths=tuple([*files[code], *pages[code][1]][:FILES_NAMED]),
        )
        for code in codes
    )


def _states(session: Session, campaign_id: str) -> tuple[dict[ItemState, int], int, int, int]:
    state = state_of().label("state")
    # A file that has not been opened counts for what the client found in it, or for one page.
    pages = func.coalesce(func.nullif(Run.pages_total, 0), CampaignItem.pages, 1)
    query = (
        with_runs(
            select(
                state, func.count(), func.sum(pages), func.coalesce(func.sum(CampaignItem.size), 0)
            )
        )
        .where(CampaignItem.campaign_id == campaign_id)
        .group_by(state)
    )
    counts: dict[ItemState, int] = dict.fromkeys(ITEM_STATES, 0)
    total = open_pages = size = 0
    for name, items, summed, stored in session.execute(query):
        counts[name] = items
        if name in {"done", "review", "cancelled", *OPEN_ITEMS}:
            total += int(summed)
            size += int(stored)
        if name in OPEN_ITEMS:
            open_pages += int(summed)
    return counts, total, open_pages, size


def _pages(session: Session, campaign_id: str, now: datetime) -> tuple[int, int, float | None]:
    runs = select(JobDocument.run_id).join(
        CampaignItem,
        (CampaignItem.job_id == JobDocument.job_id)
        & (CampaignItem.position == JobDocument.position),
    )
    ours = Run.id.in_(runs.where(CampaignItem.campaign_id == campaign_id))
    done, failed = session.execute(
        select(
            func.coalesce(func.sum(Run.pages_done), 0), func.coalesce(func.sum(Run.pages_failed), 0)
        ).where(ours, Run.stage != "failed")
    ).one()
    last = session.scalars(select(func.max(Run.updated)).where(ours)).one()
    first = session.scalars(
        select(func.min(CampaignItem.created)).where(CampaignItem.campaign_id == campaign_id)
    ).one()
    if not done:
        return int(done), int(failed), None
    still = session.scalars(
        select(func.count()).select_from(Run).where(ours, Run.stage.not_in(ENDED_STAGES))
    ).one()
    until = now if still else last
    since = max(first, until - PACE)
    read = session.scalars(
        select(func.coalesce(func.sum(Run.pages_done), 0)).where(
            ours, Run.updated >= since, Run.created >= first
        )
    ).one()
    hours = max((until - since).total_seconds(), 1.0) / 3600
    return int(done), int(failed), int(read) / hours if read else None


def _records(session: Session, campaign_id: str) -> int:
    documents = select(CampaignItem.sha256).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.job_id.is_not(None)
    )
    return session.scalars(select(func.count()).where(Record.sha256.in_(documents))).one()


def _failed_files(session: Session, campaign_id: str) -> defaultdict[str, list[str]]:
    code = func.coalesce(Run.trouble, CampaignItem.trouble)
    query = (
        with_runs(select(code, CampaignItem.path))
        .where(
            CampaignItem.campaign_id == campaign_id,
            code.is_not(None),
            state_of().in_(("failed", "refused")),
        )
        .order_by(CampaignItem.id)
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for trouble, path in session.execute(query):
        found[trouble].append(path)
    return found


def _failed_pages(
    session: Session, campaign_id: str
) -> defaultdict[str, tuple[int, tuple[str, ...]]]:
    query = (
        with_runs(select(Page.trouble, CampaignItem.path, func.count()))
        .join(Page, Page.run_id == Run.id)
        .where(
            CampaignItem.campaign_id == campaign_id,
            CampaignItem.standing != "duplicate",
            Run.pages_failed > 0,
            Page.state == "failed",
        )
        .group_by(Page.trouble, CampaignItem.path, CampaignItem.id)
        .order_by(CampaignItem.id)
    )
    found: defaultdict[str, tuple[int, tuple[str, ...]]] = defaultdict(lambda: (0, ()))
    for code, path, pages in session.execute(query):
        before, paths = found[code]
        found[code] = (before + pages, (*paths, path)[:FILES_NAMED])
    return found
