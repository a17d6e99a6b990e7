"""Where the time and the memory of a page go.

A `Clock` is handed down through the stages of one page; what comes back is plain numbers by stage,
which add up over pages and processes.
"""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True)
class Use:
    """Wall seconds, and by how many bytes the peak memory of the process rose meanwhile."""

    seconds: float = 0.0
    growth_bytes: int = 0

    def __add__(self, other: Use) -> Use:
        return Use(self.seconds + other.seconds, self.growth_bytes + other.growth_bytes)


Uses = Mapping[str, Use]
"""What each stage used, by its name, in the order of first use."""


class Clock:
    """Adds up what the stages use; stages do not nest."""

    def __init__(self) -> None:
        self._uses: dict[str, Use] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the block for stage `name`, also when it raises."""
        start, peak = perf_counter(), _peak_bytes()
        try:
            yield
        finally:
            use = Use(perf_counter() - start, _peak_bytes() - peak)
            self._uses[name] = self._uses.get(name, Use()) + use

    def uses(self) -> Uses:
        """Return what was counted so far."""
        return dict(self._uses)

    def seconds(self) -> dict[str, float]:
        """Return the wall seconds of each stage so far."""
        return {name: use.seconds for name, use in self._uses.items()}


def added(uses: Iterable[Uses]) -> Uses:
    """Return the sum of several counts."""
    total: dict[str, Use] = {}
    for one in uses:
        for name, use in one.items():
            total[name] = total.get(name, Use()) + use
    return total


def _peak_bytes() -> int:
    kibibyte = 1024  # the unit of ru_maxrss on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kibibyte
