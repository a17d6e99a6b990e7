"""Counts of what was judged, and their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import reduce
from operator import add
from typing import Any

from bench.scoring import JudgedForm
from samples.generator.presets import PRESETS


@dataclass(frozen=True)
class Tally:
    """Counts; those of values leave out what damage erased, but for `erased` and `erased_silent`."""

    pages: int = 0
    forms: int = 0
    found: int = 0
    extra_forms: int = 0
    perfect: int = 0
    values: int = 0
    right: int = 0
    numbers: int = 0
    numbers_right: int = 0
    silent: int = 0
    numbers_silent: int = 0
    flagged: int = 0
    flagged_wrong: int = 0
    erased: int = 0
    erased_silent: int = 0

    @classmethod
    def of(cls, forms: Sequence[JudgedForm], pages: int, extra_forms: int) -> Tally:
        """Count the forms of one file."""
        every = [value for form in forms for value in form.values]
        legible = [value for value in every if not value.erased]
        erased = [value for value in every if value.erased]
        numbers = [value for value in legible if value.number]
        flagged = [value for value in legible if value.flagged]
        return cls(
            pages=pages,
            forms=len(forms),
            found=sum(form.found for form in forms),
            extra_forms=extra_forms,
            perfect=sum(all(value.right for value in form.values) for form in forms),
            values=len(legible),
            right=sum(value.right for value in legible),
            numbers=len(numbers),
            numbers_right=sum(value.right for value in numbers),
            silent=sum(value.silent for value in legible),
            numbers_silent=sum(value.silent for value in numbers),
            flagged=len(flagged),
            flagged_wrong=sum(not value.right for value in flagged),
            erased=len(erased),
            erased_silent=sum(value.silent for value in erased),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


_HEADINGS = (
    "damage", "dpi", "pages", "forms found", "extra", "fields right", "numbers right",
    "silent per 10,000", "of them numbers", "to review", "of them wrong", "erased, silent",
)  # fmt: skip


def markdown(tallies: Mapping[str, Tally]) -> str:
    """Return the table: a row for each kind of damage, and one for all."""
    rows = [_row(name, str(PRESETS[name].dpi), tally) for name, tally in tallies.items()]
    rows.append(_row("all", "", reduce(add, tallies.values(), Tally())))
    head = [f"| {' | '.join(_HEADINGS)} |", f"|{' --- |' * len(_HEADINGS)}"]
    return "\n".join([*head, *rows])


def _row(name: str, dpi: str, tally: Tally) -> str:
    cells = (
        name,
        dpi,
        str(tally.pages),
        f"{tally.found}/{tally.forms}",
        str(tally.extra_forms),
        f"{_part(tally.right, tally.values):.4f}",
        f"{_part(tally.numbers_right, tally.numbers):.4f}",
        f"{10_000 * _part(tally.silent, tally.values):.1f} ({tally.silent} of {tally.values})",
        str(tally.numbers_silent),
        f"{100 * _part(tally.flagged, tally.values):.1f} %",
        f"{100 * _part(tally.flagged_wrong, tally.flagged):.0f} %",
        f"{tally.erased}, {tally.erased_silent}",
    )
    return f"| {' | '.join(cells)} |"


def summary(tallies: Mapping[str, Tally]) -> dict[str, Any]:
    """Return the counts by kind of damage, for programs."""
    return {name: asdict(tally) for name, tally in tallies.items()}


def _part(count: int, whole: int) -> float:
    return count / whole if whole else 0.0
