"""What makes two pages one sheet."""

from __future__ import annotations

import pytest

from core.duplicates.sheets import likeness, marks_of, sheet_print
from core.readings import PageReading
from tests.core.duplicates.written import written


def share(a: PageReading, b: PageReading) -> float | None:
    return likeness(sheet_print(a), sheet_print(b))


def test_one_sheet_read_twice_with_slips() -> None:
    assert share(written(1), written(1)) == 1.0
    assert share(written(1), written(1, misread=6, flipped=40)) == pytest.approx(0.8)
    assert len({*marks_of(written(1))} & {*marks_of(written(1, misread=6))}) > 10


@pytest.mark.parametrize(
    "other",
    [written(2), written(1, figures=2), written(1, flipped=90), written(1, misread=15)],
    ids=["other text", "other figures", "other layout", "too little in common"],
)
def test_another_sheet(other: PageReading) -> None:
    assert share(written(1), other) is None


def test_a_page_with_next_to_nothing_on_it_is_nobodys_twin() -> None:
    page = written(1).model_copy(update={"lines": written(1).lines[:4]})
    assert share(page, page) is None
