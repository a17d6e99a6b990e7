"""The grammar of targets and actual values: comparator, number and unit, a date, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from core.values.marks import half_width, mark, squeezed, unwrapped
from core.values.numbers import Number, read_number
from core.values.settled import Settled
from core.values.wording import wording

# Letters that end a number may be its unit (5l, 3S): they count only where more of it follows.
_LETTERS_INSIDE = r"[lI|SsBZz](?=[0-9.,%(])"
_NUMBER = re.compile(rf"[+-]?(?:[0-9.,Oo〇]|{_LETTERS_INSIDE})+", re.ASCII)
_COMPARATOR = re.compile(r">=|<=|=>|=<|[≥≤≧≦⩾⩽>=<±≠]")
_SAME = {"=>": ">=", "=<": "<=", "≧": "≥", "⩾": "≥", "≦": "≤", "⩽": "≤"}
# A lone one of these is read for another of them, or for a dash or slash.
_STROKES = frozenset("1lI|丨一J丿")
# One character behind a unit that is over: a piece of stray print, or of the next cell's.
_OVERHANG = re.compile(r"[)）%‰](?P<rest>[^\W\d_])")
# A point between two characters of a unit, or a stroke like a letter behind it.
_DUST = re.compile(r"[^\W\d_][.,·。、][^\W\d_]|[\u4e00-\u9fff][A-Za-z]$")


@dataclass(frozen=True)
class _Head:
    """The comparator at the head of a value; `length` is how many characters of it were read."""

    printed: str
    length: int
    repaired: bool = False
    doubtful: bool = False


def settle_measure(read: str) -> Settled:
    """Return a target or an actual value; `typed` is its `raw`, comparator and unit included.

    Behind a quantity or a date no mark of a sentence stands: it is dirt, or more is printed there.
    """
    prose = unwrapped(read)
    text = squeezed(prose)
    if text in _STROKES:
        return _lone_stroke(text)
    marked = mark(text)
    if marked is not None:
        return marked
    settled = _value(text, prose)
    if text[-1] in wording().marks.pauses and _value(text[:-1], "").nature in {"number", "date"}:
        return replace(settled, doubtful=True)
    return settled


def _value(text: str, prose: str) -> Settled:
    return _date(text) or _quantity(text) or Settled(raw=prose, typed=prose, nature="text")


def _lone_stroke(text: str) -> Settled:
    """Settle a single stroke: 1, a slash and a dash are read for one another."""
    marked = mark(text)
    if marked is not None:
        return Settled(marked.raw, marked.typed, marked.nature, repaired=True, doubtful=True)
    return Settled(text, text, "number" if text == "1" else "malformed", doubtful=True)


def _quantity(text: str) -> Settled | None:
    """Settle comparator, number and unit; None for words without a comparator."""
    folded = half_width(text)
    head = _head(folded)
    rest = folded[head.length :]
    run = _NUMBER.match(rest)
    if run is None:
        return _compared_words(head, text)
    number = read_number(run[0])
    unit = text[head.length + run.end() :]
    if number is None or (number.repaired and _is_ascii_letter(unit[:1])):
        return _compared_words(head, text)
    return _joined(head, number, unit)


def _joined(head: _Head, number: Number, unit: str) -> Settled:
    permille = unit in wording().lookalikes.permille
    percent = unit in wording().lookalikes.percents
    printed_unit = "‰" if permille else "%" if percent else unit
    raw = f"{head.printed}{number.printed}{printed_unit}"
    # A unit with digits of its own is a second quantity: words, as far as the grammar goes.
    simple = not any(char.isdigit() for char in printed_unit)
    letter_or_digit = unit[:1] in wording().lookalikes.digits
    overhang = _OVERHANG.fullmatch(unit[-2:])
    odd = overhang is not None and overhang["rest"] not in wording().marks.bounds
    # Before the sign of a share stands its number.
    odd = odd or printed_unit[1:].endswith(("%", "‰")) or _DUST.search(printed_unit) is not None
    # A figure behind a whole share is that of a page, or of the next cell.
    odd = odd or (printed_unit[:1] in {"%", "‰"} and not simple)
    return Settled(
        raw=raw,
        typed=raw,
        nature="number" if simple else "text",
        repaired=head.repaired or number.repaired or printed_unit != unit,
        doubtful=head.doubtful or number.doubtful or permille or letter_or_digit or odd,
    )


def _compared_words(head: _Head, text: str) -> Settled | None:
    """Settle a comparator before something that is no number: malformed unless it is words."""
    if not head.length:
        return None
    rest = text[head.length :]
    words = rest and not any(char.isdigit() for char in rest) and any(map(str.isalpha, rest))
    raw = f"{head.printed}{rest}"
    return Settled(raw, raw, "text" if words else "malformed", repaired=head.repaired)


def _head(folded: str) -> _Head:
    """Return the comparator that opens `folded`; of length 0 where there is none."""
    for pattern, printed, doubtful in _misread_comparators():
        match = pattern.match(folded)
        if match is not None:
            return _Head(printed, match.end(), repaired=True, doubtful=doubtful)
    match = _COMPARATOR.match(folded)
    if match is None:
        return _Head("", 0)
    return _Head(_SAME.get(match[0], match[0]), match.end(), repaired=match[0] in {"=>", "=<"})


@cache
def _misread_comparators() -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """Return pattern, what is printed, whether doubtful; all only before a digit."""
    marks, looks = wording().marks, wording().lookalikes

    def one_of(characters: frozenset[str]) -> str:
        return f"[{''.join(sorted(map(re.escape, characters)))}]"

    greater, less = one_of(looks.greater | {">"}), one_of(looks.less | {"<"})
    bar = one_of(marks.dashes | looks.dashes | looks.equals | looks.equals_doubtful)
    odd_greater, odd_less = one_of(looks.greater), one_of(looks.less)
    table = (
        (f"(?:{greater}{bar}|{odd_greater}=)", ">=", False),
        (f"{one_of(looks.greater_letters)}=", ">=", False),
        (f"(?:{less}{bar}|{odd_less}=)", "<=", False),
        (one_of(looks.equals), "=", False),
        (one_of(looks.equals_doubtful), "=", True),
    )
    return tuple(
        (re.compile(rf"{head}(?=[0-9])"), printed, doubt) for head, printed, doubt in table
    )


def _date(text: str) -> Settled | None:
    """Settle a date; a month or day that no calendar has is malformed."""
    if _calendar(text) is not None:
        return Settled(text, text, "date" if _calendar(text) else "malformed")
    digits = wording().lookalikes.digits
    repaired = "".join(digits.get(char, char) for char in half_width(text))
    if _calendar(repaired):
        doubtful = squeezed(half_width(text)) != repaired
        return Settled(repaired, repaired, "date", repaired=doubtful, doubtful=doubtful)
    return None


def _calendar(text: str) -> bool | None:
    """Say whether `text` is a possible date, None where it has not the shape of one."""
    for pattern in wording().dates.patterns:
        match = re.fullmatch(pattern, text, re.ASCII)
        if match is not None:
            parts = match.groupdict()
            return 1 <= int(parts.get("month") or 1) <= 12 and 1 <= int(parts.get("day") or 1) <= 31
    return None


def _is_ascii_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
