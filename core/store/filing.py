"""Put the forms of a run on file as records. For use inside the transactions of the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from core.corrections import CorrectedValue, lay_over
from core.duplicates.records import same_record_key
from core.extraction import Extraction, Form
from core.review import form_needs_review
from core.store.catalogue import NOT_CATALOGUED, catalogued
from core.store.identifiers import new_id
from core.store.tables import Correction, Job, JobDocument, Record, RecordStatus, Run


def file_records(session: Session, run: Run, forms: Sequence[Form], now: datetime) -> None:
    """Make the records of a document those of this run.

    A form that was on file before keeps its record and its corrections; one that is not found any
    more loses the record, while its corrections stay.
    """
    on_file = {
        record.form_id: record
        for record in session.scalars(select(Record).where(Record.sha256 == run.sha256))
    }
    for position, form in enumerate(forms):
        record = on_file.pop(form.id, None)
        if record is None:
            record = Record(id=new_id(), sha256=run.sha256, form_id=form.id, version=0, created=now)
        record.run_id = run.id
        record.position = position
        record.form = form.model_dump_json()
        refresh(session, record, now)
        # Only now is it whole.
        session.add(record)
    gone = [record.id for record in on_file.values()]
    session.execute(delete(Record).where(Record.id.in_(gone)))


def hand_back_records(session: Session, sha256: str, gone: Sequence[str], now: datetime) -> None:
    """Make the records of a document those of its latest reading that is not one of the runs `gone`.

    Where there is none, the records stay as they are, and go with their run.
    """
    last_read = session.scalars(select(Record.run_id).where(Record.sha256 == sha256)).first()
    if last_read not in gone:
        return
    earlier = session.scalars(
        select(Run)
        .where(Run.sha256 == sha256, Run.id.not_in(gone), Run.extraction.is_not(None))
        .order_by(Run.id.desc())
        .limit(1)
    ).first()
    if earlier is not None and earlier.extraction is not None:
        forms = Extraction.model_validate_json(earlier.extraction).forms
        file_records(session, earlier, forms, now)


def refresh(session: Session, record: Record, now: datetime) -> Form:
    """Bring the columns for searching up to date; return the form with its corrections.

    Where the form is silent, what the catalogue of a campaign says is found.
    """
    form = corrected_form(session, record)
    values = form.record
    told = catalogued(session, [record.sha256]).get(record.sha256, NOT_CATALOGUED)
    record.version += 1
    record.updated = now
    record.fiscal_year = values.fiscal_year or told.fiscal_year
    record.project_name = values.project_name or told.project_name
    record.department = values.department or told.department
    record.implementing_unit = values.implementing_unit
    record.same_key = same_record_key(values)
    record.status = record_status(form)
    return form


def corrected_form(session: Session, record: Record) -> Form:
    """Return the form of a record with all that people have put right."""
    return with_corrections(Form.model_validate_json(record.form), corrections_of(session, record))


def with_corrections(form: Form, corrections: Iterable[Correction]) -> Form:
    """Return a form with corrections laid over it, oldest first."""
    for correction in corrections:
        value = CorrectedValue(pointer=correction.pointer, value=correction.after)
        try:
            form = lay_over(form, [value])
        except ValidationError:
            # It was valid when it was made; a newer pipeline sees the place as another kind.
            continue
    return form


def corrections_of(session: Session, record: Record) -> Sequence[Correction]:
    """Return the corrections of a record, oldest first."""
    return session.scalars(
        select(Correction)
        .where(Correction.sha256 == record.sha256, Correction.form_id == record.form_id)
        .order_by(Correction.id)
    ).all()


def corrections_by_form(
    session: Session, documents: Collection[str]
) -> defaultdict[tuple[str, str], list[Correction]]:
    """Return the corrections in documents, oldest first, by document and form."""
    found: defaultdict[tuple[str, str], list[Correction]] = defaultdict(list)
    query = select(Correction).where(Correction.sha256.in_(documents)).order_by(Correction.id)
    for correction in session.scalars(query):
        found[correction.sha256, correction.form_id].append(correction)
    return found


def record_status(form: Form) -> RecordStatus:
    """Return `review` while a value is in doubt, else `corrected` or `ok`."""
    if form_needs_review(form):
        return "review"
    if any(entry.status == "corrected" for entry in form.fields.values()):
        return "corrected"
    return "ok"


def owned_documents(owner: str) -> Select[str]:
    """Return the query for the hashes of all documents that an owner has a job with."""
    return (
        select(Run.sha256)
        .join(JobDocument, JobDocument.run_id == Run.id)
        .join(Job, Job.id == JobDocument.job_id)
        .where(Job.owner == owner)
    )
