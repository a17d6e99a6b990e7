"""Bring a database up to date, or say that it is not."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from core.store.database import Store

# Two processes that start at the same time must not both migrate; any number that is ours will do.
_POSTGRESQL_LOCK = 0x44414E47


def upgrade(store: Store) -> None:
    """Apply the migrations that a database lacks; safe to call from several processes at once."""
    with store.engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        # On SQLite the transaction itself is the lock.
        with connection.begin():
            if store.is_postgresql:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK}
                )
            command.upgrade(config, "head")


def is_current(store: Store) -> bool:
    """Return whether no migration is missing."""
    with store.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    folder = Path(__file__).with_name("migrations")
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
