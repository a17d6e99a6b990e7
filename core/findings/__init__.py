"""What the documents themselves have odd: warnings for the people who check them.

Enters: records with their fields. Leaves: issues, at most one of a kind for each form. Nothing here
says that a reading is wrong, and nothing changes a field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.extraction import Field, Form, Issue, Record
from core.findings.budgets import amount_format, budget_changed, budget_set_to_execution
from core.findings.finding import (
    SEVERITIES,
    STANDARD,
    Finding,
    FindingCode,
    FindingParams,
    Inspection,
)
from core.findings.results import (
    actual_repeats_target,
    deviation_missing,
    full_score_unmet,
    goal_repeated,
    perfect_score,
)
from core.findings.series import form_repeated, total_score_format
from core.findings.wordings import (
    date_without_deadline,
    label_weight_differs,
    name_ends_with_stop,
    time_without_date,
    unusual_level_weights,
    value_without_unit,
)
from core.findings.years import stale_year
from core.messages import Language, say

__all__ = ["INSPECTIONS", "FindingCode", "FindingParams", "warn", "warn_form"]

INSPECTIONS: tuple[Inspection, ...] = (
    budget_set_to_execution,
    budget_changed,
    actual_repeats_target,
    goal_repeated,
    perfect_score,
    stale_year,
    value_without_unit,
    amount_format,
    name_ends_with_stop,
    date_without_deadline,
    time_without_date,
    label_weight_differs,
    unusual_level_weights,
    full_score_unmet,
    deviation_missing,
)


def warn(
    forms: Sequence[Form], language: Language, params: FindingParams = STANDARD
) -> tuple[Issue, ...]:
    """Return the warnings about all forms of a document, form by form."""
    records = [form.record for form in forms]
    beside = [*total_score_format(records), *form_repeated(forms, params)]
    return tuple(
        issue
        for index, form in enumerate(forms)
        for issue in (
            *warn_form(form.record, form.fields, language, params),
            *(_issue(odd, form.record, form.fields, language) for at, odd in beside if at == index),
        )
    )


def warn_form(
    record: Record,
    fields: Mapping[str, Field],
    language: Language,
    params: FindingParams = STANDARD,
) -> tuple[Issue, ...]:
    """Return the warnings about one form by itself."""
    return tuple(
        _issue(finding, record, fields, language)
        for inspection in INSPECTIONS
        for finding in inspection(record, params)
    )


def _issue(
    finding: Finding, record: Record, fields: Mapping[str, Field], language: Language
) -> Issue:
    pages = (fields[pointer].page for pointer in finding.fields if pointer in fields)
    form = record.project_name or ""
    return Issue(
        code=finding.code,
        severity=SEVERITIES[finding.code],
        page=next(pages, None),
        message=say("issues", finding.code, language, form=form, **finding.details),
    )
