"""A file of many forms is cut into forms by what its tables say.

Enters: the pages as they were read. Leaves: the parts of each form in order, and for every page what
it is. Where on a page things stand only orders them; a form begins where its title, its project name
or several of its head labels are printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.extraction import PageKind, Severity
from core.readings import PageReading
from core.vocabulary import Kind, Vocabulary
from worker.papers import Paper, paper_of
from worker.parts import loose_lines, parts_of
from worker.sheet import PageLine, Part
from worker.signs import SIGNS, SignParams, Signs, is_labelled, signs_of
from worker.spread import sheets_of
from worker.stitch import STANDARD, StitchParams, align


@dataclass(frozen=True)
class CutParams:
    """How much speaks for a part's going on with the form before it.

    The share of column edges found again counts most, a total row already seen speaks against it, and a printed page number
    that goes back even more.
    """

    fit_points: float = 2.0
    open_points: float = 0.5
    content_points: float = 1.0
    unfinished_points: float = 1.0
    number_points: float = 2.0
    enough_points: float = 2.5
    signs: SignParams = SIGNS


FindingCode = Literal[
    "page_unreadable",
    "page_without_table",
    "page_cover",
    "page_contents",
    "page_separator",
    "page_letter",
    "pages_reordered",
    "form_incomplete",
    "cut_doubtful",
    "orphan_continuation",
    "other_document",
    "funding_not_found",
    "indicators_not_found",
    "other_kind",
    "kind_unsure",
    "form_unfilled",
    "fiscal_year_differs",
    "department_near",
]


@dataclass(frozen=True)
class Finding:
    """Something to report about a page; `code` names the message, `details` fill it."""

    code: FindingCode
    severity: Severity
    page: int
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FormParts:
    """The parts of one form, in reading order; `template` is the one that its title names."""

    parts: tuple[Part, ...]
    template: str | None = None

    @property
    def pages(self) -> tuple[int, ...]:
        every = (
            page for part in self.parts for page in (part.page, *(it.page for it in part.foot))
        )
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True)
class Cut:
    """The forms of a file, what each page is, and what to report; `orphans` are later pages of forms that none was found for."""

    forms: tuple[FormParts, ...]
    kinds: dict[int, PageKind]
    findings: tuple[Finding, ...]
    orphans: tuple[Part, ...] = ()


@dataclass
class _Progress:
    """The cut as it grows, page by page."""

    forms: list[FormParts] = field(default_factory=list)
    kinds: dict[int, PageKind] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    orphans: list[Part] = field(default_factory=list)
    finished: bool = False
    heads: frozenset[str] = frozenset()
    """The head labels of the form that was begun last."""
    kind: Kind = "self_evaluation"
    """What the form that was begun last is."""
    behind: bool = False
    """Another document, with a title of its own, has come since that form."""

    @property
    def other(self) -> bool:
        return self.kind != "self_evaluation"

    def mark(self, page: int, kind: PageKind) -> None:
        """Set the page's kind; a form outranks a continuation, and that any other kind."""
        rank: list[PageKind] = ["unreadable", "blank", "other", "continuation", "form"]
        if rank.index(kind) >= rank.index(self.kinds.get(page, "unreadable")):
            self.kinds[page] = kind

    def report(self, code: FindingCode, severity: Severity, page: int) -> None:
        finding = Finding(code, severity, page)
        if finding not in self.findings:
            self.findings.append(finding)


def cut(
    pages: Sequence[PageReading],
    vocabulary: Vocabulary,
    params: CutParams = CutParams(),
    stitching: StitchParams = STANDARD,
) -> Cut:
    """Cut the pages of a file, in order, into forms; every page gets a kind."""
    progress = _Progress()
    for page in pages:
        if page.trouble is not None:
            progress.mark(page.number, "unreadable")
            progress.report("page_unreadable", "error", page.number)
            continue
        for number, sheet in enumerate(sheets_of(page)):
            _take_sheet(progress, sheet, number, vocabulary, params, stitching)
    return Cut(
        tuple(progress.forms),
        progress.kinds,
        tuple(progress.findings),
        tuple(progress.orphans),
    )


def _take_sheet(
    progress: _Progress,
    page: PageReading,
    sheet: int,
    vocabulary: Vocabulary,
    params: CutParams,
    stitching: StitchParams,
) -> None:
    parts = list(parts_of(page, vocabulary, sheet))
    if not parts:
        _take_lines(progress, page, vocabulary)
        return
    if paper_of(page, vocabulary) == "contents":
        progress.mark(page.number, "other")
        progress.report("page_contents", "info", page.number)
        return
    for part in parts:
        _take_part(progress, part, vocabulary, params, stitching)


