"""Extraction documents as rows of typed values: what the sheets of the exports share.

Each value keeps the status of its reading, so that an export can mark what is doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from core.exports.wording import page_numbers, place, reason, word
from core.extraction import Extraction, Field, FieldStatus, Form
from core.messages import Language

Kind = Literal["text", "amount", "number"]


@dataclass(frozen=True)
class Column:
    """A column: `code` names its heading, `kind` what it holds, `width` is in characters."""

    code: str
    width: int
    kind: Kind = "text"


@dataclass(frozen=True)
class Item:
    """One value; None where the form has no such thing."""

    value: str | int | None
    status: FieldStatus = "ok"


Row = tuple[Item, ...]


@dataclass(frozen=True)
class Sheet:
    """A table of rows, which a document yields in the order of `columns`."""

    code: str
    columns: tuple[Column, ...]
    rows: Callable[[Extraction, Language], Iterator[Row]]


ORIGIN = (Column("file", 22), Column("form", 14), Column("fiscal_year", 6, "number"))
PROJECT = Column("project_name", 34)
FUNDING_KEYS = (
    "initial_budget",
    "annual_budget",
    "executed",
    "weight",
    "execution_rate",
    "score",
)
FUNDING = (
    Column("initial_budget", 16, "amount"),
    Column("annual_budget", 16, "amount"),
    Column("executed", 16, "amount"),
    Column("weight", 7, "number"),
    Column("execution_rate", 11, "number"),
    Column("score", 7, "number"),
)
TO_CHECK = Column("to_check", 30)


def item(form: Form, pointer: str, value: str | int | None) -> Item:
    """Return the value at `pointer` of the record, with the status of its field."""
    read = form.fields.get(pointer)
    return Item(value, read.status if read else "ok")


def doubts(form: Form, parent: str, language: Language) -> Item:
    """Name the doubtful fields directly below the pointer `parent`, for the column `to_check`."""
    told = [
        word("because", language, place=place(pointer, language), why=reason(read, language))
        for pointer, read in form.fields.items()
        if pointer.rpartition("/")[0] == parent and is_doubtful(read)
    ]
    return Item(_joined(told, language))


def is_doubtful(read: Field) -> bool:
    """Tell whether a person has yet to look at the value."""
    return read.status in {"review", "missing"}


def _origin(extraction: Extraction, form: Form) -> Row:
    return (
        Item(extraction.source.file),
        Item(form.id),
        item(form, "/fiscal_year", form.record.fiscal_year),
    )


def _project(form: Form) -> Item:
    return item(form, "/project_name", form.record.project_name)


def _members(form: Form, prefix: str, of: object, keys: tuple[str, ...]) -> Row:
    return tuple(item(form, f"{prefix}/{key}", getattr(of, key)) for key in keys)


PROJECT_KEYS = (
    "title",
    "project_name",
    "project_level",
    "department",
    "implementing_unit",
    "money_unit",
)


def project_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row a form: its heading, the total of its funding, its goals and its total."""
    for form in extraction.forms:
        record = form.record
        total = next((n for n, row in enumerate(record.funding) if row.item == "total"), None)
        failed = [check for check in form.checks if check.verdict != "pass"]
        doubtful = [read for read in form.fields.values() if is_doubtful(read)]
        yield (
            *_origin(extraction, form),
            *_members(form, "", record, PROJECT_KEYS),
            *(
                (Item(None),) * len(FUNDING_KEYS)
                if total is None
                else _members(form, f"/funding/{total}", record.funding[total], FUNDING_KEYS)
            ),
            *_members(form, "/total", record.total, ("weight", "score")),
            Item(len(doubtful)),
            Item(len(failed)),
            *_members(form, "/goals", record.goals, ("expected", "actual")),
            Item(_joined((f"{key}: {text}" for key, text in record.extra.items()), language)),
            Item(page_numbers(form.pages, language)),
        )


