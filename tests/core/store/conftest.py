"""The same tests on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.tables import Base


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def pass_by(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    """Give an empty store on each database."""
    if request.param == "sqlite":
        opened = open_store(sqlite_url(tmp_path / "dangan.db"), clock=clock)
        upgrade(opened)
    else:
        opened = open_store(request.getfixturevalue("postgresql_url"), clock=clock)
        upgrade(opened)
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with opened.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    yield opened
    opened.close()