_PAPERS: Mapping[Paper, FindingCode] = {
    "cover": "page_cover",
    "contents": "page_contents",
    "separator": "page_separator",
    "letter": "page_letter",
}


def _take_lines(progress: _Progress, page: PageReading, vocabulary: Vocabulary) -> None:
    """Take a sheet without a table: the labelled lines that did not fit below a form, or something else."""
    lines = loose_lines(page, vocabulary)
    if not lines:
        progress.mark(page.number, "blank")
    elif progress.forms and is_labelled(lines[0].text, vocabulary):
        form = progress.forms[-1]
        *before, last = form.parts
        foot = (*last.foot, *(PageLine(page.number, line) for line in lines))
        progress.forms[-1] = replace(form, parts=(*before, replace(last, foot=foot)))
        progress.mark(page.number, "other" if progress.other else "continuation")
    else:
        progress.mark(page.number, "other")
        if paper := paper_of(page, vocabulary):
            progress.report(_PAPERS[paper], "info", page.number)
        else:
            progress.report("page_without_table", "warning", page.number)


def _take_part(
    progress: _Progress,
    part: Part,
    vocabulary: Vocabulary,
    params: CutParams,
    stitching: StitchParams,
) -> None:
    signs = signs_of(part, vocabulary, params.signs)
    seen = progress.heads if progress.forms and not progress.finished else None
    if signs.begins(params.signs, seen):
        progress.heads = signs.heads
        progress.behind = False
        progress.forms.append(FormParts((part,), signs.template))
        progress.finished = signs.ends
        named = signs.template and vocabulary.template(signs.template).kind
        progress.kind = named or "self_evaluation"
        progress.mark(part.page, "other" if progress.other else "form")
    elif progress.forms and _goes_on(progress, part, signs, params, stitching):
        last = progress.forms[-1]
        progress.forms[-1] = replace(last, parts=(*last.parts, part))
        progress.finished = progress.finished or signs.ends
        progress.heads |= signs.heads
        progress.mark(part.page, "other" if progress.other else "continuation")
    elif (signs.of_a_form or signs.tail) and not signs.titled:
        progress.mark(part.page, "continuation")
        progress.orphans.append(part)
    else:
        begun = progress.forms[-1].pages if progress.forms else ()
        progress.behind = progress.behind or (signs.titled and part.page not in begun)
        _set_aside(progress, part)


def _set_aside(progress: _Progress, part: Part) -> None:
    """Leave a part out; behind a form that is not finished it may be a page of it that went wrong."""
    wanting = bool(progress.forms) and not progress.finished and not progress.other
    progress.mark(part.page, "other")
    progress.report("other_document", "warning" if wanting else "info", part.page)


def _goes_on(
    progress: _Progress, part: Part, signs: Signs, params: CutParams, stitching: StitchParams
) -> bool:
    """Weigh whether `part` continues the form that was begun last."""
    # Nothing is scored in an application, so it has no total.
    if progress.behind or signs.titled or (signs.total and progress.kind == "target_application"):
        return False
    parts = progress.forms[-1].parts
    points = params.fit_points * fit_of(parts, part, stitching)
    if goes_back(parts[-1], part):
        points -= params.number_points
    points += params.open_points * (parts[-1].table.open_bottom + part.table.open_top)
    if progress.finished:
        points += params.content_points * (-1 if signs.of_a_form else signs.tail)
    else:
        points += params.unfinished_points
        points += params.content_points * (signs.of_a_form or signs.tail)
    return points >= params.enough_points


def fit_of(parts: Sequence[Part], part: Part, stitching: StitchParams = STANDARD) -> float:
    """Return the share of a part's column edges that the parts before it have too.

    A page that begins in the middle may lack columns that an earlier one has, and the other way round.
    """
    return max(
        align(before.table.column_edges, part, before.page_width, stitching).fit
        for before in (parts[0], parts[-1])
    )


def goes_back(before: Part, part: Part) -> bool:
    """Tell whether the page number that a part prints is no later one than that of the part before it."""
    if (before.page, before.sheet) == (part.page, part.sheet):
        return False
    return (
        before.printed is not None and part.printed is not None and part.printed <= before.printed
    )
