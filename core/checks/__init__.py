"""The form checks itself: its own arithmetic, on the figures that were read.

Enters: a record and its fields. Leaves: one `Check` for every application of a rule, and the fields
with those marked for review that a broken rule throws doubt on. No value is ever changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from core.checks.funding import components_sum, execution_rate, funding_score, zero_budget
from core.checks.outcome import Outcome, Rule, RuleName, Tolerances
from core.checks.scores import score_within_weight, scores_sum, weights_sum
from core.checks.sheet import Sheet
from core.checks.verdicts import STANDARD, CheckParams, Evidence, verdict
from core.extraction import Check, Field, Record, Verdict
from core.messages import Language, say

__all__ = ["RULES", "STANDARD", "CheckParams", "RuleName", "Tolerances", "check_form", "mark"]

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


def check_form(
    record: Record,
    fields: Mapping[str, Field],
    language: Language,
    params: CheckParams = STANDARD,
    rules: Collection[RuleName] | None = None,
) -> tuple[Check, ...]:
    """Apply every rule that this kind of form has figures for; of `rules` only those, where given."""
    sheet = Sheet.of(record, fields)
    evidence = Evidence(sheet, fields, params)
    return tuple(
        _check(outcome, verdict(rule, outcome, evidence), language)
        for rule in RULES
        for outcome in rule(sheet, params.tolerances)
        if rules is None or outcome.rule in rules
    )


def mark(fields: Mapping[str, Field], checks: tuple[Check, ...]) -> dict[str, Field]:
    """Return the fields with those in doubt put to review; `raw` and record stay as they are.

    All fields of an undecided check are in doubt; of a reading error those that have another
    reading. What a person corrected, and what is missing, keeps its status.
    """
    doubted = {
        pointer
        for check in checks
        for pointer in check.fields
        if pointer in fields and _throws_doubt(check, fields[pointer])
    }
    review = {"status": "review", "why": CHECK_FAILED}
    return {
        pointer: field.model_copy(update=review)
        if pointer in doubted and field.status == "ok"
        else field
        for pointer, field in fields.items()
    }


def _throws_doubt(check: Check, field: Field) -> bool:
    match check.verdict:
        case "undecided":
            return True
        case "reading_error":
            return bool(field.alternatives)
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
