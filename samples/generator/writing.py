"""How offices write: numbers, words and sentences of random forms, put together from the word lists in `corpora`."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from random import Random
from typing import Any

from samples.generator.form import Goals
from samples.generator.layouts import CORPORA


@cache
def corpus(name: str) -> dict[str, Any]:
    """Read a word list."""
    return tomllib.loads((CORPORA / f"{name}.toml").read_text("utf-8"))


def common() -> dict[str, Any]:
    """Give the words that all themes share."""
    words: dict[str, Any] = corpus("themes")["common"]
    return words


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


def random_habits(rng: Random, rate_digits: Sequence[int]) -> Habits:
    """Draw the habits of one office."""
    unicode = rng.random() < 0.5
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
        rate_digits=rng.choice(rate_digits),
        total_score=rng.choice(("plain", "plain", "fixed")),
        untouched=rng.choice(common()["untouched"]),
        fails=rng.choice((0.0, 0.0, 0.08, 0.2, 0.35)),
    )


def rounded(value: Decimal, digits: int) -> Decimal:
    """Round half up."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """Write a number without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, style: str) -> str:
    """Write an amount, or a score: plain, with two decimals, or with commas as well."""
    match style:
        case "fixed":
            return f"{value:.2f}"
        case "commas":
            return f"{value:,.2f}"
        case _:
            return plain(value)


def _sentences(theme: Mapping[str, Any], year: int, count: int, rng: Random) -> list[str]:
    shared = common()["goals"]
    pool = theme["goals"] + rng.sample(shared, 3)
    texts = rng.sample(pool, min(count, len(pool)))
    return [filled(text, year, rng) for text in texts]


def filled(text: str, year: int, rng: Random) -> str:
    """Write numbers into a text, each place its own."""
    while "{n}" in text:
        text = text.replace("{n}", str(int(10 ** rng.uniform(0.5, 3.9))), 1)
    while "{p}" in text:
        text = text.replace("{p}", str(rng.randint(85, 100)), 1)
    return text.replace(
        "{m}", plain(rounded(Decimal(rng.uniform(10, 9999)), rng.choice((0, 2))))
    ).replace("{y}", str(year))


def _joined(sentences: Sequence[str], numbering: str) -> str:
    if len(sentences) == 1 or not numbering:
        return "。".join(sentences) + "。"
    return "；".join(numbering.format(n=n) + text for n, text in enumerate(sentences, 1)) + "。"


def random_goals(theme: Mapping[str, Any], year: int, rng: Random) -> Goals:
    """Draw what was to be reached and what was."""
    count = rng.choice((1, 2, 3, 3, 4, 5, 6, 8))
    numbering = rng.choice(("{n}、", "{n}.", "{n}. ", "（{n}）", ""))
    expected = _joined(_sentences(theme, year, count, rng), numbering)
    if rng.random() < 0.35:
        return Goals(expected, expected)
    return Goals(expected, _joined(_sentences(theme, year, rng.randint(1, 6), rng), numbering))


def stray_text(rng: Random) -> str:
    """Give a scrap of text that something else printed over a form; line breaks are printed ones."""
    return str(rng.choice(common()["words"]["strays"]))
