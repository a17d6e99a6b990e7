"""What was found, and what people put right in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.corrections import CorrectedValue, lay_over, value_at
from core.errors import BadValue, NoSuchField, RecordNotFound, VersionConflict
from core.extraction import Form
from core.readings import Frozen
from core.store.catalogue import Catalogued, catalogued, documents_of
from core.store.database import Store
from core.store.duplicates import link_duplicates
from core.store.filing import (
    corrected_form,
    corrections_by_form,
    corrections_of,
    owned_documents,
    refresh,
    with_corrections,
)
from core.store.identifiers import new_id
from core.store.tables import Correction, JobDocument, Record, RecordStatus, Run


class RecordView(Frozen):
    """A record; `form` has all corrections laid over it. `version` is what `If-Match` names.

    `run_id` and `sha256` say where it was read, `position` its place among the document's forms,
    `superseded_by` the record that stands for it, `catalogue` what a campaign says of the document.
    """

    id: str
    sha256: str
    run_id: str
    form_id: str
    position: int
    version: int
    status: RecordStatus
    superseded_by: str | None
    form: Form
    catalogue: Catalogued | None
    created: datetime
    updated: datetime


class RecordList(Frozen):
    """Records, the newest first; `next` is the cursor of what follows, None at the end."""

    records: tuple[RecordView, ...]
    next: str | None


class RecordFilter(Frozen):
    """Which records are wanted; what is None does not matter.

    `campaign` is the name or the id of one that took the document in. `text` is looked for in the names. `job_id` stands for the documents of that job, whoever had them
    read last, `owner` for those of all jobs of an owner.
    `superseded` asks for those that another stands for, or for all but them.
    """

    fiscal_year: int | None = None
    department: str | None = None
    project: str | None = None
    status: RecordStatus | None = None
    campaign: str | None = None
    text: str | None = None
    job_id: str | None = None
    owner: str | None = None
    superseded: bool | None = None


class CorrectionView(Frozen):
    """One correction: what stood there before, what stands there now, who and why."""

    id: str
    pointer: str
    before: str | int | None
    after: str | int | None
    by: str
    reason: str
    created: datetime


def find_record(store: Store, record_id: str, owner: str | None = None) -> RecordView:
    """Return a record; raises `RecordNotFound`, also for one that `owner` has no job with."""
    with store.reading() as session:
        query = _filtered(RecordFilter(owner=owner)).where(Record.id == record_id)
        record = session.scalars(query).first()
        if record is None:
            raise RecordNotFound(record=record_id)
        return _view(session, record, owner)


def list_records(
    store: Store,
    wanted: RecordFilter | None = None,
    *,
    cursor: str | None = None,
    limit: int = 50,
) -> RecordList:
    """Return the records that are wanted, from `cursor` on."""
    query = _filtered(wanted or RecordFilter()).order_by(Record.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(Record.id < cursor)
    with store.reading() as session:
        found = session.scalars(query).all()
        views = _views(session, found[:limit], (wanted or RecordFilter()).owner)
    return RecordList(records=views, next=views[-1].id if len(found) > limit else None)


def correct_record(
    store: Store,
    record_id: str,
    correction: CorrectedValue,
    *,
    version: int,
    by: str,
    reason: str = "",
) -> RecordView:
    """Put one value right, and keep for ever who did so.

    Raises `RecordNotFound`, `VersionConflict` where the record is no longer the `version` that was
    looked at, `NoSuchField`, and `BadValue` where the place holds another kind of value.
    """
    with store.accepting() as session:
        record = session.scalars(
            select(Record).where(Record.id == record_id).with_for_update()
        ).first()
        if record is None:
            raise RecordNotFound(record=record_id)
        if record.version != version:
            raise VersionConflict(record=record_id, version=record.version)
        before = _checked(corrected_form(session, record), record_id, correction)
        now = store.now(session)
        session.add(
            Correction(
                id=new_id(),
                sha256=record.sha256,
                form_id=record.form_id,
                pointer=correction.pointer,
                before=before,
                after=correction.value,
                by=by,
                reason=reason,
                created=now,
            )
        )
        session.flush()
        refresh(session, record, now)
        # What is right now may be what another record says.
        link_duplicates(session, record.sha256, now)
        return _view(session, record)


def record_history(store: Store, record_id: str) -> Sequence[CorrectionView]:
    """Return the corrections of a record, oldest first; raises `RecordNotFound`."""
    with store.reading() as session:
        return [
            CorrectionView(
                id=correction.id,
                pointer=correction.pointer,
                before=correction.before,
                after=correction.after,
                by=correction.by,
                reason=correction.reason,
                created=correction.created,
            )
            for correction in corrections_of(session, _record(session, record_id))
        ]


def _record(session: Session, record_id: str) -> Record:
    record = session.get(Record, record_id)
    if record is None:
        raise RecordNotFound(record=record_id)
    return record


def _checked(form: Form, record_id: str, correction: CorrectedValue) -> str | int | None:
    try:
        before = value_at(form, correction.pointer)
    except KeyError as error:
        raise NoSuchField(record=record_id, pointer=correction.pointer) from error
    try:
        lay_over(form, [correction])
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise BadValue(pointer=correction.pointer, reason=reason) from error
    return before


def _filtered(wanted: RecordFilter) -> Select[Record]:
    query = select(Record)
    if wanted.fiscal_year is not None:
        query = query.where(Record.fiscal_year == wanted.fiscal_year)
    if wanted.department is not None:
        query = query.where(Record.department == wanted.department)
    if wanted.project is not None:
        query = query.where(Record.project_name == wanted.project)
    if wanted.status is not None:
        query = query.where(Record.status == wanted.status)
    if wanted.campaign is not None:
        query = query.where(Record.sha256.in_(documents_of(wanted.campaign, wanted.owner)))
    if wanted.job_id is not None:
        # By document: the records belong to its last reading, which may be another job's.
        documents = (
            select(Run.sha256)
            .join(JobDocument, JobDocument.run_id == Run.id)
            .where(JobDocument.job_id == wanted.job_id)
        )
        query = query.where(Record.sha256.in_(documents))
    if wanted.text:
        names = (Record.project_name, Record.department, Record.implementing_unit)
        query = query.where(or_(*(name.icontains(wanted.text, autoescape=True) for name in names)))
    if wanted.owner is not None:
        query = query.where(Record.sha256.in_(owned_documents(wanted.owner)))
    if wanted.superseded is not None:
        stands = Record.superseded_by.is_(None)
        query = query.where(~stands if wanted.superseded else stands)
    return query


def _views(
    session: Session, records: Sequence[Record], owner: str | None
) -> tuple[RecordView, ...]:
    """Return many records with one look at their corrections, and one at the catalogue."""
    documents = {record.sha256 for record in records}
    corrections = corrections_by_form(session, documents)
    told = catalogued(session, documents, owner)
    return tuple(
        _shown(
            record,
            with_corrections(
                Form.model_validate_json(record.form),
                corrections[record.sha256, record.form_id],
            ),
            told.get(record.sha256),
        )
        for record in records
    )


def _view(session: Session, record: Record, owner: str | None = None) -> RecordView:
    told = catalogued(session, [record.sha256], owner)
    return _shown(record, corrected_form(session, record), told.get(record.sha256))


def _shown(record: Record, form: Form, catalogue: Catalogued | None) -> RecordView:
    return RecordView(
        id=record.id,
        sha256=record.sha256,
        run_id=record.run_id,
        form_id=record.form_id,
        position=record.position,
        version=record.version,
        status=record.status,
        superseded_by=record.superseded_by,
        form=form,
        catalogue=catalogue,
        created=record.created,
        updated=record.updated,
    )
