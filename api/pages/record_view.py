"""A record as its form on paper: blocks of cells, each value with its place on the scan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from core.checks import check_form
from core.exports.rows import FUNDING_KEYS, INDICATOR_KEYS, is_doubtful
from core.exports.wording import grouped, heading, place, reason
from core.extraction import Check, Field, FieldStatus, Form, Indicator, Severity, Verdict
from core.findings import warn_form
from core.geometry import Box
from core.messages import Language, say
from core.readings import Frozen

NUMERIC = frozenset({*FUNDING_KEYS})
SPANNING = ("level1", "level2")


class Value(Frozen):
    """A value and how it was read, in words; `box` is in the scan frame of `page`."""

    pointer: str
    place: str
    text: str
    status: FieldStatus
    raw: str
    confidence: str
    reader: str
    page: int | None
    box: Box | None
    why: str
    alternatives: tuple[str, ...]


class Cell(Frozen):
    """A cell of a block; without `value` it is plain text."""

    text: str
    value: Value | None
    rows: int = 1
    numeric: bool = False


class Column(Frozen):
    """A column of a block."""

    key: str
    heading: str
    numeric: bool


class Block(Frozen):
    """A table. A cell that reaches over several rows stands in the first of them only."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Labelled(Frozen):
    """A value behind its label."""

    label: str
    cell: Cell


class CheckShown(Frozen):
    """A check in words, with the values that it is about."""

    verdict: Verdict
    message: str
    values: tuple[tuple[str, str], ...]


class IssueShown(Frozen):
    """Something odd about the document itself."""

    severity: Severity
    message: str


class Mark(Frozen):
    """A place on the scan: choosing it chooses the value at `pointer`."""

    pointer: str
    place: str
    status: FieldStatus
    box: Box


class ScanPage(Frozen):
    """A page of the scan with what was read on it."""

    number: int
    width: int
    height: int
    picture_url: str | None
    marks: tuple[Mark, ...]


class Sheet(Frozen):
    """The whole form."""

    title: Cell
    heading: tuple[Labelled, ...]
    money_unit: Cell
    funding: Block | None
    goals: tuple[Labelled, ...]
    indicators: Block | None
    total: tuple[Labelled, ...]
    extra: tuple[Labelled, ...]
    doubts: tuple[Value, ...]
    checks: tuple[CheckShown, ...]
    issues: tuple[IssueShown, ...]


def sheet(form: Form, language: Language) -> Sheet:
    """Lay a form out."""
    return _Layout(form, language).sheet()


def scan_pages(
    form: Form,
    language: Language,
    frames: dict[int, tuple[int, int]],
    pictures: dict[int, str],
) -> tuple[ScanPage, ...]:
    """Return the pages of a form, each value once on each place that it was read from."""
    layout = _Layout(form, language)
    return tuple(
        ScanPage(
            number=number,
            width=frames[number][0],
            height=frames[number][1],
            picture_url=pictures.get(number),
            marks=tuple(layout.marks(number)),
        )
        for number in form.pages
        if number in frames
    )


