"""Whether a campaign passes: counts of what was checked against the figures that are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from core.readings import Frozen

Criterion = Literal["picture", "match", "values"]
CRITERIA: tuple[Criterion, ...] = ("picture", "match", "values")
Verdict = Literal["open", "pass", "fail"]

LEAST_SAMPLE = 0.05
"""What DA/T 31-2017 asks for, as it is commonly quoted: no smaller sample may be drawn."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Figures(Frozen):
    """What is asked for, as shares; the defaults are those of DA/T 31-2017 as commonly quoted.

    `machine` of all files must have been checked by machine, to their end; `sample` of these must be
    looked at by people. `match` of the looked-at must belong to their entry in the catalogue; `others` of
    them must be right in each other criterion.
    """

    sample: Annotated[float, Field(gt=0.0, le=1.0)] = LEAST_SAMPLE
    machine: Share = 1.0
    match: Share = 1.0
    others: Share = 0.95

    def needed(self, criterion: Criterion) -> float:
        """Return the share that must be right."""
        return self.match if criterion == "match" else self.others


class Finding(Frozen):
    """What a person found of a file: whether each criterion is met.

    `picture`: it is legible and whole. `match`: it is what the catalogue says it is. `values`: what
    was read and entered of it is right.
    """

    picture: bool
    match: bool
    values: bool

    def wrong(self) -> tuple[Criterion, ...]:
        """Return the criteria that it does not meet."""
        return tuple(criterion for criterion in CRITERIA if not getattr(self, criterion))


class Machine(Frozen):
    """Files of a campaign: all, those checked by machine to their end, those still to be read."""

    files: int
    checked: int
    waiting: int


class Line(Frozen):
    """One thing that is asked for: `right` of `of` against the share that is `needed`."""

    criterion: Literal["machine", "sample", "picture", "match", "values"]
    right: int
    of: int
    needed: float
    met: bool


class Outcome(Frozen):
    """The verdict, and the lines that it follows from."""

    verdict: Verdict
    lines: tuple[Line, ...]


def judge(figures: Figures, machine: Machine, drawn: int, findings: Sequence[Finding]) -> Outcome:
    """Return whether a campaign passes, `open` while files are to be read or looked at.

    `findings` are the latest of each file of the sample, `drawn` is how many it has.
    """
    looked_at = len(findings)
    lines = (
        _line("machine", machine.checked, machine.files, figures.machine),
        _line("sample", looked_at, machine.checked, figures.sample),
        *(
            _line(
                criterion,
                sum(criterion not in finding.wrong() for finding in findings),
                looked_at,
                figures.needed(criterion),
            )
            for criterion in CRITERIA
        ),
    )
    if machine.waiting or looked_at < drawn or not drawn:
        return Outcome(verdict="open", lines=lines)
    return Outcome(verdict="pass" if all(line.met for line in lines) else "fail", lines=lines)


def _line(
    criterion: Literal["machine", "sample", "picture", "match", "values"],
    right: int,
    of: int,
    needed: float,
) -> Line:
    return Line(
        criterion=criterion, right=right, of=of, needed=needed, met=of > 0 and right / of >= needed
    )
