"""All records of the archive, or those that are wanted, as extraction documents for the exports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select

from core.extraction import Extraction, Shelf, Source
from core.store.catalogue import Catalogued
from core.store.database import Store
from core.store.records import RecordFilter, RecordView, list_records
from core.store.tables import Document, JobDocument, Run

BATCH = 200


def archived(store: Store, wanted: RecordFilter) -> Iterator[Extraction]:
    """Yield a document for each record, the newest first, with nothing but its form.

    The database is asked for `BATCH` records at a time, so that memory does not grow with the archive
    and no transaction lasts as long as a download.
    """
    cursor: str | None = None
    while True:
        page = list_records(store, wanted, cursor=cursor, limit=BATCH)
        sources = _sources(store, page.records)
        for record in page.records:
            yield Extraction(source=sources[record.id], pages=(), forms=(record.form,), issues=())
        if page.next is None:
            return
        cursor = page.next


def _sources(store: Store, records: Sequence[RecordView]) -> dict[str, Source]:
    names = (
        select(JobDocument.run_id, func.min(JobDocument.name).label("name"))
        .where(JobDocument.run_id.in_({record.run_id for record in records}))
        .group_by(JobDocument.run_id)
        .subquery()
    )
    query = (
        select(Run.id, Run.pipeline, Document.pages, names.c.name)
        .join(Document, Document.sha256 == Run.sha256)
        .join(names, names.c.run_id == Run.id)
    )
    with store.reading() as session:
        found = {
            run_id: (pipeline, pages, name)
            for run_id, pipeline, pages, name in session.execute(query)
        }
    sources = {}
    for record in records:
        pipeline, pages, name = found.get(record.run_id, ("", 0, ""))
        sources[record.id] = Source(
            file=name,
            sha256=record.sha256,
            pages=pages or 0,
            pipeline=pipeline,
            catalogue=_shelf(record.catalogue),
        )
    return sources


def _shelf(told: Catalogued | None) -> Shelf | None:
    if told is None:
        return None
    return Shelf(
        campaign=told.campaign,
        fiscal_year=told.fiscal_year,
        box=told.box,
        item_number=told.item_number,
        archive_number=told.archive_number,
    )
