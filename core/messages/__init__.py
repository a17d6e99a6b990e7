"""What people are told, by code and language.

One catalogue a language, `zh.toml` and `en.toml`: `[errors]`, `[causes]`, `[issues]`, … of templates with
named places. The rest of the code knows codes and details only.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from core.errors import DanganError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
CAUSES = ("reason", "found")  # the details of errors that may hold a code of `[causes]`


@cache
def catalogue(language: Language) -> dict[str, dict[str, str]]:
    """Return the templates of one language: section → code → template."""
    return tomllib.loads((files(__name__) / f"{language}.toml").read_text(encoding="utf-8"))


def say(section: str, code: str, language: Language, **details: object) -> str:
    """Return the message of `code` with its places filled in.

    Raises KeyError where the catalogue lacks the code or `details` lack a place: a defect that the
    completeness tests find.
    """
    return catalogue(language)[section][code].format_map(details)


def explain(error: DanganError, language: Language) -> str:
    """Return what to tell a person about `error`, on one line whatever the file is called.

    A cause that the catalogue knows by a code of `[causes]` is said in that language; any other
    (the system's own words, a file type) stands as it is.
    """
    causes = catalogue(language)["causes"]
    details = {
        name: visible(causes.get(value, value) if name in CAUSES else value)
        if isinstance(value, str)
        else value
        for name, value in error.details.items()
    }
    return say("errors", error.code, language, **details)


def visible(text: str) -> str:
    """Return `text` with control characters escaped: a file name must not break a line."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
