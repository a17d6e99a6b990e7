"""Work that one process at a time holds: take it, keep it, give it back.

A lease ends by itself, so a process that was killed holds nothing for long; its token ends with it, so
a process that was only asleep finds that its work is no longer its own. Runs (to be opened, to be
assembled) and pages (to be read) are held alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from core.errors import AttemptsExhausted, DanganError
from core.readings import Frozen
from core.store.database import Store
from core.store.identifiers import new_token
from core.store.tables import Page, Run

LeasedTable = type[Run] | type[Page]
Held = Literal["run", "page"]

_TABLES: dict[Held, LeasedTable] = {"run": Run, "page": Page}


@dataclass(frozen=True)
class LeaseLimits:
    """How long work may be held, and how often it may be begun.

    `lease_s` is the silence after which a holder counts as dead: its work is taken up by another in
    under a minute (lease + sweep), and a worker that is merely slow renews every third of it.
    `crashes` is how often a piece of work may end its own process or run out of time. `attempts`
    bounds all starts: in kill -9 loops innocent pages were seen at three, so that cap must not be
    the low one.
    """

    lease_s: float = 30.0
    crashes: int = 3
    attempts: int = 10

    @property
    def heartbeat_s(self) -> float:
        return self.lease_s / 3


class Lease(Frozen):
    """Proof that this process holds that piece of work."""

    of: Held
    id: str
    token: str


class Trouble(Frozen):
    """Why work failed: the code of an error and the values, but `file`, that its message names."""

    code: str
    details: dict[str, str | int | float] = {}

    @classmethod
    def of(cls, error: DanganError) -> Self:
        """Take what a stored trouble tells of an error.

        Not the name of the file: it was a path of ours, and whoever tells of the trouble knows what
        the file is called by its owner.
        """
        told = {name: value for name, value in error.details.items() if name != "file"}
        return cls(code=error.code, details=told)


def renew(store: Store, lease: Lease, limits: LeaseLimits) -> bool:
    """Hold on for another `lease_s`; False where the work is no longer ours."""
    table = _TABLES[lease.of]
    with store.writing() as session:
        until = store.now(session) + timedelta(seconds=limits.lease_s)
        changed = session.execute(
            update(table)
            .where(table.id == lease.id, table.token == lease.token)
            .values(lease_until=until)
            .returning(table.id)
        )
        return changed.first() is not None


def is_free(table: LeasedTable, now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody holds a row of `table`."""
    return or_(table.token.is_(None), table.lease_until < now)


def take(session: Session, row: Run | Page, now: datetime, holder: str, lease_s: float) -> str:
    """Give a locked, free row to `holder` and return the token. The start counts before the work."""
    row.token = new_token()
    row.holder = holder
    row.lease_until = now + timedelta(seconds=lease_s)
    row.attempts += 1
    session.flush()
    return row.token


def exhausted(row: Run | Page) -> Trouble:
    """Return the trouble of work that was begun too often."""
    return Trouble.of(AttemptsExhausted(attempts=row.attempts))


def let_go(row: Run | Page) -> None:
    """Take a locked row from its holder."""
    row.token = row.holder = row.lease_until = None


def begin_anew(row: Run | Page, rung_at: datetime | None) -> None:
    """Make a locked row as if nobody had ever begun it."""
    let_go(row)
    row.attempts = row.crashes = 0
    row.trouble = None
    row.trouble_details = {}
    row.rung_at = rung_at


def blame(row: Run | Page, trouble: Trouble) -> None:
    """Write on a locked row why it failed, and let it go."""
    let_go(row)
    row.trouble = trouble.code
    row.trouble_details = dict(trouble.details)
