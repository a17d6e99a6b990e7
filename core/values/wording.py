"""The characters and words of the grammar, from `wording.toml`, validated on load."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import field_validator

from core.readings import Frozen


class Marks(Frozen):
    """What a cell prints in place of a figure, and what may follow one.

    `pauses` are the marks of sentences, `bounds` the single characters that may follow a whole unit.
    """

    dashes: frozenset[str]
    slashes: frozenset[str]
    nothing: frozenset[str]
    points: frozenset[str]
    pauses: frozenset[str]
    bounds: frozenset[str]


class Lookalikes(Frozen):
    """What recognisers return for what is printed; each is applied only where the grammar is sure.

    Sources: the project's recogniser measurements (lone 0, dash and slash, comma and point in amounts,
    per mille) and the usual letter-for-digit confusions.
    """

    digits: dict[str, str]
    dashes: frozenset[str]
    slashes: frozenset[str]
    decimal_points: frozenset[str]
    commas: frozenset[str]
    percents: frozenset[str]
    greater: frozenset[str]
    greater_letters: frozenset[str]
    less: frozenset[str]
    equals: frozenset[str]
    equals_doubtful: frozenset[str]
    permille: frozenset[str]

    @field_validator("digits")
    @classmethod
    def _no_digit_becomes_another(cls, digits: dict[str, str]) -> dict[str, str]:
        if any(read.isdecimal() or not printed.isdecimal() for read, printed in digits.items()):
            raise ValueError("a repair turns what is no digit into a digit")
        return digits


class Years(Frozen):
    """How a fiscal year is printed."""

    numerals: dict[str, str]
    pattern: str


class Dates(Frozen):
    """How a day, month or year is printed as a value."""

    patterns: tuple[str, ...]


class Wording(Frozen):
    """The whole file."""

    marks: Marks
    lookalikes: Lookalikes
    years: Years
    dates: Dates


@cache
def wording() -> Wording:
    """Return the wording that comes with the package. Raises ValidationError when it is flawed."""
    text = (files(__package__) / "wording.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))
