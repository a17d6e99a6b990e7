"""What pages for people look up beside jobs and records: names, neighbours, places of pictures."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from core.readings import Frozen, PageReading
from core.store.database import Store
from core.store.filing import owned_documents
from core.store.records import RecordView
from core.store.tables import Job, JobDocument, Page, PageResult, Record, RecordStatus, Run

MOST_CHOICES = 200
"""Departments that a list offers; who has more of them searches by typing."""


class Origin(Frozen):
    """The upload that a record can be shown with: a document of a job, and its name there."""

    job_id: str
    position: int
    name: str


class RecordEntry(Frozen):
    """A record in the table of contents of its document; `position` is its place there."""

    id: str
    form_id: str
    position: int
    project_name: str | None
    status: RecordStatus


class Choices(Frozen):
    """What the records on file can be narrowed down to."""

    years: tuple[int, ...]
    departments: tuple[str, ...]


def find_origin(store: Store, record: RecordView, owner: str | None = None) -> Origin | None:
    """Return the newest upload of a record's document, of one `owner` where one is given.

    One that waited for the very reading that the record is from goes before others.
    """
    query = (
        select(JobDocument)
        .join(Job, Job.id == JobDocument.job_id)
        .join(Run, Run.id == JobDocument.run_id)
        .where(Run.sha256 == record.sha256)
        .order_by((Run.id == record.run_id).desc(), Job.id.desc(), JobDocument.position)
        .limit(1)
    )
    if owner is not None:
        query = query.where(Job.owner == owner)
    with store.reading() as session:
        link = session.scalars(query).first()
        if link is None:
            return None
        return Origin(job_id=link.job_id, position=link.position, name=link.name)


def document_records(store: Store, sha256: str) -> tuple[RecordEntry, ...]:
    """Return the records of a document in the order of its forms."""
    columns = (Record.id, Record.form_id, Record.position, Record.project_name, Record.status)
    query = select(*columns).where(Record.sha256 == sha256).order_by(Record.position)
    with store.reading() as session:
        return tuple(
            RecordEntry(
                id=record_id,
                form_id=form_id,
                position=position,
                project_name=project_name,
                status=status,
            )
            for record_id, form_id, position, project_name, status in session.execute(query)
        )


def page_frames(store: Store, run_id: str, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return width and height of the scan frame of each of these pages that was read."""
    query = (
        select(PageResult.reading)
        .join(Page, Page.id == PageResult.page_id)
        .where(Page.run_id == run_id, Page.number.in_(tuple(numbers)))
    )
    with store.reading() as session:
        readings = [PageReading.model_validate_json(found) for found in session.scalars(query)]
    return {reading.number: (reading.width, reading.height) for reading in readings}


def first_names(store: Store, job_ids: Iterable[str]) -> dict[str, str]:
    """Return the name of the first document of each job."""
    query = select(JobDocument.job_id, JobDocument.name).where(
        JobDocument.job_id.in_(tuple(job_ids)), JobDocument.position == 0
    )
    with store.reading() as session:
        return {link.job_id: link.name for link in session.execute(query)}


def record_choices(store: Store, owner: str | None = None) -> Choices:
    """Return the years and departments of records, of one `owner` where one is given."""
    years = select(Record.fiscal_year).where(Record.fiscal_year.is_not(None)).distinct()
    departments = select(Record.department).where(Record.department.is_not(None)).distinct()
    if owner is not None:
        years = years.where(Record.sha256.in_(owned_documents(owner)))
        departments = departments.where(Record.sha256.in_(owned_documents(owner)))
    with store.reading() as session:
        found = session.scalars(departments.order_by(Record.department).limit(MOST_CHOICES))
        return Choices(
            years=tuple(sorted((year for year in session.scalars(years) if year), reverse=True)),
            departments=tuple(name for name in found if name),
        )
