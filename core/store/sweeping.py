"""Find the work that nobody is doing, and say for whom the bell has to be rung again.

A bell may be lost: its ringer died between commit and ring, the broker lost everything, or the worker
that answered it was killed. All of that shows here alike: work that waits, held by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from core.bells import Bell, Priority
from core.store.database import Store
from core.store.leases import LeasedTable, is_free
from core.store.runs import BELL_WINDOW, bells_of_stage
from core.store.tables import Page, Run

PRIORITIES: tuple[Priority, ...] = ("interactive", "bulk")


@dataclass(frozen=True)
class SweepLimits:
    """`window` bounds the bells in one queue; `grace_s` is how long a bell may be on its way.

    `every_s` is the pause between two sweeps: with a lease of 30 s the work of a dead worker is taken
    up again in under a minute.
    """

    window: int = BELL_WINDOW
    grace_s: float = 10.0
    every_s: float = 10.0


@dataclass(frozen=True)
class Waiting:
    """Work that waits and that nobody holds, for one queue."""

    pages: int
    runs: int

    @property
    def total(self) -> int:
        return self.pages + self.runs


def sweep(
    store: Store, depths: Mapping[Priority, int], limits: SweepLimits | None = None
) -> tuple[Bell, ...]:
    """Return the bells to ring again, given how many are in each queue now.

    Where the queue holds a bell for all that waits, none is rung: without that look 1,964 needless
    bells were counted where 179 were enough.
    """
    bounds = limits or SweepLimits()
    bells: list[Bell] = []
    with store.writing() as session:
        now = store.now(session)
        for priority in PRIORITIES:
            depth = depths[priority]
            missing = min(_waiting(session, priority, now).total, bounds.window) - depth
            if missing > 0:
                due = now - timedelta(seconds=bounds.grace_s)
                bells.extend(_ring_runs(session, priority, now, due, missing))
                bells.extend(_ring_pages(session, priority, now, due, missing))
    return tuple(bells)


def waiting(store: Store) -> dict[Priority, Waiting]:
    """Return how much waits for each queue."""
    with store.reading() as session:
        now = store.now(session)
        return {priority: _waiting(session, priority, now) for priority in PRIORITIES}


def anything_waits(store: Store, priorities: Iterable[Priority]) -> bool:
    """Return whether there is work for one of these queues that nobody holds."""
    with store.reading() as session:
        now = store.now(session)
        return any(
            session.execute(query(priority, now).limit(1)).first() is not None
            for priority in priorities
            for query in (_runs, _pages)
        )


def _waiting(session: Session, priority: Priority, now: datetime) -> Waiting:
    def count(query: Callable[..., Select[Any]]) -> int:
        found = query(priority, now).with_only_columns(func.count())
        return int(session.scalars(found).one())

    return Waiting(pages=count(_pages), runs=count(_runs))


def _pages(priority: Priority, now: datetime) -> Select[Any]:
    return (
        select(Page.id)
        .join(Run, Run.id == Page.run_id)
        .where(
            Page.state == "waiting",
            Run.stage == "reading",
            Run.parked.is_(False),
            Run.priority == priority,
            is_free(Page, now),
        )
    )


def _runs(priority: Priority, now: datetime) -> Select[Any]:
    return select(Run).where(
        Run.stage.in_(("opening", "assembling")),
        Run.parked.is_(False),
        Run.priority == priority,
        is_free(Run, now),
    )


def _is_due(table: LeasedTable, now: datetime, due: datetime) -> ColumnElement[bool]:
    # A lease that has run out is older than any bell on its way. A bell of the future was rung before
    # somebody put the clock back.
    return or_(
        table.rung_at.is_(None),
        table.rung_at < due,
        table.rung_at > now,
        table.token.is_not(None),
    )


def _ring_pages(
    session: Session, priority: Priority, now: datetime, due: datetime, limit: int
) -> list[Bell]:
    query = _pages(priority, now).where(_is_due(Page, now, due))
    found = session.scalars(
        query.order_by(Page.rung_at.nulls_first(), Page.run_id, Page.number).limit(limit)
    ).all()
    session.execute(update(Page).where(Page.id.in_(found)).values(rung_at=now))
    return [Bell("read_page", page_id, priority) for page_id in found]


def _ring_runs(
    session: Session, priority: Priority, now: datetime, due: datetime, limit: int
) -> list[Bell]:
    query = _runs(priority, now).where(_is_due(Run, now, due))
    found = session.scalars(query.order_by(Run.rung_at.nulls_first(), Run.id).limit(limit)).all()
    session.execute(update(Run).where(Run.id.in_([run.id for run in found])).values(rung_at=now))
    return [bell for run in found for bell in bells_of_stage(run)]
