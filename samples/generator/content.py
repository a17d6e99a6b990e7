"""What forms say: the ten published ones, and random ones that obey the arithmetic of the form (FORMS.md R1-R7).

Random forms are put together from the word lists in `corpora`; nothing in them is real.
"""

import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from samples.generator.form import MONEY, Form, Funding, Goals, Indicator, Total, read_form
from samples.generator.layouts import CORPORA, Captions, Layout

SEED_TRUTH = Path(__file__).parents[1] / "songjiang-2023.truth.json"

EXECUTION_WEIGHT = Decimal(10)
LEVEL1_WEIGHTS = {"output": Decimal(50), "benefit": Decimal(30), "satisfaction": Decimal(10)}


def seed_forms() -> tuple[Form, ...]:
    """Read the ten forms of a Shanghai district, FY2023, in their printed order."""
    return tuple(read_form(truth) for truth in json.loads(SEED_TRUTH.read_text("utf-8")))


@cache
def _corpus(name: str) -> dict[str, Any]:
    return tomllib.loads((CORPORA / f"{name}.toml").read_text("utf-8"))


# -- numbers as they are printed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Habits:
    """How one office writes: the same for all values of a form."""

    greater: str
    less: str
    exact: str
    repeats_comparator: bool
    total_money: str
    component_money: str
    zero_money: str
    blank_executed: bool
    no_value: str
    rate_digits: int
    total_score: str
    untouched: str
    fails: float
    """How often an indicator misses its target."""


def _habits(rng: Random) -> Habits:
    unicode = rng.random() < 0.5
    common = _corpus("themes")["common"]
    return Habits(
        greater="≥" if unicode else ">=",
        less="≤" if unicode else "<=",
        exact=rng.choice(("=", "=", "")),
        repeats_comparator=rng.random() < 0.4,
        total_money=rng.choice(("plain", "fixed", "fixed", "commas")),
        component_money=rng.choice(("plain", "plain", "fixed", "commas")),
        zero_money=rng.choice(("0", "0", "0", "0.00", "", "—", "/")),
        blank_executed=rng.random() < 0.2,
        no_value=rng.choice(("—", "—", "-", "/", "")),
        rate_digits=rng.choice((2, 2, 2, 2, 1, 0)),
        total_score=rng.choice(("plain", "plain", "fixed")),
        untouched=rng.choice(common["untouched"]),
        fails=rng.choice((0.0, 0.0, 0.08, 0.2, 0.35)),
    )


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    """Write a number without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: Decimal, style: str) -> str:
    match style:
        case "fixed":
            return f"{value:.2f}"
        case "commas":
            return f"{value:,.2f}"
        case _:
            return _plain(value)


# -- money ---------------------------------------------------------------------------------------------------------------------


def _amounts(layout: Layout, unit: str, rng: Random) -> list[dict[str, Decimal]]:
    """Draw the component rows' amounts; together they are the total row (R4). Amounts have two decimals at most."""
    top = 10 ** rng.uniform(4.5, 7.6 if unit == "元" else 7.9)
    scale = Decimal(1) if unit == "元" else Decimal("0.0001")
    initial = _rounded(Decimal(top) * scale, rng.choice((0, 2, 2)))
    annual = (
        initial if rng.random() < 0.4 else _rounded(initial * Decimal(rng.uniform(0.5, 1.4)), 2)
    )
    shares = [Decimal(1), Decimal(0), Decimal(0)]
    if rng.random() < 0.35:
        carried = Decimal(rng.uniform(0.05, 0.4)) if rng.random() < 0.7 else Decimal(0)
        other = Decimal(rng.uniform(0.05, 0.3)) if rng.random() < 0.5 else Decimal(0)
        shares = [1 - carried - other, carried, other]
    if not layout.carryover:
        shares = [shares[0] + shares[1], shares[2]]
    base = initial if "annual_budget" not in layout.budgets else annual
    spent = Decimal(1) if rng.random() < 0.35 else Decimal(rng.uniform(0.4, 0.999))
    rows = []
    for share in shares:
        budget = _rounded(base * share, 2)
        executed = budget if spent == 1 else _rounded(budget * spent, 2)
        rows.append(
            {
                "initial_budget": _rounded(initial * share, 2),
                "annual_budget": budget,
                "executed": executed,
            }
        )
    return rows


