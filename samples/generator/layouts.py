"""From a form to its logical page: which captions, cells and spans a family of forms prints.

A layout is one short function from a form and its captions to blocks; `LAYOUTS` names them all, each with the traits that the
contents must have to fit it. The captions come from `corpora/labels.toml`. Fonts, sizes and page breaks are no business of a layout.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

from samples.generator.form import MONEY, Form
from samples.generator.table import Block, Role, Rows, Slot, Text, beside, tile

CORPORA = Path(__file__).parent / "corpora"

Captions = Mapping[str, Any]
"""Captions of one form: text, or a block's captions by column."""


@dataclass(frozen=True)
class Layout:
    """A family of forms. `budgets` are the money columns it has; `scored` is whether it prints weights, scores and a total."""

    name: str
    draw: Callable[[Form, Captions], tuple[Block, ...]]
    money_units: tuple[str, ...] = ("万元",)
    years: tuple[int, ...] = (2019, 2020, 2021, 2022)
    budgets: tuple[str, ...] = ("initial_budget", "annual_budget", "executed")
    scored: bool = True
    carryover: bool = True
    methods: bool = False
    contact: bool = False
    level_weights: bool = False


# -- captions -----------------------------------------------------------------------------------------------------------------


def choose_captions(layout: str, rng: Random) -> dict[str, Any]:
    """Take one wording for every caption of a layout."""
    labels = tomllib.loads((CORPORA / "labels.toml").read_text("utf-8"))
    own = dict(labels[layout])
    choice = rng.choice(own.pop("choices", [{}]))
    merged = _overlay(_overlay(labels["base"], own), choice)
    captions = _pick(merged, rng)
    assert isinstance(captions, dict)
    return captions


