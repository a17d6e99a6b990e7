from bench.curves import (
    curve_table,
    first_alone,
    heard,
    reasons_table,
    thresholds_table,
    witness_alone,
)
from bench.reliability import curve
from bench.scoring import Judged
from core.readings import Reading, TextLine
from tests.worker.readings import drawn, page_of


def judged(why: str, *, right: bool, status: str = "review") -> Judged:
    return Judged("/total/score", "10", "10", status, why, 0.97, right)


def test_a_page_is_heard_through_one_reader() -> None:
    page = page_of(1, [drawn(("10 | 7",))])
    said = Reading(text="1O", confidence=0.5, engine="ppocr-tiny")

    def doubled(line: TextLine) -> TextLine:
        return line.model_copy(update={"others": (said,)})

    both = heard(page, doubled)
    first, witness = heard(both, first_alone), heard(both, witness_alone)

    assert [cell.text for cell in first.tables[0].cells] == ["10", "7"]
    assert not any(line.others for cell in first.tables[0].cells for line in cell.lines)
    assert [cell.text for cell in witness.tables[0].cells] == ["1O", "1O"]


def test_reasons_are_counted_with_those_that_are_wrong() -> None:
    values = [
        judged("grid", right=True),
        judged("grid", right=False),
        judged("", right=True, status="ok"),
    ]

    assert reasons_table(values).splitlines()[2:] == ["| grid | 2 | 1 |"]


def test_each_point_of_the_curve_has_its_interval() -> None:
    table = curve_table(curve([judged("", right=True, status="ok")] * 10))

    assert "| numbers | 0.9700 | 10 | 1.0000 | 0.7225 to 1.0000 |" in table


def test_a_least_confidence_marks_what_lies_below_and_lets_the_rest_pass() -> None:
    words = Judged("/title", "表", "表", "ok", "", 0.97, True)
    table = thresholds_table([judged("", right=False), judged("", right=True), words])

    assert "| 0.95 | 0.0 % | 1 of 2 | 0.0 % | 0 of 1 |" in table
    assert "| 0.98 | 100.0 % | 0 of 2 | 100.0 % | 0 of 1 |" in table
