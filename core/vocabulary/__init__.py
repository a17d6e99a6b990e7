"""The words that the reconstruction knows: labels, titles, levels, patterns.

`standard()` gives the vocabulary that comes with the package; `load` merges further files over it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import get_args

from core.vocabulary.matching import (
    STANDARD,
    Match,
    MatchParams,
    Word,
    best_match,
    best_wording,
    squash,
)
from core.vocabulary.schema import (
    Group,
    LevelName,
    PatternName,
    TitleKind,
    VocabularyFile,
    WordList,
    merge,
)

__all__ = ["Group", "Match", "Vocabulary", "load", "squash", "standard"]


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
            Word(kind, squash(title))
            for kind, titles in self.content.titles.items()
            for title in titles
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

    @lru_cache(maxsize=100_000)  # noqa: B019
    def title(self, text: str) -> Match | None:
        """Return the kind of form of which `text` is the title; a year in it is overlooked."""
        bare = squash(text)
        for pattern in self._patterns["year"]:
            bare = pattern.sub("", bare)
        bare = bare.replace("()", "").strip("()_-")
        found = best_match(bare, self._titles, self.params)
        if found is None or len(found.wording) != len(bare):
            for name, kind in _ENDINGS.items():
                if any(pattern.search(bare) for pattern in self._patterns.get(name, ())):
                    return Match(kind, bare, "", 0)
        return found

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

    def words(self, name: WordList) -> tuple[str, ...]:
        return self.content.words.get(name, ())


_ENDINGS: dict[PatternName, TitleKind] = {
    "title_ending": "self_evaluation",
    "other_title_ending": "other",
}


def load(further: Iterable[str] = ()) -> Vocabulary:
    """Return the packaged vocabulary with `further` files (TOML text) merged into it.

    Raises `tomllib.TOMLDecodeError` or `pydantic.ValidationError` where a file is not of
    `dangan.vocabulary/1`.
    """
    packaged = sorted(
        (entry for entry in files(__name__).iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    texts = [*(entry.read_text(encoding="utf-8") for entry in packaged), *further]
    return Vocabulary(merge(VocabularyFile.model_validate(tomllib.loads(text)) for text in texts))


@cache
def standard() -> Vocabulary:
    """Return the packaged vocabulary; read once a process."""
    return load()
