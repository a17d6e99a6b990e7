"""The migrations make what the tables say, on both databases."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.schema import is_current
from core.store.tables import Base


def test_migrations_and_tables_agree(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(store)


def test_an_empty_database_is_not_current_and_upgrading_twice_is_harmless(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "new.db"))
    assert not is_current(store)
    upgrade(store)
    upgrade(store)
    assert is_current(store)


def test_what_is_accepted_is_flushed_and_pages_are_not(tmp_path: Path) -> None:
    store = open_store(sqlite_url(tmp_path / "new.db"))
    with store.accepting() as session:
        assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    with store.writing() as session:
        assert session.connection().exec_driver_sql("PRAGMA synchronous").scalar() == 1
