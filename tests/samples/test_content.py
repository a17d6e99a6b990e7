"""Random forms obey the arithmetic of the form, and so do the ten published ones (FORMS.md R1-R7, R11)."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.generator.content import random_form, seed_forms, split_weight
from samples.generator.form import MONEY, Form, read_form
from samples.generator.layouts import LAYOUTS, choose_captions

SEEDS = st.integers(0, 2**32)
NO_AMOUNT = {"", "—", "-", "/"}


def draw(layout: str, seed: int) -> Form:
    rng = Random(seed)
    return random_form(LAYOUTS[layout], choose_captions(layout, rng), rng)


def number(text: str) -> Decimal:
    return Decimal(0) if text in NO_AMOUNT else Decimal(text.replace(",", "").rstrip("%"))


def execution_rate(form: Form) -> Decimal:
    total = form.funding[0]
    base = number(total.annual_budget or total.initial_budget)
    return number(total.executed) / base * 100 if base else Decimal(0)


def broken_money_rules(form: Form) -> Iterator[str]:
    total, *components = form.funding
    unit = Decimal(1).scaleb(-len(total.execution_rate.rstrip("%").partition(".")[2]))
    if abs(execution_rate(form) - number(total.execution_rate)) > unit / 2:
        yield f"R1 {total}"
    for key in MONEY:
        parts = [getattr(row, key) for row in components]
        if any(parts) and sum(map(number, parts)) != number(getattr(total, key)):
            yield f"R4 {key} {parts} {getattr(total, key)}"


def broken_score_rules(form: Form) -> Iterator[str]:
    total = form.funding[0]
    weight, score = number(total.weight), number(total.score)
    if abs(score - min(weight, weight * execution_rate(form) / 100)) > Decimal("0.005"):
        yield f"R2 {total}"
    weights = [total.weight, *(row.weight for row in form.indicators)]
    if not sum(map(number, weights)) == number(form.total.weight) == 100:
        yield f"R5 {weights}"
    scores = [total.score, *(row.score for row in form.indicators)]
    if sum(map(number, scores)) != number(form.total.score):
        yield f"R6 {scores}"
    for row in form.indicators:
        if not 0 <= number(row.score) <= number(row.weight):
            yield f"R7 {row}"
        if number(row.score) < number(row.weight) and len(row.deviation) < 5:
            yield f"R11 {row}"


def broken_rules(form: Form) -> list[str]:
    scored = broken_score_rules(form) if form.total.weight else ()
    return [*broken_money_rules(form), *scored]


@pytest.mark.parametrize("layout", LAYOUTS)
@given(seed=SEEDS)
def test_random_forms_obey_the_rules(layout: str, seed: int) -> None:
    assert not broken_rules(draw(layout, seed))


@pytest.mark.parametrize("form", seed_forms(), ids=lambda form: form.project_name)
def test_published_forms_obey_the_rules(form: Form) -> None:
    assert not broken_rules(form)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(seed=SEEDS)
def test_forms_have_the_columns_of_their_layout(layout: str, seed: int) -> None:
    form, wanted = draw(layout, seed), LAYOUTS[layout]
    for key in MONEY:
        assert bool(getattr(form.funding[0], key)) == (key in wanted.budgets)
    scored = [form.total.weight, form.total.score, *(row.weight for row in form.indicators)]
    assert all(scored) if wanted.scored else not any(scored)


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
