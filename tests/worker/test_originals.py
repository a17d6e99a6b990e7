"""Remote uploads are fetched once, and leave when nobody needs them."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from core.blobs import FolderBlobs
from worker.originals import UNUSED_S, Originals


class FarBlobs(FolderBlobs):
    """A folder that pretends to be on another machine."""

    fetched: list[str] = []

    def local(self, sha256: str, part: str = "original") -> Path | None:
        del sha256, part
        return None

    def open(self, sha256: str, part: str = "original") -> BinaryIO:
        self.fetched.append(sha256)
        if sha256 == "gone":
            raise FileNotFoundError(part)
        return io.BytesIO(sha256.encode())


def test_local_bytes_are_used_where_they_are(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    assert Originals(blobs, tmp_path / "copies").path("a" * 64) == blobs.local("a" * 64)


def test_far_bytes_are_fetched_once_and_removed_when_unused(tmp_path: Path) -> None:
    blobs = FarBlobs(tmp_path)
    blobs.fetched.clear()
    originals = Originals(blobs, tmp_path / "copies")
    first = originals.path("a")
    assert originals.path("a").read_bytes() == b"a"
    assert blobs.fetched == ["a"]
    past = time.time() - UNUSED_S - 1
    os.utime(first, (past, past))
    originals.path("b")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["b"]
    with pytest.raises(FileNotFoundError):
        originals.path("gone")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["b"]
