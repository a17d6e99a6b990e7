"""Oddities of what a form says it has reached: goals, actual values, scores."""

from __future__ import annotations

from collections.abc import Iterator

from core.extraction import Indicator, Record
from core.findings.finding import Finding, FindingParams, matching, rows_finding
from core.findings.wording import wording
from core.values import decimal_of, measure_of


def actual_repeats_target(record: Record, _: FindingParams) -> Iterator[Finding]:
    """Actual values repeat their targets word for word, comparator included.

    Words do so by nature: beside other results only comparisons count.
    """
    repeated = matching(record, lambda row: bool(row.target) and row.target == row.actual)
    compared = [index for index in repeated if _is_comparison(record.indicators[index].target)]
    everything = len(repeated) == len(record.indicators)
    odd = repeated if everything else compared
    yield from rows_finding("actual_repeats_target", odd, "actual", len(record.indicators))


def goal_repeated(record: Record, _: FindingParams) -> Iterator[Finding]:
    """What was reached is what was planned, word for word."""
    if record.goals.expected and record.goals.expected == record.goals.actual:
        yield Finding("goal_repeated", ("/goals/actual", "/goals/expected"))


def perfect_score(record: Record, _: FindingParams) -> Iterator[Finding]:
    """Every indicator has its full score, and the form its full total."""
    rows = [
        *((row.weight, row.score) for row in record.indicators),
        (record.total.weight, record.total.score),
    ]
    pairs = [(decimal_of(weight), decimal_of(score)) for weight, score in rows]
    if record.indicators and all(weight is not None and weight == score for weight, score in pairs):
        yield Finding(
            "perfect_score", ("/total/score", "/total/weight"), {"score": record.total.score or ""}
        )


def full_score_unmet(record: Record, _: FindingParams) -> Iterator[Finding]:
    """A figure misses its target and has the full score all the same."""
    unmet = matching(record, lambda row: _is_full(row) and _is_missed(row))
    yield from rows_finding("full_score_unmet", unmet, "score", len(record.indicators))


def deviation_missing(record: Record, _: FindingParams) -> Iterator[Finding]:
    """A score below its weight goes unexplained, in a form with a column for it."""
    unexplained = matching(
        record, lambda row: _is_below(row) and (row.deviation in wording().no_reason)
    )
    yield from rows_finding("deviation_missing", unexplained, "deviation", len(record.indicators))


def _is_comparison(target: str | None) -> bool:
    measure = measure_of(target)
    return measure is not None and measure.comparator != ""


def _is_full(row: Indicator) -> bool:
    weight = decimal_of(row.weight)
    return bool(weight) and weight == decimal_of(row.score)


def _is_below(row: Indicator) -> bool:
    weight, score = decimal_of(row.weight), decimal_of(row.score)
    return weight is not None and score is not None and score < weight


def _is_missed(row: Indicator) -> bool:
    target, actual = measure_of(row.target), measure_of(row.actual)
    if target is None or actual is None or target.unit != actual.unit:
        return False
    return target.met_by(actual.number) is False
