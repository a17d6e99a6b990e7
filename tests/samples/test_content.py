"""Random forms obey the arithmetic of the form, and so do the ten published ones (FORMS.md R1-R7, R11)."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generator.content import random_form, seed_forms
from samples.generator.form import MONEY, Form, read_form
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.outcomes import split_weight

SEEDS = st.integers(0, 2**32)
FULL_MARKS = 100
NO_AMOUNT = {None, "", "—", "-", "/"}


def draw(layout: str, seed: int) -> Form:
    rng = Random(seed)
    return random_form(LAYOUTS[layout], choose_captions(layout, rng), rng)


def number(text: str | None) -> Decimal:
    return (
        Decimal((text or "0").replace(",", "").rstrip("%")) if text not in NO_AMOUNT else Decimal(0)
    )


def execution_rate(form: Form) -> Decimal:
    total = form.funding[0]
    base = number(total.annual_budget or total.initial_budget)
    return number(total.executed) / base * 100 if base else Decimal(0)


def broken_money_rules(form: Form) -> Iterator[str]:
    total, *components = form.funding
    if total.execution_rate is not None and total.executed is not None:
        unit = Decimal(1).scaleb(-len(total.execution_rate.rstrip("%").partition(".")[2]))
        if abs(execution_rate(form) - number(total.execution_rate)) > unit / 2:
            yield "R1"
    for key in MONEY:
        parts = [getattr(row, key) for row in components]
        if any(parts) and sum(map(number, parts)) != number(getattr(total, key)):
            yield "R4"


def broken_score_rules(form: Form) -> Iterator[str]:
    total = form.funding[0]
    if total.weight is not None:
        weight, score = number(total.weight), number(total.score)
        unit = Decimal(1) if "." not in (total.score or "") else Decimal("0.01")
        if abs(score - min(weight, weight * execution_rate(form) / 100)) > unit / 2:
            yield "R2"
    weights = [total.weight, *(row.weight for row in form.indicators)]
    if form.total.weight is not None and not (
        sum(map(number, weights)) == number(form.total.weight) == FULL_MARKS
    ):
        yield "R5"
    scores = [total.score, *(row.score for row in form.indicators)]
    if sum(map(number, scores)) != number(form.total.score):
        yield "R6"
    for row in form.indicators:
        if row.weight is None:
            continue
        if not 0 <= number(row.score) <= number(row.weight):
            yield "R7"
        if number(row.score) < number(row.weight) and 0 < len(row.deviation or "-----") < 5:
            yield "R11"


def broken_rules(form: Form) -> set[str]:
    scored = broken_score_rules(form) if form.total.score else ()
    return {*broken_money_rules(form), *scored} if form.funding else set()


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25)
@given(seed=SEEDS)
def test_random_forms_obey_the_rules(layout: str, seed: int) -> None:
    form = draw(layout, seed)
    if not form.beside.get("unfilled") and form.is_self_evaluation:
        assert broken_rules(form) <= set(LAYOUTS[layout].breaks)


@pytest.mark.parametrize("form", seed_forms(), ids=lambda form: form.project_name)
def test_published_forms_obey_the_rules(form: Form) -> None:
    assert not broken_rules(form)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25)
@given(seed=SEEDS)
def test_what_a_layout_does_not_print_is_null(layout: str, seed: int) -> None:
    form, wanted = draw(layout, seed), LAYOUTS[layout]
    for row in form.funding:
        for key in MONEY:
            assert (getattr(row, key) is not None) == (key in wanted.budgets)
    for indicator in form.indicators:
        assert (indicator.score is not None) == wanted.scored
        assert (indicator.weight is not None) <= ("weight" in wanted.indicator_columns())


@pytest.mark.parametrize(
    "layout", [name for name, it in LAYOUTS.items() if not it.is_self_evaluation]
)
def test_truth_of_what_is_no_self_evaluation_is_a_head(layout: str) -> None:
    truth = draw(layout, 1).truth()
    assert truth["template"] == LAYOUTS[layout].template
    assert truth["title"]
    assert not truth["funding"]
    assert not truth["indicators"]
    assert not any(truth["total"].values())


@given(seed=SEEDS)
def test_one_seed_is_one_form(seed: int) -> None:
    assert draw("mof2020", seed) == draw("mof2020", seed)


@given(seed=SEEDS)
def test_truth_reads_back(seed: int) -> None:
    form = draw("zhongjiang2022", seed)
    assert read_form(form.truth()) == form


@given(total=st.sampled_from([10, 30, 50]), count=st.integers(1, 12), seed=SEEDS)
def test_weights_are_shared_out_whole(total: int, count: int, seed: int) -> None:
    shares = split_weight(Decimal(total), count, Random(seed))
    assert len(shares) == count
    assert sum(shares) == total
    assert min(shares) > 0
