"""Sheets and records that come twice: found when a document is filed, judged by people.

Nothing is dropped: a record that a better one stands for stays on file, with its corrections.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, text
from sqlalchemy.orm import Session, aliased

from core.corrections import value_at
from core.duplicates.records import Difference, better, differences, quality, same_place
from core.duplicates.sheets import (
    STANDARD,
    SheetParams,
    SheetPrint,
    likeness,
    marks_of,
    sheet_print,
)
from core.errors import BadValue, DuplicateNotFound
from core.extraction import Form
from core.readings import Frozen, PageReading
from core.store.database import Store
from core.store.filing import corrected_form, corrections_of, owned_documents, refresh
from core.store.identifiers import new_id
from core.store.tables import (
    Correction,
    Duplicate,
    DuplicateKind,
    Judgement,
    Record,
    RecordStatus,
    SheetMark,
    SheetPrintRow,
)

# Two documents that are filed at the same time must not overlook each other; any number will do.
_POSTGRESQL_LOCK = 0x44414E48
# Records of one key that a new one is linked with: more are no accident but a form without content.
MOST_SAME = 20

Place = tuple[str, int]
"""A document and a page of it."""


class Twin(Frozen):
    """One of the two records of a duplicate; `doubtful` values wait for a person."""

    id: str
    sha256: str
    pages: tuple[int, ...]
    project_name: str | None
    department: str | None
    fiscal_year: int | None
    status: RecordStatus
    doubtful: int
    confidence: float
    superseded_by: str | None


class DuplicateView(Frozen):
    """Two records that may be one. `better` is the id of the one that was read better, if any."""

    id: str
    kind: DuplicateKind
    likeness: float
    judgement: Judgement
    records: tuple[Twin, Twin]
    better: str | None
    by: str
    note: str
    created: datetime
    judged: datetime | None


class DuplicateDetail(DuplicateView):
    """The same with the values that differ."""

    differences: tuple[Difference, ...]


class DuplicateList(Frozen):
    """Duplicates, the newest first; `next` is the cursor of what follows, None at the end."""

    duplicates: tuple[DuplicateView, ...]
    next: str | None


class Decision(Frozen):
    """What a person says of two records: `keep` is the id of the one that stands for both.

    Only who says `same` can name one; without, both stay in force. `open` takes a judgement back.
    """

    judgement: Judgement
    keep: str | None = None
    note: str = ""


class Judged(Frozen):
    """What came of it: pointers of corrections that went over, and of those with no place there."""

    duplicate: DuplicateDetail
    carried: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def note_sheet(session: Session, sha256: str, page: PageReading) -> None:
    """Keep what a page is compared by, in place of what an earlier reading left."""
    for table in (SheetMark, SheetPrintRow):
        session.execute(delete(table).where(table.sha256 == sha256, table.number == page.number))
    marks = marks_of(page)
    if not marks:
        return
    place = {"sha256": sha256, "number": page.number}
    session.execute(insert(SheetMark), [{**place, "mark": mark} for mark in marks])
    session.add(SheetPrintRow(**place, print=sheet_print(page).model_dump_json()))


def link_duplicates(session: Session, sha256: str, now: datetime) -> None:
    """Link the records of a document with those that may be the same; call once they are filed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
    session.flush()
    mine = session.scalars(select(Record).where(Record.sha256 == sha256)).all()
    links: dict[tuple[str, str], tuple[DuplicateKind, float]] = {}
    for record in mine:
        for other in _same_key(session, record):
            links[_ordered(record.id, other)] = ("record", 1.0)
    links |= {pair: ("scan", share) for pair, share in _same_sheets(session, sha256, mine)}
    _keep(session, links, now)


