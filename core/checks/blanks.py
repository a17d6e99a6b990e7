"""Blanks that are no blanks: places that a form of this kind fills, and in which nothing was read.

A dash is as good as a figure; but a lost figure looks like one that was never there, and nothing else about
it tells. What stands around gives it away. Fields enter by JSON Pointer; the pointers of the doubted leave.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from core.extraction import Field

ALWAYS_FILLED = frozenset(
    {"/project_name", "/department", "/implementing_unit", "/goals/expected", "/goals/actual"}
)
FILLED_TOGETHER = frozenset({"level3", "target", "actual", "weight", "score"})
_INDICATOR = re.compile(r"/indicators/\d+/(\w+)")
_FIGURE = re.compile(
    r"/funding/\d+/(?:initial_budget|annual_budget|executed|weight|execution_rate|score)"
)
_TOTAL = "/funding/0/"


def lost_blanks(fields: Mapping[str, Field]) -> frozenset[str]:
    """Return the pointers of the blank fields that most likely say something on paper.

    Names and goals are never blank; a column of the indicators is filled in all rows or in none; and
    where a figure of the total was not found, neither may those below it have been.
    """
    return frozenset(
        pointer
        for pointer in (
            *_blank_in_filled_columns(fields),
            *_beside_lost_totals(fields),
            *ALWAYS_FILLED,
        )
        if pointer in fields and _is_blank(fields[pointer])
    )


def _is_blank(field: Field) -> bool:
    return field.status == "ok" and not field.raw.strip()


def _blank_in_filled_columns(fields: Mapping[str, Field]) -> Iterator[str]:
    columns: dict[str, list[str]] = defaultdict(list)
    for pointer in fields:
        found = _INDICATOR.fullmatch(pointer)
        if found and found[1] in FILLED_TOGETHER:
            columns[found[1]].append(pointer)
    for column in columns.values():
        blank = [pointer for pointer in column if _is_blank(fields[pointer])]
        if 2 * len(blank) <= len(column):
            yield from blank


def _beside_lost_totals(fields: Mapping[str, Field]) -> Iterator[str]:
    lost = any(
        field.status == "missing" and pointer.startswith(_TOTAL) and _FIGURE.fullmatch(pointer)
        for pointer, field in fields.items()
    )
    return (pointer for pointer in fields if lost and _FIGURE.fullmatch(pointer))
