"""The rules of weights and scores over the whole form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from core.checks.outcome import Outcome, Tolerances, known, pointers
from core.checks.sheet import Figure, ScoredRow, Sheet
from core.checks.wording import wording
from core.values import plain


def weights_sum(sheet: Sheet, tolerances: Tolerances) -> Iterator[Outcome]:
    """The weights of the indicators and of the execution row make 100, and so the total row says.

    Forms without weights, or with none filled in, are left alone, as are those that print weights in one section only
    (suizhou2022).
    """
    weights = [row.weight for row in sheet.indicators]
    if not _any_filled(weights):
        return
    if any(weight.standing == "absent" for weight in weights):
        return
    figures = [*weights, *(row.weight for row in counted_rows(sheet, tolerances))]
    whole = _sum(figures)
    computable = known(figures)
    yield Outcome(
        rule="weights_sum",
        subject="/indicators",
        fields=pointers(figures),
        holds=abs(whole - tolerances.full_marks) <= tolerances.points if computable else None,
        expected=plain(tolerances.full_marks),
        found=plain(whole) if computable else "",
    )
    printed = sheet.last.weight
    if printed.standing in {"number", "unknown"}:
        yield Outcome(
            rule="weights_sum",
            subject=printed.pointer,
            fields=(printed.pointer,),
            holds=printed.amount == tolerances.full_marks if known([printed]) else None,
            expected=plain(tolerances.full_marks),
            found=printed.typed,
        )


def scores_sum(sheet: Sheet, tolerances: Tolerances) -> Iterator[Outcome]:
    """The scores of the indicators and of the execution row make the total score."""
    scores = [row.score for row in sheet.indicators]
    total = sheet.last.score
    if total.standing == "absent" or all(score.standing == "absent" for score in scores):
        return
    if not _any_filled([*scores, total]):
        return
    parts = [*scores, *(row.score for row in counted_rows(sheet, tolerances))]
    whole = _sum(parts)
    computable = known([*parts, total]) and total.standing == "number"
    yield Outcome(
        rule="scores_sum",
        subject=total.pointer,
        fields=pointers([*parts, total]),
        holds=_makes(whole, total, tolerances) if computable else None,
        expected=plain(whole) if known(parts) else "",
        found=total.typed,
    )


def score_within_weight(sheet: Sheet, _: Tolerances) -> Iterator[Outcome]:
    """No score is below zero or above its weight, row by row, the total row too."""
    for row in (*execution_rows(sheet), *sheet.indicators, sheet.last):
        figures = (row.weight, row.score)
        standings = {figure.standing for figure in figures}
        if "number" not in standings or not standings <= {"number", "unknown"}:
            continue
        computable = known(figures)
        yield Outcome(
            rule="score_within_weight",
            subject=row.score.pointer,
            fields=pointers(figures),
            holds=0 <= row.score.amount <= row.weight.amount if computable else None,
            expected=f"0–{plain(row.weight.amount)}" if known([row.weight]) else "",
            found=row.score.typed,
            label=row.label,
        )


def execution_rows(sheet: Sheet) -> tuple[ScoredRow, ...]:
    """Return the scored row of the funding block.

    Empty where the block has none, or where the execution rate is an indicator of its own, which
    then must not count twice.
    """
    names = wording().execution_indicators
    total = sheet.total
    if total is None or any(row.label in names for row in sheet.indicators):
        return ()
    return (ScoredRow(total.label, total.weight, total.score),)


def counted_rows(sheet: Sheet, tolerances: Tolerances) -> tuple[ScoredRow, ...]:
    """Return the scored row of the funding block where it counts among the form's hundred points.

    Some forms weigh it beside them (zhongjiang2022: 10 and 100). It does so only where the weights or the
    scores make their total without it, and neither does with it: one figure that is wrong breaks one sum.
    """
    rows = execution_rows(sheet)
    weights = [row.weight for row in sheet.indicators]
    scores = [row.score for row in sheet.indicators]
    total = sheet.last.score
    figures = [figure for row in rows for figure in (row.weight, row.score)]
    if not rows or not known([*weights, *scores, total, *figures]):
        return rows

    def right(counted: Sequence[ScoredRow]) -> tuple[bool, bool]:
        whole = _sum([*weights, *(row.weight for row in counted)])
        made = _sum([*scores, *(row.score for row in counted)])
        full = abs(whole - tolerances.full_marks) <= tolerances.points
        return full, _makes(made, total, tolerances)

    return () if any(right(())) and not any(right(rows)) else rows


def _makes(whole: Decimal, total: Figure, tolerances: Tolerances) -> bool:
    """Tell whether a sum is the printed total.

    One of one decimal may have been rounded; one without decimals is exact (100 for 100.00).
    """
    rounded = total.last_place / 2 if total.last_place < 1 else Decimal(0)
    return abs(whole - total.amount) <= max(tolerances.points, rounded)


def _sum(figures: Sequence[Figure]) -> Decimal:
    return sum((figure.amount for figure in figures), Decimal(0))


def _any_filled(figures: list[Figure]) -> bool:
    return any(figure.standing in {"number", "unknown"} for figure in figures)
