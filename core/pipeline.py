"""The version of the reading pipeline, which keys everything that was read.

It is the release, and a digest of what reads: all code and vocabularies of core and worker, and the
packages that they ask for. So what an older state of them read is never taken for what this one would
read, and nobody has to remember to count it up. A change that has nothing to do with reading changes
it too: a document that is sent again is then read again, which costs time and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import requires, version
from pathlib import Path
from typing import Final

ROOMS: Final = ("core", "worker")
# What a release consists of besides its packages: code, vocabularies and wordings.
KINDS: Final = frozenset({".py", ".toml"})
DIGITS: Final = 12


def pipeline_version(release: str, packages: Iterable[str], root: Path) -> str:
    """Return `release+digest` for the rooms below `root`.

    Only names and bytes of files count, so that two machines with one release agree. Raises
    FileNotFoundError where a room is missing.
    """
    digest = hashlib.sha256("\n".join(sorted(packages)).encode())
    for room in ROOMS:
        if not (root / room / "__init__.py").is_file():
            raise FileNotFoundError(root / room)
        for path in sorted((root / room).rglob("*")):
            if path.suffix in KINDS:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"\n{path.relative_to(root).as_posix()} {content}".encode())
    return f"{release}+{digest.hexdigest()[:DIGITS]}"


PIPELINE: Final = pipeline_version(
    version("dangan"), requires("dangan") or (), Path(__file__).resolve().parents[1]
)
