"""A page's way: claimed, kept, finished or given up.

The last page to end hands its run on to assembly, in the transaction that ends it: once, whoever else
finishes at the same time, since all of them change the row of the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.bells import Bell
from core.readings import Frozen, PageReading
from core.store.database import Store
from core.store.duplicates import note_sheet
from core.store.leases import (
    Lease,
    LeaseLimits,
    Trouble,
    begin_anew,
    blame,
    exhausted,
    is_free,
    let_go,
    take,
)
from core.store.settling import jobs_of
from core.store.tables import Document, Page, PageResult, Run
from core.store.tallies import Amount, tally, tally_seconds


class PageWork(Frozen):
    """A page that is now ours to read. `number` counts from 1; `jobs` wait for it."""

    lease: Lease
    run_id: str
    sha256: str
    media_type: str
    number: int
    jobs: tuple[str, ...]


class Ended(Frozen):
    """What came of ending a piece of work: `stale` if it was no longer ours and nothing changed."""

    stale: bool = False
    bells: tuple[Bell, ...] = ()


STALE = Ended(stale=True)


def claim_page(store: Store, page_id: str, holder: str, limits: LeaseLimits) -> PageWork | None:
    """Take a page, or return None: it is done, failed, parked, gone, or somebody else's.

    A page that has been begun `limits.attempts` times is failed instead.
    """
    with store.writing() as session:
        now = store.now(session)
        row = session.execute(
            select(Page, Run, Document.media_type)
            .join(Run, Page.run_id == Run.id)
            .join(Document, Run.sha256 == Document.sha256)
            .where(
                Page.id == page_id,
                Page.state == "waiting",
                Run.stage == "reading",
                Run.parked.is_(False),
                is_free(Page, now),
            )
            .with_for_update(of=Page, skip_locked=True)
        ).first()
        if row is None:
            return None
        page, run, media_type = row
        if page.attempts >= limits.attempts:
            # Should this have been the last page, the sweeper rings for the assembly.
            _fail(session, page, exhausted(page), now)
            return None
        token = take(session, page, now, holder, limits.lease_s)
        return PageWork(
            lease=Lease(of="page", id=page.id, token=token),
            run_id=run.id,
            sha256=run.sha256,
            media_type=media_type,
            number=page.number,
            jobs=jobs_of(session, run.id),
        )


def finish_page(
    store: Store,
    lease: Lease,
    reading: PageReading,
    seconds: Mapping[str, float] | None = None,
) -> Ended:
    """Store what was read; the last page rings for its assembly. `seconds` are those of each stage."""
    with store.writing() as session:
        page = _held(session, lease)
        if page is None:
            return STALE
        let_go(page)
        page.state = "done"
        session.add(PageResult(page_id=page.id, reading=reading.model_dump_json()))
        note_sheet(session, session.get_one(Run, page.run_id).sha256, reading)
        bells = _count(session, page.run_id, "done", store.now(session))
        tally_seconds(session, seconds or {})
        return Ended(bells=bells)


def fail_page(store: Store, lease: Lease, trouble: Trouble) -> Ended:
    """Mark a page as unreadable; its run goes on without it."""
    with store.writing() as session:
        page = _held(session, lease)
        if page is None:
            return STALE
        return Ended(bells=_fail(session, page, trouble, store.now(session)))


def crash_page(
    store: Store, page_id: str, holder: str, trouble: Trouble, limits: LeaseLimits
) -> Ended:
    """Note that `holder` ended, or had to be ended, over this page.

    The page is free at once; at `limits.crashes` it is unreadable, for the reason of its last crash.
    """
    with store.writing() as session:
        page = session.scalars(
            select(Page)
            .where(Page.id == page_id, Page.holder == holder, Page.token.is_not(None))
            .with_for_update()
        ).first()
        if page is None:
            return STALE
        now = store.now(session)
        page.crashes += 1
        if page.crashes >= limits.crashes:
            return Ended(bells=_fail(session, page, trouble, now))
        let_go(page)
        page.rung_at = now
        run = session.get_one(Run, page.run_id)
        tally(session, "page_crashes", {trouble.code: Amount()})
        return Ended(bells=(Bell("read_page", page.id, run.priority),))


def _held(session: Session, lease: Lease) -> Page | None:
    return session.scalars(
        select(Page).where(Page.id == lease.id, Page.token == lease.token).with_for_update()
    ).first()


def _fail(session: Session, page: Page, trouble: Trouble, now: datetime) -> tuple[Bell, ...]:
    blame(page, trouble)
    page.state = "failed"
    bells = _count(session, page.run_id, "failed", now)
    tally(session, "page_failures", {trouble.code: Amount()})
    return bells


def _count(session: Session, run_id: str, ended: str, now: datetime) -> tuple[Bell, ...]:
    counter = Run.pages_done if ended == "done" else Run.pages_failed
    session.flush()
    run = session.scalars(
        update(Run)
        .where(Run.id == run_id)
        .values({counter: counter + 1, Run.changes: Run.changes + 1, Run.updated: now})
        .returning(Run)
        .execution_options(populate_existing=True)
    ).one()
    if run.stage != "reading" or run.pages_done + run.pages_failed < run.pages_total:
        return ()
    run.stage = "assembling"
    begin_anew(run, rung_at=now)
    return () if run.parked else (Bell("assemble_document", run.id, run.priority),)