def list_duplicates(
    store: Store,
    *,
    judgement: Judgement | None = None,
    record_id: str | None = None,
    owner: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> DuplicateList:
    """Return pairs of records from `cursor` on, of which an `owner` may see both."""
    query = select(Duplicate).order_by(Duplicate.id.desc()).limit(limit + 1)
    if judgement is not None:
        query = query.where(Duplicate.judgement == judgement)
    if record_id is not None:
        query = query.where(or_(Duplicate.first_id == record_id, Duplicate.second_id == record_id))
    if cursor is not None:
        query = query.where(Duplicate.id < cursor)
    if owner is not None:
        visible = select(Record.id).where(Record.sha256.in_(owned_documents(owner)))
        query = query.where(Duplicate.first_id.in_(visible), Duplicate.second_id.in_(visible))
    with store.reading() as session:
        found = session.scalars(query).all()
        views = tuple(_view(session, duplicate) for duplicate in found[:limit])
    return DuplicateList(duplicates=views, next=views[-1].id if len(found) > limit else None)


def find_duplicate(store: Store, duplicate_id: str, owner: str | None = None) -> DuplicateDetail:
    """Return a pair with its differences; raises `DuplicateNotFound`."""
    with store.reading() as session:
        return _detail(session, _found(session, duplicate_id, owner))


def judge_duplicate(
    store: Store, duplicate_id: str, decision: Decision, *, by: str, owner: str | None = None
) -> Judged:
    """Write down what a person says of two records.

    The one that is kept takes over the corrections of the other, as corrections of its own, where it
    has the same place and no correction there; what was superseded before comes back where the
    judgement no longer says so. Raises `DuplicateNotFound`, and `BadValue` for a record to keep that is none
    of the two.
    """
    with store.accepting() as session:
        duplicate = _found(session, duplicate_id, owner)
        pair = _records(session, duplicate)
        now = store.now(session)
        if decision.keep is not None and (
            decision.judgement != "same" or decision.keep not in {it.id for it in pair}
        ):
            raise BadValue(pointer="/keep", reason="no record of this pair that is the same")
        for record, other in (pair, pair[::-1]):
            if record.superseded_by == other.id:
                record.superseded_by = None
        carried: tuple[str, ...] = ()
        left: tuple[str, ...] = ()
        if decision.keep is not None:
            kept, gone = pair if pair[0].id == decision.keep else pair[::-1]
            gone.superseded_by = kept.id
            carried, left = _carry(session, gone, kept, by, now)
        duplicate.judgement = decision.judgement
        duplicate.by, duplicate.note, duplicate.judged = by, decision.note, now
        session.flush()
        return Judged(duplicate=_detail(session, duplicate), carried=carried, left=left)


def _same_key(session: Session, record: Record) -> Sequence[str]:
    if record.same_key is None:
        return ()
    return session.scalars(
        select(Record.id)
        .where(Record.same_key == record.same_key, Record.id != record.id)
        .order_by(Record.id)
        .limit(MOST_SAME)
    ).all()


def _same_sheets(
    session: Session, sha256: str, mine: Sequence[Record]
) -> Iterable[tuple[tuple[str, str], float]]:
    """Yield the pairs of records all of whose sheets are the same, with their likeness."""
    twins = _twin_pages(session, sha256)
    if not twins:
        return
    documents = {document for places in twins.values() for document, _ in places}
    others = session.scalars(select(Record).where(Record.sha256.in_(documents))).all()
    theirs = [(other, _pages(other)) for other in others]
    for record in mine:
        pages = _pages(record)
        for other, other_pages in theirs:
            if other.id == record.id:
                continue
            shares = [
                max(
                    (twins.get(page, {}).get((other.sha256, there), 0.0) for there in other_pages),
                    default=0.0,
                )
                for page in pages
            ]
            if len(pages) == len(other_pages) and shares and all(shares):
                yield _ordered(record.id, other.id), sum(shares) / len(shares)


def _twin_pages(
    session: Session, sha256: str, params: SheetParams = STANDARD
) -> dict[int, dict[Place, float]]:
    """Return for each page of a document the pages of others that are the same sheet."""
    candidates = _candidates(session, sha256, params)
    prints = _prints(session, {sha256, *(document for _, (document, _) in candidates)})
    twins: defaultdict[int, dict[Place, float]] = defaultdict(dict)
    for page, place in candidates:
        share = likeness(prints[sha256, page], prints[place], params)
        if share is not None:
            twins[page][place] = share
    return twins


def _candidates(session: Session, sha256: str, params: SheetParams) -> Sequence[tuple[int, Place]]:
    """Return pages, of whatever document, that share rare marks with a page of this one."""
    mine, other, every = aliased(SheetMark), aliased(SheetMark), aliased(SheetMark)
    marks = select(SheetMark.mark).where(SheetMark.sha256 == sha256)
    common = (
        select(every.mark)
        .where(every.mark.in_(marks))
        .group_by(every.mark)
        .having(func.count() > params.common)
    )
    query = (
        select(mine.number, other.sha256, other.number)
        .join(
            other,
            (other.mark == mine.mark)
            & or_(other.sha256 != mine.sha256, other.number != mine.number),
        )
        .where(mine.sha256 == sha256, mine.mark.not_in(common))
        .distinct()
    )
    return [(page, (document, number)) for page, document, number in session.execute(query)]


def _prints(session: Session, documents: Iterable[str]) -> Mapping[Place, SheetPrint]:
    rows = session.scalars(select(SheetPrintRow).where(SheetPrintRow.sha256.in_(documents)))
    return {(row.sha256, row.number): SheetPrint.model_validate_json(row.print) for row in rows}


def _keep(
    session: Session,
    links: Mapping[tuple[str, str], tuple[DuplicateKind, float]],
    now: datetime,
) -> None:
    """Add what is not linked yet; a judgement stays, whatever a later reading finds."""
    known = {
        (row.first_id, row.second_id): row
        for row in session.scalars(
            select(Duplicate).where(Duplicate.first_id.in_({first for first, _ in links}))
        )
    }
    for (first, second), (kind, share) in links.items():
        row = known.get((first, second))
        if row is None:
            row = Duplicate(id=new_id(), first_id=first, second_id=second, created=now)
            row.judgement = "open"
            session.add(row)
        row.kind, row.likeness = kind, share


def _carry(
    session: Session, gone: Record, kept: Record, by: str, now: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make the corrections of one record those of the other too, where they have a place."""
    old, new = corrected_form(session, gone), corrected_form(session, kept)
    own = {correction.pointer for correction in corrections_of(session, kept)}
    last = {correction.pointer: correction for correction in corrections_of(session, gone)}
    carried, left = [], []
    for pointer, correction in last.items():
        try:
            before = value_at(new, pointer)
        except KeyError:
            left.append(pointer)
            continue
        if pointer in own or not same_place(old, new, pointer):
            left.append(pointer)
            continue
        session.add(
            Correction(
                id=new_id(),
                sha256=kept.sha256,
                form_id=kept.form_id,
                pointer=pointer,
                before=before,
                after=correction.after,
                by=by,
                reason=f"← {gone.id} · {correction.by} · {correction.reason}",
                created=now,
            )
        )
        carried.append(pointer)
    session.flush()
    if carried:
        refresh(session, kept, now)
    return tuple(carried), tuple(left)


def _found(session: Session, duplicate_id: str, owner: str | None) -> Duplicate:
    duplicate = session.get(Duplicate, duplicate_id)
    if duplicate is None:
        raise DuplicateNotFound(duplicate=duplicate_id)
    if owner is not None:
        documents = {record.sha256 for record in _records(session, duplicate)}
        seen = session.scalars(
            owned_documents(owner).where(owned_documents(owner).selected_columns[0].in_(documents))
        )
        if documents - set(seen):
            raise DuplicateNotFound(duplicate=duplicate_id)
    return duplicate


def _records(session: Session, duplicate: Duplicate) -> tuple[Record, Record]:
    first, second = (
        session.get_one(Record, record_id)
        for record_id in (duplicate.first_id, duplicate.second_id)
    )
    return first, second


def _detail(session: Session, duplicate: Duplicate) -> DuplicateDetail:
    first, second = (corrected_form(session, it) for it in _records(session, duplicate))
    shown = _view(session, duplicate)
    return DuplicateDetail(**dict(shown), differences=differences(first, second))


def _view(session: Session, duplicate: Duplicate) -> DuplicateView:
    first, second = _records(session, duplicate)
    forms = corrected_form(session, first), corrected_form(session, second)
    winner = better(*forms)
    return DuplicateView(
        id=duplicate.id,
        kind=duplicate.kind,
        likeness=duplicate.likeness,
        judgement=duplicate.judgement,
        records=(_twin(first, forms[0]), _twin(second, forms[1])),
        better=None if winner is None else (first, second)[winner].id,
        by=duplicate.by,
        note=duplicate.note,
        created=duplicate.created,
        judged=duplicate.judged,
    )


def _twin(record: Record, form: Form) -> Twin:
    doubts, confidence = quality(form)
    return Twin(
        id=record.id,
        sha256=record.sha256,
        pages=form.pages,
        project_name=record.project_name,
        department=record.department,
        fiscal_year=record.fiscal_year,
        status=record.status,
        doubtful=-doubts,
        confidence=confidence,
        superseded_by=record.superseded_by,
    )


def _pages(record: Record) -> tuple[int, ...]:
    return Form.model_validate_json(record.form).pages


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
