"""The grammar of printed values: what a reading can only have been, and what it means.

Enters: the text that a reader returned for a cell, and the kind of value that stands there. Leaves:
`Settled`. It knows neither pixels nor confidences, and never looks at any other value: whether
figures agree is for the checks.
"""

from __future__ import annotations

import re

from core.values.figures import (
    Comparator,
    Measure,
    decimal_of,
    decimals_of,
    measure_of,
    plain,
    unit_of_last_place,
)
from core.values.marks import half_width, mark, squeezed, unwrapped
from core.values.measures import settle_measure
from core.values.numbers import read_number
from core.values.settled import DASH, SLASH, Kind, Nature, Settled
from core.values.wording import wording

__all__ = [
    "DASH",
    "SLASH",
    "Comparator",
    "Kind",
    "Measure",
    "Nature",
    "Settled",
    "decimal_of",
    "decimals_of",
    "kind_of",
    "measure_of",
    "plain",
    "settle",
    "unit_of_last_place",
]

_KIND_BY_NAME = {
    "fiscal_year": Kind.YEAR,
    "initial_budget": Kind.MONEY,
    "annual_budget": Kind.MONEY,
    "executed": Kind.MONEY,
    "execution_rate": Kind.RATE,
    "weight": Kind.POINTS,
    "score": Kind.POINTS,
    "money_unit": Kind.LABEL,
    "label": Kind.LABEL,
    "level1": Kind.LABEL,
    "level2": Kind.LABEL,
}
_SPACED_DIGITS = re.compile(r"\d[^\S\r\n]+\d")
_PERCENT = re.compile(r"(?:%|\(%\))$")
# Rates are printed with two decimals at most in every known form; more of them without a per cent
# sign are a sign read as digits (100.0096).
_MOST_RATE_DECIMALS = 2
_YEARS = range(1990, 2100)


def kind_of(pointer: str) -> Kind:
    """Return the kind of the record's value at a JSON Pointer."""
    *parents, name = pointer.split("/")
    if name in {"target", "actual"} and "indicators" in parents:
        return Kind.MEASURE
    return _KIND_BY_NAME.get(name, Kind.TEXT)


def settle(read: str, kind: Kind) -> Settled:
    """Judge what a reader returned for a cell by the grammar of its kind."""
    match kind:
        case Kind.MONEY | Kind.RATE | Kind.POINTS:
            return _settle_figure(read, kind)
        case Kind.MEASURE:
            return settle_measure(read)
        case Kind.YEAR:
            return _settle_year(read)
        case Kind.TEXT:
            return _settle_text(read)
        case Kind.LABEL:
            label = squeezed(read)
            return Settled(raw=label, typed=label, nature="text" if label else "empty")


def _settle_figure(read: str, kind: Kind) -> Settled:
    text = squeezed(half_width(read))
    marked = mark(text)
    if marked is not None:
        return marked
    if text in wording().marks.nothing:
        return Settled(raw=text, typed=text, nature="text")
    body, suffix = _without_suffix(text, kind)
    number = read_number(body)
    if number is None:
        prose = unwrapped(read)
        return Settled(raw=prose, typed=prose, nature="malformed")
    long_rate = kind is Kind.RATE and not suffix and decimals_of(number.typed) > _MOST_RATE_DECIMALS
    # A lone slash is read as 1; two figures of one cell may have run together at a space.
    ambiguous = text == "1" or long_rate or _SPACED_DIGITS.search(read) is not None
    return Settled(
        raw=number.printed + suffix,
        typed=number.typed,
        nature="number",
        repaired=number.repaired or body + suffix != text,
        doubtful=number.doubtful or ambiguous,
    )


def _without_suffix(text: str, kind: Kind) -> tuple[str, str]:
    """Split off the sign of per cent of a rate, or the unit of a score."""
    if kind is Kind.RATE:
        signed = "".join("%" if char in wording().lookalikes.percents else char for char in text)
        sign = _PERCENT.search(signed)
        return (signed[: sign.start()], sign[0]) if sign else (signed, "")
    if kind is Kind.POINTS:
        for unit in wording().marks.points:
            for suffix in (unit, f"({unit})"):
                if text.endswith(suffix):
                    return text.removesuffix(suffix), suffix
    return text, ""


def _settle_year(read: str) -> Settled:
    """Settle `(2023 年度)`, with a bracket lost or the numerals written out; typed is `2023`."""
    text = squeezed(read)
    if not text:
        return Settled(raw="", typed="", nature="empty")
    match = re.fullmatch(wording().years.pattern, half_width(text))
    year = match["year"] if match else ""
    digits, doubtful = _year_digits(year)
    if match is None or not digits.isdecimal() or int(digits) not in _YEARS:
        return Settled(raw=text, typed=text, nature="malformed")
    written_out = not any(char in "0123456789" for char in year)
    repaired = digits != year and not written_out
    raw = text.replace(text[match.start("year") : match.end("year")], digits) if repaired else text
    return Settled(raw=raw, typed=digits, nature="number", repaired=repaired, doubtful=doubtful)


def _year_digits(year: str) -> tuple[str, bool]:
    """Return the digits of a year's four characters, and whether a letter but O was among them."""
    numerals, lookalikes = wording().years.numerals, wording().lookalikes.digits
    if all(char in numerals for char in year):
        return "".join(numerals[char] for char in year), False
    digits = "".join(lookalikes.get(char, char) for char in year)
    return digits, any(lookalikes.get(char, "0") != "0" for char in year)


def _settle_text(read: str) -> Settled:
    """Settle prose: nothing in it is repaired; a cell of one stroke is doubtful."""
    prose = unwrapped(read)
    lone = mark(prose)
    if lone is not None and not lone.repaired:
        return lone
    doubtful = lone is not None or prose in wording().lookalikes.digits or prose == "1"
    return Settled(raw=prose, typed=prose, nature="text", doubtful=doubtful)
