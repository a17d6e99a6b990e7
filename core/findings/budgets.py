"""Oddities of the year's total funds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.extraction import Funding, Record
from core.findings.finding import Finding, FindingParams
from core.values import decimal_of, decimals_of


def budget_set_to_execution(record: Record, _: FindingParams) -> Iterator[Finding]:
    """The full-year budget is what was executed, to the cent, and not what was planned."""
    for index, row in _totals(record):
        initial, annual, executed = _amounts(row)
        if annual and annual == executed and initial is not None and initial != annual:
            yield Finding(
                "budget_set_to_execution",
                _pointers(index, "annual_budget", "executed", "initial_budget"),
                {"annual": row.annual_budget or "", "initial": row.initial_budget or ""},
            )


def budget_changed(record: Record, params: FindingParams) -> Iterator[Finding]:
    """The full-year budget lies far from the initial one."""
    for index, row in _totals(record):
        initial, annual, _ = _amounts(row)
        if not initial or annual is None:
            continue
        change = annual / initial - 1
        if abs(change) > params.budget_change_ratio:
            yield Finding(
                "budget_changed",
                _pointers(index, "annual_budget", "initial_budget"),
                {
                    "annual": row.annual_budget or "",
                    "initial": row.initial_budget or "",
                    "change": f"{change * 100:+.2f}",
                    "limit": f"{params.budget_change_ratio * 100:.0f}",
                },
            )


def amount_format(record: Record, _: FindingParams) -> Iterator[Finding]:
    """The amounts of the total row are printed with different numbers of decimals."""
    for index, row in _totals(record):
        amounts = {
            name: typed
            for name, typed in (
                ("executed", row.executed),
                ("annual_budget", row.annual_budget),
                ("initial_budget", row.initial_budget),
            )
            if typed is not None and decimal_of(typed)
        }
        if len({decimals_of(typed) for typed in amounts.values()}) > 1:
            printed = " / ".join(reversed(amounts.values()))
            yield Finding("amount_format", _pointers(index, *amounts), {"printed": printed})


def _totals(record: Record) -> Iterator[tuple[int, Funding]]:
    for index, row in enumerate(record.funding):
        if row.item == "total":
            yield index, row


def _amounts(row: Funding) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    return decimal_of(row.initial_budget), decimal_of(row.annual_budget), decimal_of(row.executed)


def _pointers(index: int, *names: str) -> tuple[str, ...]:
    return tuple(f"/funding/{index}/{name}" for name in names)
