"""Typed values as the checks see them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.values import Comparator, decimal_of, decimals_of, measure_of, unit_of_last_place


@pytest.mark.parametrize("typed", [None, "", "—", "/", "无", "007", "1,000", "5.", "1_000", "1e3"])
def test_only_plain_decimals_are_numbers(typed: str | None) -> None:
    assert decimal_of(typed) is None


def test_printed_precision() -> None:
    assert [decimals_of(typed) for typed in ("100.00", "8.6", "86", "—")] == [2, 1, 0, 0]
    assert unit_of_last_place("86.19") == Decimal("0.01")
    assert unit_of_last_place("86") == 1


@pytest.mark.parametrize(
    ("typed", "comparator", "number", "unit"),
    [
        (">=85%", ">=", "85", "%"),
        ("≤8万", "<=", "8", "万"),
        ("=100.00(%)", "=", "100.00", "%"),
        ("100%", "", "100", "%"),
        ("±10%", "±", "10", "%"),
        (">=1,000次", ">=", "1000", "次"),
        ("=100", "=", "100", ""),
    ],
)
def test_measures(typed: str, comparator: Comparator, number: str, unit: str) -> None:
    measure = measure_of(typed)

    assert measure is not None
    assert (measure.comparator, measure.number, measure.unit) == (comparator, Decimal(number), unit)


@pytest.mark.parametrize("typed", ["完成", "2023年12月31日前", "", "/", ">=3次/2年", None])
def test_words_and_dates_are_no_measures(typed: str | None) -> None:
    assert measure_of(typed) is None


@pytest.mark.parametrize(
    ("target", "actual", "met"),
    [
        (">=85%", 85, True),
        (">=85%", 84, False),
        ("<=30天", 31, False),
        ("<5%", 5, False),
        (">5%", 6, True),
        ("=100%", 99, False),
        ("=100%", 100, True),
        ("±10%", 10, None),
    ],
)
def test_a_target_is_met_or_not(target: str, actual: int, met: bool | None) -> None:
    measure = measure_of(target)

    assert measure is not None
    assert measure.met_by(Decimal(actual)) is met
