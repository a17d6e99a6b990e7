"""Pages that were read become the extraction document.

The order of the later stages stands here: cut into forms → stitch and rebuild each → check → document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from core.checks import check_form, confirmed, mark, slipped
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
from core.vocabulary import Template, Vocabulary, standard
from worker.collate import collate
from worker.cut import Finding, FormParts, cut
from worker.offices import Register
from worker.rebuild import Rebuilt, rebuild
from worker.years import Told, with_year


def assemble(
    source: Source,
    pages: Sequence[PageReading],
    vocabulary: Vocabulary | None = None,
    language: Language = "zh",
    fiscal_year: int | None = None,
) -> Extraction:
    """Return the document of one file from its pages in order; `fiscal_year` is what its owner says."""
    words = vocabulary or standard()
    found = collate(cut(pages, words), words, partial(_sums_agree, words))
    register = Register.of(words)
    told = Told(option=fiscal_year, file_name=words.year_in_name(source.file))
    drafts = [
        _draft(source, number, parts, words, told, register)
        for number, parts in enumerate(found.forms)
    ]
    forms = tuple(_checked(draft.form, words, language) for draft in drafts)
    findings = (*found.findings, *(finding for draft in drafts for finding in draft.findings))
    return Extraction(
        source=source,
        pages=tuple(_page(page, found.kinds[page.number]) for page in pages),
        forms=forms,
        issues=(*(_issue(finding, language) for finding in findings), *warn(forms, language)),
    )


def form_id(source: Source, first_page: int, ordinal: int) -> str:
    """Return the form's name: the same file cut the same way gives the same one."""
    seed = f"{source.sha256}:{first_page}:{ordinal}"
    return hashlib.sha256(seed.encode()).hexdigest()[:16]


_SUMS = frozenset({"weights_sum", "scores_sum"})


def _sums_agree(vocabulary: Vocabulary, parts: FormParts) -> bool | None:
    """Tell whether all indicators of a form together make what its total says; None where nothing is to be added up."""
    rebuilt = rebuild(parts, vocabulary)
    rules = set(vocabulary.template(rebuilt.template).checks or ()) & _SUMS
    checks = check_form(rebuilt.record, rebuilt.fields, "zh", rules=tuple(rules))
    verdicts = [check.verdict for check in checks if check.rule in _SUMS]
    return all(it in {"pass", "reading_error"} for it in verdicts) if verdicts else None


class _Draft(NamedTuple):
    """A form before its checks, and what is to be said about it."""

    form: Form
    findings: tuple[Finding, ...]


def _draft(
    source: Source,
    number: int,
    parts: FormParts,
    vocabulary: Vocabulary,
    told: Told,
    register: Register,
) -> _Draft:
    rebuilt = rebuild(parts, vocabulary)
    page = parts.pages[0]
    dated, year_findings = with_year(rebuilt, told, page)
    named, office_findings = register.settled(dated, page)
    form = Form(
        id=form_id(source, page, number),
        pages=parts.pages,
        template=named.template,
        record=named.record,
        fields=named.fields,
        checks=(),
    )
    template = vocabulary.template(named.template)
    findings = (*_kind_findings(named, template, page), *year_findings, *office_findings)
    return _Draft(form, (*findings, *_lost_blocks(form, template)))


def _kind_findings(rebuilt: Rebuilt, template: Template, page: int) -> Iterator[Finding]:
    """Yield what kind a form is where it is no self-evaluation, and where that is not sure."""
    assert template.kind
    if template.kind != "self_evaluation":
        yield Finding("other_kind", "info", page, {"kind": template.kind})
    if not rebuilt.sure:
        yield Finding("kind_unsure", "warning", page, {"kind": template.kind})
    if rebuilt.unfilled:
        yield Finding("form_unfilled", "warning", page)


def _checked(form: Form, vocabulary: Vocabulary, language: Language) -> Form:
    """Let the form check itself by the rules of its kind; what a broken one throws doubt on goes to review."""
    rules = vocabulary.template(form.template).checks or ()
    checks = check_form(form.record, form.fields, language, rules=rules)
    vouched_for = confirmed(form.record, form.fields, rules=rules)
    slips = slipped(form.record, form.fields, rules=rules)
    return form.model_copy(
        update={"checks": checks, "fields": mark(form.fields, checks, vouched_for, slips)}
    )


def _lost_blocks(form: Form, template: Template) -> Iterator[Finding]:
    """Yield what every form of the kind has and no row of it was found, by the form's first page."""
    blocks = template.blocks or ()
    if "funding" in blocks and all(field.status == "missing" for field in _funding_fields(form)):
        yield Finding("funding_not_found", "error", form.pages[0])
    if "indicators" in blocks and not form.record.indicators:
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
        message=say(
            "issues", finding.code, language, page=finding.page, **_worded(finding, language)
        ),
    )


def _worded(finding: Finding, language: Language) -> dict[str, str]:
    """Return the details of a finding in words of the language."""
    return {
        name: say("kinds", value, language) if name == "kind" else value
        for name, value in finding.details.items()
    }
