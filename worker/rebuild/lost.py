"""Columns of a form that were not found, told by what the rest of the form has.

A form without weights and scores is a kind of form; one that lost them looks alike. The other block's
columns, and a row of the total, give it away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worker.labels import Header, Labels
from worker.rebuild.blocks import is_total
from worker.sheet import Sheet

_POINTS = frozenset({"weight", "score"})
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lost:
    """Roles of the columns that each block has lost."""

    funding: frozenset[str] = _NONE
    indicators: frozenset[str] = _NONE


def lost_points(
    sheet: Sheet,
    labels: Labels,
    funding: Header | None,
    indicators: Header | None,
    tail: range,
) -> Lost:
    """Return which blocks lost both weight and score.

    What is scored in the funding block, or has a total, is scored by its indicators. The reverse does
    not hold: some forms score the execution rate among the indicators. Where a whole header was not
    found, nothing speaks for a form without points.
    """
    if indicators is not None and _scored(indicators):
        return Lost()
    totalled = any(is_total(sheet, labels, indicators, row) for row in tail)
    funded = funding is not None and _scored(funding)
    if totalled or funded or funding is None or indicators is None:
        return Lost(_NONE if funded else _POINTS, _POINTS)
    return Lost()


def lost_levels(
    sheet: Sheet, labels: Labels, headers: Sequence[Header], rows: range
) -> frozenset[str]:
    """Return the level columns of indicator tables that have none, where their rows print level-1 words."""
    if not headers or any(header.of("level1") or header.of("level2") for header in headers):
        return _NONE
    words = (
        labels.vocabulary.level(cell.text, "level1")
        for cell in sheet.within(rows, range(sheet.cols))
    )
    known = any(match is not None and not match.distance for match in words)
    return frozenset({"level1", "level2"}) if known else _NONE


def _scored(header: Header) -> bool:
    return any(header.of(role) for role in _POINTS)
