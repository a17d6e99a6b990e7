"""What the pages show of jobs, in words: from the store's views to what a template prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from api.views import ROOT, TroubleOut, trouble_out
from core.exports.rows import is_doubtful
from core.exports.wording import page_numbers
from core.extraction import Extraction, Form, PageKind
from core.messages import Language, say
from core.readings import Frozen
from core.store.browsing import RecordEntry
from core.store.jobs import JobDocumentView, JobView, PageView
from core.store.tables import JobState

Mark = Literal["waiting", "running", "done", "failed"]


class JobRow(Frozen):
    """A job as a line of the list; `share` is from 0 to 1."""

    id: str
    url: str
    name: str
    more: int
    state: JobState
    told: str
    pages: int
    pages_ended: int
    forms: int
    created: datetime
    ended: bool


class FormLink(Frozen):
    """A form of a document, and its record, if it is on file."""

    name: str
    url: str | None
    pages: str
    doubtful: int
    failed_checks: int
    corrected: bool


class PageCard(Frozen):
    """A page as a thumbnail, with what was found on it.

    `kind` and what follows are known once the document is assembled.
    """

    number: int
    mark: Mark
    picture_url: str | None
    thumbnail_url: str | None
    kind: PageKind | None
    forms: tuple[FormLink, ...]
    doubtful: int
    messages: tuple[str, ...]


def job_rows(
    jobs: Iterable[JobView], names: Mapping[str, str], language: Language
) -> tuple[JobRow, ...]:
    """Show jobs as lines."""
    return tuple(job_row(job, names.get(job.id, ""), language) for job in jobs)


def job_row(job: JobView, name: str, language: Language) -> JobRow:
    """Show a job as a line; `name` is that of its first document."""
    return JobRow(
        id=job.id,
        url=f"/jobs/{job.id}",
        name=name,
        more=job.progress.documents - 1,
        state=job.state,
        told=told(job, name, language),
        pages=job.progress.pages,
        pages_ended=job.progress.pages_done + job.progress.pages_failed,
        forms=job.progress.forms,
        created=job.created,
        ended=job.ended,
    )


def told(job: JobView, name: str, language: Language) -> str:
    """Say in a sentence how a job stands; a job that failed did so over its first document."""
    trouble = trouble_out(job.trouble, language, name)
    if job.state == "failed" and trouble is not None:
        return trouble.message
    return say("pages", f"told_{job.state}", language, **dict(job.progress))


def form_links(
    forms: Sequence[Form], records: Iterable[RecordEntry], language: Language
) -> tuple[FormLink, ...]:
    """Show the forms of a document, each with the record that it is on file as."""
    on_file = {record.form_id: record for record in records}
    return tuple(_form_link(form, on_file.get(form.id), language) for form in forms)


def page_cards(
    job_id: str,
    document: JobDocumentView,
    pages: Iterable[PageView],
    found: tuple[Extraction, Sequence[FormLink]] | None,
    language: Language,
) -> tuple[PageCard, ...]:
    """Show pages; `found` is what the document was assembled to, with the links of its forms."""
    address = f"jobs/{job_id}/documents/{document.position}/pages"
    kinds = {page.number: page.kind for page in found[0].pages} if found else {}
    return tuple(
        PageCard(
            number=page.number,
            mark=_mark(page),
            picture_url=f"{ROOT}/{address}/{page.number}/picture" if page.state == "done" else None,
            thumbnail_url=f"/{address}/{page.number}/thumbnail" if page.state == "done" else None,
            kind=kinds.get(page.number),
            forms=_forms_on(page.number, found),
            doubtful=_doubtful_on(page.number, found),
            messages=_messages(document.name, page, found, language),
        )
        for page in pages
    )


def document_trouble(document: JobDocumentView, language: Language) -> TroubleOut | None:
    """Say why a document failed."""
    return trouble_out(document.trouble, language, document.name)


def _form_link(form: Form, record: RecordEntry | None, language: Language) -> FormLink:
    name = (record and record.project_name) or form.record.project_name
    return FormLink(
        name=name or say("pages", "nameless", language),
        url=record and f"/records/{record.id}",
        pages=page_numbers(form.pages, language),
        doubtful=sum(map(is_doubtful, form.fields.values())),
        failed_checks=sum(check.verdict != "pass" for check in form.checks),
        corrected=record is not None and record.status == "corrected",
    )


def _mark(page: PageView) -> Mark:
    return "running" if page.state == "waiting" and page.running else page.state


def _forms_on(
    number: int, found: tuple[Extraction, Sequence[FormLink]] | None
) -> tuple[FormLink, ...]:
    if found is None:
        return ()
    extraction, links = found
    pairs = zip(extraction.forms, links, strict=True)
    return tuple(link for form, link in pairs if number in form.pages)


def _doubtful_on(number: int, found: tuple[Extraction, Sequence[FormLink]] | None) -> int:
    if found is None:
        return 0
    return sum(
        is_doubtful(read) and number == (form.pages[0] if read.page is None else read.page)
        for form in found[0].forms
        for read in form.fields.values()
    )


def _messages(
    file: str,
    page: PageView,
    found: tuple[Extraction, Sequence[FormLink]] | None,
    language: Language,
) -> tuple[str, ...]:
    """Say what is wrong with a page as such; what is odd about its forms stands with them."""
    trouble = trouble_out(page.trouble, language, file, page.number)
    if trouble is not None:
        return (trouble.message,)
    issues = found[0].issues if found else ()
    return tuple(
        issue.message for issue in issues if issue.page == page.number and issue.severity == "error"
    )
