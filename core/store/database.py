"""Engines, transactions and the clock of the store.

The same code serves SQLite, embedded, one machine, and PostgreSQL. Two rules keep both of them free of
deadlocks and half-done work: a transaction says at its start whether it will write, and rows are
locked in the order page, run, job.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import DateTime, Engine, create_engine, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import Session

Kind = Literal["read", "write", "accept"]
Clock = Callable[[], datetime]

# How each kind of transaction begins on SQLite. A writer takes the lock at once, since a reader that
# turns writer half-way may fail where waiting would have helped. What we have promised to keep is
# flushed to the disk; a page result that a power cut takes is read again.
_SQLITE_BEGIN: dict[Kind, tuple[str, ...]] = {
    "read": ("BEGIN",),
    "write": ("PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE"),
    "accept": ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"),
}


@dataclass(frozen=True)
class DatabaseLimits:
    """How long a caller waits.

    `busy_timeout_s` is how long SQLite waits for another writer (a commit takes about 4 ms, measured;
    a sweep over 100,000 pages under a second). `connect_timeout_s` is for PostgreSQL.
    """

    busy_timeout_s: float = 20.0
    connect_timeout_s: int = 10


@dataclass(frozen=True)
class Store:
    """A database that is up to date. Cheap to share between threads, never between processes."""

    engine: Engine
    clock: Clock | None = field(default=None, kw_only=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database."""
        with self._transaction("read") as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose commit survives a crash of the process."""
        with self._transaction("write") as session:
            yield session

    @contextmanager
    def accepting(self) -> Iterator[Session]:
        """Give a session whose commit survives a power cut: for what we tell a client we have."""
        with self._transaction("accept") as session:
            yield session

    def now(self, session: Session) -> datetime:
        """Return the time by the one clock that all leases go by: the database server's.

        SQLite has no other clock than the machine that it is on.
        """
        if self.clock is not None:
            return self.clock()
        if self.is_postgresql:
            clock = func.clock_timestamp(type_=DateTime(timezone=True))
            return session.scalars(select(clock)).one()
        return datetime.now(UTC)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _transaction(self, kind: Kind) -> Iterator[Session]:
        engine = self.engine.execution_options(dangan_kind=kind)
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session


def open_store(
    url: str, *, limits: DatabaseLimits | None = None, clock: Clock | None = None
) -> Store:
    """Open the database at `url`: `sqlite:////folder/dangan.db` or `postgresql://user@host/name`.

    Nothing is connected yet, and the tables are not looked at (`core.store.schema`).
    """
    bounds = limits or DatabaseLimits()
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return Store(_sqlite(url, bounds), clock=clock)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed,
        pool_pre_ping=True,
        # Errors quote the values of their statement otherwise: what was read, in logs.
        hide_parameters=True,
        connect_args={"connect_timeout": bounds.connect_timeout_s},
    )
    return Store(engine, clock=clock)


def inserting(session: Session, table: type) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can be told what to do about a row that is there already."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def sqlite_url(path: Path) -> str:
    """Return the URL of the SQLite database in the file `path`."""
    return f"sqlite:///{path.absolute()}"


def _sqlite(url: str, limits: DatabaseLimits) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": limits.busy_timeout_s}
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
    # The driver would begin transactions by itself, and not when we want them to.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    kind: Kind = connection.get_execution_options().get("dangan_kind", "accept")
    for statement in _SQLITE_BEGIN[kind]:
        connection.exec_driver_sql(statement)
