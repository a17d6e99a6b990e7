"""Take in an upload: its bytes are stored whole, under their hash, before a job can name them."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

from core.blobs import ORIGINAL, Blobs
from core.readings import Frozen
from core.store.database import Store
from core.store.documents import hold_blob


class StoredBytes(Frozen):
    """Bytes that are on the disk; they stay for an hour, and from their job on for good."""

    sha256: str
    size: int


def store_bytes(
    store: Store, blobs: Blobs, chunks: Iterable[bytes], folder: Path | None = None
) -> StoredBytes:
    """Store what comes in `chunks`; memory does not grow with it.

    It is collected in `folder` (None for the system's) and appears among the blobs when it is whole.
    Whatever `chunks` raises, nothing is left behind.
    """
    with tempfile.NamedTemporaryFile(dir=folder, prefix="upload-") as collected:
        digest = hashlib.sha256()
        for chunk in chunks:
            digest.update(chunk)
            collected.write(chunk)
        collected.flush()
        size = collected.tell()
        return store_file(store, blobs, Path(collected.name), digest.hexdigest(), size)


def store_file(store: Store, blobs: Blobs, path: Path, sha256: str, size: int) -> StoredBytes:
    """Store a file whose hash and size are known."""
    hold_blob(store, sha256)
    if not blobs.has(sha256):
        blobs.put_file(sha256, ORIGINAL, path)
    return StoredBytes(sha256=sha256, size=size)
