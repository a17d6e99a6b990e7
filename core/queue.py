"""Ring doorbells: tell the workers, by name and id, that something waits.

The database is the truth. A bell that cannot be rung is no error to anybody: the sweeper sees what waits
and rings later. So ringing never takes long and never raises.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.bells import Bell, Priority

# Names on a broker that we may share with others. With Redis the shortest visibility timeout of all
# programs on it wins, hence also a prefix of our own.
KEY_PREFIX: Final = "dangan:"
# What is urgent comes before what is ours to tidy up, and that before back-fills. A file of a back-fill is
# opened when no page and no assembly of another waits: in one queue 59 of 1,575 files were records when
# all but 159 had been opened.
MAINTENANCE: Final = "maintenance"
UNOPENED: Final = "unopened"
QUEUES: Final = ("interactive", MAINTENANCE, "bulk", UNOPENED)

# A message whose worker is silent for this long is delivered again: more than twice the hard limit of a
# page and the longest wait of a prefetched one. Leases in the database are what makes recovery quick.
VISIBILITY_TIMEOUT_S: Final = 600

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RingLimits:
    """How long a ringer may be held up.

    Publishing to a frozen broker hangs for more than 25 s without `timeout_s` (measured); after a
    failure nobody tries for `pause_s`.
    """

    timeout_s: float = 3.0
    pause_s: float = 5.0


@dataclass
class Doorbell:
    """Rings over the broker at `url`."""

    url: str
    limits: RingLimits = field(default_factory=RingLimits)
    _app: Celery = field(init=False, repr=False)
    _quiet_until: float = field(default=0.0, init=False, repr=False)

    def __post_init__(self) -> None:
        self._app = Celery(broker=self.url, set_as_current=False)
        self._app.conf.update(
            task_ignore_result=True,
            task_serializer="json",
            accept_content=["json"],
            broker_connection_timeout=self.limits.timeout_s,
            broker_transport_options={
                "visibility_timeout": VISIBILITY_TIMEOUT_S,
                "global_keyprefix": KEY_PREFIX,
                "socket_timeout": self.limits.timeout_s,
                "socket_connect_timeout": self.limits.timeout_s,
                # Without it a broker that is down is tried for twice the time-out (measured).
                "max_retries": 0,
            },
        )

    def ring(self, bells: Iterable[Bell]) -> bool:
        """Ring, in their order; return whether all got through. Call after the commit, only."""
        waiting = list(bells)
        if not waiting:
            return True
        if time.monotonic() < self._quiet_until:
            return False
        try:
            # A connection for each call: after a failure a pool of them waits for ever for its own
            # (seen with kombu 5.7), and one over a socket takes a millisecond.
            with self._app.connection_for_write() as connection:
                producer = self._app.amqp.Producer(connection, auto_declare=False)
                for bell in waiting:
                    self._app.send_task(
                        bell.task,
                        args=(bell.id,),
                        queue=queue_of(bell),
                        producer=producer,
                        retry=False,
                        ignore_result=True,
                    )
        except (OperationalError, RedisError) as error:
            self._quiet_until = time.monotonic() + self.limits.pause_s
            logger.warning("the broker does not answer, the sweeper will ring: %s", error)
            return False
        return True

    def depths(self) -> dict[Priority, int] | None:
        """Return how many bells wait in each queue, or None where the broker does not answer."""
        try:
            with self._app.connection_for_write() as connection:
                channel = connection.channel()
                return {
                    "interactive": _depth(channel, "interactive"),
                    "bulk": _depth(channel, "bulk") + _depth(channel, UNOPENED),
                }
        except (OperationalError, RedisError) as error:
            logger.warning("the broker does not answer: %s", error)
            return None

    def close(self) -> None:
        """Close the connections."""
        self._app.close()


def queue_of(bell: Bell) -> str:
    """Return the name of the queue that a bell goes to."""
    return UNOPENED if (bell.task, bell.priority) == ("open_document", "bulk") else bell.priority


def _depth(channel: Any, queue: str) -> int:  # noqa: ANN401  kombu's types end at Channel
    # Not by a passive declaration: that looks for the queue under its name without our prefix.
    return int(channel.client.llen(queue))
