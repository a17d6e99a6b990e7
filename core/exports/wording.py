"""The words of the exports: places in a record, reasons, page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from core.extraction import Field
from core.messages import Language, catalogue, say

_DECIMAL = re.compile(r"(-?[0-9]+)((?:\.[0-9]+)?)")


def word(code: str, language: Language, **details: object) -> str:
    """Return a word of the exports."""
    return say("words", code, language, **details)


def heading(code: str, language: Language) -> str:
    """Return the heading of a column."""
    return say("headings", code, language)


def place(pointer: str, language: Language) -> str:
    """Return what a person calls the place that a JSON Pointer into a record leads to.

    `/indicators/3/score` is the score of the fourth indicator.
    """
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    match parts:
        case ["extra", name]:
            return name
        case ["funding" | "indicators" as block, number, name]:
            title = word(f"in_{block}", language, number=int(number) + 1)
            return title + heading("funding_label" if name == "label" else name, language)
        case ["goals" | "total" as block, name]:
            return heading(f"{block}_{name}", language)
        case [name]:
            return heading(name, language)
        case _:
            return pointer


def reason(read: Field, language: Language) -> str:
    """Return why a value is marked; a reason without words is shown by its code."""
    if read.why is None:
        return word(f"status_{read.status}", language)
    return catalogue(language)["why"].get(read.why, read.why)


def grouped(number: str) -> str:
    """Return a decimal number with separators of thousands; any other text as it is."""
    match = _DECIMAL.fullmatch(number)
    return f"{int(match[1]):,}{match[2]}" if match else number


def page_numbers(numbers: Sequence[int], language: Language) -> str:
    """Return page numbers with runs drawn together: `1-3, 7`."""
    return word("comma", language).join(
        f"{first}" if first == last else f"{first}-{last}" for first, last in _runs(numbers)
    )


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    ordered = sorted(set(numbers))
    breaks = [n for n, (left, right) in enumerate(pairwise(ordered), 1) if right > left + 1]
    starts = [0, *breaks]
    ends = [*breaks, len(ordered)]
    return [(ordered[a], ordered[b - 1]) for a, b in zip(starts, ends, strict=True) if a < b]
