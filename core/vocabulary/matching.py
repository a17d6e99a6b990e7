"""Comparing a printed label with the words of the vocabulary.

Labels wrap anywhere, stand upright letter under letter, and are misread now and then; so they are
compared without whitespace, width and brackets, exactly first and by edit distance after that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

_SPACE = re.compile(r"\s+")
_BRACKET = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]?$")
_EDGE = ":：·.。,，、|"


@dataclass(frozen=True)
class MatchParams:
    """How much misreading a label may show.

    `tolerance_ratio` is edit distance per character of the vocabulary word: one wrong character in
    four keeps the standard labels apart (they differ in more), two of four do not. Where other labels
    vouch for a place, words of up to `lenient_characters` may have one wrong character as well.
    """

    tolerance_ratio: float = 0.25
    lenient_characters: int = 3


class Split(NamedTuple):
    """A label without its trailing bracket group, and what stood in the brackets."""

    body: str
    bracket: str


class Place(NamedTuple):
    """A word of the vocabulary within a text: from character `start` up to `stop` of the squashed text."""

    role: str
    wording: str
    start: int
    stop: int


class Word(NamedTuple):
    """One wording and the role that it stands for."""

    role: str
    wording: str


class Match(NamedTuple):
    """The role of a label, the vocabulary's wording, what its brackets said, and the edit distance."""

    role: str
    wording: str
    bracket: str
    distance: int


STANDARD = MatchParams()


def squash(text: str) -> str:
    """Return `text` in NFKC without any whitespace."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def split_bracket(text: str) -> Split:
    """Set one trailing bracket group aside; a lost closing bracket is forgiven."""
    squashed = squash(text).strip(_EDGE)
    found = _BRACKET.search(squashed)
    if not found or not found.start():
        return Split(squashed, "")
    return Split(squashed[: found.start()].strip(_EDGE), found.group(1))


def distance(first: str, second: str, limit: int) -> int:
    """Return the Levenshtein distance, or `limit + 1` where it is larger than `limit`."""
    if abs(len(first) - len(second)) > limit:
        return limit + 1
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(second, 1):
            diagonal, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, diagonal + (letter != other)),
            )
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def best_match(
    text: str, words: Iterable[Word], params: MatchParams, *, lenient: bool = False
) -> Match | None:
    """Return the word that `text` is, or None where none is near or two roles are equally near.

    A wording may itself end in brackets, so the text is compared whole as well as without them.
    """
    whole = squash(text).strip(_EDGE)
    if not whole:
        return None
    body, bracket = split_bracket(text)
    found: list[Match] = []
    for word in words:
        for form, rest in ((body, bracket), (whole, "")):
            limit = int(len(word.wording) * params.tolerance_ratio)
            if lenient and 1 < len(word.wording) <= params.lenient_characters:
                limit = 1
            gap = distance(form, word.wording, limit)
            if gap <= limit and _keeps_some(form, word.wording, gap):
                found.append(Match(word.role, word.wording, rest, gap))
    if not found:
        return None
    nearest = min(match.distance for match in found)
    best = [match for match in found if match.distance == nearest]
    return best[0] if len({match.role for match in best}) == 1 else None


def best_wording(text: str, wordings: Iterable[str], params: MatchParams) -> Match | None:
    """Return the one wording nearest to `text`, or None where none is near or two are equally near."""
    return best_match(text, (Word(wording, wording) for wording in wordings), params)


def _keeps_some(form: str, wording: str, gap: int) -> bool:
    """Tell whether something of the word is left: its length and at least half of its characters."""
    return gap == 0 or (bool(form) and len(set(form) & set(wording)) * 2 >= len(set(wording)))
