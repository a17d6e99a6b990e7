"""From the arguments of a command to the files that it means."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.errors import FileNotFound, InputError, NoInput, UnreadableFile

# Only folders and patterns are filtered by these; a file that is named is judged by its content.
_PICTURES = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".webp")
SUFFIXES = frozenset((".pdf", *_PICTURES, ".docx", ".xlsx", ".ofd"))


@dataclass(frozen=True)
class InputFile:
    """A file to read. `relative` is its path below the folder or pattern that it was found by."""

    path: Path
    relative: Path


@dataclass(frozen=True)
class Inputs:
    """What the arguments mean: each file once, and one error for each argument without any."""

    files: tuple[InputFile, ...]
    errors: tuple[InputError, ...]


def find_inputs(arguments: Iterable[str]) -> Inputs:
    """Take files, folders (with all below them) and glob patterns, in the order given.

    Folders are walked in the order of the names; hidden files are left out, links to folders are
    not followed.
    """
    files: dict[Path, InputFile] = {}
    errors: list[InputError] = []
    for argument in arguments:
        for found in _found(argument):
            if isinstance(found, InputFile):
                files.setdefault(found.path.resolve(), found)
            else:
                errors.append(found)
    return Inputs(tuple(files.values()), tuple(errors))


def _found(argument: str) -> Iterator[InputFile | InputError]:
    path = Path(argument)
    if path.is_dir():
        found: list[InputFile | InputError] = list(_walk(path))
    elif path.exists():
        found = [InputFile(path, Path(path.name))]
    elif glob.has_magic(argument):
        root = _fixed_root(path)
        matches = map(Path, sorted(glob.glob(argument, recursive=True)))  # noqa: PTH207
        found = [
            InputFile(match, match.relative_to(root))
            for match in matches
            if match.is_file() and match.suffix.lower() in SUFFIXES
        ]
    else:
        found = [FileNotFound(file=argument)]
    yield from found or [NoInput(argument=argument)]


def _walk(folder: Path) -> Iterator[InputFile | InputError]:
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                yield InputFile(path, path.relative_to(folder))
    for error in unreadable:
        yield UnreadableFile(file=str(error.filename), reason=str(error.strerror))


def _fixed_root(pattern: Path) -> Path:
    """Return the part of the pattern that holds no wildcard."""
    while glob.has_magic(str(pattern)):
        pattern = pattern.parent
    return pattern
