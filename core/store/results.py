"""Results of jobs, with all that people have put right laid over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from core.extraction import Extraction
from core.store.database import Store
from core.store.filing import corrections_by_form, with_corrections
from core.store.jobs import JobDocumentView
from core.store.tables import Run


def extractions(store: Store, documents: Sequence[JobDocumentView]) -> Iterator[Extraction]:
    """Yield what was read in documents of a job, one in memory at a time.

    Each is named as this job calls it. Documents without a result are passed over.
    """
    for document in documents:
        extraction = _extraction(store, document)
        if extraction is not None:
            yield extraction


def _extraction(store: Store, document: JobDocumentView) -> Extraction | None:
    with store.reading() as session:
        stored = session.scalars(select(Run.extraction).where(Run.id == document.run_id)).first()
        if stored is None:
            return None
        extraction = Extraction.model_validate_json(stored)
        corrections = corrections_by_form(session, [document.sha256])
    source = extraction.source.model_copy(update={"file": document.name})
    forms = tuple(
        with_corrections(form, corrections[document.sha256, form.id]) for form in extraction.forms
    )
    return extraction.model_copy(update={"source": source, "forms": forms})
