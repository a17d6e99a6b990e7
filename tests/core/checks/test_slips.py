"""Slips that all readers share: a broken rule that a point or a digit would mend blames nobody unmarked."""

from __future__ import annotations

import pytest

from core.checks import check_form, mark, slipped
from core.extraction import Form
from tests.core.seed import seed_forms, spoiled

FIRST = seed_forms()[0]


def verdicts(form: Form) -> dict[str, str]:
    checks = check_form(form.record, form.fields, "zh")
    return {check.rule: check.verdict for check in checks if check.verdict != "pass"}


def doubted(form: Form) -> dict[str, str | None]:
    slips = slipped(form.record, form.fields)
    checks = check_form(form.record, form.fields, "zh")
    marked = mark(form.fields, checks, slips=slips)
    return {pointer: field.why for pointer, field in marked.items() if field.status == "review"}


def test_a_speck_that_all_readers_take_for_a_point_is_for_a_person() -> None:
    form = spoiled(FIRST, "/indicators/0/weight", "1.0")

    assert verdicts(form) == {"weights_sum": "undecided", "score_within_weight": "undecided"}
    assert doubted(form) == {"/indicators/0/weight": "point_doubtful"}


def test_a_point_that_no_reader_sees_is_for_a_person() -> None:
    form = spoiled(FIRST, "/funding/0/execution_rate", "10000%")

    assert doubted(form) == {"/funding/0/execution_rate": "point_doubtful"}
    assert set(verdicts(form).values()) == {"undecided"}


def test_a_digit_that_is_gone_is_the_form_s_and_for_a_person() -> None:
    form = spoiled(FIRST, "/indicators/0/score", "1")

    assert verdicts(form) == {"scores_sum": "form_error"}
    assert doubted(form) == {"/indicators/0/score": "digit_doubtful"}


def test_a_stroke_at_the_edge_taken_for_a_digit_is_for_a_person() -> None:
    form = spoiled(FIRST, "/funding/1/executed", "11,031,336.77")

    assert doubted(form) == {"/funding/1/executed": "digit_doubtful"}


def test_a_digit_that_lost_a_stroke_is_the_form_s_and_for_a_person() -> None:
    pointer, whole = "/funding/1/initial_budget", seed_forms()[3]
    form = spoiled(whole, pointer, whole.fields[pointer].raw.replace("8", "3", 1))

    assert verdicts(form) == {"components_sum": "form_error"}
    assert pointer in doubted(form)
    assert set(doubted(form).values()) == {"digit_doubtful"}


def test_what_was_put_to_review_so_is_still_read_for_sure() -> None:
    form = spoiled(FIRST, "/indicators/0/score", "1", status="review", why="digit_doubtful")

    assert verdicts(form) == {"scores_sum": "form_error"}


@pytest.mark.parametrize(
    ("pointer", "printed"),
    [("/total/score", "98.26"), ("/indicators/0/weight", "20"), ("/indicators/0/weight", "19")],
)
def test_a_figure_that_no_slip_explains_is_the_form_s(pointer: str, printed: str) -> None:
    form = spoiled(FIRST, pointer, printed)

    assert set(verdicts(form).values()) == {"form_error"}
    assert doubted(form) == {}


def test_what_mends_one_rule_and_breaks_another_explains_nothing() -> None:
    # 1.9 lies within the weight of 10 as 19 does not; but the scores do not make the total then.
    form = spoiled(FIRST, "/indicators/0/score", "19")

    assert set(verdicts(form).values()) == {"form_error"}


def test_a_person_s_figure_is_no_slip() -> None:
    form = spoiled(FIRST, "/indicators/0/weight", "1.0", status="corrected")

    assert set(verdicts(form).values()) == {"form_error"}
    assert "/indicators/0/weight" not in doubted(form)


def test_what_waits_for_a_person_explains_the_rule_without_a_slip() -> None:
    form = spoiled(FIRST, "/indicators/0/score", "1")
    form = spoiled(form, "/total/score", "100", status="review", why="illegible")

    assert doubted(form) == {"/total/score": "illegible"}
