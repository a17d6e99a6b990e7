"""Indicators of random forms: which, with what target, what came of them, and their points."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from samples.generator.form import Indicator
from samples.generator.layouts import Captions, Layout
from samples.generator.writing import Habits, common, filled, plain, rounded

Measure = tuple[str, str, str]
"""Comparator, number or word, unit."""


FULL_PERCENT = 100


@dataclass(frozen=True)
class Setting:
    """What all indicators of a form share; `rate` is the execution of its budget in per cent."""

    layout: Layout
    captions: Captions
    theme: Mapping[str, Any]
    year: int
    rate: Decimal
    habits: Habits


@dataclass(frozen=True)
class Drawn:
    """An indicator as drawn; `place` is its goal or section, where its layout has such; `columns` are further ones by key."""

    indicator: Indicator
    measure: Measure
    place: int | str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class _Outcome:
    target: Measure
    actual: str
    met: bool


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
    ranges = common()["ranges"]
    low, high = map(float, ranges.get(unit, ranges["default"]))
    return round(low * math.exp(math.log(high / low) * rng.random()))


def _outcome(wants: str, unit: str, setting: Setting, rng: Random) -> _Outcome:
    """Draw a target, and an actual value that meets or misses it."""
    habits, year = setting.habits, setting.year
    met = rng.random() >= habits.fails
    words = common()["words"]
    if wants == "date":
        text = rng.choice(words["date"]).format(y=year, n=rng.choice((6, 9, 11)))
        late = words["date"][0].format(y=year + 1)
        return _Outcome((words["qualitative"], text, ""), text if met else late, met)
    if wants == "word":
        text = rng.choice(unit.split("|"))
        reached = text if met else words["partly"] + text
        return _Outcome((words["qualitative"], text, ""), reached, met)
    sign, goal, reached_number = _numbers(wants, unit, met=met, habits=habits, rng=rng)
    style, after = ("{:.2f}", f"({unit})") if setting.layout.bracketed_units else ("{}", unit)
    before = sign if habits.repeats_comparator else ""
    return _Outcome(
        (sign, style.format(goal), after), before + style.format(reached_number) + after, met
    )


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


def draw_indicators(setting: Setting, rng: Random) -> list[Drawn]:
    """Draw the indicators of a form in printed order, those of each goal together."""
    layout, names = setting.layout, setting.captions["levels"]
    drawn: list[Drawn] = []
    for goal in range(layout.goals):
        chosen = _choose_rows(layout, setting.theme, rng)
        weights: list[Decimal] = []
        for level1, points in layout.levels.items():
            weights += split_weight(Decimal(points), sum(row[0] == level1 for row in chosen), rng)
        weighted = (
            rng.choice(common()["words"]["weighted"])
            if rng.random() < layout.level_weights
            else "{level}"
        )
        for (level1, level2, row), weight in zip(chosen, weights, strict=True):
            one = _draw(setting, row, weight, rng)
            whole = plain(Decimal(layout.levels[level1]))
            label = weighted.format(level=names[level1], weight=whole)
            indicator = replace(one.indicator, level1=label, level2=names[level2])
            drawn.append(
                replace(one, indicator=indicator, place=goal if layout.goals > 1 else level1)
            )
    return drawn


def _choose_rows(
    layout: Layout, theme: Mapping[str, Any], rng: Random
) -> list[tuple[str, str, Sequence[str]]]:
    """Choose indicators in printed order: (level 1 key, level 2 key, [wording, wants, unit])."""
    kinds = {group["kind"]: group["rows"] for group in theme["indicator"]}
    kinds |= common()["indicators"]
    plan: list[tuple[str, str, int, int]] = []
    for level1, level2, least, most in common()["plans"][layout.plan]:
        every = [kind for kind in kinds if kind.endswith("效益")] if level2 == "效益" else [level2]
        plan += [(level1, kind, least, most) for kind in every]
    return [
        (level1, level2, row)
        for level1, level2, least, most in plan
        for row in rng.sample(kinds[level2], min(rng.randint(least, most), len(kinds[level2])))
    ]


def _draw(setting: Setting, row: Sequence[str], weight: Decimal, rng: Random) -> Drawn:
    """Draw what one indicator says; its level labels and its place are the caller's."""
    wording, wants, unit = row
    habits, rate = setting.habits, setting.rate
    if wants == "execution":
        reached = f"{rounded(rate, habits.rate_digits):f}%"
        outcome = _Outcome(("", "100", "%"), reached, rate >= FULL_PERCENT)
        score = min(weight, rounded(weight * rate / 100, 2))
    else:
        outcome = _outcome(wants, unit, setting, rng)
        share = Decimal(1) if outcome.met else Decimal(rng.uniform(0.5, 0.95))
        score = weight if outcome.met else min(weight, rounded(weight * share, 1))
    deviation = (
        habits.untouched
        if score == weight
        else rng.choice(common()["deviations"]).format(n=rng.randint(1, 6))
    )
    sign, number, after = outcome.target
    in_words = sign == common()["words"]["qualitative"]
    indicator = Indicator(
        level3=wording,
        target=("" if in_words else sign) + number + after,
        actual=outcome.actual,
        weight=plain(weight),
        score=plain(score),
        deviation=deviation,
    )
    further = _further_columns(setting.layout, indicator, outcome, (weight, score), rng)
    return Drawn(indicator, outcome.target, "", further)


def _further_columns(
    layout: Layout,
    indicator: Indicator,
    outcome: _Outcome,
    points: tuple[Decimal, Decimal],
    rng: Random,
) -> dict[str, str]:
    """Draw what stands in columns that only some layouts have."""
    words = common()["words"]
    weight, score = points
    made: dict[str, str] = {
        "method": rng.choice(words["methods"]),
        "standard": rng.choice(words["methods"]),
        "adjusted": outcome.target[1],
        "coefficient": plain(rounded(score / weight * 100, 2)),
        "core": rng.choice(words["core"]),
        "review": plain(score if rng.random() < 0.7 else max(score - 1, Decimal(0))),
        "progress": indicator.actual or "",
        "forecast": words["likely"] if score == weight else words["unlikely"],
        "weight2": plain(weight),
        "data": filled(rng.choice(words["data"]), 2020, rng),
    }
    columns = layout.indicator_columns()
    return {key: text for key, text in made.items() if key in columns}


def with_ordinals(
    indicators: Sequence[Indicator], ordinals: float, rng: Random
) -> tuple[tuple[Indicator, ...], dict[str, list[str]]]:
    """Number the indicators of each level 2, as the Ministry's blank form does, and leave some of its empty lines.

    The empty lines come by the number of the indicator that they follow; the more often a layout numbers, the more are left.
    """
    words = common()["words"]
    numbered, empty, position = [], {}, 0
    for number, indicator in enumerate(indicators):
        same = number and indicators[number - 1].level2 == indicator.level2
        position = position + 1 if same else 1
        text = words["ordinal"].format(n=position, text=indicator.level3)
        numbered.append(replace(indicator, level3=text))
        ends = number + 1 == len(indicators) or indicators[number + 1].level2 != indicator.level2
        if ends and rng.random() < 0.6:
            most = 2 if ordinals < 1 else 4
            lines = [words["ordinal_empty"].format(n=position + more) for more in range(1, most)]
            empty[str(number)] = [*lines, words["ellipsis"]][: rng.randint(1, most)]
    return tuple(numbered), empty