def _overlay(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Lay nested mappings over each other; leaves of `over` win."""
    inner = {
        key: _overlay(under.get(key, {}), value) if isinstance(value, dict) else value
        for key, value in over.items()
    }
    return {**under, **inner}


def _pick(tree: Any, rng: Random) -> Any:  # noqa: ANN401 - a tree of whatever a TOML file holds
    if isinstance(tree, dict):
        return {key: _pick(value, rng) for key, value in tree.items()}
    return rng.choice(tree)


def _fill(captions: Any, form: Form) -> Any:  # noqa: ANN401
    """Write the form's year, unit and execution weight into captions that name them."""
    if isinstance(captions, dict):
        return {key: _fill(value, form) for key, value in captions.items()}
    return captions.format(
        year=form.fiscal_year,
        unit=form.money_unit,
        level=form.project_level,
        weight=form.funding[0].weight,
    )


def lay_out(layout: Layout, form: Form, captions: Captions) -> tuple[Block, ...]:
    """Give the blocks of one form, top to bottom: title and year lines, tables, notes."""
    return layout.draw(form, _fill(captions, form))


# -- parts that the families share ---------------------------------------------------------------------------------------------


def _heading(form: Form, captions: Captions) -> tuple[Block, ...]:
    return Text(form.title, "title", "/title"), Text(captions["year"], "year", "/fiscal_year")


def _name(form: Form, captions: Captions, cols: int, chars: int | None = None) -> Slot:
    level = captions["project_level"] if form.project_level else ""
    text = form.project_name + level
    return Slot(text, cols, role="name", field="/project_name", chars=chars)


def _value(pointer: str, text: str, cols: int = 1) -> Slot:
    role: Role = "money" if pointer.rpartition("/")[2] in MONEY else "value"
    return Slot(text, cols, role=role if text else "blank", field=pointer)


def _funding(form: Form, captions: Captions, columns: Sequence[str], spans: Sequence[int]) -> Rows:
    """Give the funding rows under their header; the first column is the rows' own label."""
    head = [Slot(captions.get(key, ""), cols) for key, cols in zip(columns, spans, strict=True)]
    rows: Rows = [head]
    for number, row in enumerate(form.funding):
        # Component labels stand indented under the first, as the print-outs have them.
        indent = (0.0, 1.0, 4.0, 4.0)[min(number, 3)]
        item = Slot(row.label, spans[0], role="item", indent_em=indent)
        values = [
            _value(f"/funding/{number}/{key}", getattr(row, key, ""), cols)
            for key, cols in zip(columns[1:], spans[1:], strict=True)
        ]
        rows.append([item, *values])
    return rows


def _goals(
    form: Form, captions: Captions, spans: tuple[int, int], chars: tuple[int | None, int | None]
) -> Rows:
    keys = ("expected", "actual")
    heads = [Slot(captions[key], cols) for key, cols in zip(keys, spans, strict=True)]
    texts = [
        Slot(getattr(form.goals, key), cols, role="prose", field=f"/goals/{key}", chars=limit)
        for key, cols, limit in zip(keys, spans, chars, strict=True)
    ]
    return [heads, texts]


def _indicators(
    form: Form,
    captions: Captions,
    columns: Sequence[str],
    chars: Mapping[str, int] | None = None,
) -> Rows:
    """Give the indicator rows under their header: level 1 and 2 span their rows, the other columns follow in the given order."""
    limits = chars or {}
    placeholders = form.extra.get("placeholders", {})
    methods = form.extra.get("methods", ())

    def row(number: int) -> list[Slot]:
        indicator = form.indicators[number]
        slots = [
            Slot(
                indicator.level3, 1, 1, "text", f"/indicators/{number}/level3", limits.get("level3")
            )
        ]
        for key in columns[3:]:
            text = methods[number] if key == "method" else getattr(indicator, key)
            field = "" if key == "method" else f"/indicators/{number}/{key}"
            role: Role = "text" if key in {"method", "deviation"} and len(text) > 4 else "value"
            slots.append(Slot(text, 1, 1, role if text else "blank", field, limits.get(key)))
        return slots

    def level(key: str, number: int) -> Slot:
        return Slot(
            getattr(form.indicators[number], key), role="level", field=f"/indicators/{number}/{key}"
        )

    rows: Rows = [[Slot(captions[key]) for key in columns]]
    numbers = range(len(form.indicators))
    for _, of_level1 in groupby(numbers, lambda i: form.indicators[i].level1):
        group1: Rows = []
        first = None
        for _, of_level2 in groupby(of_level1, lambda i: form.indicators[i].level2):
            members = list(of_level2)
            first = members[0] if first is None else first
            empty = [
                [Slot(text, role="text"), *(Slot("", role="blank") for _ in columns[3:])]
                for text in placeholders.get(str(members[-1]), ())
            ]
            group1 += beside(level("level2", members[0]), [*map(row, members), *empty])
        assert first is not None
        rows += beside(level("level1", first), group1)
    return rows


def _total(form: Form, captions: Captions, columns: Sequence[str]) -> list[Slot]:
    """Give the total row: its caption as far as the first number, then the two numbers under their columns."""
    values = {"weight": form.total.weight, "score": form.total.score}
    first = min(columns.index(key) for key in values)
    return [
        Slot(captions["total"], first),
        *(
            _value(f"/total/{key}" if key in values else "", values.get(key, ""))
            for key in columns[first:]
        ),
    ]


def _notes(form: Form) -> tuple[Block, ...]:
    return tuple(Text(line, "note", align="left") for line in form.extra.get("notes", ()))


# -- the families --------------------------------------------------------------------------------------------------------------

_COLUMNS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation")
_FUNDING = (
    "item",
    "initial_budget",
    "annual_budget",
    "executed",
    "weight",
    "execution_rate",
    "score",
)


def _sh2023(form: Form, captions: Captions) -> tuple[Block, ...]:
    """Shanghai districts (FORMS.md V1, §5 A): a system print-out that breaks its lines by the count of characters."""
    widths = (2.0, 5.4, 10.3, 10.4, 6.5, 6.5, 3.0, 4.3, 7.4)
    rows: Rows = [
        [Slot(captions["project_name"], 2), _name(form, captions, 7, chars=13)],
        [
            Slot(captions["department"], 2),
            Slot(form.department, 2, role="name", field="/department", chars=12),
            Slot(captions["implementing_unit"], 2),
            Slot(form.implementing_unit, 3, role="name", field="/implementing_unit", chars=8),
        ],
        *beside(
            Slot(captions["funding"]["block"], 2),
            _funding(form, captions["funding"], _FUNDING, (1,) * 7),
        ),
        *beside(
            Slot(captions["goals"]["block"], role="side", chars=2),
            _goals(form, captions["goals"], (4, 4), (25, 20)),
        ),
        *beside(
            Slot(captions["indicators"]["block"], role="side", chars=1),
            _indicators(
                form,
                captions["indicators"],
                _COLUMNS,
                {"level3": 10, "target": 8, "actual": 8, "deviation": 7},
            ),
        ),
        _total(form, captions, ("side", *_COLUMNS)),
    ]
    return *_heading(form, captions), tile(widths, rows), *_notes(form)


def _mof2020(form: Form, captions: Captions) -> tuple[Block, ...]:
    """The Ministry's standard form (FORMS.md V2)."""
    widths = (2.2, 5.2, 6.2, 9.4, 6.4, 6.4, 3.4, 4.4, 8.2)
    rows: Rows = [
        [Slot(captions["project_name"], 2), _name(form, captions, 7)],
        [
            Slot(captions["department"], 2),
            Slot(form.department, 2, role="name", field="/department"),
            Slot(captions["implementing_unit"], 2),
            Slot(form.implementing_unit, 3, role="name", field="/implementing_unit"),
        ],
        *beside(
            Slot(captions["funding"]["block"], role="side"),
            _funding(form, captions["funding"], _FUNDING, (2, 1, 1, 1, 1, 1, 1)),
        ),
        *beside(
            Slot(captions["goals"]["block"], role="side"),
            _goals(form, captions["goals"], (4, 4), (None, None)),
        ),
        *beside(
            Slot(captions["indicators"]["block"], role="side"),
            _indicators(form, captions["indicators"], _COLUMNS),
        ),
        _total(form, captions, ("side", *_COLUMNS)),
    ]
    return *_heading(form, captions), tile(widths, rows), *_notes(form)


def _goal2019(form: Form, captions: Captions) -> tuple[Block, ...]:
    """Goal forms without weights, scores or a total (FORMS.md V7 and its kin)."""
    widths = (2.4, 5.6, 7.0, 10.4, 8.0, 8.0, 9.6)
    rows: Rows = [
        [Slot(captions["project_name"], 2), _name(form, captions, 5)],
        [
            Slot(captions["department"], 2),
            Slot(form.department, 2, role="name", field="/department"),
            Slot(captions["implementing_unit"]),
            Slot(form.implementing_unit, 2, role="name", field="/implementing_unit"),
        ],
        *beside(
            Slot(captions["funding"]["block"], 2),
            _funding(
                form,
                captions["funding"],
                ("item", "initial_budget", "annual_budget", "executed", "execution_rate"),
                (1, 1, 1, 1, 1),
            ),
        ),
        *beside(
            Slot(captions["goals"]["block"], role="side"),
            _goals(form, captions["goals"], (3, 3), (None, None)),
        ),
        *beside(
            Slot(captions["indicators"]["block"], role="side"),
            _indicators(form, captions["indicators"], (*_COLUMNS[:5], "deviation")),
        ),
    ]
    return *_heading(form, captions), tile(widths, rows), *_notes(form)


def _haidian2016(form: Form, captions: Captions) -> tuple[Block, ...]:
    """Beijing FY2016 (FORMS.md V3): one budget column, the weight before the target, a column of scoring methods."""
    widths = (2.2, 4.8, 5.6, 8.6, 3.4, 6.0, 6.0, 7.0, 3.6, 6.4)
    columns = (
        "level1",
        "level2",
        "level3",
        "weight",
        "target",
        "actual",
        "method",
        "score",
        "deviation",
    )
    rows: Rows = [
        [Slot(captions["project_name"], 2), _name(form, captions, 8)],
        [
            Slot(captions["department"], 2),
            Slot(form.department, 3, role="name", field="/department"),
            Slot(captions["implementing_unit"], 2),
            Slot(form.implementing_unit, 3, role="name", field="/implementing_unit"),
        ],
        *beside(
            Slot(captions["funding"]["block"], role="side"),
            _funding(
                form,
                captions["funding"],
                (
                    "item",
                    "initial_budget",
                    "executed",
                    "weight",
                    "execution_rate",
                    "score",
                    "method",
                ),
                (2, 1, 2, 1, 1, 1, 1),
            ),
        ),
        *beside(
            Slot(captions["goals"]["block"], role="side"),
            _goals(form, captions["goals"], (5, 4), (None, None)),
        ),
        *beside(
            Slot(captions["indicators"]["block"], role="side"),
            _indicators(form, captions["indicators"], columns),
        ),
        _total(form, captions, ("side", *columns)),
    ]
    return *_heading(form, captions), tile(widths, rows), *_notes(form)


def _zhongjiang2022(form: Form, captions: Captions) -> tuple[Block, ...]:
    """Sichuan FY2022 (FORMS.md V5): a contact in the header, one budget column, the weight before the rate and before the target."""
    widths = (2.4, 5.4, 6.4, 9.6, 3.6, 7.2, 7.2, 4.2, 7.6)
    columns = ("level1", "level2", "level3", "weight", "target", "actual", "score", "deviation")
    rows: Rows = [
        [
            Slot(captions["project_name"], 2),
            _name(form, captions, 2),
            Slot(captions["contact"], 2),
            Slot(form.extra.get("contact", ""), 3, role="name", field="/contact"),
        ],
        [
            Slot(captions["department"], 2),
            Slot(form.department, 2, role="name", field="/department"),
            Slot(captions["implementing_unit"], 2),
            Slot(form.implementing_unit, 3, role="name", field="/implementing_unit"),
        ],
        *beside(
            Slot(captions["funding"]["block"], 2),
            _funding(
                form,
                captions["funding"],
                ("item", "annual_budget", "executed", "weight", "execution_rate", "score"),
                (1, 1, 2, 1, 1, 1),
            ),
        ),
        *beside(
            Slot(captions["goals"]["block"], role="side"),
            _goals(form, captions["goals"], (4, 4), (None, None)),
        ),
        *beside(
            Slot(captions["indicators"]["block"], role="side"),
            _indicators(form, captions["indicators"], columns),
        ),
        _total(form, captions, ("side", *columns)),
    ]
    return *_heading(form, captions), tile(widths, rows), *_notes(form)


LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("sh2023", _sh2023, money_units=("元",), years=(2022, 2023)),
        Layout("mof2020", _mof2020, level_weights=True),
        Layout("goal2019", _goal2019, years=(2017, 2018, 2019, 2020), scored=False),
        Layout(
            "haidian2016",
            _haidian2016,
            years=(2016, 2017),
            budgets=("initial_budget", "executed"),
            carryover=False,
            methods=True,
        ),
        Layout(
            "zhongjiang2022",
            _zhongjiang2022,
            years=(2021, 2022),
            budgets=("annual_budget", "executed"),
            carryover=False,
            contact=True,
            level_weights=True,
        ),
    )
}
