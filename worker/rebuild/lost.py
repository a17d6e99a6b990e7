"""Columns of a form that were not found, told by what the rest of the form has.

A form without weights and scores is a kind of form; one that lost them looks alike. The other block's
columns, and a row of the total, give it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.extraction import Field
from core.vocabulary import Place, squash
from worker.labels import Header, Labels
from worker.rebuild.blocks import is_total
from worker.sheet import PageLine, Sheet

_POINTS = frozenset({"weight", "score"})
_NONE: frozenset[str] = frozenset()
_FIGURES = "0123456789.,%:-—/|+ "
_LEAST_SOURCE = 4
FALLEN = 0.5
"""The share of a form's values in doubt from where on nothing speaks for a blank one."""


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


def lost_sources(lines: Iterable[PageLine], labels: Labels) -> tuple[Place, ...]:
    """Return the labels of funding rows in lines of print that no grid parted, each once, the total first.

    Nothing but figures stands behind such a label in its line: prose that names a source of money is no
    row. Words of under `_LEAST_SOURCE` characters stand in too many other lines.
    """
    found: dict[str, Place] = {}
    for line in lines:
        for place in labels.vocabulary.places(line.text, "funding_row"):
            behind = squash(line.text)[place.stop :]
            if len(place.wording) >= _LEAST_SOURCE and not behind.strip(_FIGURES):
                found.setdefault(place.wording, place)
    return tuple(sorted(found.values(), key=lambda place: place.role != "total"))


def lost_goals(sheet: Sheet, loose: Iterable[PageLine], labels: Labels) -> frozenset[str]:
    """Return which goals a form without a block of them prints all the same.

    Both captions in one line of a cell say that the rule between them was lost; captions on lines in no
    cell say that their cells were.
    """
    merged = (_captions(line, labels) for cell in sheet.cells for line in cell.lines)
    both = (roles for roles in merged if len(roles) > 1)
    return frozenset().union(*both, *(_captions(line, labels) for line in loose))


def _captions(line: PageLine, labels: Labels) -> frozenset[str]:
    """Return the goals that a line names which consists of captions and nothing else."""
    places = labels.vocabulary.places(line.text, "goals_caption")
    whole = sum(len(place.wording) for place in places) == len(squash(line.text))
    return frozenset(place.role for place in places if whole) & {"expected", "actual"}


def _scored(header: Header) -> bool:
    return any(header.of(role) for role in _POINTS)


def with_blanks_doubted(fields: Mapping[str, Field], fallen: float = FALLEN) -> dict[str, Field]:
    """Return the fields with the blanks doubted of a form most of whose values are in doubt.

    Where the grid has fallen apart what is printed stands in other cells, and nothing speaks for a blank.
    """
    doubtful = sum(field.status != "ok" for field in fields.values())
    if doubtful <= fallen * len(fields):
        return dict(fields)
    review = {"status": "review", "why": "blank"}
    return {
        pointer: field.model_copy(update=review)
        if field.status == "ok" and not field.raw
        else field
        for pointer, field in fields.items()
    }
