"""The manifest of a campaign: one row for each file, and how each of them stands.

How a file stands is not stored: its row says what is known beside its job (planned, refused, vanished
…), and once it has a job, the run says the rest. So nothing has to be kept in step.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select
from sqlalchemy.orm import Session

from core.errors import every_error
from core.readings import Frozen
from core.store.database import Store
from core.store.filing import refresh
from core.store.identifiers import new_id
from core.store.leases import Trouble
from core.store.tables import (
    Campaign,
    CampaignItem,
    Job,
    JobDocument,
    Page,
    Record,
    Run,
)

ItemState = Literal[
    "planned",
    "queued",
    "running",
    "done",
    "review",
    "failed",
    "cancelled",
    "duplicate",
    "refused",
    "vanished",
    "changed",
    "missing",
]
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)
OPEN_ITEMS: tuple[ItemState, ...] = ("planned", "queued", "running")
"""Something is still to happen to these."""

ItemValue = Literal[
    "fiscal_year", "department", "project_name", "box", "item_number", "archive_number"
]
ITEM_VALUES: tuple[ItemValue, ...] = get_args(ItemValue)

Line = Annotated[str, Field(max_length=255, pattern=r"^[^\x00]*$")]
Path = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")]

# What a row of the client's may say; the others are the server's to say.
Told = Literal["planned", "refused", "vanished", "changed", "missing"]

_CODES = frozenset(error.code for error in every_error())


class ManifestRow(Frozen):
    """A file as the client sees it, or a row of a catalogue without a file (`missing`).

    `path` is the client's, with `!/` before the name inside of an archive. `declared` names the
    values that a catalogue gives. `code` says why the client cannot send it (`refused`).
    """

    path: Path
    size: Annotated[int, Field(ge=0, le=2**62)] | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    pages: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    fiscal_year: Annotated[int, Field(ge=1949, le=2199)] | None = None
    department: Line | None = None
    project_name: Line | None = None
    box: Line | None = None
    item_number: Line | None = None
    archive_number: Line | None = None
    declared: Annotated[tuple[ItemValue, ...], Field(max_length=len(ITEM_VALUES))] = ()
    standing: Told = "planned"
    code: Annotated[str, Field(max_length=64)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.standing == "planned" and self.sha256 is None:
            raise ValueError("a planned file needs its sha256")
        if (self.standing == "refused") != (self.code is not None) or (
            self.code is not None and self.code not in _CODES
        ):
            raise ValueError("a refused file, and only that, has the code of an error")
        return self


class ManifestTaken(Frozen):
    """What became of rows: new, known and different, known and as they were."""

    new: int
    changed: int
    known: int


class ItemView(Frozen):
    """A file of a campaign as it stands. `pages` counts those of the file where they are known."""

    id: str
    path: str
    state: ItemState
    size: int | None
    sha256: str | None
    pages: int | None
    pages_done: int
    pages_failed: int
    fiscal_year: int | None
    department: str | None
    project_name: str | None
    box: str | None
    item_number: str | None
    archive_number: str | None
    declared: tuple[str, ...]
    job_id: str | None
    position: int
    pipeline: str | None
    trouble: Trouble | None
    updated: datetime


class ItemList(Frozen):
    """Files in the order of the manifest; `next` is the cursor of what follows, None at the end."""

    items: tuple[ItemView, ...]
    next: str | None


class ItemFilter(Frozen):
    """Which files are wanted; what is None does not matter. `under` begins their paths."""

    state: ItemState | None = None
    code: str | None = None
    under: str | None = None


def path_key(path: str) -> str:
    """Return what stands for a path in the index."""
    return hashlib.sha256(path.encode()).hexdigest()


def add_manifest(store: Store, campaign_id: str, rows: Sequence[ManifestRow]) -> ManifestTaken:
    """Enter rows into the manifest; the same rows again change nothing.

    A file with other bytes than before is wanted again. What a catalogue once declared is not
    overwritten by a guess, and a catalogue's row without a file takes no file away.
    """
    latest = {path_key(row.path): row for row in rows}
    with store.accepting() as session:
        # One at a time for each campaign, so that two clients cannot enter the same path.
        session.scalars(
            select(Campaign.id).where(Campaign.id == campaign_id).with_for_update()
        ).one()
        now = store.now(session)
        on_file = _by_key(session, campaign_id, latest)
        new = {key: row for key, row in latest.items() if key not in on_file}
        session.add_all(_entered(campaign_id, key, row, now) for key, row in new.items())
        changed = [item for key, item in on_file.items() if _update(item, latest[key], now)]
        session.flush()
        _link_known(session, campaign_id, {row.sha256 for row in latest.values() if row.sha256})
        tell_records(session, {item.sha256 for item in changed if item.sha256}, now)
        return ManifestTaken(new=len(new), changed=len(changed), known=len(on_file) - len(changed))


def wanted_items(
    store: Store,
    campaign_id: str,
    *,
    under: str | None = None,
    cursor: str | None = None,
    limit: int = 200,
) -> ItemList:
    """Return the files whose bytes are still wanted, in the order of the manifest."""
    conditions: list[ColumnElement[bool]] = [
        CampaignItem.job_id.is_(None),
        CampaignItem.standing.in_(("planned", "duplicate")),
    ]
    if under is not None:
        conditions.append(CampaignItem.path.startswith(under, autoescape=True))
    return _page(store, campaign_id, conditions, cursor, limit)


def list_items(
    store: Store,
    campaign_id: str,
    wanted: ItemFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> ItemList:
    """Return files of a campaign, in the order of the manifest, from `cursor` on."""
    asked = wanted or ItemFilter()
    conditions: list[ColumnElement[bool]] = []
    if asked.state is not None:
        conditions.append(state_of() == asked.state)
    if asked.under is not None:
        conditions.append(CampaignItem.path.startswith(asked.under, autoescape=True))
    if asked.code is not None:
        conditions.append(_has_code(asked.code))
    return _page(store, campaign_id, conditions, cursor, limit)


def state_of() -> ColumnElement[Any]:
    """Return how an item stands, for queries over `with_runs`."""
    planned: ColumnElement[Any] = literal("planned")
    return case(
        (
            CampaignItem.job_id.is_(None),
            case((CampaignItem.standing == "duplicate", planned), else_=CampaignItem.standing),
        ),
        (CampaignItem.standing == "duplicate", literal("duplicate")),
        (Run.stage == "failed", literal("failed")),
        (
            and_(Run.stage == "done", or_(Run.needs_review, Run.pages_failed > 0)),
            literal("review"),
        ),
        (Run.stage == "done", literal("done")),
        (Job.state == "cancelled", literal("cancelled")),
        (and_(Run.stage == "opening", Run.token.is_(None)), literal("queued")),
        else_=literal("running"),
    )


def with_runs(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join the run and the job of each item, where it has them."""
    return (
        query.select_from(CampaignItem)
        .outerjoin(
            JobDocument,
            and_(
                JobDocument.job_id == CampaignItem.job_id,
                JobDocument.position == CampaignItem.position,
            ),
        )
        .outerjoin(Run, Run.id == JobDocument.run_id)
        .outerjoin(Job, Job.id == CampaignItem.job_id)
    )


