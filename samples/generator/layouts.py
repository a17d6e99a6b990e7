"""The families of forms: which captions, cells and spans each prints, and what its contents must be like to fit.

All of it is data: `corpora/layouts.toml` has a table for each family, `corpora/labels.toml` its captions. Fonts, sizes and page breaks
are no business of a layout. `samples.generator.drawing` makes a logical page of a form and its layout.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

from samples.generator.form import SELF_EVALUATION

CORPORA = Path(__file__).parent / "corpora"

Captions = Mapping[str, Any]
"""Captions of one form: text, or a block's captions by column."""

Rule = Literal["R1", "R4", "R5", "R6"]
"""A rule of FORMS.md §3."""


class Place(NamedTuple):
    """A cell in a layout's data: `key cols chars`, the last two left out where they are 1 and the style's."""

    key: str
    cols: int = 1
    chars: int | None = None


def place(text: str) -> Place:
    """Read a cell's data."""
    key, *numbers = text.split()
    return Place(key, *map(int, numbers))


@dataclass(frozen=True)
class Layout:
    """A family of forms.

    `rows` are the table's blocks from top to bottom, `above` and `below` the lines around it. `sources` are the component rows of the
    funding block. `levels` are the weights of the groups of indicators, `plan` names how many of which kind there are. `goals` is the
    number of goals that have an indicator table each. `ordinals` and `level_weights` say how often wordings are numbered and level
    labels carry their weight, `unfilled` how often only the blank form's instructions stand in it, `notes` and `code` how often there
    are notes and a code before the department. `whole_scores` rounds the score of the execution where the rate has no decimals;
    `component_rates` gives component rows a rate each, `slashes` a slash where they have none. `breaks` are rules that such forms
    break in print. A form of the layout `companion` follows in the same file.
    """

    name: str
    widths: tuple[float, ...]
    rows: tuple[Mapping[str, Any], ...]
    template: str = SELF_EVALUATION
    above: tuple[tuple[str, ...], ...] = (("title",), ("year",))
    below: tuple[tuple[str, ...], ...] = ()
    money_units: tuple[str, ...] = ("万元",)
    years: tuple[int, ...] = (2019, 2020, 2021, 2022)
    sources: tuple[str, ...] = ("appropriation", "carryover", "other")
    execution_weight: int = 10
    levels: Mapping[str, int] = field(
        default_factory=lambda: {"output": 50, "benefit": 30, "satisfaction": 10}
    )
    plan: str = "usual"
    names: Mapping[str, str] = field(default_factory=dict)
    goals: int = 1
    level_weights: float = 0.0
    ordinals: float = 0.0
    unfilled: float = 0.0
    notes: float = 0.25
    code: float = 0.08
    name_code: bool = False
    name_levels: bool = True
    rate_digits: tuple[int, ...] = (2, 2, 2, 2, 1, 0)
    whole_scores: bool = False
    bracketed_units: bool = False
    zero_components: bool = False
    component_rates: bool = False
    slashes: bool = False
    breaks: tuple[Rule, ...] = ()
    companion: str = ""

    def columns(self, name: str) -> frozenset[str]:
        """Give the keys of the columns that the blocks of that name print."""
        blocks = [block for block in _flat(self.rows) if block.get("block") == name]
        return frozenset(place(text).key for block in blocks for text in block["columns"])

    def indicator_columns(self, where: int | str | None = None) -> frozenset[str]:
        """Give the columns of the indicator tables, or of the one for a goal or section; a target in three cells is one."""
        blocks = [
            block
            for block in _flat(self.rows)
            if block.get("block") in {"indicators", "goal_tables"}
            and (where is None or where in block.get("sections", (where,)))
        ]
        keys = {place(text).key for block in blocks for text in block["columns"]}
        if any("sections" in block and "level1" not in keys for block in blocks):
            keys.add("level1")
        return frozenset(keys | {"target"} if "number" in keys else keys)

    @property
    def values(self) -> frozenset[str]:
        """Give the keys of values that single cells print."""
        cells = (place(text).key for row in _flat(self.rows) for text in row.get("cells", ()))
        lines = (key for line in (*self.above, *self.below) for key in line)
        return frozenset(key.removeprefix("=") for key in (*cells, *lines) if key.startswith("="))

    @property
    def budgets(self) -> tuple[str, ...]:
        """Give the columns of money that the layout has."""
        keys = ("initial_budget", "annual_budget", "executed")
        return tuple(key for key in keys if key in self.columns("funding"))

    @property
    def scored(self) -> bool:
        return "score" in self.indicator_columns()

    @property
    def is_self_evaluation(self) -> bool:
        return "self-evaluation" in self.template


def _flat(rows: tuple[Mapping[str, Any], ...]) -> Iterator[Mapping[str, Any]]:
    """Yield blocks and the blocks inside of them."""
    for row in rows:
        yield row
        yield from _flat(tuple(row.get("rows", ())))


def _read_layouts() -> Mapping[str, Layout]:
    data = tomllib.loads((CORPORA / "layouts.toml").read_text("utf-8"))
    return {
        name: Layout(name, **{key: _frozen(value) for key, value in table.items()})
        for name, table in data.items()
    }


def _frozen(value: Any) -> Any:  # noqa: ANN401 - whatever a TOML file holds
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


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


LAYOUTS = _read_layouts()
