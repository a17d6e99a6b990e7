"""Warnings: exactly the seed's oddities, and the cases that must stay silent."""

from __future__ import annotations

from typing import get_args

import pytest

from core.extraction import Form, Record
from core.findings import FindingCode, warn, warn_form
from core.findings.finding import SEVERITIES
from core.findings.years import remnants
from tests.core.seed import seed_forms, spoiled

FORMS = seed_forms()

EVERY_FORM = {"budget_set_to_execution", "actual_repeats_target", "perfect_score"}
SEED: dict[int, set[str]] = {
    1: {"goal_repeated"},
    2: {"goal_repeated", "budget_changed", "amount_format"},
    3: {"goal_repeated", "budget_changed"},
    4: {"goal_repeated"},
    5: {"goal_repeated", "stale_year", "value_without_unit"},
    6: {"goal_repeated"},
    7: {"goal_repeated", "budget_changed", "amount_format", "date_without_deadline"},
    8: {"goal_repeated", "budget_changed", "name_ends_with_stop", "time_without_date"},
    9: {"stale_year", "amount_format", "total_score_format"},
    10: {"goal_repeated", "total_score_format"},
}


def codes(form: Form) -> set[str]:
    return {issue.code for issue in warn_form(form.record, form.fields, "en")}


def message(form: Form, code: str) -> str:
    issues = [issue for issue in warn_form(form.record, form.fields, "en") if issue.code == code]
    assert len(issues) == 1
    return issues[0].message


@pytest.mark.parametrize("number", SEED)
def test_the_seed_has_exactly_its_oddities(number: int) -> None:
    issues = [issue for issue in warn(FORMS, "zh") if issue.page == number]

    assert {issue.code for issue in issues} == EVERY_FORM | SEED[number]
    assert len(issues) == len(EVERY_FORM | SEED[number]), "one issue of a kind for each form"


@pytest.mark.parametrize(
    ("number", "change"), [(2, "-28.81"), (3, "-68.64"), (7, "+79.94"), (8, "-37.52")]
)
def test_odd_budgets(number: int, change: str) -> None:
    assert f"{change}%" in message(FORMS[number - 1], "budget_changed")


def test_all_actual_values_of_the_seed_repeat_their_targets() -> None:
    total = sum(len(form.record.indicators) for form in FORMS)
    said = [message(form, "actual_repeats_target") for form in FORMS]

    assert total == 71
    assert all(
        f"{len(form.record.indicators)} of {len(form.record.indicators)} " in text
        for form, text in zip(FORMS, said, strict=True)
    )


def test_stale_years_are_counted() -> None:
    assert "names 2022 in 1 places" in message(FORMS[4], "stale_year")
    assert "names 2022 in 4 places" in message(FORMS[8], "stale_year")


@pytest.mark.parametrize(
    "text",
    [
        "落实《长三角G60科创走廊建设方案(2021-2023年)》要求",
        "在2022年首届中国国际进口博览会开幕式上",
        "较2022年增长10%",
        "自2021年成立以来",
        "2021年以来持续推进",
        "2021年至2023年分三年实施",
        "贯彻《2022年工作要点》",
        "2023年12月31日前",
        "投资2022万元",
    ],
)
def test_years_that_are_no_remnants(text: str) -> None:
    assert remnants(text, 2023) == []


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("完成2022年度工作计划", [2022]),
        ("做好2022年宣传资料；做好2022年公众号", [2022, 2022]),
        ("2022年12月31日前", [2022]),
        ("2020年-2021年实施方案", [2020, 2021]),
    ],
)
def test_years_that_are_remnants(text: str, years: list[int]) -> None:
    assert remnants(text, 2023) == years


def test_an_early_year_is_history() -> None:
    form = spoiled(FORMS[0], "/goals/expected", "落实2018年全国会议精神")

    assert "stale_year" not in codes(form)


def test_a_changed_budget_is_odd_only_beyond_a_fifth() -> None:
    fifth = spoiled(FORMS[0], "/funding/0/annual_budget", "1200000.00")
    more = spoiled(FORMS[0], "/funding/0/annual_budget", "1200000.01")

    assert "budget_changed" not in codes(fifth)
    assert "budget_changed" in codes(more)


def test_words_may_repeat_words() -> None:
    """A form whose only verbatim actual values are words is as it should be."""
    indicators = tuple(
        row.model_copy(update={"actual": "87%"}) if row.target == ">=85%" else row
        for row in FORMS[7].record.indicators
        if row.target in {"完成", ">=85%"}
    )
    record = FORMS[7].record.model_copy(update={"indicators": indicators})

    issues = warn_form(record, FORMS[7].fields, "en")

    assert "actual_repeats_target" not in {issue.code for issue in issues}


def test_a_lost_point_needs_a_reason() -> None:
    form = spoiled(FORMS[1], "/indicators/2/score", "9")
    explained = spoiled(form, "/indicators/2/deviation", "供应商到货较晚")

    assert "indicators 3)" in message(form, "deviation_missing")
    assert "perfect_score" not in codes(form)
    assert "deviation_missing" not in codes(explained)


def test_a_missed_target_with_the_full_score() -> None:
    last = len(FORMS[4].record.indicators) - 1
    form = spoiled(FORMS[4], f"/indicators/{last}/actual", "84%")

    assert f"indicators {last + 1})" in message(form, "full_score_unmet")
    assert "full_score_unmet" not in codes(spoiled(form, f"/indicators/{last}/score", "9"))


def with_level1(form: Form, old: str, new: str) -> Record:
    indicators = tuple(
        row.model_copy(update={"level1": new}) if row.level1 == old else row
        for row in form.record.indicators
    )
    return form.record.model_copy(update={"indicators": indicators})


@pytest.mark.parametrize(("printed", "fires"), [(50, False), (70, True)])
def test_a_weight_in_a_label_is_the_sum_of_its_rows(printed: int, fires: bool) -> None:
    record = with_level1(FORMS[0], "产出指标", f"产出指标({printed}分)")

    issues = warn_form(record, FORMS[0].fields, "en")

    assert ("label_weight_differs" in {issue.code for issue in issues}) is fires
    assert "unusual_level_weights" not in {issue.code for issue in issues}


def test_unusual_weights_of_levels_are_mentioned() -> None:
    form = spoiled(FORMS[0], "/indicators/0/weight", "5")

    assert "unusual_level_weights" in codes(form)


def test_forms_without_scores_get_no_warning_about_scores() -> None:
    indicators = tuple(
        row.model_copy(update={"weight": None, "score": None, "deviation": None})
        for row in FORMS[0].record.indicators
    )
    total = FORMS[0].record.total.model_copy(update={"weight": None, "score": None})
    record = FORMS[0].record.model_copy(update={"indicators": indicators, "total": total})

    found = {issue.code for issue in warn_form(record, FORMS[0].fields, "en")}

    assert found == {"budget_set_to_execution", "actual_repeats_target", "goal_repeated"}


def test_an_empty_record_is_not_odd() -> None:
    assert warn_form(Record(), {}, "zh") == ()


def test_every_finding_has_a_severity() -> None:
    assert set(get_args(FindingCode)) == set(SEVERITIES)