def item_views(
    session: Session, campaign_id: str, conditions: Iterable[ColumnElement[bool]], limit: int
) -> tuple[ItemView, ...]:
    """Return the first items that fit, in the order of the manifest."""
    query = (
        with_runs(select(CampaignItem, Run, state_of()))
        .where(CampaignItem.campaign_id == campaign_id, *conditions)
        .order_by(CampaignItem.id)
        .limit(limit)
    )
    return tuple(_view(item, run, state) for item, run, state in session.execute(query))


def _page(
    store: Store,
    campaign_id: str,
    conditions: list[ColumnElement[bool]],
    cursor: str | None,
    limit: int,
) -> ItemList:
    if cursor is not None:
        conditions = [*conditions, CampaignItem.id > cursor]
    with store.reading() as session:
        found = item_views(session, campaign_id, conditions, limit + 1)
    items = found[:limit]
    return ItemList(items=items, next=items[-1].id if len(found) > limit else None)


def _has_code(code: str) -> ColumnElement[bool]:
    failed_page = (
        select(Page.id)
        .where(Page.run_id == Run.id, Page.state == "failed", Page.trouble == code)
        .correlate(Run)
        .exists()
    )
    return or_(
        and_(CampaignItem.job_id.is_(None), CampaignItem.trouble == code),
        Run.trouble == code,
        and_(Run.pages_failed > 0, failed_page),
    )


def _by_key(session: Session, campaign_id: str, keys: Iterable[str]) -> dict[str, CampaignItem]:
    query = select(CampaignItem).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.path_key.in_(list(keys))
    )
    return {item.path_key: item for item in session.scalars(query.with_for_update())}


