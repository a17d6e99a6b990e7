"""What a campaign covers: files by year and department, gaps in item numbers, projects that vanish.

All of it is summed by the database. A file's year and department are those of its catalogue or of its
name; where neither says, those that all forms in the file agree on.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.readings import Frozen
from core.store.database import Store
from core.store.items import ItemState, state_of, with_runs
from core.store.tables import CampaignItem, Record

Standing = Literal["found", "review", "open", "failed", "missing", "duplicate"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)

STATES_OF: dict[Standing, tuple[ItemState, ...]] = {
    "found": ("done",),
    "review": ("review",),
    "open": ("planned", "queued", "running", "changed"),
    "failed": ("failed", "refused", "cancelled"),
    "missing": ("missing", "vanished"),
    "duplicate": ("duplicate",),
}
"""How the states of files are told in the matrix; each state stands in one of them."""

# An answer has an end, whatever a manifest holds; `cut` tells when there was more.
MOST_CELLS = 20_000
MOST_GAPS = 1_000
MOST_VANISHED = 1_000

# A longer number is no item number, and would not fit the databases' integers.
LONGEST_NUMBER = 9


class CoverageCell(Frozen):
    """Files of one year and department, and of one project where a department was asked for."""

    fiscal_year: int | None
    department: str | None
    project_name: str | None = None
    found: int = 0
    review: int = 0
    open: int = 0
    failed: int = 0
    missing: int = 0
    duplicate: int = 0


class NumberGap(Frozen):
    """Item numbers, `first` to `last`, that are lacking between others of a year and box."""

    fiscal_year: int | None
    box: str | None
    first: int
    last: int


class Vanished(Frozen):
    """A project without a form in the year after `last_year`, though its department has some.

    `again` is the year in which it comes back, None for never.
    """

    department: str | None
    project_name: str
    last_year: int
    again: int | None


class Coverage(Frozen):
    """What a campaign covers. `department` is None for all, `""` for the files of none."""

    campaign: str
    department: str | None
    cells: tuple[CoverageCell, ...]
    gaps: tuple[NumberGap, ...]
    vanished: tuple[Vanished, ...]
    cut: bool


def coverage(
    store: Store, campaign_id: str, campaign: str, department: str | None = None
) -> Coverage:
    """Return the matrix of a campaign; of one department, by its projects, if one is named.

    The gaps are always those of the whole campaign, since boxes hold papers of many departments.
    """
    with store.reading() as session:
        cells = _cells(session, campaign_id, department)
        gaps = _gaps(session, campaign_id)
        vanished = _vanished(session, campaign_id, department)
    return Coverage(
        campaign=campaign,
        department=department,
        cells=tuple(cells[:MOST_CELLS]),
        gaps=tuple(gaps[:MOST_GAPS]),
        vanished=tuple(vanished[:MOST_VANISHED]),
        cut=len(cells) > MOST_CELLS or len(gaps) > MOST_GAPS or len(vanished) > MOST_VANISHED,
    )


def _cells(session: Session, campaign_id: str, department: str | None) -> list[CoverageCell]:
    files = (
        with_runs(
            select(
                _told(CampaignItem.fiscal_year, Record.fiscal_year).label("fiscal_year"),
                _told(CampaignItem.department, Record.department).label("department"),
                _told(CampaignItem.project_name, Record.project_name).label("project_name"),
                state_of().label("state"),
            )
        )
        .where(CampaignItem.campaign_id == campaign_id)
        .cte("files")
    )
    of = files.c
    groups = [of.fiscal_year, of.department]
    if department is not None:
        groups.append(of.project_name)
    query = (
        select(*groups, *(_count(of.state, standing) for standing in STANDINGS))
        .group_by(*groups)
        .order_by(*(key for group in groups for key in (group.is_(None), group)))
        .limit(MOST_CELLS + 1)
    )
    if department is not None:
        query = query.where(func.coalesce(of.department, "") == department)
    return [CoverageCell(**row) for row in session.execute(query).mappings()]


def _told(
    by_item: InstrumentedAttribute[Any], by_record: InstrumentedAttribute[Any]
) -> ColumnElement[Any]:
    agreed = (
        select(case((func.min(by_record) == func.max(by_record), func.min(by_record))))
        .where(Record.sha256 == CampaignItem.sha256, CampaignItem.job_id.is_not(None))
        .correlate(CampaignItem)
        .scalar_subquery()
    )
    return func.coalesce(by_item, agreed)


def _count(state: ColumnElement[Any], standing: Standing) -> ColumnElement[int]:
    within = state.in_(STATES_OF[standing])
    return func.sum(case((within, 1), else_=0)).label(standing)


def _gaps(session: Session, campaign_id: str) -> list[NumberGap]:
    text = CampaignItem.item_number
    # Both databases know `ltrim` with characters; regular expressions they do not share.
    is_number = and_(
        func.ltrim(text, "0123456789") == "", func.length(text).between(1, LONGEST_NUMBER)
    )
    numbers = (
        select(
            CampaignItem.fiscal_year,
            CampaignItem.box,
            case((is_number, cast(text, Integer))).label("number"),
        )
        .where(CampaignItem.campaign_id == campaign_id, is_number)
        .distinct()
        .cte("numbers")
    )
    following = func.lead(numbers.c.number).over(
        partition_by=(numbers.c.fiscal_year, numbers.c.box), order_by=numbers.c.number
    )
    pairs = select(numbers, following.label("following")).cte("pairs")
    year, box = pairs.c.fiscal_year, pairs.c.box
    query = (
        select(
            year,
            box,
            (pairs.c.number + 1).label("first"),
            (pairs.c.following - 1).label("last"),
        )
        .where(pairs.c.following > pairs.c.number + 1)
        .order_by(year.is_(None), year, box.is_(None), box, pairs.c.number)
        .limit(MOST_GAPS + 1)
    )
    return [NumberGap(**row) for row in session.execute(query).mappings()]


def _vanished(session: Session, campaign_id: str, department: str | None) -> list[Vanished]:
    seen = _projects_seen(campaign_id)
    following = func.lead(seen.c.fiscal_year).over(
        partition_by=(seen.c.department, seen.c.project_name), order_by=seen.c.fiscal_year
    )
    pairs = select(seen, following.label("again")).cte("pairs")
    active = select(seen.c.fiscal_year, seen.c.department).distinct().cte("active")
    query: Select[*tuple[Any, ...]] = (
        select(
            pairs.c.department,
            pairs.c.project_name,
            pairs.c.fiscal_year.label("last_year"),
            pairs.c.again,
        )
        # A department with nothing at all in a year is a hole of the matrix, not many projects.
        .join(
            active,
            and_(
                active.c.department == pairs.c.department,
                active.c.fiscal_year == pairs.c.fiscal_year + 1,
            ),
        )
        .where(or_(pairs.c.again.is_(None), pairs.c.again > pairs.c.fiscal_year + 1))
        .order_by(pairs.c.department, pairs.c.fiscal_year, pairs.c.project_name)
        .limit(MOST_VANISHED + 1)
    )
    if department is not None:
        query = query.where(pairs.c.department == department)
    return [
        Vanished(**{**row, "department": row["department"] or None})
        for row in session.execute(query).mappings()
    ]


def _projects_seen(campaign_id: str) -> CTE:
    documents = select(CampaignItem.sha256).where(
        CampaignItem.campaign_id == campaign_id, CampaignItem.job_id.is_not(None)
    )
    return (
        select(
            Record.fiscal_year,
            func.coalesce(Record.department, "", type_=String).label("department"),
            Record.project_name,
        )
        .where(
            Record.sha256.in_(documents),
            Record.fiscal_year.is_not(None),
            Record.project_name.is_not(None),
        )
        .distinct()
        .cte("seen")
    )
