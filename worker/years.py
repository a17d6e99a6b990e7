"""The fiscal year, wherever it is told: printed in the form, by the file's owner, or in the file's name.

What is printed counts. What else tells another year is reported; where nothing is printed the others
stand in, for a person to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.extraction import Field
from worker.cut import Finding
from worker.rebuild import Rebuilt

POINTER = "/fiscal_year"


@dataclass(frozen=True)
class Told:
    """The years that are told outside of the form."""

    option: int | None = None
    file_name: int | None = None


def with_year(rebuilt: Rebuilt, told: Told, page: int) -> tuple[Rebuilt, tuple[Finding, ...]]:
    """Return the form with its year, and where the years disagree a finding."""
    printed = rebuilt.record.fiscal_year
    if printed is None:
        return _stood_in(rebuilt, told, page), ()
    findings = tuple(
        Finding(
            "fiscal_year_differs", "warning", page, {"printed": str(printed), "told": str(year)}
        )
        for year in dict.fromkeys((told.option, told.file_name))
        if year is not None and year != printed
    )
    return rebuilt, findings


def _stood_in(rebuilt: Rebuilt, told: Told, page: int) -> Rebuilt:
    """Return the form with the year that its owner or its file's name tells, for review."""
    year = told.option or told.file_name
    if year is None:
        return rebuilt
    field = Field(
        raw="",
        confidence=0.0,
        page=page,
        box=None,
        reader="",
        status="review",
        why="from_option" if told.option else "from_file_name",
    )
    return replace(
        rebuilt,
        record=rebuilt.record.model_copy(update={"fiscal_year": year}),
        fields={**rebuilt.fields, POINTER: field},
    )
