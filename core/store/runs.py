"""A run's way: opened, read page by page (`core.store.pages`), assembled; or failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.bells import Bell
from core.extraction import Extraction
from core.readings import Frozen, PageReading
from core.review import needs_review
from core.store.database import Store
from core.store.duplicates import link_duplicates
from core.store.filing import file_records
from core.store.identifiers import new_id
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
from core.store.pages import STALE, Ended
from core.store.settling import jobs_of, mark_running, settle_jobs_of
from core.store.tables import Document, JobDocument, Page, PageResult, Run, Stage
from core.store.tallies import Amount, tally, tally_extraction, tally_seconds

# At most this many bells are out at a time for one queue (1 KB each in the broker, measured); the
# sweeper rings for the rest as the queue runs down.
BELL_WINDOW = 5_000
# But each document that is opened rings for some of its pages at once.
FIRST_BELLS = 64


class RunWork(Frozen):
    """A run that is now ours to open or to assemble.

    `file` is the name of its first upload; `jobs` wait for it.
    """

    lease: Lease
    sha256: str
    media_type: str
    file: str
    pages: int
    pipeline: str
    jobs: tuple[str, ...]


def claim_opening(store: Store, run_id: str, holder: str, limits: LeaseLimits) -> RunWork | None:
    """Take a run that is to be opened, or return None. Its jobs are running from now on."""
    return _claim(store, run_id, "opening", holder, limits)


def claim_assembly(store: Store, run_id: str, holder: str, limits: LeaseLimits) -> RunWork | None:
    """Take a run whose pages have all ended, or return None."""
    return _claim(store, run_id, "assembling", holder, limits)


def finish_opening(
    store: Store, lease: Lease, pages: int, seconds: Mapping[str, float] | None = None
) -> Ended:
    """Note how many pages there are, and let them be read. `seconds` are those of each stage."""
    with store.writing() as session:
        now = store.now(session)
        run = _held(session, lease)
        if run is None:
            return STALE
        room = max(FIRST_BELLS, BELL_WINDOW - _waiting_pages(session))
        begin_anew(run, rung_at=now)
        run.stage = "reading"
        run.pages_total = pages
        _changed(run, now)
        rows = [
            Page(
                id=new_id(),
                run_id=run.id,
                number=number,
                state="waiting",
                rung_at=now if number <= room else None,
            )
            for number in range(1, pages + 1)
        ]
        session.add_all(rows)
        session.execute(update(Document).where(Document.sha256 == run.sha256).values(pages=pages))
        tally_seconds(session, seconds or {})
        return Ended(bells=tuple(Bell("read_page", row.id, run.priority) for row in rows[:room]))


def page_readings(store: Store, run_id: str) -> tuple[PageReading, ...]:
    """Return what was read on each page of a run, in order; of a failed page, only its trouble."""
    with store.reading() as session:
        rows = session.execute(
            select(Page.number, Page.trouble, PageResult.reading)
            .outerjoin(PageResult, PageResult.page_id == Page.id)
            .where(Page.run_id == run_id)
            .order_by(Page.number)
        ).all()
    return tuple(
        PageReading.model_validate_json(reading) if reading else unreadable(number, trouble or "")
        for number, trouble, reading in rows
    )


def unreadable(number: int, trouble: str) -> PageReading:
    """Return what stands for a page that could not be read: no size, no content, and why."""
    return PageReading(
        number=number,
        width=0,
        height=0,
        upright_width=0,
        upright_height=0,
        dpi=0.0,
        trouble=trouble,
    )


def finish_assembly(
    store: Store,
    lease: Lease,
    extraction: Extraction,
    seconds: Mapping[str, float] | None = None,
) -> Ended:
    """Store the document, its records, and the end of the jobs that waited for it.

    `seconds` are those of each stage.
    """
    with store.writing() as session:
        now = store.now(session)
        run = _held(session, lease)
        if run is None:
            return STALE
        let_go(run)
        run.stage = "done"
        run.extraction = extraction.model_dump_json()
        run.forms = len(extraction.forms)
        run.needs_review = needs_review(extraction)
        _changed(run, now)
        file_records(session, run, extraction.forms, now)
        link_duplicates(session, run.sha256, now)
        settle_jobs_of(session, run.id, now)
        tally_extraction(session, extraction)
        tally_seconds(session, seconds or {})
        return Ended()


class FinishedRun(Frozen):
    """A run that is through, and its extraction as JSON."""

    id: str
    sha256: str
    extraction: str


def find_finished(store: Store, run_id: str) -> FinishedRun | None:
    """Return a run with what came of it; None where it is not through, or gone."""
    with store.reading() as session:
        found = session.execute(
            select(Run.sha256, Run.extraction).where(
                Run.id == run_id, Run.stage == "done", Run.extraction.is_not(None)
            )
        ).first()
    if found is None or found.extraction is None:
        return None
    return FinishedRun(id=run_id, sha256=found.sha256, extraction=found.extraction)


def fail_run(store: Store, lease: Lease, trouble: Trouble) -> Ended:
    """Note that a document cannot be opened, or not be assembled, and why."""
    with store.writing() as session:
        run = _held(session, lease)
        if run is None:
            return STALE
        _fail(session, run, trouble, store.now(session))
        return Ended()


def crash_run(
    store: Store, run_id: str, holder: str, trouble: Trouble, limits: LeaseLimits
) -> Ended:
    """Note that `holder` ended over opening or assembling; the run fails at `limits.crashes`."""
    with store.writing() as session:
        run = session.scalars(
            select(Run)
            .where(Run.id == run_id, Run.holder == holder, Run.token.is_not(None))
            .with_for_update()
        ).first()
        if run is None:
            return STALE
        now = store.now(session)
        run.crashes += 1
        if run.crashes >= limits.crashes:
            _fail(session, run, trouble, now)
            return Ended()
        let_go(run)
        run.rung_at = now
        tally(session, "run_crashes", {trouble.code: Amount()})
        return Ended(bells=bells_of_stage(run))


def bells_of_stage(run: Run) -> tuple[Bell, ...]:
    """Return the bell for a run as a whole; none where it waits for pages or has ended."""
    if run.stage == "opening":
        return (Bell("open_document", run.id, run.priority),)
    if run.stage == "assembling":
        return (Bell("assemble_document", run.id, run.priority),)
    return ()


def _claim(
    store: Store, run_id: str, stage: Stage, holder: str, limits: LeaseLimits
) -> RunWork | None:
    with store.writing() as session:
        now = store.now(session)
        run = session.scalars(
            select(Run)
            .where(Run.id == run_id, Run.stage == stage, Run.parked.is_(False), is_free(Run, now))
            .with_for_update(skip_locked=True)
        ).first()
        if run is None:
            return None
        if run.attempts >= limits.attempts:
            _fail(session, run, exhausted(run), now)
            return None
        token = take(session, run, now, holder, limits.lease_s)
        mark_running(session, run.id, now)
        document = session.get_one(Document, run.sha256)
        return RunWork(
            lease=Lease(of="run", id=run.id, token=token),
            sha256=run.sha256,
            media_type=document.media_type,
            file=_first_name(session, run.id),
            pages=run.pages_total,
            pipeline=run.pipeline,
            jobs=jobs_of(session, run.id),
        )


def _held(session: Session, lease: Lease) -> Run | None:
    return session.scalars(
        select(Run).where(Run.id == lease.id, Run.token == lease.token).with_for_update()
    ).first()


def _fail(session: Session, run: Run, trouble: Trouble, now: datetime) -> None:
    blame(run, trouble)
    run.stage = "failed"
    _changed(run, now)
    settle_jobs_of(session, run.id, now)
    tally(session, "run_failures", {trouble.code: Amount()})


def _changed(run: Run, now: datetime) -> None:
    run.changes += 1
    run.updated = now


def _waiting_pages(session: Session) -> int:
    waiting = select(func.count()).select_from(Page).where(Page.state == "waiting")
    return session.scalars(waiting).one()


def _first_name(session: Session, run_id: str) -> str:
    names = (
        select(JobDocument.name)
        .where(JobDocument.run_id == run_id)
        .order_by(JobDocument.job_id, JobDocument.position)
        .limit(1)
    )
    return session.scalars(names).first() or ""
