"""What a page is on which no form stands: a cover, a table of contents, a separator, a letter.

Enters: the lines of print of a page. Leaves: a name for it, or None where that would be a guess. It is for the account
of pages only: nothing is taken from such papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.readings import PageReading, TextLine
from core.vocabulary import Group, Vocabulary, squash
from worker.parts import loose_lines, rows_of_print

Paper = Literal["cover", "contents", "separator", "letter"]


@dataclass(frozen=True)
class PaperParams:
    """How much is printed on which paper.

    A separator has one or two short lines, a cover some more and the year; neither has a sentence. A line of
    `sentence_characters` with a stop in it is one. `entries` lines that end in a page number are a table of contents. Of a
    letter's lines at least `sentences` are sentences.
    """

    separator_lines: int = 3
    cover_lines: int = 10
    sentence_characters: int = 14
    entries: int = 4
    sentences: int = 3


STANDARD = PaperParams()
_FORM_GROUPS: tuple[Group, ...] = (
    "header", "funding_column", "goals_caption", "indicator_column",
)  # fmt: skip


def paper_of(
    page: PageReading, vocabulary: Vocabulary, params: PaperParams = STANDARD
) -> Paper | None:
    """Return what kind of paper a page is; None where it has labels of a form or is none of those known."""
    lines = loose_lines(page, vocabulary)
    celled = [line for table in page.tables for cell in table.cells for line in cell.lines]
    if is_contents(_rows(page.lines), vocabulary, params):
        return "contents"
    if celled or any(_labelled(line, vocabulary) for line in lines):
        return None
    sentences = sum(_is_sentence(line, params) for line in lines)
    if sentences >= params.sentences:
        return "letter"
    if sentences:
        return None
    if any(vocabulary.search("cover", line.text) for line in lines) and (
        2 <= len(lines) <= params.cover_lines
    ):
        return "cover"
    return "separator" if 1 <= len(lines) <= params.separator_lines else None


def is_contents(rows: Sequence[str], vocabulary: Vocabulary, params: PaperParams) -> bool:
    """Tell whether rows of print are, or head, a table of contents."""
    entries = sum(vocabulary.search("contents_entry", row) is not None for row in rows)
    titled = any(vocabulary.search("contents", row) for row in rows)
    return titled or entries >= params.entries


def _rows(lines: Sequence[TextLine]) -> list[str]:
    """Return lines that stand beside each other as one: an entry and its page, the letters of a title set wide."""
    return ["".join(line.text for line in row) for row in rows_of_print(lines)]


def _labelled(line: TextLine, vocabulary: Vocabulary) -> bool:
    label = squash(line.text).partition(":")[0]
    found = (vocabulary.label(label, group) for group in _FORM_GROUPS)
    return any(match and not match.distance for match in found)


def _is_sentence(line: TextLine, params: PaperParams) -> bool:
    text = squash(line.text)
    return len(text) >= params.sentence_characters and any(mark in text for mark in ",。;，；")
