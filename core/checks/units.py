"""Units that contradict each other: a target and what was reached of it are counted in one unit.

Fields enter by JSON Pointer; the pointers of pairs whose units are alike, but not the same, leave. All
readers may take 平方米 for 平方木, and no other print tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from core.extraction import Field
from core.values import Kind, measure_of, settle

_TARGET = re.compile(r"/indicators/\d+/target")
SHORTEST = 2
"""Characters of a unit that has some in common with another by mistake rather than by sense."""


def odd_units(fields: Mapping[str, Field]) -> frozenset[str]:
    """Return the pointers of targets and results whose units are of one length and differ in some characters."""
    return frozenset(pointer for pair in _pairs(fields) for pointer in pair)


def _pairs(fields: Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    for target in filter(_TARGET.fullmatch, fields):
        reached = f"{target.removesuffix('target')}actual"
        if reached in fields and _nearly_alike(fields[target].raw, fields[reached].raw):
            yield target, reached


def _nearly_alike(first: str, second: str) -> bool:
    if any(settle(text, Kind.MEASURE).nature != "number" for text in (first, second)):
        return False
    one, other = measure_of(first), measure_of(second)
    if one is None or other is None or not SHORTEST <= len(one.unit) == len(other.unit):
        return False
    same = sum(a == b for a, b in zip(one.unit, other.unit, strict=True))
    return 0 < same < len(one.unit)
