"""What the names of folders and files tell of a document. Guesses: a catalogue's values win over them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from core.vocabulary import Vocabulary
from core.vocabulary.matching import squash

FIRST_YEAR = 1949  # No row of a manifest may say an earlier one.


class Guess(NamedTuple):
    """None where the names do not tell."""

    fiscal_year: int | None
    department: str | None


def guessed(steps: Sequence[str], vocabulary: Vocabulary) -> Guess:
    """Guess from the steps of a path, the file's own name last.

    The nearest step that names one year tells the year, the nearest folder that is an office's the
    department; a step with several years tells nothing.
    """
    nearest = steps[::-1]
    years = (_year(step, vocabulary) for step in nearest)
    offices = (_office(step, vocabulary) for step in nearest[1:])
    return Guess(next(filter(None, years), None), next(filter(None, offices), None))


def _year(step: str, vocabulary: Vocabulary) -> int | None:
    year = vocabulary.year_in_name(step)
    return year if year is not None and year >= FIRST_YEAR else None


@lru_cache(maxsize=4096)  # The files of a folder follow each other.
def _office(step: str, vocabulary: Vocabulary) -> str | None:
    name = squash(step)
    code = vocabulary.search("office_code", name)
    bare = name[code.end() :] if code else name
    for office in vocabulary.content.departments:
        if bare in map(squash, (office.name, *office.aliases)):
            return office.name
    return bare if vocabulary.search("office_of_folder", bare) else None
