"""What a file is called: readable, without folders, no two of an upload alike.

Names are shown and stored, never used as paths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

LONGEST = 200
_SEPARATORS = re.compile(r"[/\\]+")
_DRIVE = re.compile(r"^[A-Za-z]:$")


def decoded(raw: bytes) -> str:
    """Return a name that came without its encoding: UTF-8 where it can be, else GBK and its kin.

    Chinese in GBK is hardly ever valid UTF-8; the other way round it often decodes, to nonsense.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def steps_of(path: str) -> tuple[str, ...]:
    """Return the folders and the name of a path as people may read them.

    Whatever leads nowhere or upwards (`/`, `..`, `C:`) is dropped, line breaks and the like too.
    """
    steps = ("".join(filter(str.isprintable, step)).strip() for step in _SEPARATORS.split(path))
    return tuple(step for step in steps if step.strip(".") and not _DRIVE.match(step))


def told_apart(paths: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return a name for each path: its last step, after its folders or with a number where need be."""
    last = [steps[-1] for steps in paths]
    names: list[str] = []
    taken: set[str] = set()
    for steps in paths:
        alone = last.count(steps[-1]) == 1
        name = _short(steps[-1] if alone else "_".join(steps))
        unique = next(it for it in _numbered(name, len(paths)) if it.casefold() not in taken)
        taken.add(unique.casefold())
        names.append(unique)
    return tuple(names)


def _numbered(name: str, most: int) -> Sequence[str]:
    path = PurePosixPath(name)
    return [name, *(f"{path.stem} ({number}){path.suffix}" for number in range(2, most + 2))]


def _short(name: str) -> str:
    """Return a name that is not longer than `LONGEST`, cut in the middle, its suffix kept."""
    if len(name) <= LONGEST:
        return name
    half = LONGEST // 2
    return f"{name[: half - 1]}…{name[-half:]}"
