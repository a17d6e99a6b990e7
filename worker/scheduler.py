"""The one process that looks after the others: `python -m worker.scheduler`.

Every few seconds it rings for work that nobody does, and removes bytes that nobody needs. It reads the
database itself instead of sending a task: it has to work when the queues are full, and when they are
lost. A thread of its own tells callback addresses (`worker.webhooks`), so that none of them delays
this. Several schedulers do no harm.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from core.blobs import Blobs
from core.logs import configure_logging
from core.places import open_settled_blobs, open_settled_doorbell, open_settled_store
from core.pulse import pulse_file
from core.queue import Doorbell
from core.settings import read_settings
from core.store.attendance import process_name, sign_in
from core.store.database import Store
from core.store.documents import reap_blobs
from core.store.sweeping import SweepLimits, sweep
from core.webhook_secret import settled_webhook_secret
from worker import webhooks

# Not __name__, which is __main__ here.
logger = logging.getLogger("worker.scheduler")


def look_after(store: Store, blobs: Blobs, doorbell: Doorbell, limits: SweepLimits) -> int:
    """Do one round; return how many bells were rung."""
    sign_in(store, process_name("scheduler"), "scheduler")
    depths = doorbell.depths()
    rung = 0
    if depths is not None:
        bells = sweep(store, depths, limits)
        doorbell.ring(bells)
        rung = len(bells)
    reap_blobs(store, blobs)
    return rung


def run(
    store: Store,
    blobs: Blobs,
    doorbell: Doorbell,
    limits: SweepLimits,
    over: Event,
    beat: Callable[[], None],
) -> None:
    """Look after the service until `over`; what fails is tried again in the next round.

    `beat` is called after each round, as the sign of life.
    """
    while not over.is_set():
        try:
            if rung := look_after(store, blobs, doorbell, limits):
                logger.info("rang %d bells again", rung)
        except (SQLAlchemyError, OSError):
            logger.warning("this round failed, the next may not", exc_info=True)
        beat()
        over.wait(limits.every_s)


def main() -> None:
    """Run until told to end."""
    settings = read_settings(os.environ)
    configure_logging(settings, "scheduler")
    over = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    store = open_settled_store(settings)
    sender = webhooks.Sender(
        store, settled_webhook_secret(settings), allowed=settings.webhook_private
    )
    teller = Thread(target=webhooks.run, args=(sender, over), name="webhooks")
    teller.start()
    run(
        store,
        open_settled_blobs(settings),
        open_settled_doorbell(settings),
        SweepLimits(every_s=settings.sweep_s, grace_s=settings.sweep_s),
        over,
        pulse_file(settings, "scheduler").touch,
    )
    teller.join()


if __name__ == "__main__":
    main()
