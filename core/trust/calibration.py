"""From an engine's own confidence to the probability that a value is right.

A recogniser's confidence says how sure it feels. What that is worth depends on what stands there and on
what other readers say: the table `calibration.toml`, fitted on generated scans by `python -m
bench.calibrate`, holds for each such case the share of values that were right, by the confidence of their least sure
character.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, Self, get_args

from pydantic import model_validator

from core.readings import Frozen

Matter = Literal["digits", "date", "mark", "word", "prose", "listed"]
"""What a value is; `mark` is a dash or a slash, `listed` a word of the vocabulary."""

Support = Literal["unanimous", "agreed", "upheld", "outvoted", "alone", "none"]
"""`unanimous`: both witnesses were heard and say the same; `agreed`: the witness of the family does; `upheld`: only the one of another family does; `outvoted`: the two
agree on something else; `alone`: nobody agrees with anybody; `none`: there was no witness."""


_KIN: dict[Matter, Matter] = {"date": "digits"}
"""Where to look before `any`: a date is digits for the most part."""


class Curve(Frozen):
    """A rising line through (confidence, probability) knots; level before the first and behind the last."""

    knots: tuple[tuple[float, float], ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        ordered = all(a[0] < b[0] and a[1] <= b[1] for a, b in pairwise(self.knots))
        if not self.knots or not ordered:
            raise ValueError("knots rise from left to right")
        return self

    def at(self, confidence: float) -> float:
        """Return the probability between the knots around `confidence`."""
        right = bisect_right(self.knots, confidence, key=lambda knot: knot[0])
        if right == 0:
            return self.knots[0][1]
        if right == len(self.knots):
            return self.knots[-1][1]
        (x0, y0), (x1, y1) = self.knots[right - 1], self.knots[right]
        return y0 + (y1 - y0) * (confidence - x0) / (x1 - x0)


class Calibration(Frozen):
    """The whole table; a matter that has no curve of its own for a support shares another's."""

    made_by: str
    values: int
    curves: dict[Matter | Literal["any"], dict[Support, Curve]]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if set(self.curves.get("any", {})) != set(get_args(Support)):
            raise ValueError("`any` has a curve for every support")
        return self

    def probability(self, matter: Matter, support: Support, confidence: float) -> float:
        """Return how likely a value read with this confidence is right."""
        kin: tuple[Matter | Literal["any"], ...] = (matter, _KIN.get(matter, "any"), "any")
        curve = next(
            self.curves[name][support] for name in kin if support in self.curves.get(name, {})
        )
        return curve.at(confidence)


@cache
def calibration() -> Calibration:
    """Return the table that comes with the package. Raises ValidationError when it is flawed."""
    text = (files(__package__) / "calibration.toml").read_text(encoding="utf-8")
    return Calibration.model_validate(tomllib.loads(text))