def _funding(layout: Layout, unit: str, habits: Habits, rng: Random) -> tuple[Funding, ...]:
    words = _corpus("themes")["common"]["funding"]
    kinds = ["appropriation", *(["carryover"] if layout.carryover else []), "other"]
    amounts = _amounts(layout, unit, rng)
    sums = {key: sum((row[key] for row in amounts), Decimal(0)) for key in MONEY}
    base = sums["annual_budget"]
    rate = sums["executed"] / base * 100 if base else Decimal(0)
    total = Funding(
        label=rng.choice(words["total"]),
        **_printed_money(sums, layout, habits.total_money, "0"),
        weight=_plain(EXECUTION_WEIGHT) if layout.scored else "",
        execution_rate=f"{_rounded(rate, habits.rate_digits):f}%",
        score=_plain(_execution_score(rate)) if layout.scored else "",
    )
    rows = [total]
    for kind, row in zip(kinds, amounts, strict=True):
        money = _printed_money(row, layout, habits.component_money, habits.zero_money)
        if habits.blank_executed and not any(row.values()):
            money["executed"] = ""
        weight = habits.no_value if layout.scored else ""
        rows.append(Funding(label=rng.choice(words[kind]), **money, weight=weight))
    return tuple(rows)


def _execution_score(rate: Decimal) -> Decimal:
    """Score the execution rate: its share of the weight, never more (R2)."""
    return min(EXECUTION_WEIGHT, _rounded(EXECUTION_WEIGHT * rate / 100, 2))


def _printed_money(
    row: Mapping[str, Decimal], layout: Layout, style: str, zero: str
) -> dict[str, str]:
    """Write the money columns that the layout has; the others are ""."""
    printed = {key: _money(row[key], style) if row[key] else zero for key in layout.budgets}
    return {key: printed.get(key, "") for key in MONEY}


# -- indicators ----------------------------------------------------------------------------------------------------------------


