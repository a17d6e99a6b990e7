"""What the checks ask of typed values: numbers, their printed precision, comparisons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparator = Literal["", "=", ">=", "<=", ">", "<", "±"]

_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_MEASURE = re.compile(
    r"(?P<comparator>>=|<=|[≥≤>=<±])?(?P<number>[+-]?\d[\d,]*(?:\.\d+)?)(?P<unit>[^\d]*)", re.ASCII
)
_COMPARATORS: dict[str, Comparator] = {
    "": "",
    "=": "=",
    ">": ">",
    "<": "<",
    ">=": ">=",
    "<=": "<=",
    "≥": ">=",
    "≤": "<=",
    "±": "±",
}


@dataclass(frozen=True)
class Measure:
    """A quantity with its comparator (`""` for none, `≥` as `>=`) and unit (`(%)` as `%`)."""

    comparator: Comparator
    number: Decimal
    unit: str

    def met_by(self, actual: Decimal) -> bool | None:
        """Say whether `actual`, in the same unit, meets this target; None for ±."""
        match self.comparator:
            case ">=":
                return actual >= self.number
            case "<=":
                return actual <= self.number
            case ">":
                return actual > self.number
            case "<":
                return actual < self.number
            case "=" | "":
                return actual == self.number
            case "±":
                return None


def decimal_of(typed: str | None) -> Decimal | None:
    """Return the number of a typed value; None for what is empty, a dash, a slash, words or None."""
    if typed is None or _DECIMAL.fullmatch(typed) is None:
        return None
    return Decimal(typed)


def decimals_of(typed: str | None) -> int:
    """Return how many decimals a typed number prints: 2 for `100.00`, 0 for `86` or no number."""
    number = decimal_of(typed)
    return 0 if number is None or typed is None else len(typed.partition(".")[2])


def unit_of_last_place(typed: str | None) -> Decimal:
    """Return the printed precision: 0.01 for `86.19`, 1 for `86`."""
    return Decimal(1).scaleb(-decimals_of(typed))


def measure_of(typed: str | None) -> Measure | None:
    """Return the quantity of a target or actual value; None for dates, words and marks."""
    match = _MEASURE.fullmatch(typed or "")
    if match is None:
        return None
    unit = match["unit"].strip("()（）")
    number = Decimal(match["number"].replace(",", ""))
    return Measure(_COMPARATORS[match["comparator"] or ""], number, unit)


def plain(number: Decimal, decimals: int = 2) -> str:
    """Return the number with at most that many decimals and no trailing zeros: `98.6`, `100`."""
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
