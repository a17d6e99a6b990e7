"""What a walk has seen, kept on disk: memory does not grow with it, and a later walk recalls it.

One SQLite file a shelf, in the user's cache: losing it costs hashing anew, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.backfill.manifest import Digest, Sighting
from cli.backfill.shelf import Stamp
from core.store.items import ManifestRow

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, place BLOB NOT NULL, member INTEGER, stamp_size INTEGER, version TEXT,
    row TEXT NOT NULL, round INTEGER NOT NULL
) WITHOUT ROWID
"""
# Raised with each change of the tables: an older file is only a cache.
_EDITION = 1


class Ledger:
    """The files of the last walks. A walk begins with `begin`; what it has not seen is not found."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._round = 0
        database.execute(_TABLES)

    def begin(self) -> None:
        """Begin a walk."""
        self._database.commit()
        self._round = time.time_ns()

    def enter(self, sighting: Sighting) -> Sighting:
        """Keep a sighting; where another file of this walk has its name already, under another name."""
        named = sighting
        number = 1
        while (known := self._kept(named.row.path)) is not None and _differ(known, sighting):
            number += 1
            path = f"{sighting.row.path} ({number})"
            named = sighting._replace(row=sighting.row.model_copy(update={"path": path}))
        self.put(named)
        return named

    def put(self, sighting: Sighting) -> None:
        """Keep a sighting under its name."""
        row, place, member, stamp = sighting
        size, version = stamp or (None, None)
        self._database.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(row.path, os.fsencode(place), member, size, version),
                *(row.model_dump_json(exclude_defaults=True), self._round),
            ),
        )

    def find(self, name: str) -> Sighting | None:
        """Return what this walk has seen under a name."""
        return self._kept(name)

    def recall(self, blank: Sighting) -> Digest | None:
        """Return what a file was, where it has the stamp that it had when it was hashed."""
        known = self._select(blank.row.path)
        if known is None or known[:2] != (blank.place, blank.member) or known[2] != blank.stamp:
            return None
        row = known[3]
        if row.standing != "planned" or row.size is None or row.sha256 is None:
            return None
        return Digest(row.size, row.sha256)

    def commit(self) -> None:
        """Have what was entered outlive this process."""
        self._database.commit()

    def _kept(self, name: str) -> Sighting | None:
        found = self._select(name)
        if found is None or found[4] != self._round:
            return None
        place, member, stamp, row, _ = found
        return Sighting(row, place, member, stamp)

    def _select(self, name: str) -> tuple[str, int | None, Stamp | None, ManifestRow, int] | None:
        found = self._database.execute(
            "SELECT place, member, stamp_size, version, row, round FROM files WHERE name = ?",
            (name,),
        ).fetchone()
        if found is None:
            return None
        place, member, size, version, row, round_ = found
        stamp = None if size is None else Stamp(size, version)
        return os.fsdecode(place), member, stamp, ManifestRow.model_validate_json(row), round_


@contextmanager
def opened_ledger(folder: Path | None, url: str) -> Iterator[Ledger]:
    """Give the ledger of a shelf; a new one for this time where another process has it, or no folder."""
    kept = None if folder is None else _kept_database(folder, url)
    if kept is not None:
        with closing(kept):
            yield Ledger(kept)
            kept.commit()
        return
    with (
        TemporaryDirectory(prefix="dangan-") as place,
        closing(_database(Path(place, "ledger.db"))) as made,
    ):
        yield Ledger(made)


def cache_folder() -> Path:
    """Return the user's folder for what can be made anew, after the XDG base directory specification."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "dangan" / "backfill"


def _kept_database(folder: Path, url: str) -> sqlite3.Connection | None:
    name = hashlib.sha256(url.encode(errors="surrogateescape")).hexdigest()[:32]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _database(folder / f"{name}-{_EDITION}.db")
    except (OSError, sqlite3.Error):
        return None


def _database(path: Path) -> sqlite3.Connection:
    """Open a database that no other process can open meanwhile."""
    database = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN EXCLUSIVE")
        database.commit()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _differ(known: Sighting, other: Sighting) -> bool:
    return (known.place, known.member) != (other.place, other.member)
