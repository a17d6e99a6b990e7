"""From where a campaign's folders came: two of one name would be taken for one, and the second for a change of the first.

One SQLite file in the user's cache. It knows what went in from this machine; losing it loses the warning only.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from cli.backfill.shelf import Shelf
from core.errors import NamesakeFolder

_TABLE = """
CREATE TABLE IF NOT EXISTS homes (
    campaign TEXT, name TEXT, url TEXT NOT NULL, PRIMARY KEY (campaign, name)
) WITHOUT ROWID
"""


def claim_name(cache: Path | None, campaign: str, shelf: Shelf, *, certain: bool) -> None:
    """Note that the shelf's name in the campaign (its id) is taken by this place.

    Raises `NamesakeFolder` where it was taken by another; a person who is `certain` moves it.
    """
    if cache is None:
        return
    try:
        cache.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(cache / "homes.db", isolation_level=None)
    except (OSError, sqlite3.Error):
        return
    with closing(database):
        try:
            home = _claimed(database, campaign, shelf, certain=certain)
        except sqlite3.Error:
            return
    if home != shelf.url:
        raise NamesakeFolder(name=shelf.name, home=home)


def _claimed(database: sqlite3.Connection, campaign: str, shelf: Shelf, *, certain: bool) -> str:
    """Return whose the name is now."""
    database.execute(_TABLE)
    values = (campaign, shelf.name, shelf.url)
    if certain:
        database.execute("INSERT OR REPLACE INTO homes VALUES (?, ?, ?)", values)
        return shelf.url
    database.execute("INSERT OR IGNORE INTO homes VALUES (?, ?, ?)", values)
    query = "SELECT url FROM homes WHERE campaign = ? AND name = ?"
    (home,) = database.execute(query, (campaign, shelf.name)).fetchone()
    return str(home)
