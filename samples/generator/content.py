"""What forms say: the ten published ones, and random ones that obey the arithmetic of the form (FORMS.md R1-R7).

Random forms are put together from the word lists in `corpora`; nothing in them is real. A layout tells what such a form has; what it
does not print is None in the form.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from samples.generator.drawing import extra_of, lay_out
from samples.generator.form import Form, Funding, Goals, Indicator, Total, only, read_form
from samples.generator.layouts import Captions, Layout
from samples.generator.money import draw_amounts, execution_rate, print_funding
from samples.generator.outcomes import Drawn, Setting, draw_indicators, with_ordinals
from samples.generator.writing import (
    Habits,
    common,
    corpus,
    filled,
    money,
    plain,
    random_goals,
    random_habits,
)

SEED_TRUTH = Path(__file__).parents[1] / "songjiang-2023.truth.json"


def seed_forms() -> tuple[Form, ...]:
    """Read the ten forms of a Shanghai district, FY2023, in their printed order."""
    return tuple(read_form(truth) for truth in json.loads(SEED_TRUTH.read_text("utf-8")))


def random_form(layout: Layout, captions: Captions, rng: Random) -> Form:
    """Put a believable form together that fits a layout; `captions` are what it prints around its values."""
    places, themes = corpus("places"), corpus("themes")
    theme, habits = rng.choice(themes["theme"]), random_habits(rng, layout.rate_digits)
    year, unit = rng.choice(layout.years), rng.choice(layout.money_units)
    department = rng.choice(places["places"]) + rng.choice(theme["offices"])
    code = f"{rng.randint(101, 399)}-" if rng.random() < layout.code else ""
    unit_name = department + rng.choice(places["units"])
    amounts = draw_amounts(layout, unit, rng)
    funding = print_funding(layout, amounts, captions, habits)
    rate = execution_rate(layout, amounts)
    drawn = draw_indicators(Setting(layout, captions, theme, year, rate, habits), rng)
    indicators = tuple(one.indicator for one in drawn)
    drawing = _drawing(layout, drawn)
    if rng.random() < layout.ordinals:
        indicators, drawing["placeholders"] = with_ordinals(indicators, layout.ordinals, rng)
    goals = [random_goals(theme, year, rng) for _ in range(layout.goals)]
    drawing["goals"] = [goal.expected for goal in goals]
    name = (
        f"51{rng.randrange(10**4):04d}21R{rng.randrange(10**12):012d}-" if layout.name_code else ""
    )
    form = Form(
        title=captions["title"].format(year=year),
        fiscal_year=year,
        project_name=name + rng.choice(theme["projects"]),
        project_level=rng.choice(places["levels"]) if layout.name_levels else "",
        department=code + department,
        implementing_unit=unit_name,
        money_unit=unit,
        funding=funding,
        goals=goals[0],
        indicators=indicators,
        total=_total(layout, funding, indicators, habits),
        template=layout.template,
        beside={"notes": [rng.choice(common()["words"]["note"])]}
        if rng.random() < layout.notes
        else {},
        drawing=drawing | {"values": _values(theme, year, unit_name, rng)},
    )
    if rng.random() < layout.unfilled:
        form = _unfilled(form, captions)
    return _as_printed(layout, form, captions)


def _total(
    layout: Layout, funding: Sequence[Funding], indicators: Sequence[Indicator], habits: Habits
) -> Total:
    """Add weights and scores up (R5, R6); where a layout breaks the rules, the indicators alone make the total."""
    counted = [] if "R6" in layout.breaks or not layout.execution_weight else [funding[0]]
    weights = [*(row.weight for row in counted), *(row.weight for row in indicators)]
    scores = [*(row.score for row in counted), *(row.score for row in indicators)]
    weight, score = (
        sum((Decimal(value or 0) for value in values), Decimal(0)) for values in (weights, scores)
    )
    return Total(plain(weight), money(score, habits.total_score))


def _drawing(layout: Layout, drawn: Sequence[Drawn]) -> dict[str, Any]:
    """Give what the drawing needs to know of the indicators."""
    return {
        "places": [one.place for one in drawn],
        "targets": [one.measure for one in drawn],
        "columns": {key: [one.columns[key] for one in drawn] for key in drawn[0].columns},
        "execution_weight": layout.execution_weight,
    }


def _values(theme: dict[str, Any], year: int, unit: str, rng: Random) -> dict[str, str]:
    """Draw what single cells of some layouts print: contacts, dates, choices, conclusions."""
    places = corpus("places")
    values = {
        key: filled(rng.choice(texts), year, rng) for key, texts in common()["values"].items()
    }

    def person() -> str:
        return str(rng.choice(places["surnames"]) + rng.choice(places["given_names"]))

    values["unit"] = unit
    values |= {key: person() for key in ("leader", "accountant", "filler", "liaison")}
    values["phone"] = f"1380000{rng.randrange(10000):04d}"
    values["contact"] = f"{person()} {values['phone']}"
    values["goal_adjusted"] = random_goals(theme, year, rng).expected or ""
    return values


def _unfilled(form: Form, captions: Captions) -> Form:
    """Give the form as somebody published it who had not filled it in: instructions where prose belongs, no figures."""
    words = captions["instructions"]
    blank = dict.fromkeys(
        ("initial_budget", "annual_budget", "executed", "execution_rate", "score"), ""
    )
    emptied = dict.fromkeys(("actual", "score", "deviation"), "")
    own = form.drawing["values"]
    values = own | {key: words[key] for key in words if key in own}
    return replace(
        form,
        funding=tuple(replace(row, **blank) for row in form.funding),
        goals=Goals(words["expected"], words["actual"]),
        indicators=tuple(replace(row, **emptied) for row in form.indicators),
        total=replace(form.total, score=""),
        beside={**form.beside, "unfilled": True},
        drawing={**form.drawing, "values": values},
    )


def _as_printed(layout: Layout, form: Form, captions: Captions) -> Form:
    """Take off what the layout does not print, and add what is peculiar to it."""
    values, funding = layout.values, layout.columns("funding")
    totals = {key.removeprefix("total.") for key in values if key.startswith("total.")}
    goals = layout.columns("goals") | {
        key.removeprefix("goals.") for key in values if key.startswith("goals.")
    }
    if layout.goals > 1:
        goals |= {"expected"}
    places = form.drawing["places"]
    return replace(
        form,
        project_name=form.project_name if "project_name" in values else None,
        department=form.department if "department" in values else None,
        implementing_unit=form.implementing_unit if "implementing_unit" in values else None,
        funding=tuple(only(row, funding) for row in form.funding) if funding else (),
        goals=only(form.goals, goals),
        indicators=tuple(
            only(row, layout.indicator_columns(places[at]))
            for at, row in enumerate(form.indicators)
        ),
        total=only(form.total, totals),
        extra=extra_of(lay_out(layout, form, captions)),
    )
