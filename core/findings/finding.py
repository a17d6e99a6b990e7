"""What is odd about a form, before it is put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from core.extraction import Indicator, Record, Severity

FindingCode = Literal[
    "budget_set_to_execution",
    "budget_changed",
    "actual_repeats_target",
    "goal_repeated",
    "perfect_score",
    "stale_year",
    "value_without_unit",
    "amount_format",
    "total_score_format",
    "name_ends_with_stop",
    "date_without_deadline",
    "time_without_date",
    "label_weight_differs",
    "unusual_level_weights",
    "full_score_unmet",
    "deviation_missing",
    "form_repeated",
]

SEVERITIES: Mapping[FindingCode, Severity] = {
    "budget_set_to_execution": "info",
    "budget_changed": "warning",
    "actual_repeats_target": "warning",
    "goal_repeated": "warning",
    "perfect_score": "info",
    "stale_year": "warning",
    "value_without_unit": "warning",
    "amount_format": "info",
    "total_score_format": "info",
    "name_ends_with_stop": "info",
    "date_without_deadline": "info",
    "time_without_date": "info",
    "label_weight_differs": "warning",
    "unusual_level_weights": "info",
    "full_score_unmet": "warning",
    "deviation_missing": "warning",
    "form_repeated": "warning",
}


@dataclass(frozen=True)
class FindingParams:
    """Where oddity begins."""

    budget_change_ratio: Decimal = Decimal("0.20")
    """Change of the full-year budget against the initial one; a fifth is what offices explain."""
    stale_after_years: int = 3
    """How far back a year may lie to be a remnant of an earlier form; older ones tell history."""
    repeated_share: float = 0.9
    """What two readings of one form have in common at least; two forms of one project and year share their names and levels."""


STANDARD = FindingParams()


@dataclass(frozen=True)
class Finding:
    """One oddity of one form, whole: many rows make one finding.

    `fields` are JSON Pointers, the first of them says on which page to look. `details` fill the
    message.
    """

    code: FindingCode
    fields: tuple[str, ...]
    details: Mapping[str, str | int] = field(default_factory=dict)


Inspection = Callable[[Record, FindingParams], Iterator[Finding]]


def rows_finding(
    code: FindingCode, rows: list[int], name: str, indicators: int
) -> Iterator[Finding]:
    """Yield one finding for the indicators of these indices, if any; `name` is the odd column."""
    if rows:
        yield Finding(
            code=code,
            fields=tuple(f"/indicators/{index}/{name}" for index in rows),
            details={
                "rows": ", ".join(str(index + 1) for index in rows),
                "count": len(rows),
                "total": indicators,
            },
        )


def matching(record: Record, odd: Callable[[Indicator], bool]) -> list[int]:
    """Return the indices of the indicators that are odd."""
    return [index for index, indicator in enumerate(record.indicators) if odd(indicator)]
