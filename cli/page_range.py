"""Which pages of a file are wanted: `3-7`, `1,4,9`, `12-`, or a mix of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.errors import BadPageRange, BadPageSyntax

_PART = re.compile(r"([1-9][0-9]{0,6})(-([1-9][0-9]{0,6})?)?")


@dataclass(frozen=True)
class PageRange:
    """Spans of page numbers, first to last; a last of None is the end of the file."""

    text: str
    spans: tuple[tuple[int, int | None], ...]

    def within(self, count: int) -> tuple[int, ...]:
        """Return the numbers, ascending and each once, in a file of `count` pages.

        Raises `BadPageRange` where a page that is named does not exist: reading fewer pages than
        were asked for would go unnoticed.
        """
        numbers: set[int] = set()
        for first, last in self.spans:
            end = count if last is None else last
            if not first <= end <= count:
                raise BadPageRange(pages=self.text, count=count)
            numbers.update(range(first, end + 1))
        return tuple(sorted(numbers))


ALL_PAGES = PageRange("1-", ((1, None),))


def parse_page_range(text: str) -> PageRange:
    """Raises `BadPageSyntax`."""
    spans = [_span(part.strip()) for part in text.replace("，", ",").split(",")]
    valid = [span for span in spans if span is not None]
    if len(valid) < len(spans):
        raise BadPageSyntax(pages=text)
    return PageRange(text, tuple(valid))


def _span(part: str) -> tuple[int, int | None] | None:
    match = _PART.fullmatch(part)
    if match is None:
        return None
    first, dash, last = match.groups()
    if dash is None:
        return int(first), int(first)
    if last is None:
        return int(first), None
    return (int(first), int(last)) if int(first) <= int(last) else None
