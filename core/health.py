"""Is the service there, and can it do its work?

Each part is asked anew, within seconds. What a part needs to be well is said in the docstring of the
function that asks it; why it is not, by a code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

from sqlalchemy.exc import SQLAlchemyError

from core.blobs import Blobs
from core.queue import Doorbell
from core.readings import Frozen
from core.store.attendance import present
from core.store.database import Store
from core.store.schema import is_current
from core.store.tables import Role

PartName = Literal["database", "blobs", "broker", "scheduler", "workers"]
# Without these an upload cannot be taken in. The others may be away for a while: what is handed in
# meanwhile is done when they are back.
NEEDED: frozenset[PartName] = frozenset({"database", "blobs"})

# Where the trial is written: the hash of no upload that we would take.
TRIAL = hashlib.sha256(b"").hexdigest()


class Part(Frozen):
    """One part of the service; `why` is None where it is well."""

    name: PartName
    ok: bool
    why: str | None = None


class Readiness(Frozen):
    """All parts. `ready`: calls can be answered. `whole`: what is handed in is also worked on."""

    parts: tuple[Part, ...]

    @property
    def ready(self) -> bool:
        return all(part.ok for part in self.parts if part.name in NEEDED)

    @property
    def whole(self) -> bool:
        return all(part.ok for part in self.parts)


def liveness() -> bool:
    """Return True: whoever gets this answer has found a process that answers."""
    return True


def readiness(store: Store, blobs: Blobs, doorbell: Doorbell) -> Readiness:
    """Ask every part; never raises, and takes no longer than the broker's time-out."""
    database = _asked("database", lambda: _why_not_database(store))
    return Readiness(
        parts=(
            database,
            _asked("blobs", lambda: _why_not_blobs(blobs)),
            _asked("broker", lambda: None if doorbell.depths() is not None else "silent"),
            _attending(store, "scheduler", "scheduler"),
            _attending(store, "workers", "worker"),
        )
    )


def _asked(name: PartName, why_not: Callable[[], str | None]) -> Part:
    try:
        why = why_not()
    except (SQLAlchemyError, OSError) as error:
        why = type(error).__name__
    return Part(name=name, ok=why is None, why=why)


def _why_not_database(store: Store) -> str | None:
    """It answers, and no migration is missing."""
    return None if is_current(store) else "not_migrated"


def _why_not_blobs(blobs: Blobs) -> str | None:
    """What is written can be read again."""
    blobs.put(TRIAL, "trial", b"dangan")
    with blobs.open(TRIAL, "trial") as trial:
        return None if trial.read() == b"dangan" else "not_kept"


def _attending(store: Store, name: PartName, role: Role) -> Part:
    """One of them was there within `core.store.attendance.ABSENT_AFTER_S`."""
    return _asked(
        name,
        lambda: None if any(it.role == role for it in present(store)) else "not_seen_lately",
    )
