"""Bytes by content: a folder, or a bucket by URL.

    <root>/<sha256[:2]>/<sha256>/original
    <root>/<sha256[:2]>/<sha256>/<run>/page-0001.jpg, page-0001.small.jpg

All that comes from a document stands in one folder, so that removing it leaves nothing behind. What is
written appears whole or not at all, and is on the disk when the call returns.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import urlsplit

import fsspec
from fsspec.spec import AbstractFileSystem

CHUNK_BYTES = 1 << 20
ORIGINAL = "original"


def picture_part(run_id: str, number: int) -> str:
    """Return the name of the picture of a page, counted from 1, as a run saw it."""
    return f"{run_id}/page-{number:04}.jpg"


def thumbnail_part(run_id: str, number: int) -> str:
    """Return the name of the same picture made small, for overviews."""
    return f"{run_id}/page-{number:04}.small.jpg"


class Blobs(Protocol):
    """Where bytes are kept. All errors are OSErrors."""

    def put_file(self, sha256: str, part: str, source: Path) -> None:
        """Store the file `source` as a part of a document, over what stood there."""

    def put(self, sha256: str, part: str, content: bytes) -> None:
        """Store `content` as a part of a document, over what stood there."""

    def open(self, sha256: str, part: str = ORIGINAL) -> BinaryIO:
        """Open a part for reading; raises FileNotFoundError."""

    def has(self, sha256: str, part: str = ORIGINAL) -> bool:
        """Return whether a part is there."""

    def remove(self, sha256: str) -> None:
        """Remove all parts of a document; nothing happens where there are none."""

    def local(self, sha256: str, part: str = ORIGINAL) -> Path | None:
        """Return the path of a part, where it is a file of this machine."""


@dataclass(frozen=True)
class FolderBlobs:
    """Blobs in a folder of this machine (or one that is mounted)."""

    root: Path

    def put_file(self, sha256: str, part: str, source: Path) -> None:
        """Store a copy of `source`."""
        with source.open("rb") as opened:
            self._publish(sha256, part, opened)

    def put(self, sha256: str, part: str, content: bytes) -> None:
        """Store `content`."""
        self._publish(sha256, part, io.BytesIO(content))

    def open(self, sha256: str, part: str = ORIGINAL) -> BinaryIO:
        return self._path(sha256, part).open("rb")

    def has(self, sha256: str, part: str = ORIGINAL) -> bool:
        return self._path(sha256, part).is_file()

    def remove(self, sha256: str) -> None:
        folder = self._path(sha256)
        if folder.is_dir():
            # Renamed first, so that a removal that is interrupted leaves no half of a document.
            doomed = folder.with_name(f"{sha256}.removed-{secrets.token_hex(4)}")
            folder.rename(doomed)
            shutil.rmtree(doomed)

    def local(self, sha256: str, part: str = ORIGINAL) -> Path | None:
        return self._path(sha256, part)

    def _path(self, sha256: str, part: str = "") -> Path:
        return self.root / sha256[:2] / sha256 / part

    def _publish(self, sha256: str, part: str, source: BinaryIO) -> None:
        path = self._path(sha256, part)
        made = _make_folders(path.parent)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with temporary.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        for folder in (path.parent, *made):
            _flush_folder(folder)


@dataclass(frozen=True)
class RemoteBlobs:
    """Blobs in an object store, which itself writes a part whole or not at all."""

    filesystem: AbstractFileSystem
    root: str

    def put_file(self, sha256: str, part: str, source: Path) -> None:
        self.filesystem.put_file(str(source), self._path(sha256, part))

    def put(self, sha256: str, part: str, content: bytes) -> None:
        self.filesystem.pipe_file(self._path(sha256, part), content)

    def open(self, sha256: str, part: str = ORIGINAL) -> BinaryIO:
        return cast("BinaryIO", self.filesystem.open(self._path(sha256, part), "rb"))

    def has(self, sha256: str, part: str = ORIGINAL) -> bool:
        # Other processes write here too: what was listed earlier does not count.
        self.filesystem.invalidate_cache()
        return bool(self.filesystem.isfile(self._path(sha256, part)))

    def remove(self, sha256: str) -> None:
        self.filesystem.invalidate_cache()
        try:
            self.filesystem.rm(self._path(sha256), recursive=True)
        except FileNotFoundError:
            return

    def local(self, sha256: str, part: str = ORIGINAL) -> Path | None:
        del sha256, part
        return None

    def _path(self, sha256: str, part: str = "") -> str:
        return "/".join(filter(None, (self.root, sha256[:2], sha256, part)))


def open_blobs(url: str) -> Blobs:
    """Open the blobs at `url`: a path, `file:///folder`, or `s3://bucket/prefix`.

    For S3 the credentials, and the endpoint where it is not Amazon's, come from the environment or the
    files that its tools use (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, …).
    """
    parts = urlsplit(url)
    if parts.scheme in {"", "file"}:
        return FolderBlobs(Path(parts.path).absolute())
    filesystem, root = fsspec.url_to_fs(url)
    return RemoteBlobs(filesystem, root.rstrip("/"))


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder; return those whose entry for a new one is yet to be flushed."""
    changed = []
    missing = folder
    while not missing.exists():
        missing = missing.parent
        changed.append(missing)
    folder.mkdir(parents=True, exist_ok=True)
    return changed


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
