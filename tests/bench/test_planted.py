from dataclasses import replace

import pytest

from bench.planted import Kind, judged, misread, plant, run, through_figures, through_perfection
from core.readings import Reading


@pytest.mark.parametrize("kind", ["paper", "reading"])
def test_planted_errors_are_found(kind: Kind) -> None:
    outcomes = list(run(kind, 11, 3, lambda planted: through_perfection(planted, kind)))

    assert [outcome.planted.seed for outcome in outcomes if not outcome.good(kind)] == []


def test_an_error_on_paper_stays_as_it_is_printed() -> None:
    planted = plant("paper", 11, 0)
    extraction = through_perfection(planted, "paper")

    assert judged(planted, extraction).blamed
    raws = {field.raw for form in extraction.forms for field in form.fields.values()}
    assert planted.printed in raws


def test_only_the_first_line_is_misread() -> None:
    readings = [Reading(text="10", confidence=0.9, engine="ppocr")] * 3

    assert [reading.text for reading in misread(readings, "10", "70")] == ["70", "10", "10"]


def test_a_spoilt_figure_comes_out_right_or_marked() -> None:
    planted = replace(plant("pixels", 5, 0), way="blot")
    outcome = judged(planted, through_figures(planted, "scan200"))

    assert outcome.fate in {"right", "in review"}
    assert outcome.good("pixels")
