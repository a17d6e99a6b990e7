import xml.etree.ElementTree as ET
from typing import get_args

import pytest

from bench.calibrate import Sample, fitted, knots
from bench.reliability import curve, interval, to_svg
from bench.scoring import Judged
from core.trust import Support
from core.trust.calibration import Calibration, Curve


def value(confidence: float, *, right: bool, pointer: str = "/total/score") -> Judged:
    return Judged(pointer, "1", "1", "ok", "", confidence, right)


def test_bins_hold_numbers_and_words_apart() -> None:
    values = [
        value(0.999, right=True),
        value(1.0, right=True),
        value(0.6, right=False),
        value(0.6, right=True, pointer="/title"),
    ]

    assert [(one.group, one.count, one.right) for one in curve(values)] == [
        ("numbers", 1, 0),
        ("numbers", 1, 1),
        ("numbers", 1, 1),
        ("words", 1, 1),
    ]


def test_the_interval_holds_the_rate_and_stays_a_rate() -> None:
    low, high = interval(99, 100)

    assert 0 < low < 0.99 < high < 1
    assert interval(5, 5)[1] == pytest.approx(1)


def test_the_picture_is_well_formed_and_marks_every_bin() -> None:
    bins = curve([value(sure, right=True) for sure in (0.4, 0.85, 0.9995)])
    marks = ET.fromstring(to_svg(bins)).iter("{http://www.w3.org/2000/svg}title")

    assert len(list(marks)) == len(bins)


def test_fitted_curves_rise_and_follow_the_rates() -> None:
    samples = [Sample("digits", "agreed", 0.99, right=True)] * 400
    samples += [Sample("digits", "agreed", 0.6, right=number % 2 == 0) for number in range(200)]
    points = knots(samples)

    line = Curve(knots=tuple(points))
    assert line.at(0.6) == pytest.approx(0.5, abs=0.1)
    assert 0.98 < line.at(0.99) < 1


def test_all_cases_together_make_a_table() -> None:
    supports: set[Support] = set(get_args(Support)) - {"none"}
    samples = [Sample("word", support, 0.9, right=True) for support in supports] * 40

    curves = {
        matter: {support: {"knots": points} for support, points in cases.items()}
        for matter, cases in fitted(samples).items()
    }
    table = Calibration.model_validate({"made_by": "", "values": 160, "curves": curves})
    assert table.probability("word", "none", 0.9) > 0.9
