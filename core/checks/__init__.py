"""The form checks itself: its own arithmetic, on the figures that were read.

Enters: a record and its fields. Leaves: one `Check` for every application of a rule, and the fields
with those marked for review that a broken rule throws doubt on, and those released that a sum vouches
for. No value is ever changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from types import MappingProxyType
from typing import get_args

from core.checks.blanks import lost_blanks
from core.checks.funding import components_sum, execution_rate, funding_score, zero_budget
from core.checks.outcome import Outcome, Rule, RuleName, Tolerances
from core.checks.scores import score_within_weight, scores_sum, weights_sum
from core.checks.sheet import Sheet
from core.checks.slips import lost_digit
from core.checks.units import odd_units
from core.checks.verdicts import (
    DIGIT,
    POINT,
    STANDARD,
    CheckParams,
    Evidence,
    is_confident,
    is_whole,
    pointed,
    verdict,
)
from core.checks.vouching import is_doubted, vouched
from core.extraction import Check, Field, Record, Verdict
from core.messages import Language, say

__all__ = [
    "RULES",
    "STANDARD",
    "CheckParams",
    "RuleName",
    "Tolerances",
    "check_form",
    "confirmed",
    "mark",
    "slipped",
]

RULES: tuple[Rule, ...] = (
    execution_rate,
    funding_score,
    zero_budget,
    components_sum,
    weights_sum,
    scores_sum,
    score_within_weight,
)

CHECK_FAILED = "check_failed"
BLANK = "blank"
UNITS = "units_differ"
_WAITING = frozenset({"review", "missing"})


def check_form(
    record: Record,
    fields: Mapping[str, Field],
    language: Language,
    params: CheckParams = STANDARD,
    rules: Collection[RuleName] | None = None,
) -> tuple[Check, ...]:
    """Apply every rule that this kind of form has figures for; of `rules` only those, where given."""
    sheet = Sheet.of(record, fields)
    applied = _rules_named(rules)
    outcomes = _outcomes(sheet, params, applied)
    whole = is_whole(sheet, (outcome for _, outcome in outcomes))
    evidence = Evidence(sheet, fields, params, applied, whole)
    return tuple(
        _check(outcome, verdict(rule, outcome, evidence), language) for rule, outcome in outcomes
    )


def confirmed(
    record: Record,
    fields: Mapping[str, Field],
    params: CheckParams = STANDARD,
    rules: Collection[RuleName] | None = None,
) -> frozenset[str]:
    """Return the pointers of doubted figures that some rule (of `rules`) vouches for and none contradicts."""
    sheet = Sheet.of(record, fields)
    applied = _rules_named(rules)
    evidence = Evidence(sheet, fields, params, applied)
    outcomes = _outcomes(sheet, params, applied)
    contradicted = {
        pointer for _, outcome in outcomes if not outcome.holds for pointer in outcome.fields
    }
    found = {pointer for rule, outcome in outcomes for pointer in vouched(rule, outcome, evidence)}
    return frozenset(found - contradicted)


def slipped(
    record: Record,
    fields: Mapping[str, Field],
    params: CheckParams = STANDARD,
    rules: Collection[RuleName] | None = None,
) -> dict[str, str]:
    """Return the pointers of surely read figures of broken rules that a slip of all readers would explain, with why.

    A point too many or too few, or else a digit that is gone (`core.checks.slips`). A rule some of whose
    figures wait for a person already is explained by those.
    """
    sheet = Sheet.of(record, fields)
    applied = _rules_named(rules)
    evidence = Evidence(sheet, fields, params, applied)
    found: dict[str, str] = {}
    for _, outcome in _outcomes(sheet, params, applied):
        read = {it: fields[it].status for it in outcome.fields if it in fields}
        if outcome.holds is False and _WAITING.isdisjoint(read.values()):
            of_points = pointed(outcome, evidence)
            for pointer in (it for it, status in read.items() if status == "ok"):
                if pointer in of_points:
                    found[pointer] = POINT
                elif lost_digit(pointer, sheet, applied, params.tolerances):
                    found.setdefault(pointer, DIGIT)
    return found


def _rules_named(names: Collection[RuleName] | None) -> tuple[Rule, ...]:
    """Return the rules of those names, all where none are given; a rule has the name of its function."""
    return tuple(
        rule
        for name, rule in zip(get_args(RuleName), RULES, strict=True)
        if names is None or name in names
    )


def _outcomes(
    sheet: Sheet, params: CheckParams, rules: Sequence[Rule]
) -> list[tuple[Rule, Outcome]]:
    return [(rule, outcome) for rule in rules for outcome in rule(sheet, params.tolerances)]


def mark(
    fields: Mapping[str, Field],
    checks: tuple[Check, ...],
    vouched_for: Set[str] = frozenset(),
    slips: Mapping[str, str] = MappingProxyType({}),
    params: CheckParams = STANDARD,
) -> dict[str, Field]:
    """Return the fields with those in doubt put to review; `raw` and record stay as they are.

    A check that fails doubts its fields as far as it cannot be traced to one of them, which `slips` do; so do
    a blank where the form prints something, and units that do not go together. Those that are `vouched_for` are released. What a person corrected,
    and what is missing, keeps its status.
    """
    blanks = lost_blanks(fields)
    doubts = {**dict.fromkeys(odd_units(fields), UNITS), **slips}
    fields = {
        pointer: _put_to_review(field, doubts[pointer])
        if pointer in doubts and field.status == "ok"
        else field
        for pointer, field in fields.items()
    }
    doubted = {
        pointer
        for check in checks
        for pointer in check.fields
        if pointer in fields and _throws_doubt(check, pointer, fields, params)
    }
    return {
        pointer: _put_to_review(field, BLANK)
        if pointer in blanks
        else _marked(field, doubted=pointer in doubted, vouched_for=pointer in vouched_for)
        for pointer, field in fields.items()
    }


def _put_to_review(field: Field, why: str) -> Field:
    return field.model_copy(update={"status": "review", "why": why})


def _marked(field: Field, *, doubted: bool, vouched_for: bool) -> Field:
    if doubted and field.status == "ok":
        return _put_to_review(field, CHECK_FAILED)
    if vouched_for and not doubted and is_doubted(field):
        return field.model_copy(update={"status": "ok", "why": None})
    return field


def _throws_doubt(
    check: Check, pointer: str, fields: Mapping[str, Field], params: CheckParams
) -> bool:
    """Tell whether a check puts a field in doubt.

    An undecided check doubts all its fields; but where some wait for a person already, those explain it,
    and what was read for sure beside them stands.
    """
    match check.verdict:
        case "undecided":
            known = [fields[other] for other in check.fields if other in fields]
            explained = any(field.status in _WAITING for field in known)
            return not (explained and is_confident(fields[pointer], params))
        case "reading_error":
            return bool(fields[pointer].alternatives)
        case "pass" | "form_error":
            return False


def _check(outcome: Outcome, judged: Verdict, language: Language) -> Check:
    statement = say(
        "checks",
        outcome.rule,
        language,
        expected=outcome.expected or "?",
        found=outcome.found or "?",
        label=outcome.label,
        column=say("columns", outcome.column, language) if outcome.column else "",
    )
    return Check(
        rule=outcome.rule,
        verdict=judged,
        fields=outcome.fields,
        expected=outcome.expected,
        found=outcome.found,
        message=say("verdicts", judged, language, statement=statement),
    )
