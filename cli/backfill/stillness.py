"""Which files a scanner is done with: what has not changed for a while, opens, and has its end.

Files that do not get there are taken all the same once they have not changed for long: then they are
told as damaged or unreadable, and not forgotten.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import IO, cast

from cli.backfill.ledger import Ledger
from cli.backfill.shelf import Found, Shelf, Stamp

_TAIL_BYTES = 2048
# What the last bytes of a whole file hold (ISO 32000 7.5.5: readers look in the last kilobyte).
_ENDS = ((b"%PDF-", b"%%EOF"), (b"\x89PNG", b"IEND"), (b"\xff\xd8\xff", b"\xff\xd9"))
_ARCHIVE = b"PK\x03\x04"


@dataclass(frozen=True)
class Stillness:
    """Judges files of a watched shelf; unchanged means: by size and time of change (S3: by ETag).

    `quiet_s` without a change are enough for a file that is whole, `patience_s` for any.
    """

    shelf: Shelf
    ledger: Ledger
    quiet_s: float = 10.0
    patience_s: float = 600.0
    clock: Callable[[], float] = monotonic

    def __call__(self, found: Found, stamp: Stamp) -> bool:
        """Return whether a file may be taken; what may not be is held in the ledger."""
        if self.ledger.was_taken(found.place, stamp):
            return True
        now = self.clock()
        still_s = now - self.ledger.unchanged_since(found.place, stamp, now)
        if still_s >= self.patience_s or (still_s >= self.quiet_s and self._is_whole(found.place)):
            return True
        self.ledger.hold(found)
        return False

    def _is_whole(self, place: str) -> bool:
        try:
            with closing(self.shelf.open(place)) as opened:
                return is_whole(cast("IO[bytes]", opened))
        except OSError:
            return False


def is_whole(file: IO[bytes]) -> bool:
    """Return whether a file that can seek has its end; of kinds without a mark of it, whether it has any bytes."""
    head = file.read(8)
    if head.startswith(_ARCHIVE):
        return zipfile.is_zipfile(file)
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    return bool(head) and all(end in tail for magic, end in _ENDS if head.startswith(magic))
