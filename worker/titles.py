"""Titles among the lines above a table and in its first rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.readings import TextLine
from core.vocabulary import Vocabulary
from worker.sheet import Part


@dataclass(frozen=True)
class TitleParams:
    """Where a title stands and how its lines hang together.

    `title_height_ratio` bounds how much the lines of one wrapped title differ in height;
    `title_gap_ratio` is the widest gap between them in line heights. In a table a title stands in one of
    the first `title_rows` rows.
    """

    title_height_ratio: float = 0.7
    title_gap_ratio: float = 1.2
    title_rows: int = 3


TITLES = TitleParams()


def title_lines(
    lines: Sequence[TextLine], vocabulary: Vocabulary, params: TitleParams
) -> list[tuple[TextLine, ...]]:
    """Return the titles among loose lines; a title that wraps is one tuple of several lines."""
    found = []
    for end, line in enumerate(lines):
        before = lines[end - 1].text if end else ""
        ends_here = vocabulary.title(line.text) or (
            before and not vocabulary.title(before) and vocabulary.title(before + line.text)
        )
        if not ends_here:
            continue
        start = end
        while start and _wraps(lines[start - 1], lines[start], vocabulary, params):
            start -= 1
        found.append(tuple(lines[start : end + 1]))
    return [
        title
        for title, following in pairwise([*found, ()])
        if not set(map(id, title)) < set(map(id, following))
    ]


def _wraps(upper: TextLine, lower: TextLine, vocabulary: Vocabulary, params: TitleParams) -> bool:
    """Tell whether `upper` is the beginning of a title that ends in `lower`."""
    if (
        vocabulary.search("page_number", upper.text)
        or vocabulary.search("year_line", upper.text)
        or vocabulary.label(upper.text.split(":")[0].split("：")[0], "header")
        or vocabulary.title(upper.text)
        or vocabulary.title(upper.text + lower.text) is None
    ):
        return False
    heights = sorted((upper.upright.height, lower.upright.height))
    gap = lower.upright.top - upper.upright.bottom
    return (
        heights[0] >= params.title_height_ratio * heights[1]
        and gap <= params.title_gap_ratio * heights[1]
    )


def titles_above(part: Part, vocabulary: Vocabulary, params: TitleParams) -> Iterator[str]:
    """Yield the template that each title above the table names."""
    for title in title_lines([line.line for line in part.head], vocabulary, params):
        match = vocabulary.title("".join(line.text for line in title))
        if match:
            yield match.role


def titles_in(part: Part, vocabulary: Vocabulary, params: TitleParams) -> Iterator[str]:
    """Yield the template that each title in the first rows of the table names."""
    for cell in part.table.cells:
        if cell.row < params.title_rows and cell.col_span * 2 > part.table.cols:
            match = vocabulary.title(cell.text)
            if match:
                yield match.role