def split_weight(total: Decimal, count: int, rng: Random) -> list[Decimal]:
    """Share a weight among rows in whole or half points, about evenly; every row gets something and the sum is `total`."""
    step = Decimal("0.5") if total / count < 2 or rng.random() < 0.15 else Decimal(1)
    units = int(total / step)
    shares = [units // count + (k < units % count) for k in range(count)]
    for _ in range(count if rng.random() < 0.5 else 0):
        giver, taker = rng.randrange(count), rng.randrange(count)
        gift = rng.randint(0, shares[giver] // 2)
        shares[giver] -= gift
        shares[taker] += gift
    return [share * step for share in shares]


def _number(unit: str, rng: Random) -> int:
    ranges = _corpus("themes")["common"]["ranges"]
    low, high = map(float, ranges.get(unit, ranges["default"]))
    return round(low * math.exp(math.log(high / low) * rng.random()))


@dataclass(frozen=True)
class _Outcome:
    target: str
    actual: str
    met: bool


def _outcome(wants: str, unit: str, year: int, habits: Habits, rng: Random) -> _Outcome:
    """Draw a target, and an actual value that meets or misses it."""
    met = rng.random() >= habits.fails
    words = _corpus("themes")["common"]["words"]
    if wants == "date":
        text = rng.choice(words["date"]).format(y=year, n=rng.choice((6, 9, 11)))
        late = words["date"][0].format(y=year + 1)
        return _Outcome(text, text if met else late, met)
    if wants == "word":
        text = rng.choice(unit.split("|"))
        return _Outcome(text, text if met else words["partly"] + text, met)
    sign, goal, reached = _numbers(wants, unit, met=met, habits=habits, rng=rng)
    before = sign if habits.repeats_comparator else ""
    return _Outcome(f"{sign}{goal}{unit}", f"{before}{reached}{unit}", met)


def _numbers(
    wants: str, unit: str, *, met: bool, habits: Habits, rng: Random
) -> tuple[str, int, int]:
    """Draw comparator, target number and reached number."""
    slack, short = rng.uniform(1.0, 1.25), rng.uniform(0.55, 0.97)
    if rng.random() < 0.5:
        slack = 1.0
    match wants:
        case "full":
            return habits.exact, 100, 100 if met else rng.randint(70, 99)
        case "none":
            return "=", 0, 0 if met else rng.randint(1, 3)
        case "rate":
            goal = rng.randint(80, 98)
            return (
                habits.greater,
                goal,
                min(round(goal * slack), 100) if met else round(goal * short),
            )
        case "exact":
            goal = _number(unit, rng)
            return habits.exact, goal, goal if met else max(round(goal * short), goal and 0)
        case "most":
            goal = _number(unit, rng)
            return (
                habits.less,
                goal,
                max(round(goal / slack), 1) if met else goal + max(round(goal * (1 - short)), 1),
            )
        case _:
            goal = _number(unit, rng)
            return (
                habits.greater,
                goal,
                round(goal * slack) if met else min(round(goal * short), goal - 1),
            )


def _choose_rows(theme: Mapping[str, Any], rng: Random) -> list[tuple[str, str, list[str]]]:
    """Choose indicators in printed order: (level 1 key, level 2 key, [wording, wants, unit])."""
    common = _corpus("themes")["common"]
    kinds = {group["kind"]: group["rows"] for group in theme["indicator"]}
    timely, cost, lasting = (common[key]["rows"] for key in ("timeliness", "cost", "lasting"))
    plan = [
        ("output", "数量", kinds["数量"], 1, 4),
        ("output", "质量", kinds["质量"], 1, 3),
        ("output", "时效", timely, 1, 2),
        ("output", "成本", cost, 0, 2),
        *(("benefit", kind, rows, 0, 2) for kind, rows in kinds.items() if kind.endswith("效益")),
        ("benefit", "可持续", lasting, 1, 2),
        ("satisfaction", "满意度", kinds["满意度"], 1, 2),
    ]
    return [
        (level1, level2, row)
        for level1, level2, rows, least, most in plan
        for row in rng.sample(rows, min(rng.randint(least, most), len(rows)))
    ]


def _indicators(
    layout: Layout, theme: Mapping[str, Any], year: int, habits: Habits, rng: Random
) -> tuple[Indicator, ...]:
    common = _corpus("themes")["common"]
    chosen = _choose_rows(theme, rng)
    weights: list[Decimal] = []
    for level1, weight in LEVEL1_WEIGHTS.items():
        weights += split_weight(weight, sum(row[0] == level1 for row in chosen), rng)
    weighted = (
        rng.choice(common["words"]["weighted"])
        if layout.level_weights and rng.random() < 0.3
        else "{level}"
    )
    indicators = []
    for (level1, level2, (wording, wants, unit)), weight in zip(chosen, weights, strict=True):
        outcome = _outcome(wants, unit, year, habits, rng)
        score = weight if outcome.met else _rounded(weight * Decimal(rng.uniform(0.5, 0.95)), 1)
        deviation = (
            habits.untouched
            if outcome.met
            else rng.choice(common["deviations"]).format(n=rng.randint(1, 6))
        )
        indicators.append(
            Indicator(
                level1=weighted.format(
                    level=common["names"][level1], weight=_plain(LEVEL1_WEIGHTS[level1])
                ),
                level2=common["names"][level2],
                level3=wording,
                target=outcome.target,
                actual=outcome.actual,
                weight=_plain(weight) if layout.scored else "",
                score=_plain(min(score, weight)) if layout.scored else "",
                deviation=deviation,
            )
        )
    return tuple(indicators)


def _with_ordinals(
    indicators: Sequence[Indicator], rng: Random
) -> tuple[tuple[Indicator, ...], dict[str, list[str]]]:
    """Number the indicators of each level 2, as the Ministry's blank form does, and leave some of its empty lines.

    The empty lines come by the number of the indicator that they follow.
    """
    words = _corpus("themes")["common"]["words"]
    numbered, empty, position = [], {}, 0
    for number, indicator in enumerate(indicators):
        same = number and indicators[number - 1].level2 == indicator.level2
        position = position + 1 if same else 1
        text = words["ordinal"].format(n=position, text=indicator.level3)
        numbered.append(replace(indicator, level3=text))
        ends = number + 1 == len(indicators) or indicators[number + 1].level2 != indicator.level2
        if ends and rng.random() < 0.6:
            lines = [words["ordinal_empty"].format(n=position + 1), words["ellipsis"]]
            empty[str(number)] = lines[: rng.randint(1, 2)]
    return tuple(numbered), empty


# -- prose ---------------------------------------------------------------------------------------------------------------------


def _sentences(theme: Mapping[str, Any], year: int, count: int, rng: Random) -> list[str]:
    common = _corpus("themes")["common"]["goals"]
    pool = theme["goals"] + rng.sample(common, 3)
    texts = rng.sample(pool, min(count, len(pool)))
    return [_filled(text, year, rng) for text in texts]


def _filled(text: str, year: int, rng: Random) -> str:
    """Write numbers into a text, each place its own."""
    while "{n}" in text:
        text = text.replace("{n}", str(int(10 ** rng.uniform(0.5, 3.9))), 1)
    while "{p}" in text:
        text = text.replace("{p}", str(rng.randint(85, 100)), 1)
    return text.replace(
        "{m}", _plain(_rounded(Decimal(rng.uniform(10, 9999)), rng.choice((0, 2))))
    ).replace("{y}", str(year))


def _joined(sentences: Sequence[str], numbering: str) -> str:
    if len(sentences) == 1 or not numbering:
        return "。".join(sentences) + "。"
    return "；".join(numbering.format(n=n) + text for n, text in enumerate(sentences, 1)) + "。"


def _goals(theme: Mapping[str, Any], year: int, rng: Random) -> Goals:
    count = rng.choice((1, 2, 3, 3, 4, 5, 6, 8))
    numbering = rng.choice(("{n}、", "{n}.", "{n}. ", "（{n}）", ""))
    expected = _joined(_sentences(theme, year, count, rng), numbering)
    if rng.random() < 0.35:
        return Goals(expected, expected)
    return Goals(expected, _joined(_sentences(theme, year, rng.randint(1, 6), rng), numbering))


def stray_text(rng: Random) -> str:
    """Give a scrap of text that something else printed over a form; line breaks are printed ones."""
    return str(rng.choice(_corpus("themes")["common"]["words"]["strays"]))


# -- whole forms ---------------------------------------------------------------------------------------------------------------


def random_form(layout: Layout, captions: Captions, rng: Random) -> Form:
    """Put a believable form together that fits a layout; `captions` give its title."""
    places, themes = _corpus("places"), _corpus("themes")
    theme, habits = rng.choice(themes["theme"]), _habits(rng)
    year, unit = rng.choice(layout.years), rng.choice(layout.money_units)
    department = rng.choice(places["places"]) + rng.choice(theme["offices"])
    code = f"{rng.randint(101, 399)}-" if rng.random() < 0.08 else ""
    funding = _funding(layout, unit, habits, rng)
    indicators = _indicators(layout, theme, year, habits, rng)
    extra = _extra(layout, len(indicators), rng)
    if layout.level_weights and rng.random() < 0.25:
        indicators, extra["placeholders"] = _with_ordinals(indicators, rng)
    return Form(
        title=captions["title"],
        fiscal_year=year,
        project_name=rng.choice(theme["projects"]),
        project_level=rng.choice(places["levels"]),
        department=code + department,
        implementing_unit=department + rng.choice(places["units"]),
        money_unit=unit,
        funding=funding,
        goals=_goals(theme, year, rng),
        indicators=indicators,
        total=_total(layout, funding, indicators, habits),
        extra=extra,
    )


def _total(
    layout: Layout, funding: Sequence[Funding], indicators: Sequence[Indicator], habits: Habits
) -> Total:
    """Add weights and scores up (R5, R6)."""
    if not layout.scored:
        return Total()
    weights = [funding[0].weight, *(row.weight for row in indicators)]
    scores = [funding[0].score, *(row.score for row in indicators)]
    weight, score = (sum(map(Decimal, values), Decimal(0)) for values in (weights, scores))
    return Total(_plain(weight), _money(score, habits.total_score))


def _extra(layout: Layout, indicators: int, rng: Random) -> dict[str, Any]:
    words, places = _corpus("themes")["common"]["words"], _corpus("places")
    extra: dict[str, Any] = {}
    if layout.methods:
        extra["methods"] = [rng.choice(words["methods"]) for _ in range(indicators)]
    if layout.contact:
        person = rng.choice(places["surnames"]) + rng.choice(places["given_names"])
        extra["contact"] = f"{person} 1380000{rng.randrange(10000):04d}"
    if rng.random() < 0.25:
        extra["notes"] = [rng.choice(words["note"])]
    return extra
