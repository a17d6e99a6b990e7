"""The extraction document, `dangan.extraction/1`: what the customer gets.

The shape is a public contract. Typed values stand in `record`; how each of them was read stands in
`fields`, keyed by JSON Pointer into `record`.
"""

from __future__ import annotations

from typing import Final, Literal

import pydantic
from pydantic import ConfigDict

from core.geometry import Box
from core.readings import Frozen

SCHEMA: Final = "dangan.extraction/1"

PageKind = Literal["form", "continuation", "blank", "other", "unreadable"]
FieldStatus = Literal["ok", "review", "corrected", "missing"]
Verdict = Literal["pass", "reading_error", "form_error", "undecided"]
Severity = Literal["info", "warning", "error"]


class Shelf(Frozen):
    """Where the catalogue of a campaign puts a file, whatever its forms say."""

    campaign: str
    fiscal_year: int | None = None
    box: str | None = None
    item_number: str | None = None
    archive_number: str | None = None


class Source(Frozen):
    """The file that was read: its name without folders, SHA-256 of its bytes, number of pages.

    `catalogue` is there only where a campaign took the file in and records are exported.
    """

    file: str
    sha256: str
    pages: int
    pipeline: str
    catalogue: Shelf | None = pydantic.Field(default=None, exclude_if=lambda shelf: shelf is None)


class Cell(Frozen):
    """A cell as it stands on a page; `box` is in the scan frame."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    confidence: float
    box: Box


class Table(Frozen):
    """A table of a page: `rows × cols`, tiled by its cells."""

    rows: int
    cols: int
    cells: tuple[Cell, ...]


class Page(Frozen):
    """One page; `rotation` and `skew_deg` say how the print lies in the scan, counter-clockwise."""

    number: int
    width: int
    height: int
    rotation: int
    skew_deg: float
    kind: PageKind
    tables: tuple[Table, ...]


class Funding(Frozen):
    """One row of the funding block; amounts in the record's `money_unit`, rate in per cent."""

    item: str
    label: str
    initial_budget: str | None = None
    annual_budget: str | None = None
    executed: str | None = None
    weight: str | None = None
    execution_rate: str | None = None
    score: str | None = None


class Goals(Frozen):
    """The year's goal and what came of it, as prose without line wraps."""

    expected: str | None = None
    actual: str | None = None


class Indicator(Frozen):
    """One indicator; `level1` and `level2` repeat on every row that they span."""

    level1: str | None = None
    level2: str | None = None
    level3: str | None = None
    target: str | None = None
    actual: str | None = None
    weight: str | None = None
    score: str | None = None
    deviation: str | None = None


class Total(Frozen):
    """The last row: the sum of weights and of scores."""

    weight: str | None = None
    score: str | None = None


class Record(Frozen):
    """The form as typed values.

    Numbers are decimal strings without separators, `""` is an empty cell, None is what this kind of
    form does not have.
    """

    title: str | None = None
    fiscal_year: int | None = None
    project_name: str | None = None
    project_level: str | None = None
    department: str | None = None
    implementing_unit: str | None = None
    money_unit: str | None = None
    funding: tuple[Funding, ...] = ()
    goals: Goals = Goals()
    indicators: tuple[Indicator, ...] = ()
    total: Total = Total()
    extra: dict[str, str] = {}


class Field(Frozen):
    """How one value of the record was read.

    `raw` is what is printed. `page` and `box` (scan frame) are None where `status` is `missing`.
    """

    raw: str
    confidence: float
    page: int | None
    box: Box | None
    reader: str
    status: FieldStatus
    why: str | None = None
    alternatives: tuple[str, ...] = ()


class Check(Frozen):
    """One rule applied once: `fields` are JSON Pointers into the record."""

    rule: str
    verdict: Verdict
    fields: tuple[str, ...]
    expected: str
    found: str
    message: str


class Form(Frozen):
    """One evaluation form, on one page or several; `template` names the kind of form."""

    id: str
    pages: tuple[int, ...]
    template: str
    record: Record
    fields: dict[str, Field]
    checks: tuple[Check, ...]


class Issue(Frozen):
    """Something about the document that a person should look at; `page` is None for the whole."""

    code: str
    severity: Severity
    page: int | None
    message: str


class Extraction(Frozen):
    """The whole document. `model_dump_json()` writes the contract; `schema_` is its key `schema`."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    schema_: Literal["dangan.extraction/1"] = pydantic.Field(default=SCHEMA, alias="schema")
    source: Source
    pages: tuple[Page, ...]
    forms: tuple[Form, ...]
    issues: tuple[Issue, ...]
