"""Whose mistake a broken rule is: the reading's, the form's, or nobody can say yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.checks.outcome import Outcome, Rule, Tolerances
from core.checks.sheet import Sheet
from core.checks.slips import misplaced_point
from core.extraction import Field, Verdict
from core.values import kind_of, settle


@dataclass(frozen=True)
class CheckParams:
    """How far figures may lie apart, and when a reading is trusted against the form's arithmetic."""

    tolerances: Tolerances = field(default_factory=Tolerances)
    confident: float = 0.98
    """Probability that a figure was read right: that from which it needs no review."""


STANDARD = CheckParams()
OVER_THE_FORM = frozenset({"weights_sum", "scores_sum"})
POINT = "point_doubtful"
"""Why a figure is for a person that would fit with its decimal point gone, or with one."""
DIGIT = "digit_doubtful"
"""Why a figure is for a person that would fit with one digit more, or with one fewer at its edge."""


@dataclass(frozen=True)
class Evidence:
    """All that a verdict rests on.

    `rules` are those that apply to this kind of form; `whole`: nothing speaks for rows of the form that were not found.
    """

    sheet: Sheet
    fields: Mapping[str, Field]
    params: CheckParams
    rules: Sequence[Rule] = ()
    whole: bool = True


def is_whole(sheet: Sheet, outcomes: Iterable[Outcome]) -> bool:
    """Tell whether all rows of the indicators seem to be there.

    A figure that is wrong on paper breaks one sum, that of the weights or that of the scores; a lost row
    breaks both, and a sum that cannot be made does not speak against it. A row without its name stands for others.
    """
    broken = {outcome.rule for outcome in outcomes if not outcome.holds} & OVER_THE_FORM
    names = (pointer for pointer in sheet.missing if pointer.startswith("/indicators/"))
    return len(broken) < 2 and not any(name.endswith("/level3") for name in names)


def verdict(rule: Rule, outcome: Outcome, evidence: Evidence) -> Verdict:
    """Judge one outcome.

    Another reading of one of its fields that makes the rule hold points at the reading. Fields that
    were all read for sure point at the form, unless it was not found whole, or a decimal point would
    explain it. Everything else is for a person.
    """
    if outcome.holds:
        return "pass"
    if suspects(rule, outcome, evidence):
        return "reading_error"
    confident = all(
        pointer in evidence.fields and is_confident(evidence.fields[pointer], evidence.params)
        for pointer in outcome.fields
    )
    whole = evidence.whole or outcome.rule not in OVER_THE_FORM
    sure = outcome.holds is False and confident and whole
    return "form_error" if sure and not pointed(outcome, evidence) else "undecided"


def pointed(outcome: Outcome, evidence: Evidence) -> tuple[str, ...]:
    """Return the pointers of figures that a decimal point too many or too few makes fit."""
    tolerances = evidence.params.tolerances
    return tuple(
        pointer
        for pointer in outcome.fields
        if pointer in evidence.fields
        and evidence.fields[pointer].status != "corrected"
        and misplaced_point(pointer, outcome.fields, evidence.sheet, evidence.rules, tolerances)
    )


def suspects(rule: Rule, outcome: Outcome, evidence: Evidence) -> tuple[str, ...]:
    """Return the pointers of fields that have another reading with which the rule holds."""
    return tuple(
        pointer
        for pointer in outcome.fields
        if any(holds_with(rule, outcome, sheet, evidence) for sheet in _reread(pointer, evidence))
    )


def _reread(pointer: str, evidence: Evidence) -> Iterator[Sheet]:
    """Yield the sheet with each other reading of one field in place."""
    read = evidence.fields.get(pointer)
    if read is None or read.status == "corrected":
        return
    for alternative in read.alternatives:
        settled = settle(alternative, kind_of(pointer))
        if not settled.malformed:
            yield evidence.sheet.with_value(pointer, settled.typed)


def holds_with(rule: Rule, outcome: Outcome, sheet: Sheet, evidence: Evidence) -> bool:
    """Tell whether the same application of the rule holds on another sheet."""
    return bool(_same(outcome, rule(sheet, evidence.params.tolerances)))


def _same(outcome: Outcome, others: Iterable[Outcome]) -> bool | None:
    return next((other.holds for other in others if other.subject == outcome.subject), None)


def is_confident(read: Field, params: CheckParams) -> bool:
    """Tell whether a field was read for sure, or corrected by a person.

    What is for a person only because no reader can see a digit that is gone was read for sure.
    """
    read_so = read.status == "ok" or (read.status == "review" and read.why == DIGIT)
    return read.status == "corrected" or (read_so and read.confidence >= params.confident)
