"""Extraction documents as rows of typed values: what the sheets of the exports share.

Each value keeps the status of its reading, so that an export can mark what is doubtful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.exports.wording import page_numbers, place, reason, word
from core.extraction import Extraction, Field, FieldStatus, Form
from core.messages import Language
from core.readings import Frozen

Kind = Literal["text", "amount", "number", "whole"]


@dataclass(frozen=True)
class Column:
    """A column: `code` names its heading, `kind` what it holds, `width` is in characters.

    Long texts break into lines where it `wraps`. Nobody sees an `optional` one that nothing stands in.
    """

    code: str
    width: int
    kind: Kind = "text"
    wraps: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Item:
    """One value; None where the form has no such thing.

    `page` is the page that it may link to.
    """

    value: str | int | None
    status: FieldStatus = "ok"
    page: int | None = None


Row = Mapping[str, Item]
"""Values by the code of their column; what is not there is blank."""


@dataclass(frozen=True)
class Sheet:
    """A table of rows, which a document yields one by one."""

    code: str
    columns: tuple[Column, ...]
    rows: Callable[[Extraction, Language], Iterator[Row]]


FUNDING_KEYS = (
    "initial_budget",
    "annual_budget",
    "executed",
    "weight",
    "execution_rate",
    "score",
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
SHELF_KEYS = ("campaign", "catalogue_year", "box", "item_number", "archive_number")
RECORD_KEYS = (
    "project_name",
    "fiscal_year",
    "title",
    "project_level",
    "department",
    "implementing_unit",
    "money_unit",
)


def shelf_values(extraction: Extraction) -> dict[str, str | int | None]:
    """Return what the catalogue of a campaign says of the file, by column; all None without one."""
    shelf = extraction.source.catalogue
    if shelf is None:
        return dict.fromkeys(SHELF_KEYS)
    told = shelf.model_dump()
    return {"catalogue_year": told.pop("fiscal_year"), **told}


def item(form: Form, pointer: str, value: str | int | None) -> Item:
    """Return the value at `pointer` of the record, with the status of its field."""
    read = form.fields.get(pointer)
    return Item(value, read.status if read else "ok")


def is_doubtful(read: Field) -> bool:
    """Tell whether a person has yet to look at the value."""
    return read.status in {"review", "missing"}


def doubts(form: Form, parent: str, language: Language) -> str:
    """Name the doubtful fields directly below the pointer `parent`, for the column `to_check`."""
    told = [
        word("because", language, place=place(pointer, language), why=reason(read, language))
        for pointer, read in form.fields.items()
        if pointer.rpartition("/")[0] == parent and is_doubtful(read)
    ]
    return _joined(told, language)


def project_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row a form: its heading, the total of its funding, its goals and its total."""
    for form in extraction.forms:
        record = form.record
        total = next((n for n, row in enumerate(record.funding) if row.item == "total"), None)
        extra = (f"{name}: {text}" for name, text in record.extra.items())
        yield {
            **_origin(extraction, form, language),
            **_members(form, "", record, RECORD_KEYS),
            **(
                {}
                if total is None
                else _members(form, f"/funding/{total}", record.funding[total], FUNDING_KEYS)
            ),
            **_members(form, "/total", record.total, ("weight", "score"), "total_"),
            **_members(form, "/goals", record.goals, ("expected", "actual"), "goals_"),
            "doubtful": Item(sum(map(is_doubtful, form.fields.values()))),
            "failed_checks": Item(sum(check.verdict != "pass" for check in form.checks)),
            "extra": Item(_joined(extra, language)),
            **{code: Item(value) for code, value in shelf_values(extraction).items()},
        }


def funding_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row for each row of each funding block."""
    for form in extraction.forms:
        for number, row in enumerate(form.record.funding):
            parent = f"/funding/{number}"
            yield {
                **_origin(extraction, form, language),
                **_members(form, "", form.record, ("project_name", "fiscal_year", "money_unit")),
                "funding_label": item(form, f"{parent}/label", row.label),
                **_members(form, parent, row, FUNDING_KEYS),
                "to_check": Item(doubts(form, parent, language)),
                "page": _page(form, parent),
            }


def indicator_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row an indicator."""
    for form in extraction.forms:
        for number, row in enumerate(form.record.indicators):
            parent = f"/indicators/{number}"
            yield {
                **_origin(extraction, form, language),
                **_members(form, "", form.record, ("project_name", "fiscal_year")),
                **_members(form, parent, row, INDICATOR_KEYS),
                "to_check": Item(doubts(form, parent, language)),
                "page": _page(form, parent),
            }


