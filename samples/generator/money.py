"""The funding block of random forms, which obeys its arithmetic (FORMS.md R1-R4) unless the layout breaks it."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from samples.generator.form import MONEY, Funding
from samples.generator.layouts import Captions, Layout
from samples.generator.writing import Habits, money, plain, rounded


def draw_amounts(layout: Layout, unit: str, rng: Random) -> list[dict[str, Decimal]]:
    """Draw the component rows' amounts; together they are the total row (R4). Amounts have two decimals at most."""
    top = 10 ** rng.uniform(4.5, 7.6 if unit == "元" else 7.9)
    scale = Decimal(1) if unit == "元" else Decimal("0.0001")
    initial = rounded(Decimal(top) * scale, rng.choice((0, 2, 2)))
    annual = initial if rng.random() < 0.4 else rounded(initial * Decimal(rng.uniform(0.5, 1.4)), 2)
    base = initial if "annual_budget" not in layout.budgets else annual
    spent = Decimal(1) if rng.random() < 0.35 else Decimal(rng.uniform(0.4, 0.999))
    rows = []
    for share in _shares(len(layout.sources), rng):
        budget = rounded(base * share, 2)
        rows.append(
            {
                "initial_budget": rounded(initial * share, 2),
                "annual_budget": budget,
                "executed": budget if spent == 1 else rounded(budget * spent, 2),
            }
        )
    return rows


def _shares(sources: int, rng: Random) -> list[Decimal]:
    """Share the whole among the sources: mostly all of it is the first one's."""
    rest = [Decimal(0)] * (max(sources, 1) - 1)
    if rng.random() < 0.35:
        rest = [Decimal(rng.uniform(0.05, 0.2)) if rng.random() < 0.6 else Decimal(0) for _ in rest]
    return [1 - sum(rest, Decimal(0)), *rest]


def execution_rate(layout: Layout, amounts: list[dict[str, Decimal]]) -> Decimal:
    """Give what was executed in per cent of the budget (R1)."""
    base = "annual_budget" if "annual_budget" in layout.budgets else "initial_budget"
    budget, executed = (
        sum((row[key] for row in amounts), Decimal(0)) for key in (base, "executed")
    )
    return executed / budget * 100 if budget else Decimal(0)


def print_funding(
    layout: Layout,
    amounts: list[dict[str, Decimal]],
    captions: Captions,
    habits: Habits,
) -> tuple[Funding, ...]:
    """Write the rows of the block down, the total first; columns that the layout lacks are written too."""
    sums = {key: sum((row[key] for row in amounts), Decimal(0)) for key in MONEY}
    rate = execution_rate(layout, amounts)
    weight = Decimal(layout.execution_weight)
    score = min(
        weight,
        rounded(weight * rate / 100, 0 if habits.rate_digits == 0 and layout.whole_scores else 2),
    )
    words = captions["sources"]
    total = Funding(
        label=words["total"],
        **_printed(sums, habits.total_money, "0"),
        weight=plain(weight),
        execution_rate=f"{rounded(rate, habits.rate_digits):f}%",
        score=plain(score),
    )
    rows = [total]
    for source, row in zip(layout.sources, amounts, strict=False):
        shown = dict.fromkeys(MONEY, Decimal(0)) if layout.zero_components else row
        printed = _printed(shown, habits.component_money, habits.zero_money)
        if habits.blank_executed and not any(shown.values()):
            printed["executed"] = ""
        rows.append(Funding(label=words[source], **printed, **_blank_points(layout, row, habits)))
    return tuple(rows)


def _blank_points(layout: Layout, row: Mapping[str, Decimal], habits: Habits) -> dict[str, str]:
    """Give what a component prints where the total has its points; some families give each a rate of its own."""
    mark = "/" if layout.slashes else habits.no_value
    if not layout.component_rates:
        return {
            "weight": mark,
            "execution_rate": "/" if layout.slashes else "",
            "score": "/" if layout.slashes else "",
        }
    base = row["annual_budget"]
    rate = f"{rounded(row['executed'] / base * 100, habits.rate_digits):f}%" if base else ""
    return {"weight": mark, "execution_rate": rate, "score": ""}


def _printed(row: Mapping[str, Decimal], style: str, zero: str) -> dict[str, str]:
    return {key: money(row[key], style) if row[key] else zero for key in MONEY}
