"""A blank where the form prints something goes to a person."""

from __future__ import annotations

import pytest

from core.checks import mark
from core.checks.blanks import lost_blanks
from core.extraction import Field, FieldStatus, Form
from tests.core.seed import seed_forms


def read(raw: str, status: FieldStatus = "ok") -> Field:
    return Field(raw=raw, confidence=1.0, page=1, box=(0, 0, 9, 9), reader="ppocr", status=status)


def column(key: str, *texts: str) -> dict[str, Field]:
    return {f"/indicators/{row}/{key}": read(text) for row, text in enumerate(texts)}


@pytest.mark.parametrize("form", seed_forms(), ids=lambda form: form.record.project_name)
def test_nothing_of_the_seed_is_taken_for_lost(form: Form) -> None:
    assert not lost_blanks(form.fields)


@pytest.mark.parametrize("key", ["weight", "score", "target", "actual"])
def test_a_blank_in_a_filled_column_is_doubted(key: str) -> None:
    assert lost_blanks(column(key, "5", "", "10", "8")) == {f"/indicators/1/{key}"}


def test_a_column_that_nobody_filled_in_is_blank() -> None:
    assert not lost_blanks(column("actual", "", "", "", "1"))


def test_deviations_are_blank_as_they_please() -> None:
    assert not lost_blanks(column("deviation", "无", "", "无", "无"))


def test_figures_below_a_lost_total_are_doubted() -> None:
    components = {"/funding/1/executed": read(""), "/funding/1/annual_budget": read("3.00")}
    total = {"/funding/0/executed": read("", "missing")}

    assert lost_blanks({**total, **components}) == {"/funding/1/executed"}
    assert not lost_blanks({"/funding/0/executed": read("3.00"), **components})


def test_marking_sends_names_and_goals_that_are_blank_to_review() -> None:
    fields = {"/department": read(""), "/goals/actual": read(""), "/title": read("自评表")}
    marked = mark(fields, ())

    assert {pointer: field.why for pointer, field in marked.items()} == {
        "/department": "blank",
        "/goals/actual": "blank",
        "/title": None,
    }
    assert marked["/department"].status == "review"


def test_what_a_person_left_blank_stands() -> None:
    assert not lost_blanks({"/department": read("", "corrected")})