def finding_rows(extraction: Extraction, language: Language) -> Iterator[Row]:
    """Yield one row for all that a person should look at: values, checks, issues, in this order."""
    for form in extraction.forms:
        head = {
            **_origin(extraction, form, language),
            "project_name": Item(form.record.project_name),
        }
        for pointer, read in form.fields.items():
            if read.status != "ok":
                yield head | {
                    "kind": Item(word(f"status_{read.status}", language)),
                    "page": Item(read.page, page=read.page),
                    "where": Item(place(pointer, language)),
                    "what": Item(read.raw),
                    "why": Item(reason(read, language)),
                }
        for check in form.checks:
            if check.verdict != "pass":
                where = (place(pointer, language) for pointer in check.fields)
                yield head | {
                    "kind": Item(word(f"verdict_{check.verdict}", language)),
                    "where": Item(_joined(where, language)),
                    "what": Item(check.found),
                    "why": Item(check.message),
                }
    for issue in extraction.issues:
        yield {
            "file": Item(extraction.source.file),
            "kind": Item(word(f"severity_{issue.severity}", language)),
            "page": Item(issue.page, page=issue.page),
            "why": Item(issue.message),
        }


def _origin(extraction: Extraction, form: Form, language: Language) -> Row:
    return {
        "file": Item(extraction.source.file),
        "form": Item(form.id),
        "pages": Item(page_numbers(form.pages, language), page=form.pages[0]),
    }


def _page(form: Form, parent: str) -> Item:
    """Return the page on which the row at `parent` begins."""
    pages = (
        read.page
        for pointer, read in form.fields.items()
        if read.page is not None and pointer.startswith(f"{parent}/")
    )
    page = min(pages, default=None)
    return Item(page, page=page)


def _members(
    form: Form, parent: str, of: Frozen, keys: Iterable[str], prefix: str = ""
) -> dict[str, Item]:
    return {f"{prefix}{key}": item(form, f"{parent}/{key}", getattr(of, key)) for key in keys}


def _joined(texts: Iterable[str], language: Language) -> str:
    return word("semicolon", language).join(texts)


PROJECT = (Column("project_name", 34), Column("fiscal_year", 7, "whole"))
ORIGIN = (Column("file", 24), Column("pages", 9), Column("form", 18))
FUNDING = (
    Column("initial_budget", 17, "amount"),
    Column("annual_budget", 17, "amount"),
    Column("executed", 17, "amount"),
    Column("weight", 8, "number"),
    Column("execution_rate", 11, "number"),
    Column("score", 8, "number"),
)
TO_CHECK = Column("to_check", 30, wraps=True)
PAGE = Column("page", 7, "whole")

SHELF = (
    Column("campaign", 22, optional=True),
    Column("catalogue_year", 10, "whole", optional=True),
    Column("box", 9, optional=True),
    Column("item_number", 9, optional=True),
    Column("archive_number", 20, optional=True),
)

PROJECTS = Sheet(
    "projects",
    (
        *PROJECT,
        Column("department", 28),
        Column("implementing_unit", 28),
        Column("money_unit", 9),
        *FUNDING,
        Column("total_weight", 8, "number"),
        Column("total_score", 9, "number"),
        Column("doubtful", 10, "number"),
        Column("failed_checks", 11, "number"),
        Column("goals_expected", 40),
        Column("goals_actual", 40),
        Column("project_level", 11),
        Column("extra", 24),
        Column("title", 26),
        *SHELF,
        *ORIGIN,
    ),
    project_rows,
)
INDICATORS = Sheet(
    "indicators",
    (
        *PROJECT,
        Column("level1", 13),
        Column("level2", 20),
        Column("level3", 40),
        Column("target", 20),
        Column("actual", 20),
        Column("weight", 8, "number"),
        Column("score", 8, "number"),
        Column("deviation", 24),
        TO_CHECK,
        PAGE,
        *ORIGIN,
    ),
    indicator_rows,
)
FUNDS = Sheet(
    "funding",
    (
        *PROJECT,
        Column("funding_label", 24),
        *FUNDING,
        Column("money_unit", 9),
        TO_CHECK,
        PAGE,
        *ORIGIN,
    ),
    funding_rows,
)
FINDINGS = Sheet(
    "findings",
    (
        Column("project_name", 34),
        Column("kind", 12),
        Column("where", 24),
        Column("what", 24),
        Column("why", 60, wraps=True),
        PAGE,
        *ORIGIN,
    ),
    finding_rows,
)
SHEETS = (PROJECTS, INDICATORS, FUNDS, FINDINGS)
