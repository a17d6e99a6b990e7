"""Pages that were read become the extraction document.

The order of the later stages stands here: cut into forms → stitch and rebuild each → check → document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from core.checks import check_form, confirmed, mark
from core.extraction import (
    Cell,
    Extraction,
    Field,
    Form,
    Issue,
    Page,
    PageKind,
    Source,
    Table,
)
from core.findings import warn
from core.messages import Language, say
from core.readings import PageReading, ReadTable
from core.vocabulary import Vocabulary, standard
from worker.cut import Finding, FormParts, cut
from worker.rebuild import rebuild

TEMPLATE = "project-self-evaluation"


def assemble(
    source: Source,
    pages: Sequence[PageReading],
    vocabulary: Vocabulary | None = None,
    language: Language = "zh",
) -> Extraction:
    """Return the document of one file from its pages in order."""
    words = vocabulary or standard()
    found = cut(pages, words)
    forms = tuple(
        _checked(_form(source, number, parts, words), language)
        for number, parts in enumerate(found.forms)
    )
    return Extraction(
        source=source,
        pages=tuple(_page(page, found.kinds[page.number]) for page in pages),
        forms=forms,
        issues=(
            *(_issue(finding, language) for finding in (*found.findings, *_lost_blocks(forms))),
            *warn(forms, language),
        ),
    )


def form_id(source: Source, first_page: int, ordinal: int) -> str:
    """Return the form's name: the same file cut the same way gives the same one."""
    seed = f"{source.sha256}:{first_page}:{ordinal}"
    return hashlib.sha256(seed.encode()).hexdigest()[:16]


def _form(source: Source, number: int, parts: FormParts, vocabulary: Vocabulary) -> Form:
    rebuilt = rebuild(parts, vocabulary)
    return Form(
        id=form_id(source, parts.pages[0], number),
        pages=parts.pages,
        template=TEMPLATE,
        record=rebuilt.record,
        fields=rebuilt.fields,
        checks=(),
    )


def _checked(form: Form, language: Language) -> Form:
    """Let the form check itself; what a broken rule throws doubt on goes to review."""
    checks = check_form(form.record, form.fields, language)
    fields = mark(form.fields, checks, confirmed(form.record, form.fields))
    return form.model_copy(update={"checks": checks, "fields": fields})


def _lost_blocks(forms: Sequence[Form]) -> Iterator[Finding]:
    """Yield what every form has and no row of it was found, by the form's first page."""
    for form in forms:
        if all(field.status == "missing" for field in _funding_fields(form)):
            yield Finding("funding_not_found", "error", form.pages[0])
        if not form.record.indicators:
            yield Finding("indicators_not_found", "error", form.pages[0])


def _funding_fields(form: Form) -> Iterator[Field]:
    return (field for pointer, field in form.fields.items() if pointer.startswith("/funding/"))


def _page(page: PageReading, kind: PageKind) -> Page:
    return Page(
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        skew_deg=page.skew_deg,
        kind=kind,
        tables=tuple(_table(table) for table in page.tables),
    )


def _table(table: ReadTable) -> Table:
    cells = tuple(
        Cell(
            row=cell.row,
            col=cell.col,
            row_span=cell.row_span,
            col_span=cell.col_span,
            text=cell.text,
            confidence=cell.confidence,
            box=cell.box,
        )
        for cell in table.cells
    )
    return Table(rows=table.rows, cols=table.cols, cells=cells)


def _issue(finding: Finding, language: Language) -> Issue:
    return Issue(
        code=finding.code,
        severity=finding.severity,
        page=finding.page,
        message=say("issues", finding.code, language, page=finding.page),
    )
