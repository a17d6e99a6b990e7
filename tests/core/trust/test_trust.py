from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.trust import Calibration, Support, calibration, same_print, support_of
from core.trust.calibration import Curve


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1,031,336.77", "1.031.336.77"),
        ("（2023 年度）", "(2023年度)"),
        ("≥95％", "≥95%"),
        ("一", "—"),
        ("及时、有效", "及时丶有效"),
    ],
)
def test_what_recognisers_cannot_tell_apart_is_the_same(first: str, second: str) -> None:
    assert same_print(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("100", "10"),
        ("≤5%", "≤5‰"),
        ("完成。", "完成"),
        ("土地", "士地"),
        (">=85%", "<=85%"),
        (">350天", "≥350天"),
        ("及时；有效", "及时，有效"),
        ("指标3：", "指标3."),
        ("0:00", "0.00"),
        ("进度.", "进度，"),
    ],
)
def test_what_is_printed_otherwise_is_not(first: str, second: str) -> None:
    assert not same_print(first, second)


@pytest.mark.parametrize(
    ("others", "support"),
    [
        ([], "none"),
        (["98.26"], "agreed"),
        (["98.26", "98.26"], "unanimous"),
        (["98.26", "9B"], "agreed"),
        (["98.62"], "alone"),
        (["98.62", "98.26"], "upheld"),
        (["98.62", "98.62"], "outvoted"),
        (["98.62", "98.6"], "alone"),
    ],
)
def test_how_readers_stand_to_the_first(others: list[str], support: Support) -> None:
    assert support_of("98.26", others, same_print) == support


def test_a_curve_is_level_outside_and_straight_between_its_knots() -> None:
    curve = Curve(knots=((0.5, 0.2), (0.9, 0.8)))

    assert [curve.at(x) for x in (0.1, 0.5, 0.7, 0.9, 1.0)] == pytest.approx(
        [0.2, 0.2, 0.5, 0.8, 0.8]
    )


@pytest.mark.parametrize("knots", [(), ((0.5, 0.9), (0.9, 0.8)), ((0.9, 0.1), (0.5, 0.2))])
def test_a_curve_that_falls_is_refused(knots: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValidationError):
        Curve(knots=knots)


def test_a_table_without_a_case_is_refused() -> None:
    with pytest.raises(ValidationError):
        Calibration(made_by="", values=0, curves={"any": {"agreed": Curve(knots=((0.5, 0.5),))}})


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_confidence_is_never_worth_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    table = calibration()

    for matter in ("digits", "date", "mark", "word", "prose", "listed"):
        for support in get_args(Support):
            assert table.probability(matter, support, low) <= table.probability(
                matter, support, high
            )


def test_agreement_is_worth_more_than_dissent() -> None:
    table = calibration()

    for sure in (0.6, 0.9, 0.99):
        agreed, alone = (table.probability("digits", s, sure) for s in ("agreed", "alone"))
        assert agreed > alone


def test_the_table_tells_what_it_was_made_from() -> None:
    assert calibration().values > 1000
    assert "bench.calibrate" in calibration().made_by
