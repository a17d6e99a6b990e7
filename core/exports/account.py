"""The account of a document's pages: what each is, and to which form it belongs.

Every page stands in it; pages of one form make one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from core.exports.rows import Column, Item, Row, Sheet, is_doubtful
from core.exports.wording import page_numbers, word
from core.extraction import Extraction, Form, Issue, Page
from core.messages import Language

PAPERS: Mapping[str, str] = {
    "page_cover": "paper_cover",
    "page_contents": "paper_contents",
    "page_separator": "paper_separator",
    "page_letter": "paper_letter",
    "other_document": "paper_table",
    "page_without_table": "paper_text",
    "orphan_continuation": "paper_orphan",
}
"""Issues that say what a page is, and the word for it."""

DOUBTS = frozenset(
    {
        "page_unreadable",
        "page_without_table",
        "orphan_continuation",
        "pages_reordered",
        "form_incomplete",
        "cut_doubtful",
        "form_repeated",
        "kind_unsure",
        "form_unfilled",
        "funding_not_found",
        "indicators_not_found",
    }
)
"""Issues about whole pages or forms that a person should look at."""


@dataclass(frozen=True)
class Line:
    """One line of the account: pages that belong together.

    `form` is None where they are no form's; `notes` are messages.
    """

    pages: tuple[int, ...]
    what: str
    form: Form | None = None
    notes: tuple[str, ...] = ()


def account(extraction: Extraction, language: Language) -> Iterator[Line]:
    """Yield the lines of a document by their first page; two forms on one page make two lines."""
    lines = [_form_line(form, extraction.issues, language) for form in extraction.forms]
    taken = {page for form in extraction.forms for page in form.pages}
    lines += [
        _page_line(page, extraction.issues, language)
        for page in extraction.pages
        if page.number not in taken
        or _codes(page.number, extraction.issues) & {"orphan_continuation"}
    ]
    yield from sorted(lines, key=lambda line: (min(line.pages), line.form is None))


def _form_line(form: Form, issues: tuple[Issue, ...], language: Language) -> Line:
    record = form.record
    year = word("year", language, year=record.fiscal_year) if record.fiscal_year else ""
    title = record.title or word("untitled", language)
    what = title if year and str(record.fiscal_year) in title else f"{year} {title}".strip()
    notes = [
        issue.message
        for issue in issues
        if issue.page in form.pages and issue.code in DOUBTS - {"orphan_continuation"}
    ]
    doubtful = sum(map(is_doubtful, form.fields.values()))
    failed = sum(check.verdict != "pass" for check in form.checks)
    if doubtful:
        notes.append(word("form_doubtful", language, doubtful=doubtful))
    if failed:
        notes.append(word("form_failed", language, failed=failed))
    return Line(form.pages, what, form, tuple(notes))


def _page_line(page: Page, issues: tuple[Issue, ...], language: Language) -> Line:
    codes = _codes(page.number, issues)
    named = next((word(PAPERS[code], language) for code in PAPERS if code in codes), None)
    notes = (
        issue.message for issue in issues if issue.page == page.number and issue.code in DOUBTS
    )
    return Line((page.number,), named or word(f"kind_{page.kind}", language), notes=tuple(notes))


def _codes(page: int, issues: tuple[Issue, ...]) -> set[str]:
    return {issue.code for issue in issues if issue.page == page}


def joined(notes: Iterable[str], language: Language) -> str:
    """Return sentences in one line, each without the stop at its end."""
    return word("semicolon", language).join(note.rstrip("。.") for note in notes)


def account_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield the account as rows of a sheet."""
    for line in account(extraction, language):
        record = line.form.record if line.form else None
        yield {
            "pages": Item(page_numbers(line.pages, language), page=line.pages[0]),
            "kind": Item(line.what),
            "project_name": Item(record.project_name if record else None),
            "department": Item(record.department if record else None),
            "why": Item(joined(line.notes, language)),
            "file": Item(extraction.source.file),
            "form": Item(line.form.id if line.form else None),
        }


PAGES = Sheet(
    "account",
    (
        Column("pages", 12),
        Column("kind", 34),
        Column("project_name", 34),
        Column("department", 28),
        Column("why", 60, wraps=True),
        Column("file", 24),
        Column("form", 18),
    ),
    account_rows,
)
