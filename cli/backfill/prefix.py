"""A prefix of an object store as a shelf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec
from botocore.exceptions import BotoCoreError
from fsspec.spec import AbstractFileSystem

from cli.backfill.shelf import Closed, Found, Stamp


@dataclass(frozen=True)
class Prefix:
    """What lies below a URL of an object store."""

    filesystem: AbstractFileSystem
    root: str
    called: str | None = None

    @property
    def name(self) -> str:
        return self.called or self.root.rsplit("/", maxsplit=1)[-1]

    @property
    def under(self) -> str:
        return f"{self.name}/"

    @property
    def url(self) -> str:
        return str(self.filesystem.unstrip_protocol(self.root))

    def walk(self) -> Iterator[Found | Closed]:
        self.filesystem.invalidate_cache()
        listed = self.filesystem.walk(self.root, detail=True, on_error="raise")
        try:
            for parent, folders, files in listed:
                for hidden in [name for name in folders if name.startswith(".")]:
                    del folders[hidden]
                below = f"{self.name}{str(parent)[len(self.root) :]}"
                for name in sorted(files):
                    if name and not name.startswith("."):
                        entry = files[name]
                        yield Found(f"{below}/{name}", str(entry["name"]), _stamp(entry))
        except (OSError, BotoCoreError) as error:
            yield Closed(self.name, error if isinstance(error, OSError) else OSError(str(error)))

    def stamp(self, place: str) -> Stamp:
        self.filesystem.invalidate_cache(place)
        with _translated():
            return _stamp(self.filesystem.info(place, refresh=True))

    def open(self, place: str) -> BinaryIO:
        with _translated():
            return cast("BinaryIO", self.filesystem.open(place, "rb", cache_type="readahead"))

    def local(self, place: str) -> Path | None:
        del place
        return None


def open_prefix(url: str, called: str | None) -> Prefix:
    """Open what lies below a URL; credentials as for `core.blobs.open_blobs`."""
    filesystem, root = fsspec.url_to_fs(url)
    return Prefix(filesystem, str(root).rstrip("/"), called)


@contextmanager
def _translated() -> Iterator[None]:
    """Tell what the library of the object store raises beside OSErrors as one."""
    try:
        yield
    except BotoCoreError as error:
        raise OSError(str(error)) from error


def _stamp(entry: dict[str, Any]) -> Stamp:
    return Stamp(int(entry["size"]), str(entry.get("ETag") or entry.get("LastModified") or ""))
