"""What a spreadsheet shows of a value: number formats of ECMA-376 Part 1, 18.8.30, as far as forms need them.

Places, thousands, per cent, literals, sections by sign, and dates. Fractions, exponents and conditions are shown as `General`;
colours and widths have no meaning here.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL_DIGITS = 11  # so many significant ones a cell shows, however many it has

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<other>.)',
    re.DOTALL,
)
_DATE_PARTS = re.compile(r"y+|m+|d+|h+|s+|am/pm|上午/下午|.", re.IGNORECASE | re.DOTALL)
# The short date is the system's own, which a Chinese one writes so.
_SYSTEM_DATES = {"mm-dd-yy": "yyyy/m/d", "mm/dd/yy": "yyyy/m/d"}


def displayed(value: object, number_format: str) -> str:
    """Return the text of a cell with that value and format."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | float() | Decimal():
            return _number(
                Decimal(repr(value) if isinstance(value, float) else value), number_format
            )
        case datetime() | date() | time():
            return _date(value, number_format)
        case timedelta():
            seconds = int(value.total_seconds())
            return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


def _number(value: Decimal, number_format: str) -> str:
    if not value.is_finite():
        return str(value)
    sections = _sections(number_format)
    of_sign = 1 if value < 0 else 2 if value == 0 else 0
    own = of_sign < min(len(sections), 3)
    section = sections[of_sign if own else 0]
    # A section for negative numbers says itself how they are marked.
    shown = abs(value) if own and of_sign == 1 else value
    try:
        return _placed(shown, section) if _is_simple(section) else _general(value)
    except ArithmeticError:
        return _general(value)


@lru_cache(maxsize=512)
def _sections(number_format: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the sections of a format, each as (kind, text) pairs."""
    sections: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(number_format):
        kind = str(match.lastgroup)
        if match.group() == ";":
            sections.append([])
        elif kind == "bracket":
            sections[-1] += [("quoted", sign) for sign in _currency(match.group(kind))]
        elif kind in {"quoted", "escaped"}:
            sections[-1].append(("quoted", match.group(kind)))
        elif kind == "other":
            sections[-1].append(("other", match.group()))
    return tuple(map(tuple, sections))


def _currency(bracket: str) -> list[str]:
    sign = bracket.removeprefix("$").partition("-")[0]
    return [sign] if bracket.startswith("$") and sign else []


def _is_simple(section: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether a section is made of places, per cent signs and literals."""
    signs = {text for kind, text in section if kind == "other"}
    return not signs & set("GeEnrl/") or not signs & set("0#?")


def _placed(value: Decimal, section: tuple[tuple[str, str], ...]) -> str:
    """Write a number into the places of a section; without any, the section is what is shown."""
    pattern = "".join(text for kind, text in section if kind == "other")
    if any(word in pattern for word in ("General", "G/通用格式", "@")):
        return _filled(
            tuple((kind, "0" if kind == "other" else text) for kind, text in section),
            _general(value),
        )
    scaled = value * 100 ** pattern.count("%") / 1000 ** _trailing_commas(pattern)
    whole, _, decimals = re.sub(r"[^0#?.,]", "", pattern).partition(".")
    places = sum(decimals.count(sign) for sign in "0#?")
    rounded = abs(scaled).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    before, _, after = f"{rounded:f}".partition(".")
    before = (
        before.lstrip("0").zfill(whole.count("0")) if before.strip("0") else "0" * whole.count("0")
    )
    if "," in whole.rstrip(","):
        before = _grouped(before)
    kept = decimals.count("0")
    after = after[:kept] + after[kept:].rstrip("0")
    digits = before + (("." + after) if "." in pattern and (after or decimals) else "")
    minus = "-" if scaled < 0 and rounded else ""
    return (minus + _filled(section, digits)).strip()


def _filled(section: tuple[tuple[str, str], ...], digits: str) -> str:
    """Return the section with the number in its first place, and nothing in the others."""
    shown: list[str] = []
    for kind, text in section:
        if kind == "other" and text in "0#?.,":
            shown.append(digits)
            digits = ""
        else:
            shown.append(text)
    return "".join(shown)


def _trailing_commas(pattern: str) -> int:
    found = re.search(r"[0#?](,+)(?=[^0#?,]*$)", pattern)
    return len(found.group(1)) if found else 0


def _grouped(digits: str) -> str:
    return re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)


def _general(value: Decimal) -> str:
    places = GENERAL_DIGITS - max(value.adjusted() + 1, 1)
    if value and (value.adjusted() < -9 or places < 0):
        return f"{value:.5E}"
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _date(value: datetime | date | time, number_format: str) -> str:
    own = _SYSTEM_DATES.get(number_format, number_format)
    parts: list[tuple[str, str]] = []
    for kind, text in _sections(own)[0]:
        last = parts[-1][1] if parts else ""
        if (
            kind == "other"
            and parts
            and parts[-1][0] == "other"
            and last[:1].lower() == text.lower()
        ):
            parts[-1] = "other", last + text
        else:
            parts.append((kind, text))
    letters = [text.lower() if kind == "other" else "" for kind, text in parts]
    if not any(letter[:1] in {"y", "m", "d", "h", "s"} for letter in letters if letter):
        return _plain_date(value)
    shown = []
    for at, (kind, text) in enumerate(parts):
        minutes = kind == "other" and text[0] in "mM" and _is_of_time(letters, at)
        shown.append(_date_part(value, text, minutes=minutes) if kind == "other" else text)
    return "".join(shown).strip()


def _is_of_time(letters: list[str], at: int) -> bool:
    """Tell whether an `m` means minutes: it stands after hours or before seconds."""
    units = [(number, text[0]) for number, text in enumerate(letters) if text[:1] in tuple("ymdhs")]
    place = next(number for number, (found, _) in enumerate(units) if found == at)
    before = units[place - 1][1] if place else ""
    after = units[place + 1][1] if place + 1 < len(units) else ""
    return before == "h" or after == "s"


def _date_part(value: datetime | date | time, text: str, *, minutes: bool) -> str:
    letter, long = text[0].lower(), len(text)
    if letter == "m" and minutes:
        return f"{getattr(value, 'minute', 0):0{min(long, 2)}}"
    names = {"y": "year", "m": "month", "d": "day", "h": "hour", "s": "second"}
    if letter not in names:
        return text
    number = int(getattr(value, names[letter], 0))
    if letter == "y":
        return f"{number:04}" if long > 2 else f"{number % 100:02}"
    return f"{number:0{min(long, 2)}}"


def _plain_date(value: datetime | date | time) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M:%S}"
    return f"{value.year}/{value.month}/{value.day}"
