"""What a rule says, before anybody asks whose mistake a failure is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.checks.sheet import Figure, Sheet

RuleName = Literal[
    "execution_rate",
    "funding_score",
    "zero_budget",
    "components_sum",
    "weights_sum",
    "scores_sum",
    "score_within_weight",
]


@dataclass(frozen=True)
class Tolerances:
    """How far figures may lie apart and still agree.

    The origins are the rules' published forms: a district prints 86.19 % for 86.183, and sums of
    scores are exact to the cent.
    """

    rate_points: Decimal = Decimal("0.01")
    """Percentage points of an execution rate, besides one unit of its last printed place."""
    points: Decimal = Decimal("0.01")
    """Points of a sum of weights or scores."""
    full_marks: Decimal = Decimal(100)
    """What the weights of a form make together."""


@dataclass(frozen=True)
class Outcome:
    """One rule applied once.

    `subject` is the pointer of the figure under test and tells the outcomes of a rule apart.
    `holds` is None where figures are missing or unusable. `label` is the printed name of the row and
    `column` the name of the column, where the message speaks of one.
    """

    rule: RuleName
    subject: str
    fields: tuple[str, ...]
    holds: bool | None
    expected: str = ""
    found: str = ""
    label: str = ""
    column: str = ""


Rule = Callable[[Sheet, Tolerances], Iterator[Outcome]]


def known(figures: Iterable[Figure]) -> bool:
    """Say that every figure is a number or blank."""
    return all(figure.standing != "unknown" for figure in figures)


def pointers(figures: Iterable[Figure]) -> tuple[str, ...]:
    """Return where the figures stand, leaving out what the form does not have."""
    return tuple(figure.pointer for figure in figures if figure.standing != "absent")
