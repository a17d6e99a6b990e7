"""The sample: a share of every year and department, the same again for the same seed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from math import ceil
from typing import NamedTuple

# Of a share times a count, before it is rounded up: 0.07 · 100 is 7.000000000000001 in floats.
ROUNDING = 1e-9


class Candidate(NamedTuple):
    """A file that may be drawn. `key` is its own and stays the same whenever it is entered."""

    id: str
    key: str
    fiscal_year: int | None
    department: str | None


def draw(candidates: Iterable[Candidate], share: float, seed: int) -> tuple[Candidate, ...]:
    """Return at least `share` (0.0-1.0) of each year and department, and at least one of each.

    Years and departments come in order, unknown ones first. Files are ranked by a hash of seed and
    key, so the order in which they come does not matter, and nobody can choose them.
    """
    strata: dict[tuple[int, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        strata[candidate.fiscal_year or 0, candidate.department or ""].append(candidate)
    drawn: list[Candidate] = []
    for _, members in sorted(strata.items()):
        members.sort(key=lambda member: _rank(seed, member.key))
        drawn += members[: max(1, ceil(share * len(members) - ROUNDING))]
    return tuple(drawn)


def _rank(seed: int, key: str) -> str:
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
