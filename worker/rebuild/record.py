"""Collecting the values of a block under their JSON Pointers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default

from core.extraction import Field
from core.vocabulary import squash
from worker.rebuild.values import Entry

Values = dict[str, str | None]


@dataclass(frozen=True)
class Row:
    """One row of a block: entries by the record's key; a key that the form lacks is absent."""

    entries: Mapping[str, Entry]

    def values(self) -> Values:
        return {key: entry.typed for key, entry in self.entries.items()}

    def fields(self, prefix: str) -> dict[str, Field]:
        return {f"{prefix}/{key}": entry.field for key, entry in self.entries.items()}


@dataclass(frozen=True)
class Block:
    """Rows of a block, and what it prints that has no place of its own, by printed label."""

    rows: tuple[Row, ...] = ()
    extra: tuple[tuple[str, Entry], ...] = default(default=())


def bare_label(text: str) -> str:
    """Return a printed label as a key of `extra`: in one line, without its colon."""
    return squash(text).strip(":")


def pointer_part(key: str) -> str:
    """Escape one key for a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def numbered(extras: Iterable[tuple[str, Entry]]) -> dict[str, Entry]:
    """Return extras under unique keys: a label printed again gets its number."""
    found: dict[str, Entry] = {}
    for label, entry in extras:
        key, number = label, 1
        while key in found:
            number += 1
            key = f"{label} {number}"
        found[key] = entry
    return found
