"""The grammar of one printed number: digits, thousands separators, a decimal point.

What enters has half width and no white space. No repair changes a digit into another digit, and
none invents or drops one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.values.wording import wording

_GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+"
_PLAIN = r"0|[1-9]\d*"
_CANONICAL = re.compile(rf"(?:{_GROUPED}|{_PLAIN})(?:\.\d+)?", re.ASCII)
# No number begins or ends with these: it is dirt, or a digit beside it was lost.
_SPECKS = ".,·。'"
_SEPARATOR = re.compile(r"[.,]")


@dataclass(frozen=True)
class Number:
    """A number as it is printed (`1,031,336.77`), by best judgement."""

    printed: str
    repaired: bool = False
    doubtful: bool = False

    @property
    def typed(self) -> str:
        """Return the digits without thousands separators."""
        return self.printed.replace(",", "")


def read_number(text: str) -> Number | None:
    """Return the number that `text` prints, or None where no reading of it is sound.

    A minus sign is doubtful: amounts are seldom negative, and a rule's rest looks like one. So is a
    number with a separator at its edge.
    """
    unspecked = text.strip(_SPECKS)
    unsigned = unspecked[1:] if unspecked[:1] in wording().marks.dashes else unspecked
    digits = _with_digits(unsigned)
    grouped = regrouped(_with_separators(digits)) if digits is not None else None
    if digits is None or grouped is None:
        return None
    signed = unsigned != unspecked
    specked = unspecked != text
    guessed = digits != unsigned and not _is_zero(digits)
    return Number(
        printed=f"-{grouped.printed}" if signed else grouped.printed,
        repaired=specked or grouped.printed != unsigned,
        doubtful=signed or specked or guessed or grouped.doubtful,
    )


def regrouped(digits: str) -> Number | None:
    """Return the only sound reading of digits with points and commas, None where there is none.

    `1.031.336.77` can only be 1,031,336.77. Three digits behind the last point may be a group as
    well as decimals: an amount that fits no other way is taken as grouped, doubtfully.
    """
    if _CANONICAL.fullmatch(digits):
        return Number(digits, doubtful=_might_be_grouped(digits))
    *groups, last = _SEPARATOR.split(digits)
    whole = ",".join([*groups, last])
    if _CANONICAL.fullmatch(whole):
        certain = digits[-len(last) - 1] == ","
        return Number(whole, repaired=True, doubtful=not certain)
    fraction = f"{','.join(groups)}.{last}"
    comma_for_point = digits[-len(last) - 1 : -len(last)] == ","
    if _CANONICAL.fullmatch(fraction) and (len(last) <= 2 or not comma_for_point):
        # 47,04 may be 47.04 or the head of 47,042: no group before it vouches for the point.
        alone = len(groups) == 1 and len(groups[0]) <= 3
        return Number(fraction, repaired=True, doubtful=comma_for_point and alone)
    return None


def _might_be_grouped(canonical: str) -> bool:
    """Say that a comma read as a point would look the same: 1.031 for 1,031."""
    whole = canonical.replace(".", ",")
    return "." in canonical and _CANONICAL.fullmatch(whole) is not None


def _with_digits(text: str) -> str | None:
    """Return `text` with letters replaced by the digits that they look like.

    None where no real digit vouches for the letters; zeros need no voucher, for nothing else in a
    figure's cell looks like an O.
    """
    lookalikes = wording().lookalikes.digits
    digits = "".join(lookalikes.get(char, char) for char in text)
    vouched = any(char in "0123456789" for char in text) or _is_zero(digits)
    return digits if vouched else None


def _with_separators(text: str) -> str:
    lookalikes = wording().lookalikes
    folded = dict.fromkeys(lookalikes.decimal_points, ".")
    folded |= dict.fromkeys(lookalikes.commas, ",")
    return "".join(folded.get(char, char) for char in text)


def _is_zero(digits: str) -> bool:
    return "0" in digits and not digits.strip("0.,")
