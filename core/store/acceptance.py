"""Samples of campaigns and what people found of them. Findings are only ever added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.acceptance.sampling import Candidate, draw
from core.acceptance.verdict import (
    LEAST_SAMPLE,
    Figures,
    Finding,
    Machine,
    Outcome,
    judge,
)
from core.errors import ItemNotFound, NothingDrawn, NothingToDraw, SampleTooSmall
from core.readings import Frozen
from core.store.campaigns import CampaignView
from core.store.database import Store
from core.store.identifiers import new_id
from core.store.items import OPEN_ITEMS, ItemState, ItemView, item_views, state_of, with_runs
from core.store.tables import Acceptance, AcceptanceFinding, AcceptanceSample, CampaignItem

CHECKED: tuple[ItemState, ...] = ("done", "review")
"""Read to its end, with every check made."""
SPARED: tuple[ItemState, ...] = (*CHECKED, *OPEN_ITEMS, "duplicate")
UNCHECKED: tuple[ItemState, ...] = tuple(
    state for state in get_args(ItemState) if state not in SPARED
)
"""Nothing more happens to these of itself, and no machine has checked them to their end."""

ITEMS_AT_ONCE = 500


class FindingView(Finding):
    """What somebody found, when, and what they noted. `stale` where the file has changed since."""

    id: str
    note: str
    by: str
    created: datetime
    stale: bool


class SampleView(Frozen):
    """A file of the sample with its findings, the latest first."""

    place: int
    item: ItemView
    findings: tuple[FindingView, ...]

    @property
    def latest(self) -> FindingView | None:
        """Return what counts: the latest finding, unless the file has changed since."""
        return next((finding for finding in self.findings if not finding.stale), None)


class SampleList(Frozen):
    """Files of the sample in the order of drawing; `next` is the cursor of what follows."""

    samples: tuple[SampleView, ...]
    next: str | None


class AcceptanceView(Frozen):
    """The latest sample of a campaign and where it stands. `draws` counts it and those before."""

    id: str
    campaign: str
    seed: int
    figures: Figures
    drawn: int
    draws: int
    machine: Machine
    outcome: Outcome
    by: str
    created: datetime


class Stratum(Frozen):
    """Files of one year and department: machine-checked, drawn, looked at, found wrong."""

    fiscal_year: int | None
    department: str | None
    checked: int
    drawn: int
    looked_at: int
    wrong: int


class Rework(Frozen):
    """A file that has to be done again, and why: `finding` of a person, or how it stands."""

    item: ItemView
    finding: FindingView | None


def draw_sample(
    store: Store, campaign: CampaignView, figures: Figures, seed: int, by: str
) -> AcceptanceView:
    """Draw a sample of what was read of a campaign; it replaces the one before.

    Raises `SampleTooSmall` below `LEAST_SAMPLE`, `NothingToDraw` where nothing was read.
    """
    if figures.sample < LEAST_SAMPLE:
        raise SampleTooSmall(percent=f"{100 * figures.sample:g}", least=f"{100 * LEAST_SAMPLE:g}")
    with store.accepting() as session:
        query = with_runs(
            select(
                CampaignItem.id,
                CampaignItem.path_key,
                CampaignItem.fiscal_year,
                CampaignItem.department,
            )
        ).where(CampaignItem.campaign_id == campaign.id, state_of().in_(CHECKED))
        drawn = draw((Candidate(*row) for row in session.execute(query)), figures.sample, seed)
        if not drawn:
            raise NothingToDraw(campaign=campaign.name)
        acceptance = Acceptance(
            id=new_id(),
            campaign_id=campaign.id,
            seed=seed,
            figures=figures.model_dump(mode="json"),
            by=by,
            created=store.now(session),
        )
        session.add(acceptance)
        session.flush()
        session.add_all(
            AcceptanceSample(acceptance_id=acceptance.id, place=place, item_id=candidate.id)
            for place, candidate in enumerate(drawn, start=1)
        )
        session.flush()
        return _view(session, campaign, acceptance)


def find_acceptance(store: Store, campaign: CampaignView) -> AcceptanceView:
    """Return the latest sample and its verdict; raises `NothingDrawn`."""
    with store.reading() as session:
        return _view(session, campaign, _latest(session, campaign))


def list_sample(
    store: Store, campaign: CampaignView, *, cursor: str | None = None, limit: int = 50
) -> SampleList:
    """Return files of the latest sample, from `cursor` (a place) on; raises `NothingDrawn`."""
    after = int(cursor) if cursor is not None else 0
    with store.reading() as session:
        found = _samples(session, campaign, _latest(session, campaign), after, limit + 1)
    samples = found[:limit]
    return SampleList(samples=samples, next=str(samples[-1].place) if len(found) > limit else None)


def every_sample(store: Store, campaign: CampaignView) -> Iterator[SampleView]:
    """Give all files of the latest sample, in the order of drawing; nothing where none was drawn."""
    place = 0
    while True:
        with store.reading() as session:
            acceptance = session.scalars(_acceptances(campaign).limit(1)).first()
            if acceptance is None:
                return
            samples = _samples(session, campaign, acceptance, place, ITEMS_AT_ONCE)
        yield from samples
        if len(samples) < ITEMS_AT_ONCE:
            return
        place = samples[-1].place


def strata(store: Store, campaign: CampaignView) -> tuple[Stratum, ...]:
    """Return what was drawn of each year and department, in their order, unknown ones first."""
    of = (CampaignItem.fiscal_year, CampaignItem.department)
    query = (
        with_runs(select(*of, func.count()))
        .where(CampaignItem.campaign_id == campaign.id, state_of().in_(CHECKED))
        .group_by(*of)
    )
    checked: Counter[tuple[int | None, str]] = Counter()
    with store.reading() as session:
        for year, name, count in session.execute(query):
            checked[year, name or ""] += count
    drawn: Counter[tuple[int | None, str]] = Counter()
    looked_at: Counter[tuple[int | None, str]] = Counter()
    wrong: Counter[tuple[int | None, str]] = Counter()
    for sample in every_sample(store, campaign):
        stratum = (sample.item.fiscal_year, sample.item.department or "")
        drawn[stratum] += 1
        looked_at[stratum] += sample.latest is not None
        wrong[stratum] += sample.latest is not None and bool(sample.latest.wrong())
    return tuple(
        Stratum(
            fiscal_year=year,
            department=name or None,
            checked=checked[year, name],
            drawn=drawn[year, name],
            looked_at=looked_at[year, name],
            wrong=wrong[year, name],
        )
        for year, name in sorted({*checked, *drawn}, key=lambda it: (it[0] or 0, it[1]))
    )


def add_finding(
    store: Store, campaign: CampaignView, item_id: str, found: Finding, note: str, by: str
) -> AcceptanceView:
    """Enter what a person found of a file of the latest sample; the ones before stay on file.

    Raises `NothingDrawn`, and `ItemNotFound` for a file that is not in the sample.
    """
    with store.accepting() as session:
        acceptance = _latest(session, campaign)
        item = session.scalars(
            select(CampaignItem)
            .join(AcceptanceSample, AcceptanceSample.item_id == CampaignItem.id)
            .where(AcceptanceSample.acceptance_id == acceptance.id, CampaignItem.id == item_id)
        ).first()
        if item is None:
            raise ItemNotFound(item=item_id)
        session.add(
            AcceptanceFinding(
                id=new_id(),
                acceptance_id=acceptance.id,
                item_id=item_id,
                sha256=item.sha256,
                picture=found.picture,
                match=found.match,
                values=found.values,
                note=note,
                by=by,
                created=store.now(session),
            )
        )
        session.flush()
        return _view(session, campaign, acceptance)


def reworks(store: Store, campaign: CampaignView) -> Iterator[Rework]:
    """Give what has to be done again: files no machine could check, then what people found wrong.

    Of what people found, the latest sample counts, where one was drawn.
    """
    after = ""
    while True:
        conditions = [state_of().in_(UNCHECKED), CampaignItem.id > after]
        with store.reading() as session:
            items = item_views(session, campaign.id, conditions, ITEMS_AT_ONCE)
        yield from (Rework(item=item, finding=None) for item in items)
        if len(items) < ITEMS_AT_ONCE:
            break
        after = items[-1].id
    for sample in every_sample(store, campaign):
        if sample.latest is not None and sample.latest.wrong():
            yield Rework(item=sample.item, finding=sample.latest)


def _acceptances(campaign: CampaignView) -> Select[Acceptance]:
    return (
        select(Acceptance)
        .where(Acceptance.campaign_id == campaign.id)
        .order_by(Acceptance.id.desc())
    )


def _latest(session: Session, campaign: CampaignView) -> Acceptance:
    acceptance = session.scalars(_acceptances(campaign).limit(1)).first()
    if acceptance is None:
        raise NothingDrawn(campaign=campaign.name)
    return acceptance


def _samples(
    session: Session, campaign: CampaignView, acceptance: Acceptance, after: int, limit: int
) -> tuple[SampleView, ...]:
    query = (
        select(AcceptanceSample.place, AcceptanceSample.item_id)
        .where(AcceptanceSample.acceptance_id == acceptance.id, AcceptanceSample.place > after)
        .order_by(AcceptanceSample.place)
        .limit(limit)
    )
    places = {item_id: place for place, item_id in session.execute(query)}
    conditions = [CampaignItem.id.in_(places)]
    items = {item.id: item for item in item_views(session, campaign.id, conditions, limit)}
    found: dict[str, list[FindingView]] = {item_id: [] for item_id in places}
    findings = (
        select(AcceptanceFinding)
        .where(
            AcceptanceFinding.acceptance_id == acceptance.id,
            AcceptanceFinding.item_id.in_(places),
        )
        .order_by(AcceptanceFinding.id.desc())
    )
    for finding in session.scalars(findings):
        stale = finding.sha256 != items[finding.item_id].sha256
        found[finding.item_id].append(_finding(finding, stale=stale))
    return tuple(
        SampleView(place=place, item=items[item_id], findings=tuple(found[item_id]))
        for item_id, place in places.items()
    )


def _view(session: Session, campaign: CampaignView, acceptance: Acceptance) -> AcceptanceView:
    states = (
        with_runs(select(state_of().label("state")))
        .where(CampaignItem.campaign_id == campaign.id)
        .subquery()
    )
    counts = {
        state: count
        for state, count in session.execute(
            select(states.c.state, func.count()).group_by(states.c.state)
        )
        if state != "duplicate"
    }
    machine = Machine(
        files=sum(counts.values()),
        checked=sum(counts.get(state, 0) for state in CHECKED),
        waiting=sum(counts.get(state, 0) for state in OPEN_ITEMS),
    )
    of_sample = AcceptanceSample.acceptance_id == acceptance.id
    drawn = session.scalars(select(func.count()).where(of_sample)).one()
    draws = session.scalars(select(func.count()).where(Acceptance.campaign_id == campaign.id)).one()
    figures = Figures.model_validate(acceptance.figures)
    latest = (
        select(AcceptanceFinding)
        .join(CampaignItem, CampaignItem.id == AcceptanceFinding.item_id)
        .where(
            AcceptanceFinding.acceptance_id == acceptance.id,
            AcceptanceFinding.sha256 == CampaignItem.sha256,
        )
        .order_by(AcceptanceFinding.id)
    )
    findings = {
        finding.item_id: Finding(
            picture=finding.picture, match=finding.match, values=finding.values
        )
        for finding in session.scalars(latest)
    }
    return AcceptanceView(
        id=acceptance.id,
        campaign=campaign.name,
        seed=acceptance.seed,
        figures=figures,
        drawn=drawn,
        draws=draws,
        machine=machine,
        outcome=judge(figures, machine, drawn, tuple(findings.values())),
        by=acceptance.by,
        created=acceptance.created,
    )


def _finding(finding: AcceptanceFinding, *, stale: bool) -> FindingView:
    return FindingView(
        id=finding.id,
        picture=finding.picture,
        match=finding.match,
        values=finding.values,
        note=finding.note,
        by=finding.by,
        created=finding.created,
        stale=stale,
    )
