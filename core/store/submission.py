"""A job is accepted: documents, runs, pages to come and the job, in one transaction.

That transaction is the outbox as well: whatever it leaves to be done, the sweeper can see. Before it,
each upload's bytes have been held and written (`core.intake`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.bells import Bell, Priority
from core.errors import IdempotencyConflict, InputError, every_error
from core.pipeline import PIPELINE
from core.readings import Frozen
from core.store.campaigns import enlist
from core.store.database import Store, inserting
from core.store.documents import vouch
from core.store.identifiers import new_id
from core.store.items import path_key
from core.store.leases import begin_anew
from core.store.runs import BELL_WINDOW, bells_of_stage
from core.store.settling import ENDED_STAGES, settle
from core.store.tables import Campaign, CampaignItem, Document, Job, JobDocument, Page, Run


class Upload(Frozen):
    """A file whose bytes are stored; `name` is what its owner calls it, without folders."""

    name: str
    sha256: str
    size: int
    media_type: str


class RefusedFile(Frozen):
    """A file of an upload that was not taken: the code of the error, and what its message names."""

    name: str
    code: str
    details: dict[str, str | int | float] = {}


class Order(Frozen):
    """What a job is to do.

    `fingerprint` says what was asked for, so that an idempotency key that comes back with something
    else is noticed. `refused` are the files that came along and cannot be read. `force` reads anew what has been read before. `owner` is the id of an API key.
    """

    uploads: tuple[Upload, ...]
    fingerprint: str
    refused: tuple[RefusedFile, ...] = ()
    priority: Priority = "interactive"
    options: dict[str, str | int | None] = {}
    callback_url: str | None = None
    idempotency_key: str | None = None
    owner: str = ""
    force: bool = False


class Submission(Frozen):
    """The job; `created` is False where the idempotency key had been used for the same order."""

    job_id: str
    created: bool
    bells: tuple[Bell, ...] = ()


def submit(store: Store, order: Order) -> Submission:
    """Accept a job; on return it survives a power cut. Raises `IdempotencyConflict`."""
    try:
        return _submit(store, order)
    except IntegrityError:
        # Another caller with the same idempotency key was faster; now its job is to be seen.
        earlier = _submitted_before(store, order)
        if earlier is None:
            raise
        return earlier


def _submitted_before(store: Store, order: Order) -> Submission | None:
    with store.reading() as session:
        return _earlier(session, order)


def _submit(store: Store, order: Order) -> Submission:
    with store.accepting() as session:
        earlier = _earlier(session, order)
        if earlier is not None:
            return earlier
        now = store.now(session)
        submission = accept_order(session, order, now)
        name = order.options.get("campaign")
        if name:
            campaign = enlist(session, order.owner, str(name), order.priority, now)
            add_uploads(session, campaign, submission.job_id, order, now)
        return submission


def accept_order(session: Session, order: Order, now: datetime) -> Submission:
    """Make a job of an order, inside of a transaction that accepts; its idempotency key is new."""
    runs, bells = _runs(session, order, now)
    job = _job(session, order, begun=any(_has_begun(run) for run in runs.values()), now=now)
    session.add_all(
        JobDocument(
            job_id=job.id,
            position=position,
            run_id=runs[upload.sha256].id,
            name=upload.name,
        )
        for position, upload in enumerate(order.uploads)
    )
    session.flush()
    settle(session, job, now)
    return Submission(job_id=job.id, created=True, bells=bells)


def add_uploads(
    session: Session, campaign: Campaign, job_id: str, order: Order, now: datetime
) -> None:
    """Enter the files of an upload that came under the name of a campaign into its manifest."""
    year = order.options.get("fiscal_year")
    for position, upload in enumerate(order.uploads):
        path = f"uploads/{job_id}/{position}/{upload.name}"
        session.add(
            CampaignItem(
                id=new_id(),
                campaign_id=campaign.id,
                path=path,
                path_key=path_key(path),
                size=upload.size,
                sha256=upload.sha256,
                fiscal_year=year,
                declared=[] if year is None else ["fiscal_year"],
                standing="planned",
                job_id=job_id,
                position=position,
                created=now,
                updated=now,
            )
        )


def _earlier(session: Session, order: Order) -> Submission | None:
    if order.idempotency_key is None:
        return None
    job = session.scalars(
        select(Job).where(Job.owner == order.owner, Job.idempotency_key == order.idempotency_key)
    ).first()
    if job is None:
        return None
    if job.fingerprint != order.fingerprint:
        raise IdempotencyConflict(key=order.idempotency_key)
    return Submission(job_id=job.id, created=False)


def _runs(session: Session, order: Order, now: datetime) -> tuple[dict[str, Run], tuple[Bell, ...]]:
    # In the order of their hashes, so that two callers with the same files do not wait in a circle.
    uploads = {upload.sha256: upload for upload in order.uploads}
    runs = {}
    bells: list[Bell] = []
    for sha256 in sorted(uploads):
        _keep_document(session, uploads[sha256], now)
        run, rings = _run_for(session, sha256, order, now)
        runs[sha256] = run
        if rings:
            bells.extend(bells_of_run(session, run))
    return runs, tuple(bells)


def _keep_document(session: Session, upload: Upload, now: datetime) -> None:
    """Have the document stored, and locked until the end of the transaction."""
    session.execute(
        inserting(session, Document)
        .values(sha256=upload.sha256, size=upload.size, media_type=upload.media_type, created=now)
        .on_conflict_do_nothing()
    )
    session.execute(
        select(Document.sha256).where(Document.sha256 == upload.sha256).with_for_update()
    )
    vouch(session, upload.sha256)


def _run_for(session: Session, sha256: str, order: Order, now: datetime) -> tuple[Run, bool]:
    """Return the run that the job will wait for, and whether bells have to be rung for it."""
    run = session.scalars(
        select(Run)
        .where(Run.sha256 == sha256, Run.pipeline == PIPELINE)
        .order_by(Run.generation.desc())
        .limit(1)
        .with_for_update()
    ).first()
    if run is None:
        return _new_run(session, sha256, order.priority, 1, now), True
    if order.force and run.stage in ENDED_STAGES:
        return _new_run(session, sha256, order.priority, run.generation + 1, now), True
    return run, wake(session, run, order.priority, now)


def _new_run(
    session: Session, sha256: str, priority: Priority, generation: int, now: datetime
) -> Run:
    run = Run(
        id=new_id(),
        sha256=sha256,
        pipeline=PIPELINE,
        generation=generation,
        stage="opening",
        priority=priority,
        rung_at=now,
        created=now,
        updated=now,
    )
    session.add(run)
    session.flush()
    return run


def wake(session: Session, run: Run, priority: Priority, now: datetime) -> bool:
    """Have a locked run go on for somebody who wants it; return whether bells have to be rung.

    A run that failed through no fault of the file is tried again.
    """
    failed = run.stage == "failed" and not is_input_trouble(run.trouble)
    if failed:
        restart(run, now)
    hurried = priority == "interactive" and run.priority == "bulk"
    parked = run.parked
    run.parked = False
    if hurried:
        run.priority = priority
    session.flush()
    return run.stage not in ENDED_STAGES and (failed or hurried or parked)


def restart(run: Run, now: datetime) -> None:
    """Have a locked run that failed take the stage again that it failed in."""
    run.stage = "opening" if run.pages_total == 0 else "assembling"
    begin_anew(run, rung_at=now)
    run.changes += 1
    run.updated = now


def bells_of_run(session: Session, run: Run) -> Iterable[Bell]:
    """Return the bells for all that waits in a run."""
    if run.stage != "reading":
        return bells_of_stage(run)
    waiting = session.scalars(
        select(Page.id)
        .where(Page.run_id == run.id, Page.state == "waiting", Page.token.is_(None))
        .order_by(Page.number)
        .limit(BELL_WINDOW)
    ).all()
    return [Bell("read_page", page_id, run.priority) for page_id in waiting]


def is_input_trouble(code: str | None) -> bool:
    """Return whether the file is to blame, so that trying again changes nothing."""
    return code in {error.code for error in every_error() if issubclass(error, InputError)}


def _has_begun(run: Run) -> bool:
    return run.stage in {"reading", "assembling"}


def _job(session: Session, order: Order, *, begun: bool, now: datetime) -> Job:
    job = Job(
        id=new_id(),
        owner=order.owner,
        state="running" if begun else "queued",
        priority=order.priority,
        options=dict(order.options),
        refused=[refused.model_dump() for refused in order.refused],
        callback_url=order.callback_url,
        idempotency_key=order.idempotency_key,
        fingerprint=order.fingerprint,
        created=now,
        updated=now,
    )
    session.add(job)
    session.flush()
    return job
