"""The rules of the funding block: rate, score, zero budget, components."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, get_args

from core.checks.outcome import Outcome, Tolerances, known, pointers
from core.checks.sheet import Figure, FundingRow, Sheet
from core.values import plain

MoneyColumn = Literal["initial_budget", "annual_budget", "executed"]


def execution_rate(sheet: Sheet, tolerances: Tolerances) -> Iterator[Outcome]:
    """The rate is executed over full-year budget, where the budget is not zero.

    Component rows may leave the rate blank; the total row may not once something was executed.
    """
    for row in sheet.funding:
        if not _has_rate_to_check(row):
            continue
        rate = row.execution_rate
        exact = _exact_rate(row)
        close = exact is not None and (
            abs(rate.amount - exact) <= tolerances.rate_points + rate.last_place
        )
        # Nothing printed for what was executed agrees with 0 %; with more, a figure is lost.
        lost = exact is None or row.executed.standing == "blank"
        yield Outcome(
            rule="execution_rate",
            subject=rate.pointer,
            fields=pointers((row.budget, row.executed, rate)),
            holds=True if close else None if lost else False,
            expected="" if exact is None else plain(exact),
            found=rate.typed,
            label=row.label,
        )


def _exact_rate(row: FundingRow) -> Decimal | None:
    """Return the rate in per cent, None where figures for it or the printed rate are lacking."""
    computable = known((row.budget, row.executed)) and row.budget.amount
    if not computable or row.execution_rate.standing != "number":
        return None
    return row.executed.amount / row.budget.amount * 100


def _has_rate_to_check(row: FundingRow) -> bool:
    figures = (row.budget, row.executed, row.execution_rate)
    if any(figure.standing == "absent" for figure in figures) or _is_zero(row.budget):
        return False
    executed_something = row.is_total and row.executed.standing != "blank"
    return row.execution_rate.standing != "blank" or executed_something


def funding_score(sheet: Sheet, _: Tolerances) -> Iterator[Outcome]:
    """The score of the total row is its weight times its rate, and not above the weight.

    It may be rounded to the precision that it prints, and the rate was rounded before it.
    """
    row = sheet.total
    if row is None or _is_zero(row.budget):
        return
    figures = (row.weight, row.execution_rate, row.score)
    weight, rate, score = figures
    if any(figure.standing == "absent" for figure in figures):
        return
    if weight.standing == "blank" or rate.standing == "blank":
        return
    computable = known(figures) and score.standing == "number"
    due = min(weight.amount, weight.amount * rate.amount / 100)
    rounding = (score.last_place + weight.amount * rate.last_place / 100) / 2
    yield Outcome(
        rule="funding_score",
        subject=score.pointer,
        fields=pointers(figures),
        holds=abs(score.amount - due) <= rounding if computable else None,
        expected=plain(due) if known((weight, rate)) else "",
        found=score.typed,
        label=row.label,
    )


def zero_budget(sheet: Sheet, _: Tolerances) -> Iterator[Outcome]:
    """Where the budget is printed as zero, rate and score are zero or blank."""
    for row in sheet.funding:
        results = (row.execution_rate, row.score)
        says_something = any(figure.standing in {"number", "unknown"} for figure in results)
        if not _is_zero(row.budget) or not (row.is_total or says_something):
            continue
        if all(figure.standing == "absent" for figure in results):
            continue
        yield Outcome(
            rule="zero_budget",
            subject=row.budget.pointer,
            fields=pointers((row.budget, *results)),
            holds=not any(figure.amount for figure in results) if known(results) else None,
            expected="0",
            found=" / ".join(figure.typed for figure in results if figure.typed),
            label=row.label,
        )


def components_sum(sheet: Sheet, _: Tolerances) -> Iterator[Outcome]:
    """The component rows of each money column make its total; a blank is zero.

    A column whose components are all blank says nothing. One unit of the finest printed place is
    allowed where several amounts were rounded.
    """
    total_row = sheet.total
    if total_row is None:
        return
    for column in get_args(MoneyColumn):
        total: Figure = getattr(total_row, column)
        parts: list[Figure] = [getattr(row, column) for row in sheet.components]
        if total.standing == "absent" or all(
            part.standing in {"absent", "blank"} for part in parts
        ):
            continue
        whole = sum((part.amount for part in parts), Decimal(0))
        computable = known((total, *parts)) and (total.standing == "number" or not whole)
        yield Outcome(
            rule="components_sum",
            subject=total.pointer,
            fields=pointers((total, *parts)),
            holds=abs(total.amount - whole) <= _rounding(total, parts) if computable else None,
            expected=plain(whole, decimals=6) if known(parts) else "",
            found=total.typed,
            label=total_row.label,
            column=column,
        )


def _rounding(total: Figure, parts: list[Figure]) -> Decimal:
    amounts = [figure for figure in parts if figure.amount]
    if len(amounts) < 2:
        return Decimal(0)
    return min(figure.last_place for figure in (total, *amounts))


def _is_zero(budget: Figure) -> bool:
    return budget.standing == "number" and not budget.amount
