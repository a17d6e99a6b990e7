"""Files by what is to be said of them, as lines for people and as values for programs."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.exports.wording import heading, word
from core.messages import Language, catalogue, say, visible
from core.store.items import ITEM_STATES

NAMED = 20
"""So many files of a kind are named on the screen; the report file has all of them."""

_WIDTH = 100


@dataclass
class Named:
    """How many there are of something, and the first of them."""

    count: int = 0
    paths: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        self.count += 1
        if len(self.paths) < NAMED:
            self.paths.append(path)


def as_json(found: Mapping[str, Named]) -> Mapping[str, object]:
    """Return files by reason for programs."""
    return {reason: {"files": it.count, "paths": it.paths} for reason, it in found.items()}


def named_lines(found: Mapping[str, Named], language: Language) -> list[str]:
    """Return a line for each reason, the most frequent first, and below it the first files."""
    lines = []
    for reason, named in sorted(found.items(), key=lambda it: (-it[1].count, it[0])):
        why = reason_word(reason, language)
        lines.append(say("backfill", "reason", language, why=why, count=named.count))
        lines += (f"    {visible(path)}" for path in named.paths)
        if named.count > len(named.paths):
            left = named.count - len(named.paths)
            lines.append(say("backfill", "more", language, count=left))
    return lines


def passed_over_lines(suffixes: Mapping[str, int], language: Language) -> list[str]:
    """Return a line of what is no scan by its suffix, where there is any."""
    if not suffixes:
        return []
    kinds = ", ".join(f"{visible(suffix) or '—'} {count}" for suffix, count in suffixes.items())
    total = sum(suffixes.values())
    return [say("backfill", "passed_over", language, count=total, kinds=kinds)]


def reason_word(reason: str, language: Language) -> str:
    """Return the words for a code or standing, with the code itself, which manuals are searched by."""
    words = catalogue(language)["reasons"].get(reason)
    return reason if words is None else f"{words} ({reason})"


def sheet(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in plain text; all columns but the first two are numbers."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for place, title in enumerate(headings):
        table.add_column(title, justify="left" if place < 2 else "right", overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    out = io.StringIO()
    Console(file=out, width=_WIDTH, no_color=True).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines() if line.strip())


def states_sheet(states: Mapping[str, int], language: Language) -> str:
    """Return how many files are in each state that any is in, or that there is none."""
    counts = [
        (word(f"item_{state}", language), "", str(states[state]))
        for state in ITEM_STATES
        if states.get(state)
    ]
    if not counts:
        return say("backfill", "nothing", language)
    return sheet((heading("state", language), "", say("backfill", "files", language)), counts)
