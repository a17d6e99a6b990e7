"""The figures of one form, as the rules see them.

Enters: a record and its fields. A rule then asks for figures by their place and need not know how a
value came to be missing, blank or not part of this kind of form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal, Self

from core.extraction import Field, Record
from core.values import DASH, SLASH, decimal_of, unit_of_last_place
from core.values.wording import wording

Standing = Literal["absent", "unknown", "blank", "number"]

TOTAL = "total"


@dataclass(frozen=True)
class Figure:
    """One value of the record, where a number may stand.

    `absent`: this kind of form has no such cell. `unknown`: it has, but it was not found or cannot
    be a number. `blank`: nothing, a dash, a slash or a word for none is printed.
    """

    pointer: str
    standing: Standing
    typed: str = ""

    @property
    def amount(self) -> Decimal:
        """Return the number, 0 where none stands."""
        return decimal_of(self.typed) or Decimal(0)

    @property
    def last_place(self) -> Decimal:
        """Return the printed precision: 0.01 for two decimals."""
        return unit_of_last_place(self.typed)


@dataclass(frozen=True)
class FundingRow:
    """The figures of one row of the funding block; `budget` is what execution is measured by."""

    label: str
    is_total: bool
    initial_budget: Figure
    annual_budget: Figure
    executed: Figure
    weight: Figure
    execution_rate: Figure
    score: Figure

    @property
    def budget(self) -> Figure:
        """Return the full-year budget, or the initial one where the form has no other."""
        return (
            self.initial_budget if self.annual_budget.standing == "absent" else self.annual_budget
        )


@dataclass(frozen=True)
class ScoredRow:
    """Weight and score of one row, whichever block it stands in."""

    label: str
    weight: Figure
    score: Figure


@dataclass(frozen=True)
class Sheet:
    """A record with the pointers of what should be there and was not found."""

    record: Record
    missing: frozenset[str]
    values: Mapping[str, str | None]

    @classmethod
    def of(cls, record: Record, fields: Mapping[str, Field]) -> Self:
        """Lay the record out by JSON Pointer."""
        missing = frozenset(
            pointer for pointer, field in fields.items() if field.status == "missing"
        )
        return cls(record, missing, leaves(record))

    def with_value(self, pointer: str, typed: str) -> Sheet:
        """Return the sheet as it would be if `typed` stood at `pointer`."""
        return replace(self, values={**self.values, pointer: typed})

    def figure(self, pointer: str) -> Figure:
        """Return the figure at `pointer`; absent where the record has no such place."""
        typed = self.values.get(pointer)
        if pointer in self.missing:
            return Figure(pointer, "unknown")
        if typed is None:
            return Figure(pointer, "absent")
        if decimal_of(typed) is not None:
            return Figure(pointer, "number", typed)
        blank = typed in {"", DASH, SLASH} | wording().marks.nothing
        return Figure(pointer, "blank" if blank else "unknown", typed)

    @cached_property
    def funding(self) -> tuple[FundingRow, ...]:
        """Return the rows of the funding block from top to bottom."""
        items = [row.item for row in self.record.funding]
        total = items.index(TOTAL) if TOTAL in items else 0 if len(items) == 1 else -1
        return tuple(
            self._funding_row(index, is_total=index == total) for index in range(len(items))
        )

    @property
    def total(self) -> FundingRow | None:
        """Return the row of the year's total funds."""
        return next((row for row in self.funding if row.is_total), None)

    @property
    def components(self) -> tuple[FundingRow, ...]:
        """Return the rows that the total is made of."""
        return tuple(row for row in self.funding if not row.is_total) if self.total else ()

    @cached_property
    def indicators(self) -> tuple[ScoredRow, ...]:
        """Return weight and score of every indicator."""
        return tuple(
            ScoredRow(indicator.level3 or "", *self._scored(f"/indicators/{index}"))
            for index, indicator in enumerate(self.record.indicators)
        )

    @property
    def last(self) -> ScoredRow:
        """Return the row of the form's total."""
        return ScoredRow("", *self._scored("/total"))

    def _scored(self, parent: str) -> tuple[Figure, Figure]:
        return self.figure(f"{parent}/weight"), self.figure(f"{parent}/score")

    def _funding_row(self, index: int, *, is_total: bool) -> FundingRow:
        parent = f"/funding/{index}"
        return FundingRow(
            label=self.record.funding[index].label,
            is_total=is_total,
            initial_budget=self.figure(f"{parent}/initial_budget"),
            annual_budget=self.figure(f"{parent}/annual_budget"),
            executed=self.figure(f"{parent}/executed"),
            weight=self.figure(f"{parent}/weight"),
            execution_rate=self.figure(f"{parent}/execution_rate"),
            score=self.figure(f"{parent}/score"),
        )


def leaves(record: Record) -> dict[str, str | None]:
    """Return every value of the record by its JSON Pointer."""

    def walk(node: object, pointer: str) -> dict[str, str | None]:
        if isinstance(node, dict):
            parts = [(str(name).replace("~", "~0").replace("/", "~1"), node[name]) for name in node]
        elif isinstance(node, list):
            parts = [(str(index), item) for index, item in enumerate(node)]
        else:
            return {pointer: None if node is None else str(node)}
        return {
            place: value
            for name, child in parts
            for place, value in walk(child, f"{pointer}/{name}").items()
        }

    return walk(record.model_dump(mode="json"), "")
