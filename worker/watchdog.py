"""Notice that a pool has stopped working though nobody can tell, and end it.

A pool may be wedged with all its processes alive and its ping answered: acknowledgements that a frozen
broker swallowed left 3 of 9 workers with a full prefetch window, for ever (docs/decisions/0006). What
cannot lie is the work itself: where some waits in the database, and this pool has begun nothing for
longer than any work may take, it ends, and whoever supervises it starts it anew. A pool that was
healthy after all loses nothing by that but the time of a start.

The same thread says from time to time that the pool is there (`core.store.attendance`).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, Final, cast, get_args

from celery import Celery, bootsteps
from celery.worker import state
from sqlalchemy.exc import SQLAlchemyError

from core.bells import Priority
from core.places import open_settled_store
from core.settings import Settings
from core.store.attendance import SIGN_EVERY_S, process_name, sign_in, sign_out
from core.store.database import Store
from core.store.sweeping import anything_waits

# EX_TEMPFAIL of sysexits.h: try again.
WEDGED_EXIT: Final = 75

logger = logging.getLogger(__name__)


@dataclass
class Watch:
    """How long a pool has begun nothing while something waited. Times are monotonic seconds."""

    patience_s: float
    since: float
    begun: int = 0

    def is_wedged(self, now: float, *, begun: int, waits: bool) -> bool:
        """Look, and return whether it has been too long.

        `begun` is how many pieces of work the pool has begun so far, `waits` whether there are more.
        """
        if begun != self.begun or not waits:
            self.begun = begun
            self.since = now
        return now - self.since > self.patience_s


@dataclass
class Watchdog:
    """Looks after the pool of this process from a thread."""

    store: Store
    priorities: tuple[Priority, ...]
    watch: Watch
    every_s: float
    _over: Event = field(default_factory=Event, init=False)

    def start(self) -> None:
        """Begin to look."""
        Thread(target=self._run, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop looking, and say that the pool ends."""
        self._over.set()
        with suppress(SQLAlchemyError):
            sign_out(self.store, process_name("worker"))

    def _run(self) -> None:
        while not self._over.wait(self.every_s):
            try:
                sign_in(self.store, process_name("worker"), "worker")
                waits = anything_waits(self.store, self.priorities)
            except SQLAlchemyError:
                # Without the database nobody can begin anything.
                logger.warning("the database does not answer the watchdog", exc_info=True)
                waits = False
            begun = state.all_total_count[0]
            if self.watch.is_wedged(time.monotonic(), begun=begun, waits=waits):
                logger.critical(
                    "work waits and none was begun for %.0f s: ending, to be started anew",
                    self.watch.patience_s,
                )
                # Not by way of Celery, which is what hangs; the pool dies with its parent.
                os._exit(WEDGED_EXIT)


def watch_over(app: Celery, settings: Settings, patience_s: float | None = None) -> None:
    """Have the workers of an application watched from when they are up.

    `patience_s` is how long nothing may be begun; by default three times what one piece of work may
    take at most. (Celery's user guide, Extensions and Bootsteps.)
    """
    patience = 3 * settings.page_hard_s if patience_s is None else patience_s

    class Step(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Pool",)

        def create(self, parent: Any) -> Watchdog:  # type: ignore[override]  # noqa: ANN401
            return Watchdog(
                open_settled_store(settings),
                priorities_of(parent.app.amqp.queues.consume_from),
                Watch(patience, time.monotonic()),
                min(SIGN_EVERY_S, patience / 3),
            )

    steps: Any = app.steps
    steps["worker"].add(Step)


def priorities_of(queues: Iterable[str]) -> tuple[Priority, ...]:
    """Return the queues that work in the database is meant for."""
    known = set(get_args(Priority))
    return tuple(cast("Priority", queue) for queue in sorted(queues) if queue in known)
