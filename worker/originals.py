"""Uploads as files of this machine, wherever their blobs are."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from core.blobs import CHUNK_BYTES, Blobs

# A copy that nobody asked for in this time is removed: the pages of a document come one after another,
# and no page takes longer than its hard limit of 150 s.
UNUSED_S = 600.0


@dataclass(frozen=True)
class Originals:
    """Gives paths. Blobs in a folder are used where they are, others are copied to `copies` once."""

    blobs: Blobs
    copies: Path

    def path(self, sha256: str) -> Path:
        """Return where the bytes are; raises FileNotFoundError where there are none.

        The file stays for at least `UNUSED_S`.
        """
        local = self.blobs.local(sha256)
        if local is not None:
            return local
        copy = self.copies / sha256
        try:
            os.utime(copy)
        except FileNotFoundError:
            self._fetch(sha256, copy)
        return copy

    def _fetch(self, sha256: str, copy: Path) -> None:
        self.copies.mkdir(parents=True, exist_ok=True)
        self._remove_unused()
        part = copy.with_name(f".{sha256}.{secrets.token_hex(4)}")
        try:
            with self.blobs.open(sha256) as source, part.open("wb") as target:
                shutil.copyfileobj(source, target, CHUNK_BYTES)
            part.replace(copy)
        finally:
            part.unlink(missing_ok=True)

    def _remove_unused(self) -> None:
        for copy in self.copies.iterdir():
            try:
                if copy.stat().st_mtime < time.time() - UNUSED_S:
                    copy.unlink()
            except FileNotFoundError:
                # Another process of this machine was faster.
                continue
