"""Figures that the form's arithmetic vouches for: a rule holds, and would not with anything else there.

A sum that comes out is a witness: of a thousand misread digits hardly one leaves it right. It only
speaks of what it depends on to the last place, and not where most of its figures are in doubt
themselves: equal prints are misread alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.checks.outcome import Outcome, Rule
from core.checks.sheet import Sheet
from core.checks.verdicts import Evidence, holds_with
from core.extraction import Field
from core.values import kind_of, plain, settle

_MOST_DECIMALS = 6
CLEARABLE = frozenset({"low_confidence", "readers_disagree", "doubtful"})
"""Doubts about the reading of a figure; those about its place or its print stand."""


def vouched(rule: Rule, outcome: Outcome, evidence: Evidence) -> Iterator[str]:
    """Yield the pointers of the doubted figures of a rule that holds and can vouch for them."""
    weighty = [pointer for pointer in outcome.fields if evidence.sheet.figure(pointer).amount]
    doubted = [pointer for pointer in weighty if is_doubted(evidence.fields[pointer])]
    if not outcome.holds or 2 * len(doubted) > len(weighty):
        return
    for pointer in doubted:
        others = _others(pointer, evidence)
        if not any(holds_with(rule, outcome, sheet, evidence) for sheet in others):
            yield pointer


def is_doubted(field: Field) -> bool:
    """Tell whether the field waits for a person only because its reading is unsure."""
    return field.status == "review" and field.why in CLEARABLE


def _others(pointer: str, evidence: Evidence) -> Iterator[Sheet]:
    """Yield the sheet with the nearest other figures, and with each other reading, in place."""
    figure = evidence.sheet.figure(pointer)
    for step in (figure.last_place, -figure.last_place):
        near = plain(figure.amount + step, decimals=_MOST_DECIMALS)
        yield evidence.sheet.with_value(pointer, near)
    for alternative in evidence.fields[pointer].alternatives:
        settled = settle(alternative, kind_of(pointer))
        if not settled.malformed and settled.typed != figure.typed:
            yield evidence.sheet.with_value(pointer, settled.typed)
