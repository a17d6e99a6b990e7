"""Hold on to work while it is done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from core.store.database import Store
from core.store.leases import Lease, LeaseLimits, renew

logger = logging.getLogger(__name__)


@contextmanager
def kept(store: Store, lease: Lease, limits: LeaseLimits) -> Iterator[None]:
    """Renew a lease from a thread until the block ends.

    Where the lease is lost, work goes on: finishing it will change nothing, and that is soon enough.
    """
    over = Event()
    beat = partial(copy_context().run, _beat, store, lease, limits, over)
    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(store: Store, lease: Lease, limits: LeaseLimits, over: Event) -> None:
    while not over.wait(limits.heartbeat_s):
        try:
            if not renew(store, lease, limits):
                logger.warning("%s %s is no longer ours", lease.of, lease.id)
                return
        except SQLAlchemyError:
            logger.warning("could not renew the lease of %s %s", lease.of, lease.id, exc_info=True)
