"""Orders, readings and documents for the tests of the store."""

from __future__ import annotations

import hashlib

from core.extraction import Extraction, Field, FieldStatus, Form, Page, Record, Source
from core.geometry import Box
from core.readings import PageReading
from core.store import Store
from core.store.jobs import job_documents
from core.store.leases import LeaseLimits
from core.store.pages import claim_page, finish_page
from core.store.runs import claim_assembly, claim_opening, finish_assembly, finish_opening
from core.store.submission import Order, Submission, Upload, submit

LIMITS = LeaseLimits()
ME = "here:1"


def sha_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def order(*names: str, **more: object) -> Order:
    uploads = tuple(
        Upload(name=f"{name}.pdf", sha256=sha_of(name), size=7, media_type="application/pdf")
        for name in names
    )
    plain = {"uploads": uploads, "fingerprint": "-".join(names), **more}
    return Order.model_validate(plain)


def reading(number: int) -> PageReading:
    return PageReading(
        number=number, width=100, height=140, upright_width=100, upright_height=140, dpi=300.0
    )


def form(form_id: str = "f1", status: FieldStatus = "ok", project: str = "道路养护") -> Form:
    entry = Field(
        raw=project,
        confidence=0.9,
        page=1,
        box=Box(0, 0, 10, 10),
        reader="ppocr",
        status=status,
    )
    return Form(
        id=form_id,
        pages=(1,),
        template="project-self-evaluation",
        record=Record(fiscal_year=2023, project_name=project, department="财政局"),
        fields={"/project_name": entry},
        checks=(),
    )


def extraction(name: str, *forms: Form, pages: int = 1) -> Extraction:
    return Extraction(
        source=Source(file=f"{name}.pdf", sha256=sha_of(name), pages=pages, pipeline="t"),
        pages=tuple(
            Page(
                number=number,
                width=100,
                height=140,
                rotation=0,
                skew_deg=0.0,
                kind="form",
                tables=(),
            )
            for number in range(1, pages + 1)
        ),
        forms=forms,
        issues=(),
    )


def opened(store: Store, submission: Submission, pages: int) -> list[str]:
    """Open the only document of a job; return the ids of its pages."""
    (bell,) = submission.bells
    work = claim_opening(store, bell.id, ME, LIMITS)
    assert work is not None
    return [bell.id for bell in finish_opening(store, work.lease, pages).bells]


def finish_job(store: Store, job_id: str, *forms: Form) -> None:
    """Take the documents of a job that wait, of one page each, to their end."""
    waiting = (it for it in job_documents(store, job_id) if it.stage == "opening")
    for document in waiting:
        work = claim_opening(store, document.run_id, ME, LIMITS)
        assert work is not None
        (bell,) = finish_opening(store, work.lease, 1).bells
        page = claim_page(store, bell.id, ME, LIMITS)
        assert page is not None
        finish_page(store, page.lease, reading(1))
        assembly = claim_assembly(store, document.run_id, ME, LIMITS)
        assert assembly is not None
        finish_assembly(store, assembly.lease, extraction(document.name, *forms))


def read_through(store: Store, name: str, *forms: Form, pages: int = 1, **more: object) -> str:
    """Take a job with one document from its submission to its end; return its id."""
    submission = submit(store, order(name, **more))
    for number, page_id in enumerate(opened(store, submission, pages), start=1):
        work = claim_page(store, page_id, ME, LIMITS)
        assert work is not None
        finish_page(store, work.lease, reading(number))
    assembly = claim_assembly(store, submission.bells[0].id, ME, LIMITS)
    assert assembly is not None
    finish_assembly(store, assembly.lease, extraction(name, *forms, pages=pages))
    return submission.job_id
