"""The sample is a share of every stratum, and the same for the same seed."""

from __future__ import annotations

from collections import Counter

from core.acceptance.sampling import Candidate, draw


def candidates(**counts: int) -> list[Candidate]:
    return [
        Candidate(f"{name}{number}", f"key-{name}{number}", 2018 + len(name), name)
        for name, count in counts.items()
        for number in range(count)
    ]


def test_each_stratum_gives_its_share_and_at_least_one() -> None:
    drawn = draw(candidates(a=100, bb=41, ccc=1), 0.05, seed=7)
    assert Counter(item.department for item in drawn) == {"a": 5, "bb": 3, "ccc": 1}


def test_a_share_that_floats_round_up_draws_none_too_many() -> None:
    assert len(draw(candidates(a=100), 0.07, seed=7)) == 7


def test_the_same_seed_draws_the_same_in_whatever_order_another_draws_others() -> None:
    files = candidates(a=200, bb=60)
    first = draw(files, 0.05, seed=1)
    assert draw(reversed(files), 0.05, seed=1) == first
    assert draw(files, 0.05, seed=2) != first


def test_files_of_no_known_year_or_department_are_a_stratum() -> None:
    unknown = Candidate("x", "x", None, None)
    assert unknown in draw([*candidates(a=40), unknown], 0.05, seed=1)