def _entered(campaign_id: str, key: str, row: ManifestRow, now: datetime) -> CampaignItem:
    return CampaignItem(
        id=new_id(),
        campaign_id=campaign_id,
        path=row.path,
        path_key=key,
        size=row.size,
        sha256=row.sha256,
        pages=row.pages,
        declared=list(row.declared),
        standing=row.standing,
        trouble=row.code,
        created=now,
        updated=now,
        **{name: getattr(row, name) for name in ITEM_VALUES},
    )


def _update(item: CampaignItem, row: ManifestRow, now: datetime) -> bool:
    """Bring an item up to date with a row of its path; return whether anything changed."""
    before = _state_of_row(item)
    for name in ITEM_VALUES:
        if name in row.declared or name not in item.declared:
            setattr(item, name, getattr(row, name))
    item.declared = sorted({*item.declared, *row.declared})
    if row.standing != "missing" or item.sha256 is None:
        _update_file(item, row)
    if _state_of_row(item) == before:
        return False
    item.updated = now
    return True


def _update_file(item: CampaignItem, row: ManifestRow) -> None:
    same = row.sha256 is None or row.sha256 == item.sha256
    if same and (item.job_id is not None or item.standing == "refused"):
        # It was taken, or cannot be: what has become of the client's copy since does not matter.
        return
    if not same:
        item.job_id, item.position, item.earlier_run_id = None, 0, None
        item.sha256, item.size, item.pages = row.sha256, row.size, row.pages
    item.standing = row.standing
    item.trouble = row.code
    item.trouble_details = {}


def _state_of_row(item: CampaignItem) -> tuple[object, ...]:
    values = tuple(getattr(item, name) for name in ITEM_VALUES)
    return (*values, item.declared, item.sha256, item.size, item.pages, item.standing)


def _link_known(session: Session, campaign_id: str, hashes: set[str]) -> None:
    """Link files to the jobs that the same bytes came in by before, under other paths."""
    query = select(CampaignItem).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.sha256.in_(hashes)
    )
    copies = defaultdict(list)
    for item in session.scalars(query.order_by(CampaignItem.id)):
        copies[item.sha256].append(item)
    for items in copies.values():
        taken = next((item for item in items if item.job_id is not None), None)
        if taken is not None:
            link_copies(items, str(taken.job_id), taken.position)


def link_copies(items: Sequence[CampaignItem], job_id: str, position: int) -> None:
    """Give one job to files with the same bytes; the first of them all is no duplicate."""
    taken = any(item.job_id is not None for item in items)
    for item in items:
        if item.job_id is not None or item.standing not in {"planned", "duplicate", "changed"}:
            continue
        item.standing = "duplicate" if taken else "planned"
        item.job_id, item.position = job_id, position
        item.trouble = None
        item.trouble_details = {}
        taken = True


def copies_of(session: Session, campaign_id: str, sha256: str) -> Sequence[CampaignItem]:
    """Lock and return the files of a campaign that have these bytes, in the manifest's order."""
    return session.scalars(
        select(CampaignItem)
        .where(CampaignItem.campaign_id == campaign_id, CampaignItem.sha256 == sha256)
        .order_by(CampaignItem.id)
        .with_for_update()
    ).all()


def tell_records(session: Session, hashes: set[str], now: datetime) -> None:
    """Bring the records of documents up to date with what the catalogue says of them."""
    session.flush()
    for record in session.scalars(select(Record).where(Record.sha256.in_(hashes))).all():
        refresh(session, record, now)


def _view(item: CampaignItem, run: Run | None, state: ItemState) -> ItemView:
    return ItemView(
        id=item.id,
        path=item.path,
        state=state,
        size=item.size,
        sha256=item.sha256,
        pages=(run.pages_total if run is not None else 0) or item.pages,
        pages_done=run.pages_done if run is not None else 0,
        pages_failed=run.pages_failed if run is not None else 0,
        fiscal_year=item.fiscal_year,
        department=item.department,
        project_name=item.project_name,
        box=item.box,
        item_number=item.item_number,
        archive_number=item.archive_number,
        declared=tuple(item.declared),
        job_id=item.job_id,
        position=item.position,
        pipeline=run.pipeline if run is not None else None,
        trouble=_trouble(item, run),
        updated=item.updated,
    )


def _trouble(item: CampaignItem, run: Run | None) -> Trouble | None:
    if run is not None and run.trouble is not None:
        return Trouble(code=run.trouble, details=run.trouble_details)
    if item.trouble is not None:
        return Trouble(code=item.trouble, details=item.trouble_details)
    return None
