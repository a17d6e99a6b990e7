"""The words that the reconstruction knows: labels, kinds of forms, levels, patterns, offices.

`standard()` gives the vocabulary that comes with the package; `of_folder` lays an installation's own files over it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import get_args

from core.vocabulary.loading import SourceFile, in_folder, packaged, parse
from core.vocabulary.matching import (
    STANDARD,
    Match,
    MatchParams,
    Place,
    Word,
    best_match,
    best_wording,
    squash,
)
from core.vocabulary.merging import overlaid
from core.vocabulary.schema import (
    Department,
    Group,
    Kind,
    LevelName,
    PatternName,
    Template,
    VocabularyFile,
    WordList,
)

__all__ = [
    "Department",
    "Group",
    "Kind",
    "Match",
    "Place",
    "SourceFile",
    "Template",
    "Vocabulary",
    "load",
    "of_folder",
    "squash",
    "standard",
]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All files merged, ready to be asked. Compared by identity, so that answers can be cached."""

    content: VocabularyFile
    params: MatchParams = STANDARD

    @cached_property
    def _words(self) -> dict[Group, tuple[Word, ...]]:
        groups: dict[str, dict[str, tuple[str, ...]]] = self.content.labels.model_dump()
        return {
            group: tuple(
                Word(role, squash(wording))
                for role, wordings in groups[group].items()
                for wording in wordings
            )
            for group in get_args(Group)
        }

    @cached_property
    def _titles(self) -> tuple[Word, ...]:
        return tuple(
            Word(name, squash(title))
            for name, template in self.content.templates.items()
            for title in template.titles
        )

    @cached_property
    def _endings(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(
            (name, re.compile(pattern))
            for name, template in self.content.templates.items()
            for pattern in template.endings
        )

    @cached_property
    def _patterns(self) -> dict[PatternName, tuple[re.Pattern[str], ...]]:
        return {
            name: tuple(re.compile(pattern) for pattern in patterns)
            for name, patterns in self.content.patterns.items()
        }

    @lru_cache(maxsize=100_000)  # noqa: B019  a vocabulary lives as long as the process
    def label(self, text: str, group: Group, *, lenient: bool = False) -> Match | None:
        """Return what `text` is as a label of `group`.

        `lenient` forgives one wrong character in labels of two or three, for places where the
        labels around vouch for it.
        """
        return best_match(text, self._words[group], self.params, lenient=lenient)

    def places(self, text: str, group: Group) -> tuple[Place, ...]:
        """Return where `squash(text)` has words of `group`, letter by letter, the longest that fit."""
        words = sorted(self._words[group], key=lambda word: -len(word.wording))
        roles = {word.wording: word.role for word in reversed(words)}
        if not roles:
            return ()
        pattern = "|".join(re.escape(word.wording) for word in words)
        return tuple(
            Place(roles[found.group()], found.group(), found.start(), found.end())
            for found in re.finditer(pattern, squash(text))
        )

    @lru_cache(maxsize=100_000)  # noqa: B019
    def title(self, text: str) -> Match | None:
        """Return the template of which `text` is the title; a year in it is overlooked.

        Where no title is exactly that, of the endings that match the longest one tells the template.
        """
        bare = squash(text)
        for pattern in self._patterns["year"]:
            bare = pattern.sub("", bare)
        bare = bare.replace("()", "").strip("()_-")
        found = best_match(bare, self._titles, self.params)
        if found is not None and not found.distance and len(found.wording) == len(bare):
            return found
        ends = [
            (len(match.group()), name)
            for name, pattern in self._endings
            if (match := pattern.search(bare))
        ]
        if ends:
            return Match(max(ends, key=lambda end: end[0])[1], bare, "", 0)
        return found

    def template(self, name: str) -> Template:
        """Return a template by its name."""
        return self.content.templates[name]

    def first(self, kind: Kind) -> str:
        """Return the name of the first template of a kind: what a form of that kind is without a title."""
        return next(name for name, it in self.content.templates.items() if it.kind == kind)

    @lru_cache  # noqa: B019
    def of(self, template: str) -> Vocabulary:
        """Return the vocabulary as the forms of one template use it: with its own labels over the others."""
        groups = self.template(template).labels.model_dump()
        if not any(words for roles in groups.values() for words in roles.values()):
            return self
        return Vocabulary(overlaid(self.content, template), self.params)

    def level(self, text: str, name: LevelName) -> Match | None:
        """Return the word of a level column that `text` is, with or without its suffix.

        The `role` and `wording` of the match are the word with the suffix as the text prints it.
        """
        return self._level(text, name)

    @lru_cache(maxsize=100_000)  # noqa: B019
    def _level(self, text: str, name: LevelName) -> Match | None:
        words: tuple[str, ...] = getattr(self.content.levels, name)
        return best_wording(text, map(squash, words), self.params)

    def search(self, name: PatternName, text: str) -> re.Match[str] | None:
        """Return the first place in `squash(text)` that a pattern of that name finds."""
        squashed = squash(text)
        found = (pattern.search(squashed) for pattern in self._patterns.get(name, ()))
        return next((match for match in found if match), None)

    def every(self, name: PatternName, text: str) -> list[re.Match[str]]:
        """Return all places in `squash(text)` that the patterns of that name find."""
        squashed = squash(text)
        patterns = self._patterns.get(name, ())
        return [match for pattern in patterns for match in pattern.finditer(squashed)]

    def year_in_name(self, name: str) -> int | None:
        """Return the one year in the name of a file or folder; None where there is none, or several."""
        years = {int(match.group(1)) for match in self.every("year_of_file", name)}
        return years.pop() if len(years) == 1 else None

    def words(self, name: WordList) -> tuple[str, ...]:
        return self.content.words.get(name, ())


def load(sources: Sequence[SourceFile] = ()) -> Vocabulary:
    """Return the packaged vocabulary with further files merged over it; raises `BadVocabulary`."""
    return Vocabulary(parse([*packaged(), *sources]))


@cache
def standard() -> Vocabulary:
    """Return the packaged vocabulary; read once a process."""
    return load()


@cache
def of_folder(folder: Path | None) -> Vocabulary:
    """Return the packaged vocabulary with the files of a folder over it; read once a process.

    Raises `BadVocabulary`.
    """
    return load(in_folder(folder)) if folder is not None else standard()
