import json
from pathlib import Path

import pytest

from bench.scoring import judge, normal, paired, printed_values
from bench.tables import Tally, markdown
from core.extraction import Form
from tests.core.seed import TRUTH, form_of, spoiled

TRUTHS = json.loads(Path(TRUTH).read_text("utf-8"))
FORM = form_of(TRUTHS[0])


def only_wrong(form: Form) -> list[tuple[str, bool]]:
    (judged,) = judge(TRUTHS[:1], [form])
    return [(value.pointer, value.silent) for value in judged.values if not value.right]


def test_a_form_as_printed_has_no_error() -> None:
    assert only_wrong(FORM) == []


def test_a_wrong_value_is_silent_unless_it_is_marked() -> None:
    wrong = spoiled(FORM, "/total/score", "98.26")

    assert only_wrong(wrong) == [("/total/score", True)]
    assert only_wrong(spoiled(wrong, "/total/score", "98.26", status="review")) == [
        ("/total/score", False)
    ]


def test_a_value_that_no_field_stands_for_is_silent() -> None:
    fields = {pointer: field for pointer, field in FORM.fields.items() if "/score" not in pointer}
    lost = only_wrong(FORM.model_copy(update={"fields": fields}))

    assert ("/total/score", True) in lost


def test_forms_are_paired_by_their_names_and_a_lost_one_is_not_silent() -> None:
    judged = judge(TRUTHS[:3], [form_of(TRUTHS[2]), form_of(TRUTHS[0])])

    assert [form.found for form in judged] == [True, False, True]
    assert not any(value.silent for form in judged for value in form.values)


def test_rows_are_paired_over_a_lost_one() -> None:
    assert paired(["船只数量", "宣传次数", "知晓率"], ["船只数量", "知晓率"]) == {0: 0, 2: 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [("≥ 95％", ">=95%"), ("——", "—"), ("“一网通办”", '"一网通办"'), (None, "")],
)
def test_ways_of_printing_the_same(first: str | None, second: str) -> None:
    assert normal(first) == normal(second)


def test_the_table_counts_what_was_judged() -> None:
    marked = spoiled(FORM, "/total/weight", "1", status="review")
    judged = judge(TRUTHS[:1], [spoiled(marked, "/total/score", "98.26")])
    tally = Tally.of(judged, pages=2, extra_forms=1)

    assert tally.values == len(printed_values(TRUTHS[0]))
    assert (tally.silent, tally.numbers_silent, tally.flagged, tally.flagged_wrong) == (1, 1, 1, 1)
    assert "| scan300 | 300 | 4 | 2/2 | 2 |" in markdown({"scan300": tally + tally})
