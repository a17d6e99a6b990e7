"""How the service stands, in numbers.

Each number comes from an index or from a table that stays small, so that asking every few seconds costs
nothing worth mentioning, however many pages are stored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.bells import Priority
from core.readings import Frozen
from core.store.database import Store
from core.store.sweeping import PRIORITIES
from core.store.tables import (
    Delivery,
    DeliveryState,
    Job,
    JobState,
    Page,
    PageState,
    Record,
    RecordStatus,
    Run,
    Stage,
    Tally,
)
from core.store.tallies import Kind

State = TypeVar("State", bound=str)


class Counted(Frozen):
    """One tally."""

    kind: Kind
    label: str
    times: int
    total: float


class Unfinished(Frozen):
    """Work that is wanted and not done yet: pages to be read, documents to be opened or assembled."""

    pages: int = 0
    documents: int = 0


class Measures(Frozen):
    """What is stored, by state, and what has been done so far.

    `holders` are the processes that hold work now; `held` is how much of it they hold.
    `oldest_job_s` is the age of the oldest job in each open state, 0.0 where there is none.
    """

    jobs: dict[JobState, int]
    runs: dict[Stage, int]
    pages: dict[PageState, int]
    records: dict[RecordStatus, int]
    deliveries: dict[DeliveryState, int]
    unfinished: dict[Priority, Unfinished]
    held: int
    holders: int
    oldest_job_s: dict[JobState, float]
    tallies: tuple[Counted, ...]


def take_measures(store: Store) -> Measures:
    """Measure in one transaction."""
    with store.reading() as session:
        now = store.now(session)
        held, holders = _held(session, now)
        return Measures(
            jobs=_by_state(session, Job.state, JobState),
            runs=_by_state(session, Run.stage, Stage),
            pages=_by_state(session, Page.state, PageState),
            records=_by_state(session, Record.status, RecordStatus),
            deliveries=_by_state(session, Delivery.state, DeliveryState),
            unfinished=_unfinished(session),
            held=held,
            holders=holders,
            oldest_job_s={
                "queued": _oldest_s(session, "queued", now),
                "running": _oldest_s(session, "running", now),
            },
            tallies=_tallies(session),
        )


def _by_state(
    session: Session,
    column: InstrumentedAttribute[State],
    states: Any,  # noqa: ANN401  a Literal, which has no type of its own
) -> dict[State, int]:
    rows = session.execute(select(column, func.count()).group_by(column)).all()
    counted: dict[State, int] = dict.fromkeys(get_args(states), 0)
    return counted | dict(rows)


def _unfinished(session: Session) -> dict[Priority, Unfinished]:
    # By the counts of the runs: to count the pages themselves took ten times as long.
    pages = func.sum(Run.pages_total - Run.pages_done - Run.pages_failed)
    rows = session.execute(
        select(Run.priority, pages, func.count().filter(Run.stage != "reading"))
        .where(Run.stage.in_(("opening", "reading", "assembling")), Run.parked.is_(False))
        .group_by(Run.priority)
    )
    found = {
        priority: Unfinished(pages=unread, documents=documents)
        for priority, unread, documents in rows
    }
    return dict.fromkeys(PRIORITIES, Unfinished()) | found


def _held(session: Session, now: datetime) -> tuple[int, int]:
    holders = [
        holder
        for table in (Run, Page)
        for holder in session.scalars(select(table.holder).where(table.lease_until >= now))
    ]
    return len(holders), len(set(holders))


def _oldest_s(session: Session, state: JobState, now: datetime) -> float:
    # Ids are in the order of their making, and in the index on states.
    oldest = session.scalars(
        select(Job.created).where(Job.state == state).order_by(Job.id).limit(1)
    ).first()
    return 0.0 if oldest is None else (now - oldest).total_seconds()


def _tallies(session: Session) -> tuple[Counted, ...]:
    found = session.scalars(select(Tally).order_by(Tally.kind, Tally.label))
    return tuple(
        Counted(kind=row.kind, label=row.label, times=row.count, total=row.amount) for row in found
    )