class _Layout:
    """The parts of a form, each made by one method."""

    def __init__(self, form: Form, language: Language) -> None:
        self.form = form
        self.language = language
        self.anchors = dict(_anchors(form))

    def sheet(self) -> Sheet:
        record = self.form.record
        return Sheet(
            title=self._cell("/title", record.title),
            heading=tuple(self._heading()),
            money_unit=self._cell("/money_unit", record.money_unit),
            funding=self._funding(),
            goals=tuple(
                self._labelled(
                    [
                        ("/goals/expected", record.goals.expected),
                        ("/goals/actual", record.goals.actual),
                    ]
                )
            ),
            indicators=self._indicators(),
            total=tuple(
                self._labelled(
                    [("/total/weight", record.total.weight), ("/total/score", record.total.score)]
                )
            ),
            extra=tuple(
                self._labelled(
                    (f"/extra/{name.replace('~', '~0').replace('/', '~1')}", text)
                    for name, text in record.extra.items()
                )
            ),
            doubts=tuple(self._doubts()),
            checks=tuple(self._checks()),
            issues=tuple(
                IssueShown(severity=issue.severity, message=issue.message)
                for issue in warn_form(record, self.form.fields, self.language)
            ),
        )

    def value(self, pointer: str, text: str) -> Value | None:
        """Return a value with how it was read, None where it was not read from anywhere."""
        read = self.form.fields.get(pointer)
        if read is None:
            return None
        return Value(
            pointer=pointer,
            place=place(pointer, self.language),
            text=text,
            status=read.status,
            raw=read.raw,
            confidence=f"{read.confidence:.1%}" if read.reader else "",
            reader=self._reader(read),
            page=read.page,
            box=read.box,
            why=reason(read, self.language) if is_doubtful(read) else "",
            alternatives=read.alternatives,
        )

    def marks(self, page: int) -> Iterator[Mark]:
        """Yield the places on a page; a box that several values share leads to the first of them."""
        seen: set[Box] = set()
        for pointer, read in self.form.fields.items():
            if read.page == page and read.box is not None and read.box not in seen:
                seen.add(read.box)
                anchor = self.anchors.get(pointer, pointer)
                status = self._worst(read.box, page)
                told = place(anchor, self.language)
                yield Mark(pointer=anchor, place=told, status=status, box=read.box)

    def _worst(self, box: Box, page: int) -> FieldStatus:
        found = {
            read.status
            for read in self.form.fields.values()
            if read.page == page and read.box == box
        }
        order: tuple[FieldStatus, ...] = ("missing", "review", "corrected")
        return next((status for status in order if status in found), "ok")

    def _reader(self, read: Field) -> str:
        known = {"ppocr": "PP-OCR", "tesseract": "Tesseract"}
        if read.reader == "person":
            return say("pages", "by_person", self.language)
        return known.get(read.reader, read.reader)

    def _cell(self, pointer: str, value: str | int | None, *, rows: int = 1, key: str = "") -> Cell:
        text = "" if value is None else str(value)
        shown = grouped(text) if key in NUMERIC else text
        return Cell(
            text=shown,
            value=self.value(pointer, shown),
            rows=rows,
            numeric=key in NUMERIC,
        )

    def _labelled(self, values: Iterable[tuple[str, str | int | None]]) -> Iterator[Labelled]:
        for pointer, text in values:
            if text is not None or pointer in self.form.fields:
                label = place(pointer, self.language)
                yield Labelled(label=label, cell=self._cell(pointer, text))

    def _heading(self) -> Iterator[Labelled]:
        record = self.form.record
        keys = ("project_name", "project_level", "department", "implementing_unit", "fiscal_year")
        yield from self._labelled((f"/{key}", getattr(record, key)) for key in keys)

    def _columns(
        self, block: str, keys: Iterable[str], rows: Sequence[Frozen]
    ) -> tuple[Column, ...]:
        """Return the columns that this kind of form has, those with nothing but gaps included."""
        return tuple(
            Column(key=key, heading=heading(key, self.language), numeric=key in NUMERIC)
            for key in keys
            if any(
                getattr(row, key) is not None or f"/{block}/{number}/{key}" in self.form.fields
                for number, row in enumerate(rows)
            )
        )

    def _funding(self) -> Block | None:
        rows = self.form.record.funding
        if not rows:
            return None
        columns = self._columns("funding", FUNDING_KEYS, rows)
        first = Column(key="label", heading=heading("funding_label", self.language), numeric=False)
        return Block(
            columns=(first, *columns),
            rows=tuple(
                tuple(
                    self._cell(
                        f"/funding/{number}/{column.key}", getattr(row, column.key), key=column.key
                    )
                    for column in (first, *columns)
                )
                for number, row in enumerate(rows)
            ),
        )

    def _indicators(self) -> Block | None:
        rows = self.form.record.indicators
        if not rows:
            return None
        columns = self._columns("indicators", INDICATOR_KEYS, rows)
        spans = _spans(rows)
        return Block(
            columns=columns,
            rows=tuple(
                tuple(
                    self._cell(
                        f"/indicators/{number}/{column.key}",
                        getattr(row, column.key),
                        rows=spans.get((number, column.key), 1),
                        key=column.key,
                    )
                    for column in columns
                    if column.key not in SPANNING or (number, column.key) in spans
                )
                for number, row in enumerate(rows)
            ),
        )

    def _doubts(self) -> Iterator[Value]:
        for pointer, read in self.form.fields.items():
            if is_doubtful(read) and self.anchors.get(pointer, pointer) == pointer:
                value = self.value(pointer, read.raw)
                if value is not None:
                    yield value

    def _checks(self) -> Iterator[CheckShown]:
        """Yield the checks, broken ones first, in the language of the request where it can say them."""
        said = {
            _subject(check): check.message
            for check in check_form(self.form.record, self.form.fields, self.language)
        }
        for check in sorted(self.form.checks, key=lambda check: check.verdict == "pass"):
            yield CheckShown(
                verdict=check.verdict,
                message=said.get(_subject(check), check.message),
                values=tuple(
                    (self.anchors.get(pointer, pointer), place(pointer, self.language))
                    for pointer in check.fields
                ),
            )


def _subject(check: Check) -> tuple[str, Verdict, tuple[str, ...], str, str]:
    return check.rule, check.verdict, check.fields, check.expected, check.found


def _spans(rows: Sequence[Indicator]) -> dict[tuple[int, str], int]:
    """Return how many rows each cell of the first two levels reaches over: (row, key) → rows."""
    spans = {}
    for key, same in (
        ("level1", lambda row: row[1].level1),
        ("level2", lambda row: (row[1].level1, row[1].level2)),
    ):
        for _, members in groupby(enumerate(rows), key=same):
            numbers = [number for number, _ in members]
            spans[numbers[0], key] = len(numbers)
    return spans


def _anchors(form: Form) -> Iterator[tuple[str, str]]:
    """Yield for each value that stands in the cell of another one the pointer of that cell."""
    for number, row in enumerate(form.record.funding):
        if row.label is not None:
            yield f"/funding/{number}/item", f"/funding/{number}/label"
    for (first, key), count in _spans(form.record.indicators).items():
        for number in range(first + 1, first + count):
            yield f"/indicators/{number}/{key}", f"/indicators/{first}/{key}"
