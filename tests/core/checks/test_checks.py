"""The form's own arithmetic: the seed agrees, real deviations fail, and verdicts are careful."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.checks import RULES, CheckParams, RuleName, check_form, confirmed, mark
from core.extraction import Check, Form, Record
from tests.core.seed import missing, seed_forms, spoiled

FORMS = seed_forms()
FIRST = FORMS[0]
FULL_MARKS = next(form for form in FORMS if form.record.funding[0].score == "10")


def checks_of(form: Form, rule: str | None = None) -> list[Check]:
    checks = check_form(form.record, form.fields, "zh")
    return [check for check in checks if rule in {None, check.rule}]


def broken(form: Form) -> list[Check]:
    return [check for check in checks_of(form) if check.verdict != "pass"]


def only(form: Form, rule: str) -> Check:
    """Return the one check of `rule` that does not pass, or the only one that there is."""
    checks = checks_of(form, rule)
    failed = [check for check in checks if check.verdict != "pass"] or checks
    assert len(failed) == 1
    return failed[0]


def with_funding(form: Form, row: int, **figures: str | None) -> Form:
    """Return the form with these typed values in one row of the funding block, read for sure."""
    rows = list(form.record.funding)
    rows[row] = rows[row].model_copy(update=figures)
    record = form.record.model_copy(update={"funding": tuple(rows)})
    gone = {f"/funding/{row}/{name}" for name, figure in figures.items() if figure is None}
    fields = {pointer: read for pointer, read in form.fields.items() if pointer not in gone}
    return form.model_copy(update={"record": record, "fields": fields})


def without_scores(form: Form, value: str | None) -> Form:
    """Return the form with `value` for every weight and score."""
    figures = {"weight": value, "score": value}
    indicators = tuple(row.model_copy(update=figures) for row in form.record.indicators)
    total = form.record.total.model_copy(update=figures)
    record = form.record.model_copy(update={"indicators": indicators, "total": total})
    return with_funding(form.model_copy(update={"record": record}), 0, **figures)


def beside_the_hundred(form: Form, **execution: str) -> Form:
    """Return the form with its execution row weighed beside the hundred points, which the first row takes up."""
    row = form.record.indicators[0]
    weighed = {
        "weight": str(Decimal(row.weight or "") + 10),
        "score": str(Decimal(row.score or "") + 10),
    }
    rows = (row.model_copy(update=weighed), *form.record.indicators[1:])
    record = form.record.model_copy(update={"indicators": rows})
    return with_funding(form.model_copy(update={"record": record}), 0, **execution)


def test_the_execution_row_may_count_beside_the_hundred_points() -> None:
    form = beside_the_hundred(FULL_MARKS, weight="10", score="10")

    assert broken(form) == []


def test_a_score_that_is_wrong_beside_the_hundred_points_is_the_form_s() -> None:
    form = beside_the_hundred(FULL_MARKS, weight="10", score="10")
    total = form.record.total.model_copy(update={"score": "98"})
    wrong = form.model_copy(update={"record": form.record.model_copy(update={"total": total})})

    assert [(check.rule, check.verdict) for check in broken(wrong)] == [
        ("scores_sum", "form_error")
    ]


def test_a_weight_that_is_wrong_beside_the_hundred_points_is_the_form_s() -> None:
    form = beside_the_hundred(FULL_MARKS, weight="10", score="10")
    row = form.record.indicators[1]
    rows = list(form.record.indicators)
    rows[1] = row.model_copy(update={"weight": str(Decimal(row.weight or "") + 30)})
    record = form.record.model_copy(update={"indicators": tuple(rows)})

    assert [
        (check.rule, check.verdict) for check in broken(form.model_copy(update={"record": record}))
    ] == [("weights_sum", "form_error")]


def test_one_weight_that_makes_the_hundred_alone_does_not_set_the_execution_row_aside() -> None:
    row = FULL_MARKS.record.indicators[0]
    rows = (
        row.model_copy(update={"weight": str(Decimal(row.weight or "") + 10)}),
        *FULL_MARKS.record.indicators[1:],
    )
    record = FULL_MARKS.record.model_copy(update={"indicators": rows})

    assert "weights_sum" in {
        check.rule for check in broken(FULL_MARKS.model_copy(update={"record": record}))
    }


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.record.project_name)
def test_the_seed_passes_every_rule(form: Form) -> None:
    checks = checks_of(form)

    assert [check for check in checks if check.verdict != "pass"] == []
    assert {check.rule for check in checks} == set(get_args(RuleName)) - {"zero_budget"}
    assert sum(check.rule == "components_sum" for check in checks) == 3


def test_the_rules_are_named_as_they_are_called() -> None:
    assert tuple(rule.__name__ for rule in RULES) == get_args(RuleName)


# Real forms that are right within the precision of their print.
@pytest.mark.parametrize(
    ("budget", "executed", "rate", "score"),
    [
        ("250000", "215457.6", "86.19", "8.62"),
        ("93.65", "69.82", "74.55", "7.46"),
        ("7181639.91", "6818967.09", "94.95", "9.5"),
        ("250000", "215457.6", "86", "9"),
        ("10000", "4988", "50", "5"),
        ("100", "120", "120.00", "10"),
        ("10000", "", "0.00", "0"),
    ],
)
def test_rates_and_scores_may_be_rounded(budget: str, executed: str, rate: str, score: str) -> None:
    form = with_funding(
        FIRST, 0, annual_budget=budget, executed=executed, execution_rate=rate, score=score
    )

    assert only(form, "execution_rate").verdict == "pass"
    assert only(form, "funding_score").verdict == "pass"


@given(
    budget=st.decimals(1, 10**9, places=2),
    executed=st.decimals(0, 10**9, places=2),
    weight=st.sampled_from(["10", "20"]),
)
def test_any_form_filled_in_properly_passes(
    budget: Decimal, executed: Decimal, weight: str
) -> None:
    cent = Decimal("0.01")
    rate = (executed / budget * 100).quantize(cent, ROUND_HALF_UP)
    score = min(Decimal(weight), (Decimal(weight) * rate / 100).quantize(cent, ROUND_HALF_UP))
    form = with_funding(
        FIRST,
        0,
        annual_budget=str(budget),
        executed=str(executed),
        weight=weight,
        execution_rate=str(rate),
        score=str(score),
    )

    assert only(form, "execution_rate").verdict == "pass"
    assert only(form, "funding_score").verdict == "pass"


def test_the_rate_is_measured_by_the_full_year_budget() -> None:
    form = spoiled(FIRST, "/funding/0/execution_rate", "103.13%")
    check = only(form, "execution_rate")

    assert (check.expected, check.found) == ("100", "103.13")
    assert check.verdict == "form_error"
    assert check.fields == (
        "/funding/0/annual_budget",
        "/funding/0/executed",
        "/funding/0/execution_rate",
    )


def test_a_form_without_full_year_budget_is_measured_by_the_one_it_has() -> None:
    form = with_funding(
        FIRST, 0, initial_budget="10000", annual_budget=None, executed="4988", execution_rate="50"
    )

    assert only(form, "execution_rate").verdict == "pass"
    assert "/funding/0/initial_budget" in only(form, "execution_rate").fields


def test_a_blank_rate_beside_figures_is_for_a_person() -> None:
    check = only(with_funding(FIRST, 0, execution_rate=""), "execution_rate")

    assert check.verdict == "undecided"


def test_component_rows_may_have_a_rate_of_their_own() -> None:
    right = with_funding(FIRST, 1, execution_rate="100.00")
    wrong = with_funding(FIRST, 1, execution_rate="95.00")

    assert len(checks_of(right, "execution_rate")) == 2
    assert broken(right) == []
    assert only(wrong, "execution_rate").verdict == "form_error"


def test_the_score_follows_from_the_rate_and_stops_at_the_weight() -> None:
    check = only(spoiled(FIRST, "/funding/0/score", "9.5"), "funding_score")

    assert (check.expected, check.found, check.verdict) == ("10", "9.5", "form_error")


@pytest.mark.parametrize(
    ("rate", "score", "verdict"),
    [("0.00", "0", "pass"), ("", "", "pass"), ("—", "/", "pass"), ("100.00", "10", "form_error")],
)
def test_without_a_budget_rate_and_score_are_nothing(rate: str, score: str, verdict: str) -> None:
    form = with_funding(
        FIRST, 0, annual_budget="0.00", executed="0", execution_rate=rate, score=score
    )

    assert only(form, "zero_budget").verdict == verdict
    assert checks_of(form, "execution_rate") == []
    assert checks_of(form, "funding_score") == []


def test_components_make_the_total_of_each_column() -> None:
    check = only(spoiled(FIRST, "/funding/1/executed", "1031336.71"), "components_sum")

    assert (check.expected, check.found) == ("1031336.71", "1031336.77")
    assert check.fields == tuple(f"/funding/{row}/executed" for row in range(4))
    assert "全年执行数" in check.message


def test_zero_components_under_a_total_are_an_error_of_the_form() -> None:
    assert only(with_funding(FIRST, 1, executed="0"), "components_sum").verdict == "form_error"


@pytest.mark.parametrize("blank", ["", "—", "/", "无"])
def test_a_column_with_blank_components_says_nothing(blank: str) -> None:
    form = with_funding(FIRST, 1, executed=blank)

    assert len(checks_of(form, "components_sum")) == 2


def test_a_blank_total_over_components_is_for_a_person() -> None:
    assert only(with_funding(FIRST, 0, executed=""), "components_sum").verdict == "undecided"


def test_rounded_components_may_be_off_by_their_last_place() -> None:
    form = with_funding(FIRST, 2, executed="0.01")

    assert broken(form) == []
    assert len(broken(with_funding(FIRST, 2, executed="0.02"))) == 1


def test_weights_make_a_hundred() -> None:
    check = only(spoiled(FIRST, "/indicators/0/weight", "20"), "weights_sum")

    assert (check.expected, check.found, check.verdict) == ("100", "110", "form_error")


def test_weights_that_one_section_prints_need_not_make_a_hundred() -> None:
    rows = [row.model_copy(update={"weight": None}) for row in FIRST.record.indicators[1:]]
    indicators = (FIRST.record.indicators[0], *rows)
    record = FIRST.record.model_copy(update={"indicators": indicators})
    form = FIRST.model_copy(update={"record": record})

    assert not checks_of(form, "weights_sum")


def test_the_printed_total_of_weights_is_a_hundred() -> None:
    check = only(spoiled(FIRST, "/total/weight", "10"), "weights_sum")

    assert (check.found, check.fields) == ("10", ("/total/weight",))


def test_an_execution_rate_among_the_indicators_does_not_count_twice() -> None:
    rows = list(FIRST.record.indicators)
    rate = rows[0].model_copy(update={"level3": "预算执行率"})
    record = FIRST.record.model_copy(update={"indicators": (rate, *rows)})
    form = FIRST.model_copy(update={"record": record})

    assert [check.verdict for check in checks_of(form, "weights_sum")] == ["pass", "pass"]
    assert only(form, "scores_sum").verdict == "pass"


def test_scores_make_the_total() -> None:
    check = only(spoiled(FIRST, "/total/score", "98.26"), "scores_sum")

    assert (check.expected, check.found, check.verdict) == ("100", "98.26", "form_error")
    assert check.fields[-1] == "/total/score"


@pytest.mark.parametrize(
    ("total", "verdict"),
    [
        ("98.62", "pass"),
        ("98.6", "pass"),
        ("98.61", "pass"),
        ("98.7", "form_error"),
        ("99", "form_error"),
    ],
)
def test_a_total_may_be_rounded_to_a_decimal_not_to_a_whole(total: str, verdict: str) -> None:
    form = spoiled(with_funding(FIRST, 0, score="8.62"), "/total/score", total)

    assert only(form, "scores_sum").verdict == verdict


@pytest.mark.parametrize("score", ["10.5", "-1"])
def test_a_score_lies_between_nothing_and_its_weight(score: str) -> None:
    check = only(spoiled(FIRST, "/indicators/0/score", score), "score_within_weight")

    assert (check.expected, check.found, check.verdict) == ("0–10", score, "form_error")


@pytest.mark.parametrize("value", [None, ""])
def test_a_form_without_scores_is_not_asked_for_them(value: str | None) -> None:
    rules = {check.rule for check in checks_of(without_scores(FIRST, value))}

    assert rules == {"execution_rate", "components_sum"}


def test_an_empty_record_has_nothing_to_check() -> None:
    assert check_form(Record(), {}, "zh") == ()


# Verdicts


def test_another_reading_that_agrees_points_at_the_reading() -> None:
    form = spoiled(FIRST, "/funding/0/executed", "1,031,336.71", alternatives=("1.031.336.77",))

    # 0.06 in a million leave the rate as it is: only the sum tells.
    assert [(check.rule, check.verdict) for check in broken(form)] == [
        ("components_sum", "reading_error")
    ]


def test_an_alternative_that_does_not_agree_helps_nothing() -> None:
    form = spoiled(FIRST, "/total/score", "98.26", alternatives=("98.62", "98.26.", ""))

    assert only(form, "scores_sum").verdict == "form_error"


@pytest.mark.parametrize(
    "doubt", [{"confidence": 0.9}, {"status": "review", "why": "readers_disagree"}]
)
def test_without_a_sure_reading_nobody_is_blamed(doubt: dict[str, Any]) -> None:
    form = spoiled(FIRST, "/total/score", "98.26", **doubt)

    assert only(form, "scores_sum").verdict == "undecided"


def test_what_a_person_corrected_is_sure_and_not_reread() -> None:
    form = spoiled(
        FIRST,
        "/total/score",
        "98.26",
        status="corrected",
        confidence=0.1,
        alternatives=("100.00",),
    )

    assert only(form, "scores_sum").verdict == "form_error"


def test_the_confidence_that_convinces_is_a_parameter() -> None:
    form = spoiled(FIRST, "/total/score", "98.26")
    strict = check_form(form.record, form.fields, "en", CheckParams(confident=0.999))

    assert {check.verdict for check in strict if check.rule == "scores_sum"} == {"undecided"}


@pytest.mark.parametrize(
    ("pointer", "rules"),
    [
        ("/funding/0/executed", {"execution_rate", "components_sum"}),
        ("/funding/0/execution_rate", {"execution_rate", "funding_score"}),
        ("/indicators/3/weight", {"weights_sum", "score_within_weight"}),
        ("/indicators/3/score", {"scores_sum", "score_within_weight"}),
        ("/total/score", {"scores_sum", "score_within_weight"}),
    ],
)
def test_what_was_not_found_leaves_its_rules_undecided(pointer: str, rules: set[str]) -> None:
    checks = broken(missing(FIRST, pointer))

    assert {check.rule for check in checks} == rules
    assert {check.verdict for check in checks} == {"undecided"}


def test_a_malformed_reading_is_judged_by_its_alternative() -> None:
    unreadable = spoiled(FIRST, "/total/score", "1.0.0", confidence=0.4, status="review")
    reread = spoiled(unreadable, "/total/score", "1.0.0", alternatives=("100.00",))

    assert only(unreadable, "scores_sum").verdict == "undecided"
    assert only(reread, "scores_sum").verdict == "reading_error"


def test_two_broken_sums_speak_of_a_lost_row_not_of_the_form() -> None:
    rows = FIRST.record.indicators[:-1]
    record = FIRST.record.model_copy(update={"indicators": rows})
    last = f"/indicators/{len(rows)}/"
    fields = {p: field for p, field in FIRST.fields.items() if not p.startswith(last)}
    form = FIRST.model_copy(update={"record": record, "fields": fields})

    assert {check.rule for check in broken(form)} == {"weights_sum", "scores_sum"}
    assert {check.verdict for check in broken(form)} == {"undecided"}


def test_a_broken_sum_beside_one_that_cannot_be_made_does_not_blame_the_form() -> None:
    form = missing(spoiled(FIRST, "/indicators/0/weight", "20"), "/total/score")

    assert only(form, "weights_sum").verdict == "undecided"


def test_a_form_with_a_nameless_row_is_not_blamed_for_its_sums() -> None:
    form = missing(spoiled(FIRST, "/total/score", "98.26"), "/indicators/1/level3")

    assert only(form, "scores_sum").verdict == "undecided"


# Marking


def test_fields_of_an_undecided_check_go_to_review() -> None:
    form = spoiled(FIRST, "/funding/0/execution_rate", "10.00%", confidence=0.9)
    marked = mark(form.fields, check_form(form.record, form.fields, "zh"))

    reviewed = {pointer for pointer, field in marked.items() if field.status == "review"}
    assert reviewed == {
        "/funding/0/annual_budget",
        "/funding/0/executed",
        "/funding/0/execution_rate",
        "/funding/0/weight",
        "/funding/0/score",
    }
    assert {marked[pointer].why for pointer in reviewed} == {"check_failed"}


def test_of_a_reading_error_only_what_has_another_reading_goes_to_review() -> None:
    form = spoiled(FIRST, "/indicators/0/score", "9", alternatives=("10",))
    marked = mark(form.fields, check_form(form.record, form.fields, "zh"))

    assert [p for p, field in marked.items() if field.status == "review"] == ["/indicators/0/score"]


def test_an_error_of_the_form_leaves_its_fields_alone() -> None:
    form = spoiled(FIRST, "/total/score", "98.26")

    assert mark(form.fields, check_form(form.record, form.fields, "zh")) == form.fields


def test_a_failure_is_traced_to_the_figure_that_waits_already() -> None:
    form = spoiled(
        FIRST, "/total/score", "98.26", confidence=0.4, status="review", why="low_confidence"
    )
    checks = check_form(form.record, form.fields, "zh")

    assert {check.verdict for check in checks if check.rule == "scores_sum"} == {"undecided"}
    assert mark(form.fields, checks) == form.fields


def test_beside_a_doubted_figure_only_sure_ones_stand() -> None:
    doubted = spoiled(
        FIRST, "/total/score", "98.26", confidence=0.4, status="review", why="low_confidence"
    )
    form = spoiled(doubted, "/indicators/0/score", "10", confidence=0.9)
    marked = mark(form.fields, check_form(form.record, form.fields, "zh"))

    changed = {p for p, field in marked.items() if field != form.fields[p]}
    assert changed == {"/indicators/0/score"}


# Vouching


def unsure(form: Form, *pointers: str, **field: object) -> Form:
    for pointer in pointers:
        doubt = {"status": "review", "why": "low_confidence", "confidence": 0.5, **field}
        form = spoiled(form, pointer, form.fields[pointer].raw, **doubt)
    return form


def released(form: Form) -> set[str]:
    checks = check_form(form.record, form.fields, "zh")
    marked = mark(form.fields, checks, confirmed(form.record, form.fields))
    return {
        pointer
        for pointer, field in marked.items()
        if field.status == "ok" and form.fields[pointer].status == "review"
    }


@pytest.mark.parametrize("why", ["low_confidence", "readers_disagree", "doubtful"])
@pytest.mark.parametrize(
    "pointer", ["/indicators/0/weight", "/indicators/3/score", "/funding/1/executed"]
)
def test_a_sum_that_comes_out_vouches_for_an_unsure_figure(pointer: str, why: str) -> None:
    assert released(unsure(FIRST, pointer, why=why)) == {pointer}


@pytest.mark.parametrize("why", ["grid", "illegible", "malformed", "handwritten"])
def test_nothing_vouches_for_a_place_in_doubt(why: str) -> None:
    assert released(unsure(FIRST, "/indicators/0/weight", why=why)) == set()


def test_a_sum_of_two_unsure_figures_vouches_for_neither() -> None:
    # Equal prints are misread alike.
    pair = ("/funding/0/initial_budget", "/funding/1/initial_budget")

    assert released(unsure(FIRST, *pair)) == set()


def test_a_rate_does_not_vouch_for_the_cents_of_an_amount() -> None:
    single = with_funding(FIRST, 1, executed="")

    assert released(unsure(single, "/funding/0/executed")) == set()


def test_a_blank_is_never_vouched_for() -> None:
    blank = with_funding(FIRST, 2, executed="0")

    assert released(unsure(blank, "/funding/2/executed")) == set()


def test_no_rule_vouches_for_what_another_contradicts() -> None:
    form = unsure(spoiled(FIRST, "/funding/0/execution_rate", "95.00%"), "/funding/0/executed")

    assert released(form) == set()


def test_another_reading_with_which_the_sum_holds_too_is_not_excluded() -> None:
    form = unsure(with_funding(FIRST, 0, score="8.62"), "/total/score", alternatives=("98.63",))

    assert released(spoiled(form, "/total/score", "98.62", confidence=0.5)) == set()


def test_marking_changes_nothing_but_status_and_reason() -> None:
    corrected = spoiled(FIRST, "/indicators/0/score", "9", status="corrected", confidence=0.1)
    form = missing(
        spoiled(corrected, "/indicators/1/score", "1.0.0", confidence=0.3), "/total/score"
    )
    marked = mark(form.fields, check_form(form.record, form.fields, "zh"))

    assert marked["/indicators/0/score"] == form.fields["/indicators/0/score"]
    assert marked["/total/score"] == form.fields["/total/score"]
    assert {
        pointer: field.model_copy(update={"status": "ok", "why": None})
        for pointer, field in marked.items()
        if field.status == "review"
    } == {
        pointer: form.fields[pointer]
        for pointer, field in marked.items()
        if field.status == "review"
    }
