"""Oddities in the wording of indicators and in the weights of their levels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from core.extraction import Indicator, Record
from core.findings.finding import Finding, FindingParams, matching, rows_finding
from core.findings.wording import wording
from core.values import Kind, decimal_of, measure_of, plain, settle


def value_without_unit(record: Record, _: FindingParams) -> Iterator[Finding]:
    """A target is a bare number."""
    bare = matching(record, _has_bare_target)
    yield from rows_finding("value_without_unit", bare, "target", len(record.indicators))


def name_ends_with_stop(record: Record, _: FindingParams) -> Iterator[Finding]:
    """An indicator's name is a sentence."""
    ended = matching(record, lambda row: (row.level3 or "").endswith(wording().full_stops))
    yield from rows_finding("name_ends_with_stop", ended, "level3", len(record.indicators))


def date_without_deadline(record: Record, _: FindingParams) -> Iterator[Finding]:
    """A target is a day, without the word that makes it a deadline."""
    days = matching(
        record,
        lambda row: (
            _is_date(row.target) and not row.target.endswith(wording().deadline_words)
            if row.target
            else False
        ),
    )
    yield from rows_finding("date_without_deadline", days, "target", len(record.indicators))


def time_without_date(record: Record, _: FindingParams) -> Iterator[Finding]:
    """An indicator asks when, and its target is neither a date nor a figure."""
    undated = matching(record, _asks_when_in_vain)
    yield from rows_finding("time_without_date", undated, "target", len(record.indicators))


def label_weight_differs(record: Record, _: FindingParams) -> Iterator[Finding]:
    """A level's label prints a weight, and its rows make another."""
    for label, rows in _by_level(record).items():
        printed = wording().label_weight.search(label)
        weights = [decimal_of(record.indicators[index].weight) for index in rows]
        known = [weight for weight in weights if weight is not None]
        if printed is None or len(known) < len(weights):
            continue
        if sum(known) != Decimal(printed["weight"]):
            yield Finding(
                "label_weight_differs",
                tuple(f"/indicators/{index}/level1" for index in rows),
                {"label": label, "found": plain(sum(known, Decimal(0)))},
            )


def unusual_level_weights(record: Record, _: FindingParams) -> Iterator[Finding]:
    """The levels' weights are none of the standard's distributions."""
    made = {
        label: sum(
            (decimal_of(record.indicators[i].weight) or Decimal(0) for i in rows), Decimal(0)
        )
        for label, rows in _by_level(record).items()
    }
    if not any(made.values()) or any(_follows(made, known) for known in wording().level_weights):
        return
    yield Finding(
        "unusual_level_weights",
        ("/indicators/0/weight",),
        {"weights": ", ".join(f"{label} {plain(weight)}" for label, weight in made.items())},
    )


def _follows(made: dict[str, Decimal], standard: dict[str, Decimal]) -> bool:
    """Say whether each level has its standard weight; labels only begin with the standard's."""
    return len(made) == len(standard) and all(
        any(label.startswith(name) and weight == due for label, weight in made.items())
        for name, due in standard.items()
    )


def _by_level(record: Record) -> dict[str, list[int]]:
    levels: defaultdict[str, list[int]] = defaultdict(list)
    for index, indicator in enumerate(record.indicators):
        if indicator.level1:
            levels[indicator.level1].append(index)
    return dict(levels)


def _has_bare_target(row: Indicator) -> bool:
    measure = measure_of(row.target)
    return measure is not None and not measure.unit


def _is_date(target: str | None) -> bool:
    return settle(target or "", Kind.MEASURE).nature == "date"


def _asks_when_in_vain(row: Indicator) -> bool:
    asks = any(word in (row.level3 or "") for word in wording().time_words)
    return asks and settle(row.target or "", Kind.MEASURE).nature == "text"
