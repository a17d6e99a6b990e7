"""What a walk has seen, kept on disk: memory does not grow with it, and a later walk recalls it.

One SQLite file a shelf, in the user's cache: losing it costs hashing anew, and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cli.backfill.manifest import Digest, Sighting
from cli.backfill.shelf import Found, Stamp
from core.store.items import ManifestRow

_TABLES = (
    """
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY, place BLOB NOT NULL, member INTEGER, stamp_size INTEGER, version TEXT,
    row TEXT NOT NULL, round INTEGER NOT NULL, told INTEGER NOT NULL
) WITHOUT ROWID
""",
    "CREATE INDEX IF NOT EXISTS by_place ON files (place)",
    """
CREATE TEMPORARY TABLE still (
    place BLOB PRIMARY KEY, stamp_size INTEGER NOT NULL, version TEXT NOT NULL, since REAL NOT NULL
) WITHOUT ROWID
""",
)
# Raised with each change of the tables: an older file is only a cache.
_EDITION = 2


class Ledger:
    """The files of the last walks. A walk begins with `begin`; what it has not seen is not found."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._round = 0
        # What was told in an earlier life was told to another campaign perhaps.
        self._life = time.time_ns()
        for table in _TABLES:
            database.execute(table)

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
        """Keep a sighting under its name; it is told as long as its row stays the same."""
        row, place, member, stamp = sighting
        size, version = stamp or (None, None)
        self._database.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (name) DO UPDATE SET"
            " told = CASE WHEN row = excluded.row THEN told ELSE 0 END, place = excluded.place,"
            " member = excluded.member, stamp_size = excluded.stamp_size,"
            " version = excluded.version, row = excluded.row, round = excluded.round",
            (
                *(row.path, os.fsencode(place), member, size, version),
                *(row.model_dump_json(exclude_defaults=True), self._round),
            ),
        )

    def is_told(self, name: str) -> bool:
        """Return whether the server was told of a file as it is."""
        query = "SELECT told FROM files WHERE name = ?"
        found = self._database.execute(query, (name,)).fetchone()
        return found is not None and found[0] == self._life

    def tell(self, names: Iterable[str]) -> None:
        """Note that the server was told of files as they are."""
        told = ((self._life, name) for name in names)
        self._database.executemany("UPDATE files SET told = ? WHERE name = ?", told)

    def untell(self, name: str) -> None:
        """Note that the server was told something else of a file since."""
        self._database.execute("UPDATE files SET told = 0 WHERE name = ?", (name,))

    def hold(self, found: Found) -> None:
        """Keep a file that may not be taken yet: it has not vanished."""
        self.put(Sighting(ManifestRow(path=found.name, standing="changed"), found.place))

    def was_taken(self, place: str, stamp: Stamp) -> bool:
        """Return whether this process told of a file, or of one in an archive, as it is now."""
        found = self._database.execute(
            "SELECT 1 FROM files WHERE place = ? AND stamp_size = ? AND version = ? AND told = ?",
            (os.fsencode(place), *stamp, self._life),
        ).fetchone()
        return found is not None

    def unchanged_since(self, place: str, stamp: Stamp, now: float) -> float:
        """Return when a file was first seen as it is; that is now, where it was not yet."""
        found = self._database.execute(
            "INSERT INTO still VALUES (?, ?, ?, ?) ON CONFLICT (place) DO UPDATE SET"
            " since = CASE WHEN stamp_size = excluded.stamp_size AND version = excluded.version"
            " THEN since ELSE excluded.since END,"
            " stamp_size = excluded.stamp_size, version = excluded.version RETURNING since",
            (os.fsencode(place), *stamp, now),
        ).fetchone()
        return float(found[0])

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
        return Digest(row.size, row.sha256, row.pages)

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
    # The empty name is a database of our own in a temporary file.
    with closing(sqlite3.connect("", check_same_thread=False)) as made:
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
