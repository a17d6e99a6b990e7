"""Read files of a campaign again: what failed, or what an older pipeline read; compare the readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.bells import Bell
from core.corrections import value_at
from core.errors import NothingToRetry
from core.extraction import Extraction, Form
from core.pipeline import PIPELINE
from core.readings import Frozen
from core.store.campaigns import jobs_of_campaign, park_paused
from core.store.database import Store
from core.store.items import state_of, with_runs
from core.store.settling import ENDED_STAGES
from core.store.steering import retry_job
from core.store.submission import Order, Upload, accept_order
from core.store.tables import (
    Campaign,
    CampaignItem,
    Correction,
    Document,
    Job,
    JobDocument,
    Run,
)

# So many jobs are begun anew in one call, each in a transaction of its own (some milliseconds).
AT_ONCE = 500


class Rerun(Frozen):
    """How many jobs were begun anew, and how many are left for the next call."""

    started: int
    left: int
    bells: tuple[Bell, ...] = ()


class Difference(Frozen):
    """A value that two readings of a form do not agree on.

    `page` is the first of the form, `project` the name on it, as it was read last. `pointer` is `""`
    where only one of them found the form. `corrected`: a person has said what is
    right, and that stands over both.
    """

    form_id: str
    page: int
    project: str | None
    pointer: str
    before: str | int | None
    after: str | int | None
    corrected: bool


class Compared(Frozen):
    """A file that was read again: by which pipelines, and where they differ."""

    item_id: str
    path: str
    before: str
    after: str
    differences: tuple[Difference, ...]


class ComparedList(Frozen):
    """Files that were read again; `next` is the cursor of what follows, None at the end."""

    items: tuple[Compared, ...]
    next: str | None


def rerun_failed(store: Store, campaign_id: str, limit: int = AT_ONCE) -> Rerun:
    """Have tried again what failed: files that gave nothing, and the failed pages of others."""
    failed = (state_of() == "failed") | (Run.pages_failed > 0)
    with store.reading() as session:
        jobs = _jobs(session, campaign_id, [failed, Run.stage.in_(ENDED_STAGES)])
    bells: list[Bell] = []
    started = 0
    for job_id in jobs[:limit]:
        try:
            bells.extend(retry_job(store, job_id))
        except NothingToRetry:
            continue
        started += 1
    held = _parked_if_paused(store, campaign_id)
    return Rerun(started=started, left=len(jobs[limit:]), bells=() if held else tuple(bells))


def rerun_outdated(store: Store, campaign_id: str, limit: int = AT_ONCE) -> Rerun:
    """Have read again what an older pipeline read; the earlier reading stays to compare with."""
    with store.reading() as session:
        jobs = _jobs(session, campaign_id, [Run.pipeline != PIPELINE, Run.stage == "done"])
    bells: list[Bell] = []
    for job_id in jobs[:limit]:
        bells.extend(_read_anew(store, campaign_id, job_id))
    held = _parked_if_paused(store, campaign_id)
    return Rerun(
        started=len(jobs[:limit]), left=len(jobs[limit:]), bells=() if held else tuple(bells)
    )


def count_outdated(store: Store, campaign_id: str) -> int:
    """Return how many files were read by an older pipeline."""
    with store.reading() as session:
        found = session.scalars(
            with_runs(select(func.count())).where(
                CampaignItem.campaign_id == campaign_id,
                CampaignItem.standing != "duplicate",
                Run.pipeline != PIPELINE,
                Run.stage == "done",
            )
        )
        return int(found.one())


def compared_items(
    store: Store, campaign_id: str, *, cursor: str | None = None, limit: int = 50
) -> ComparedList:
    """Return the files that were read again, each with the differences."""
    query = (
        with_runs(select(CampaignItem.id, CampaignItem.path, CampaignItem.earlier_run_id, Run.id))
        .where(
            CampaignItem.campaign_id == campaign_id,
            CampaignItem.earlier_run_id.is_not(None),
            CampaignItem.standing != "duplicate",
            Run.stage == "done",
            CampaignItem.earlier_run_id != Run.id,
        )
        .order_by(CampaignItem.id)
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(CampaignItem.id > cursor)
    with store.reading() as session:
        rows = session.execute(query).all()
        found = tuple(_compared(session, *row) for row in rows[:limit])
    return ComparedList(items=found, next=found[-1].item_id if len(rows) > limit else None)


def _jobs(
    session: Session, campaign_id: str, conditions: Sequence[ColumnElement[bool]]
) -> Sequence[str]:
    query = with_runs(select(CampaignItem.job_id).distinct()).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.job_id.is_not(None), *conditions
    )
    return [str(job_id) for job_id in session.scalars(query.order_by(CampaignItem.job_id))]


def _read_anew(store: Store, campaign_id: str, job_id: str) -> tuple[Bell, ...]:
    with store.accepting() as session:
        items = session.scalars(
            select(CampaignItem)
            .where(CampaignItem.campaign_id == campaign_id, CampaignItem.job_id == job_id)
            .with_for_update()
        ).all()
        if not items:
            return ()
        campaign = session.get_one(Campaign, campaign_id)
        rows = session.execute(
            select(JobDocument, Run.id, Document)
            .join(Run, Run.id == JobDocument.run_id)
            .join(Document, Document.sha256 == Run.sha256)
            .where(JobDocument.job_id == job_id)
            .order_by(JobDocument.position)
        ).all()
        job = session.get_one(Job, job_id)
        order = Order(
            uploads=tuple(
                Upload(
                    name=link.name,
                    sha256=document.sha256,
                    size=document.size,
                    media_type=document.media_type,
                )
                for link, _, document in rows
            ),
            fingerprint=job.fingerprint,
            priority=campaign.priority,
            options=job.options,
            owner=job.owner,
        )
        earlier = {link.position: run_id for link, run_id, _ in rows}
        positions = {link.position: place for place, (link, _, _) in enumerate(rows)}
        submission = accept_order(session, order, store.now(session))
        for item in items:
            item.earlier_run_id = earlier[item.position]
            item.position = positions[item.position]
            item.job_id = submission.job_id
        return submission.bells


def _parked_if_paused(store: Store, campaign_id: str) -> bool:
    """Keep what was begun anew waiting while the campaign does; return whether it waits."""
    with store.accepting() as session:
        if session.get_one(Campaign, campaign_id).state != "paused":
            return False
        park_paused(session, jobs_of_campaign(campaign_id), store.now(session))
        return True


def _compared(
    session: Session, item_id: str, path: str, earlier_run_id: str, run_id: str
) -> Compared:
    before, after = (session.get_one(Run, run) for run in (earlier_run_id, run_id))
    query = select(Correction.form_id, Correction.pointer)
    corrected = {
        (form_id, pointer)
        for form_id, pointer in session.execute(query.where(Correction.sha256 == after.sha256))
    }
    return Compared(
        item_id=item_id,
        path=path,
        before=before.pipeline,
        after=after.pipeline,
        differences=tuple(
            Difference(
                form_id=form.id,
                page=form.pages[0],
                project=form.record.project_name,
                pointer=pointer,
                before=old,
                after=new,
                corrected=(form.id, pointer) in corrected,
            )
            for form, pointer, old, new in _differences(_forms(before), _forms(after))
        ),
    )


def _forms(run: Run) -> dict[str, Form]:
    if run.extraction is None:
        return {}
    return {form.id: form for form in Extraction.model_validate_json(run.extraction).forms}


def _differences(
    before: dict[str, Form], after: dict[str, Form]
) -> Iterator[tuple[Form, str, str | int | None, str | int | None]]:
    """Yield them in the order of the paper: the form as it was read last, the pointer, both values."""
    for form in sorted((before | after).values(), key=lambda form: form.pages[0]):
        old, new = before.get(form.id), after.get(form.id)
        if old is None or new is None:
            yield form, "", _name(old), _name(new)
            continue
        for pointer in dict.fromkeys((*new.fields, *old.fields)):
            was, became = _value(old, pointer), _value(new, pointer)
            if was != became:
                yield form, pointer, was, became


def _name(form: Form | None) -> str | None:
    return None if form is None else form.record.project_name or form.id


def _value(form: Form, pointer: str) -> str | int | None:
    try:
        return value_at(form, pointer)
    except KeyError:
        return None
