"""Pass and fail at the very figures that are asked for."""

from __future__ import annotations

import pytest

from core.acceptance.verdict import Figures, Finding, Machine, judge

RIGHT = Finding(picture=True, match=True, values=True)
ALL = Machine(files=400, checked=400, waiting=0)


def wrong(criterion: str) -> Finding:
    return RIGHT.model_copy(update={criterion: False})


@pytest.mark.parametrize(
    ("criterion", "mistakes", "verdict"),
    [
        ("values", 1, "pass"),
        ("values", 2, "fail"),
        ("picture", 1, "pass"),
        ("picture", 2, "fail"),
        ("match", 1, "fail"),
    ],
)
def test_one_of_twenty_may_be_wrong_but_not_in_its_match(
    criterion: str, mistakes: int, verdict: str
) -> None:
    findings = [wrong(criterion)] * mistakes + [RIGHT] * (20 - mistakes)
    outcome = judge(Figures(), ALL, 20, findings)
    assert outcome.verdict == verdict
    unmet = [line.criterion for line in outcome.lines if not line.met]
    assert unmet == ([criterion] if verdict == "fail" else [])


def test_it_is_open_while_files_are_to_be_read_or_looked_at() -> None:
    assert judge(Figures(), ALL, 20, [RIGHT] * 19).verdict == "open"
    reading = Machine(files=400, checked=399, waiting=1)
    assert judge(Figures(), reading, 20, [RIGHT] * 20).verdict == "open"
    assert judge(Figures(), Machine(files=0, checked=0, waiting=0), 0, []).verdict == "open"


def test_a_file_that_no_machine_could_check_fails_it_unless_figures_allow() -> None:
    failed = Machine(files=400, checked=399, waiting=0)
    assert judge(Figures(), failed, 20, [RIGHT] * 20).verdict == "fail"
    assert judge(Figures(machine=0.99), failed, 20, [RIGHT] * 20).verdict == "pass"


def test_a_sample_that_the_campaign_has_outgrown_fails() -> None:
    grown = Machine(files=401, checked=401, waiting=0)
    outcome = judge(Figures(), grown, 20, [RIGHT] * 20)
    assert outcome.verdict == "fail"
    assert [line.criterion for line in outcome.lines if not line.met] == ["sample"]
