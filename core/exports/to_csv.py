"""One CSV sheet with all that the forms say, in long form.

Every line is a part of one form (its heading, a row of funding, the goals, an indicator, the total,
what else it says) or a finding, with the project repeated in front, so that a spreadsheet can filter
and pivot it. UTF-8 with a byte order mark, as spreadsheets need it to recognise Chinese.

Texts that a spreadsheet would take for a formula get an apostrophe in front (`'=100%`): a target of
`=100%` must neither lose its sign nor may any text from a scan be executed. `unguarded` takes it
away again; JSON, JSONL and XLSX hold the texts as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from core.exports.rows import FINDINGS, SHELF_KEYS, doubts, shelf_values
from core.exports.wording import heading, page_numbers, word
from core.extraction import Extraction, Form
from core.messages import Language

Values = dict[str, str | int | None]
"""What a line says, by the code of the column."""

RECORD_COLUMNS = (
    "fiscal_year",
    "title",
    "project_name",
    "project_level",
    "department",
    "implementing_unit",
)
PART_COLUMNS = (
    "level1",
    "level2",
    "content",
    "target",
    "actual",
    "initial_budget",
    "annual_budget",
    "executed",
    "money_unit",
    "execution_rate",
    "weight",
    "score",
    "deviation",
    "to_check",
)
COLUMNS = ("file", "form", "pages", *RECORD_COLUMNS, "part", *PART_COLUMNS, *SHELF_KEYS)

_FORMULA = re.compile(r"'*[=+\-@＝＋－＠\t\r\n]")
_HARMLESS = re.compile(r"[+\-]?[0-9]+(\.[0-9]+)?|[\-－]+")


def write_csv(extractions: Iterable[Extraction], out: BinaryIO, language: Language) -> None:
    """Write a heading line and the lines of all documents."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    sheet.writerow(heading(code, language) for code in COLUMNS)
    for extraction in extractions:
        sheet.writerows(_lines(extraction, language))
        text.flush()
    text.detach()


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula; numbers and dashes stay."""
    if _HARMLESS.fullmatch(text) or not _FORMULA.match(text):
        return text
    return "'" + text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _lines(extraction: Extraction, language: Language) -> Iterator[list[str]]:
    shelf = shelf_values(extraction)
    for form in extraction.forms:
        head: Values = {"file": extraction.source.file, "form": form.id, **shelf}
        head |= {"pages": page_numbers(form.pages, language)}
        head |= {code: getattr(form.record, code) for code in RECORD_COLUMNS}
        for part, parent, values in _parts(form):
            told: Values = {
                "part": word(part, language),
                "to_check": doubts(form, parent, language),
            }
            yield _line(head | values | told)
    for row in FINDINGS.rows(extraction, language):
        said = {code: item.value for code, item in row.items()} | shelf
        as_part = {"kind": "part", "where": "content", "what": "actual", "why": "deviation"}
        page = {"pages": said["page"]} if said.get("page") else {}
        yield _line({as_part.get(code, code): value for code, value in said.items()} | page)


def _parts(form: Form) -> Iterator[tuple[str, str, Values]]:
    """Yield the parts of a form: the word for it, its pointer, and its values by column."""
    record = form.record
    yield "projects", "", {}
    for number, funds in enumerate(record.funding):
        yield (
            "funding",
            f"/funding/{number}",
            funds.model_dump(exclude={"item", "label"})
            | {"content": funds.label, "money_unit": record.money_unit},
        )
    goals: Values = {"target": record.goals.expected, "actual": record.goals.actual}
    yield "goals", "/goals", goals
    for number, indicator in enumerate(record.indicators):
        values = indicator.model_dump(exclude={"level3"}) | {"content": indicator.level3}
        yield "indicators", f"/indicators/{number}", values
    yield "total", "/total", record.total.model_dump()
    for name, text in record.extra.items():
        yield "other", f"/extra/{name}", {"content": name, "actual": text}


def _line(values: Values) -> list[str]:
    return [guarded("" if (it := values.get(code)) is None else str(it)) for code in COLUMNS]
