"""Vocabulary files on disk: those of the package, and a folder of an installation's own.

What is wrong with a file is told by the file, the line, the key, and what to do.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from core.errors import BadVocabulary
from core.vocabulary.merging import merge
from core.vocabulary.schema import VocabularyFile

PACKAGE = "core.vocabulary"
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class SourceFile(NamedTuple):
    """A vocabulary file that was read: its name for people, and its text."""

    name: str
    text: str


def packaged() -> tuple[SourceFile, ...]:
    """Return the files that come with the package, in the order of their names."""
    found = (entry for entry in files(PACKAGE).iterdir() if entry.name.endswith(".toml"))
    return tuple(
        SourceFile(entry.name, entry.read_text(encoding="utf-8"))
        for entry in sorted(found, key=lambda entry: entry.name)
    )


def in_folder(folder: Path) -> tuple[SourceFile, ...]:
    """Return the `.toml` files of a folder in the order of their names; raises `BadVocabulary`."""
    if not folder.is_dir():
        raise BadVocabulary(file=str(folder), line=0, key="", reason="no such folder")
    return tuple(_read(path) for path in sorted(folder.glob("*.toml")))


def _read(path: Path) -> SourceFile:
    try:
        return SourceFile(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadVocabulary(file=str(path), line=0, key="", reason=str(error)) from error


def parse(sources: Sequence[SourceFile]) -> VocabularyFile:
    """Return all files as one; a later one counts where it contradicts. Raises `BadVocabulary`."""
    merged = merge(_parsed(source) for source in sources)
    for name, template in merged.templates.items():
        if template.kind is None:
            last = next(source for source in reversed(sources) if name in source.text)
            key = f"templates.{name}.kind"
            raise BadVocabulary(
                file=last.name, line=_line_of(last.text, key), key=key, reason="is missing"
            )
    return merged


def _parsed(source: SourceFile) -> VocabularyFile:
    try:
        return VocabularyFile.model_validate(tomllib.loads(source.text))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else source.text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).strip()
        raise BadVocabulary(file=source.name, line=line, key="", reason=reason) from error
    except ValidationError as error:
        wrong = error.errors()[0]
        key = ".".join(str(part) for part in wrong["loc"] if part != "[key]")
        reason = wrong["msg"]
        if wrong["type"] == "extra_forbidden":
            reason = "unknown key"
        raise BadVocabulary(
            file=source.name, line=_line_of(source.text, key), key=key, reason=reason
        ) from error


def _line_of(text: str, key: str) -> int:
    """Return the line of a key: that of its last part that stands in the text, behind its table; 0 where none does."""
    parts = [part for part in key.split(".") if not part.isdecimal()]
    found = 0
    for end in range(1, len(parts) + 1):
        at = next(_lines_naming(text, parts[:end], found), None)
        found = at if at is not None else found
    return found


def _lines_naming(text: str, parts: Sequence[str], after: int) -> Iterator[int]:
    """Yield the lines, from 1, that open the table `parts` or set the last of them."""
    name = re.escape(parts[-1])
    table = re.compile(rf"^\s*\[+\s*{re.escape('.'.join(parts))}\s*[.\]]")
    value = re.compile(rf"^\s*(?:[\w.-]+\.)?[\"']?{name}[\"']?\s*=")
    for number, line in enumerate(text.split("\n"), 1):
        if number >= after and (table.match(line) or value.match(line)):
            yield number
