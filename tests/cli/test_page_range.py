"""Tests of `--pages`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.page_range import ALL_PAGES, parse_page_range
from core.errors import BadPageRange, BadPageSyntax


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3-7", (3, 4, 5, 6, 7)),
        ("4", (4,)),
        ("9-", (9, 10)),
        ("1,4,9", (1, 4, 9)),
        ("4, 1，2-4", (1, 2, 3, 4)),
    ],
)
def test_ranges(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_page_range(text).within(10) == numbers


@pytest.mark.parametrize("text", ["", "0", "7-3", "-3", "a", "1-2-3", "1,,2", "1.5", "٣"])
def test_what_is_not_written_as_a_range_is_refused(text: str) -> None:
    with pytest.raises(BadPageSyntax):
        parse_page_range(text)


@pytest.mark.parametrize("text", ["11", "8-11", "11-", "1,99"])
def test_a_page_that_does_not_exist_is_an_error_not_a_shorter_result(text: str) -> None:
    with pytest.raises(BadPageRange):
        parse_page_range(text).within(10)


@given(st.sets(st.integers(1, 300), min_size=1))
def test_any_set_of_pages_can_be_written(numbers: set[int]) -> None:
    text = ",".join(map(str, numbers))
    assert parse_page_range(text).within(300) == tuple(sorted(numbers))


def test_all_pages() -> None:
    assert ALL_PAGES.within(3) == (1, 2, 3)
