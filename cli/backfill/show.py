"""What a person, or a program, sees of a back-fill while it goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from cli.client.progress import Progresses
from cli.display import LINE_EVERY_S
from core.messages import Language, say

Out = Callable[[str], None]
Tell = Callable[[Mapping[str, float]], None]
"""Told the numbers of a phase: `done`, where it is known `total`, and those that its message names."""

MB = 1e6


@dataclass(frozen=True)
class Show:
    """Bars or lines on standard error; with `json` a line of JSON for each event on standard output."""

    progresses: Progresses
    out: Out
    language: Language
    json: bool
    every_s: float = LINE_EVERY_S

    def say(self, code: str, **details: object) -> None:
        """Print a message for people."""
        self.progresses.line(say("backfill", code, self.language, **details))

    def line(self, text: str) -> None:
        """Print a line for people."""
        self.progresses.line(text)

    def event(self, name: str, content: Mapping[str, object]) -> None:
        """Print a line of JSON, where that is asked for."""
        if self.json:
            self.out(json.dumps({"event": name, **content}, ensure_ascii=False))

    @contextmanager
    def phase(self, name: str) -> Iterator[Tell]:
        """Show a phase; its last numbers are an event in any case."""
        last: list[Mapping[str, float]] = []
        told = monotonic()
        with self.progresses.phase(name) as shown:

            def tell(numbers: Mapping[str, float]) -> None:
                nonlocal told
                last[:] = [numbers]
                shown(numbers)
                if monotonic() - told >= self.every_s:
                    told = monotonic()
                    self.event(name, numbers)

            yield tell
        if last:
            self.event(name, last[0])
