"""Small slips that all readers of a figure share, where one of them would explain a broken rule.

What a digit looks like each reader sees for himself; but a speck beside it all take for a point, and a
point or a digit that is gone none of them can see, nor what a fax left out of a digit. So a figure of a rule that
fails is tried with its point gone or put in, with one digit more or fewer, and with one made whole. It explains the failure where all rules that speak
of it then hold. Nothing is changed here: no reading of the picture says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from core.checks.outcome import Rule, Tolerances
from core.checks.sheet import Sheet
from core.values import decimal_of, decimals_of

_DIGITS = "0123456789"
_STROKE = "1"
"""What the rest of a rule beside a figure is read as."""
_WHOLE = {"0": "8", "3": "8", "6": "8", "9": "8", "5": "6", "1": "7"}
"""What a digit may be that lost a stroke on a fax: every reader took such an 8 for 3, with a confidence of .97."""


def misplaced_point(
    pointer: str, peers: Sequence[str], sheet: Sheet, rules: Sequence[Rule], tolerances: Tolerances
) -> bool:
    """Tell whether a decimal point too many or too few explains what is broken.

    `peers` are the figures of the same rule: none ends with the zeros behind a point (`1.0`) that is put in
    unless one of them does.
    """
    typed = sheet.figure(pointer).typed
    places = {decimals_of(sheet.figure(peer).typed) for peer in peers}
    candidates = [
        candidate
        for candidate in _with_point_moved(typed)
        if not candidate.endswith("0") or decimals_of(candidate) in {0, *places}
    ]
    return _explains(pointer, candidates, sheet, rules, tolerances)


def lost_digit(pointer: str, sheet: Sheet, rules: Sequence[Rule], tolerances: Tolerances) -> bool:
    """Tell whether a digit too few, one that lost a stroke, or a stroke at an edge taken for one explains what is broken."""
    candidates = _with_digit_moved(sheet.figure(pointer).typed)
    return _explains(pointer, candidates, sheet, rules, tolerances)


def _with_point_moved(typed: str) -> Iterator[str]:
    whole, point, fraction = typed.partition(".")
    if point:
        yield whole + fraction
        return
    yield from (f"{typed[:place]}.{typed[place:]}" for place in range(1, len(typed)))


def _with_digit_moved(typed: str) -> Iterator[str]:
    for place in range(len(typed) + 1):
        yield from (typed[:place] + digit + typed[place:] for digit in _DIGITS)
    for place, digit in enumerate(typed):
        if digit in _WHOLE:
            yield typed[:place] + _WHOLE[digit] + typed[place + 1 :]
    if typed.startswith(_STROKE):
        yield typed.removeprefix(_STROKE)
    if typed.endswith(_STROKE):
        yield typed.removesuffix(_STROKE)


def _explains(
    pointer: str,
    candidates: Iterable[str],
    sheet: Sheet,
    rules: Sequence[Rule],
    tolerances: Tolerances,
) -> bool:
    """Tell whether with one of the candidates every rule that speaks of the figure holds."""
    return any(
        decimal_of(candidate) is not None
        and _hold(pointer, sheet.with_value(pointer, candidate), rules, tolerances)
        for candidate in dict.fromkeys(candidates)
    )


def _hold(pointer: str, sheet: Sheet, rules: Sequence[Rule], tolerances: Tolerances) -> bool:
    """Tell whether some rule speaks of the figure, and all that do hold; ends with the first that does not."""
    spoken = (
        outcome.holds
        for rule in rules
        for outcome in rule(sheet, tolerances)
        if pointer in outcome.fields
    )
    first = next(spoken, None)
    return bool(first) and all(spoken)
