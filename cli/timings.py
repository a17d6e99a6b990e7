"""What `--timings` tells: where the time went, how fast the pages were, how much memory it took."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from cli.documents import StepEnd
from cli.pool import Done, Memory, peak_memory
from core.messages import Language, say
from worker.clock import Use, Uses, added
from worker.steps import PageRead

MEGABYTE = 1_000_000


class Ledger:
    """Adds up what the steps of a run used, from its making on."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._pages = 0
        self._uses: Uses = {}
        self._memory: dict[int, Memory] = {}

    def note(self, finished: StepEnd) -> None:
        """Take the end of a step."""
        if finished.memory.process:
            self._memory[finished.pid] = finished.memory
        if isinstance(finished.outcome, Done):
            result = finished.outcome.result
            self._uses = added([self._uses, result.uses])
            self._pages += isinstance(result, PageRead)

    def lines(self, language: Language) -> Iterator[str]:
        """Tell the sums: a line a stage, then speed and memory."""
        wall = perf_counter() - self._start
        total = sum((use for use in self._uses.values()), Use())
        yield say("timings", "head", language)
        for name, use in self._uses.items():
            yield self._stage(name, use, total.seconds, language)
        yield say(
            "timings",
            "speed",
            language,
            pages=self._pages,
            wall=wall,
            speed=self._pages / wall,
            busy=total.seconds,
        )
        yield say(
            "timings",
            "memory",
            language,
            reader=max((it.process for it in self._memory.values()), default=0) / MEGABYTE,
            readers=len(self._memory),
            program=max((it.programs for it in self._memory.values()), default=0) / MEGABYTE,
            main=peak_memory().process / MEGABYTE,
        )

    def _stage(self, name: str, use: Use, total: float, language: Language) -> str:
        return say(
            "timings",
            "stage",
            language,
            name=name,
            seconds=use.seconds,
            share=100 * use.seconds / total if total else 0.0,
            each=1000 * use.seconds / self._pages if self._pages else 0.0,
            growth=use.growth_bytes / MEGABYTE,
        )
