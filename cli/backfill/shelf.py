"""Where scans lie: a folder, one file, or a prefix of an object store. Knows names and bytes, no scans.

Names are for people and for the server: decoded, with the shelf's own name in front. Places are what
opens a file here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol
from urllib.parse import urlsplit

from api.uploads.names import decoded
from core.errors import FileNotFound, UnreadableFile


class Stamp(NamedTuple):
    """The size of a file in bytes, and what differs once its content may differ."""

    size: int
    version: str


class Found(NamedTuple):
    """A file of a shelf. `stamp` is None where the listing does not tell it."""

    name: str
    place: str
    stamp: Stamp | None = None


class Closed(NamedTuple):
    """A folder that cannot be listed."""

    name: str
    error: OSError


class Shelf(Protocol):
    """Files in the order of their names. Errors are OSErrors, and `UnreadableFile` for no file at all."""

    @property
    def name(self) -> str:
        """Its own name, which stands in front of all others."""

    @property
    def under(self) -> str:
        """What the names of all its files begin with."""

    @property
    def url(self) -> str:
        """What tells this shelf from all others of this machine."""

    def walk(self) -> Iterator[Found | Closed]:
        """Yield the files; hidden ones are left out, links to folders not followed."""

    def stamp(self, place: str) -> Stamp:
        """Return how a file is now."""

    def open(self, place: str) -> BinaryIO:
        """Open a file for reading; it can seek."""

    def local(self, place: str) -> Path | None:
        """Return the path of a file, where it is one of this machine."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, or one file of it."""

    root: Path
    called: str | None = None

    @property
    def name(self) -> str:
        return self.called or _text(self.root.name) or "files"

    @property
    def under(self) -> str:
        return f"{self.name}/" if self.root.is_dir() else self.name

    @property
    def url(self) -> str:
        return self.root.as_uri()

    def walk(self) -> Iterator[Found | Closed]:
        if not self.root.is_dir():
            yield Found(self.name, str(self.root))
            return
        closed: list[OSError] = []
        for parent, folders, names in os.walk(self.root, onerror=closed.append):
            yield from self._closed(closed)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith("."):
                    yield self._found(Path(parent, name))
        yield from self._closed(closed)

    def stamp(self, place: str) -> Stamp:
        found = Path(place).stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableFile(file=place, reason="device")
        return Stamp(found.st_size, str(found.st_mtime_ns))

    def open(self, place: str) -> BinaryIO:
        return Path(place).open("rb")

    def local(self, place: str) -> Path | None:
        return Path(place)

    def _found(self, path: Path) -> Found:
        return Found(self._name_of(path), str(path))

    def _closed(self, errors: list[OSError]) -> Iterator[Closed]:
        while errors:
            error = errors.pop(0)
            yield Closed(self._name_of(Path(os.fsdecode(error.filename))), error)

    def _name_of(self, path: Path) -> str:
        below = path.relative_to(self.root).as_posix()
        return self.name if below == "." else f"{self.name}/{_text(below)}"


def open_shelf(argument: str, called: str | None = None) -> Shelf:
    """Open a path, or a URL as `core.blobs` takes it; raises `FileNotFound`.

    `called` is its name instead of the last step of the path.
    """
    parts = urlsplit(argument)
    if len(parts.scheme) > 1 and parts.netloc:
        # Only those who need it wait until its libraries are loaded.
        from cli.backfill.prefix import open_prefix  # noqa: PLC0415

        return open_prefix(argument, called)
    path = Path(os.path.abspath(argument))  # noqa: PTH100  without resolving links
    if not path.exists():
        raise FileNotFound(file=argument)
    return Folder(path, called)


def _text(name: str) -> str:
    return decoded(os.fsencode(name))