def funding_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row for each row of each funding block."""
    for form in extraction.forms:
        for number, row in enumerate(form.record.funding):
            prefix = f"/funding/{number}"
            yield (
                *_origin(extraction, form),
                _project(form),
                *_members(form, prefix, row, ("label",)),
                *_members(form, prefix, row, FUNDING_KEYS),
                item(form, "/money_unit", form.record.money_unit),
                doubts(form, prefix, language),
            )


INDICATOR_KEYS = (
    "level1",
    "level2",
    "level3",
    "target",
    "actual",
    "weight",
    "score",
    "deviation",
)


def indicator_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row an indicator."""
    for form in extraction.forms:
        for number, row in enumerate(form.record.indicators):
            prefix = f"/indicators/{number}"
            yield (
                *_origin(extraction, form),
                _project(form),
                *_members(form, prefix, row, INDICATOR_KEYS),
                doubts(form, prefix, language),
            )


def finding_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row for all that a person should look at: values, checks, issues, in this order."""
    for form in extraction.forms:
        for pointer, read in form.fields.items():
            if read.status != "ok":
                yield _finding(
                    extraction,
                    form,
                    kind=word(f"status_{read.status}", language),
                    page=read.page,
                    where=place(pointer, language),
                    what=read.raw,
                    why=reason(read, language),
                )
        for check in form.checks:
            if check.verdict != "pass":
                yield _finding(
                    extraction,
                    form,
                    kind=word(f"verdict_{check.verdict}", language),
                    page=None,
                    where=_joined((place(it, language) for it in check.fields), language),
                    what=check.found,
                    why=check.message,
                )
    for issue in extraction.issues:
        yield _finding(
            extraction,
            None,
            kind=word(f"severity_{issue.severity}", language),
            page=issue.page,
            where="",
            what="",
            why=issue.message,
        )


def _joined(texts: Iterable[str], language: Language) -> str:
    return word("semicolon", language).join(texts)


def _finding(  # noqa: PLR0913  the columns of the sheet
    extraction: Extraction,
    form: Form | None,
    *,
    kind: str,
    page: int | None,
    where: str,
    what: str,
    why: str,
) -> Row:
    return (
        Item(extraction.source.file),
        Item(form.id if form else ""),
        Item(form.record.project_name if form else ""),
        Item(page),
        Item(kind),
        Item(where),
        Item(what),
        Item(why),
    )


PROJECTS = Sheet(
    "projects",
    (
        *ORIGIN,
        Column("title", 24),
        PROJECT,
        Column("project_level", 10),
        Column("department", 26),
        Column("implementing_unit", 26),
        Column("money_unit", 8),
        *FUNDING,
        Column("total_weight", 7, "number"),
        Column("total_score", 8, "number"),
        Column("doubtful", 8, "number"),
        Column("failed_checks", 10, "number"),
        Column("goals_expected", 40),
        Column("goals_actual", 40),
        Column("extra", 24),
        Column("pages", 8),
    ),
    project_rows,
)
INDICATORS = Sheet(
    "indicators",
    (
        *ORIGIN,
        PROJECT,
        Column("level1", 12),
        Column("level2", 16),
        Column("level3", 34),
        Column("target", 18),
        Column("actual", 18),
        Column("weight", 7, "number"),
        Column("score", 7, "number"),
        Column("deviation", 24),
        TO_CHECK,
    ),
    indicator_rows,
)
FUNDS = Sheet(
    "funding",
    (
        *ORIGIN,
        PROJECT,
        Column("funding_label", 22),
        *FUNDING,
        Column("money_unit", 8),
        TO_CHECK,
    ),
    funding_rows,
)
FINDINGS = Sheet(
    "findings",
    (
        Column("file", 22),
        Column("form", 14),
        PROJECT,
        Column("page", 6, "number"),
        Column("kind", 12),
        Column("where", 22),
        Column("what", 24),
        Column("why", 60),
    ),
    finding_rows,
)
SHEETS = (PROJECTS, INDICATORS, FUNDS, FINDINGS)
