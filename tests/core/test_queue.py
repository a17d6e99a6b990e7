"""Doorbells over a real Redis, also one that does not answer."""

from __future__ import annotations

import signal
import time

from celery import Celery
from kombu import Consumer, Exchange, Message, Queue

from core.bells import Bell
from core.queue import KEY_PREFIX, QUEUES, Doorbell, RingLimits
from tests.parts import RedisServer

LIMITS = RingLimits(timeout_s=1.0, pause_s=1.0)
BELLS = [Bell("read_page", str(number), "bulk") for number in range(5)]


def test_what_was_rung_is_counted(redis_server: RedisServer) -> None:
    doorbell = Doorbell(redis_server.url, LIMITS)
    assert doorbell.depths() == {"interactive": 0, "bulk": 0}
    assert doorbell.ring([*BELLS, Bell("open_document", "r", "interactive")])
    assert doorbell.depths() == {"interactive": 1, "bulk": 5}
    doorbell.close()


def test_files_of_a_back_fill_are_opened_when_none_of_their_pages_waits(
    redis_server: RedisServer,
) -> None:
    doorbell = Doorbell(redis_server.url, LIMITS)
    openings = [Bell("open_document", str(number), "bulk") for number in range(3)]
    urgent = Bell("open_document", "urgent", "interactive")
    assert doorbell.ring([*openings, *BELLS, urgent])
    assert doorbell.depths() == {"interactive": 1, "bulk": 8}
    assert taken(redis_server.url, len(openings) + len(BELLS) + 1) == [
        urgent.id,
        *(bell.id for bell in BELLS),
        *(bell.id for bell in openings),
    ]
    doorbell.close()


def taken(url: str, count: int) -> list[str]:
    """Take so many messages as a worker does, and return their ids in that order."""
    app = Celery(broker=url, set_as_current=False)
    app.conf.broker_transport_options = {
        "global_keyprefix": KEY_PREFIX,
        "queue_order_strategy": "priority",
    }
    ids: list[str] = []
    with app.connection_for_read() as connection:

        def take(body: list[list[str]], message: Message) -> None:
            ids.extend(body[0])
            message.ack()

        queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
        with Consumer(connection, queues, callbacks=[take], accept=["json"], prefetch_count=1):
            while len(ids) < count:
                connection.drain_events(timeout=5)
    return ids


def test_a_broker_that_is_gone_is_no_error_and_heard_again(redis_server: RedisServer) -> None:
    doorbell = Doorbell(redis_server.url, LIMITS)
    assert doorbell.ring(BELLS)
    redis_server.kill()
    assert not doorbell.ring(BELLS)
    assert doorbell.depths() is None
    redis_server.start()
    time.sleep(doorbell.limits.pause_s)
    assert doorbell.ring(BELLS)
    doorbell.close()


def test_a_frozen_broker_holds_nobody_up(redis_server: RedisServer) -> None:
    doorbell = Doorbell(redis_server.url, LIMITS)
    assert doorbell.ring(BELLS)
    redis_server.signal(signal.SIGSTOP)
    begun = time.monotonic()
    assert not doorbell.ring(BELLS)
    assert time.monotonic() - begun < 2 * doorbell.limits.timeout_s + 1
    begun = time.monotonic()
    assert not doorbell.ring(BELLS)
    assert time.monotonic() - begun < 0.5
    redis_server.signal(signal.SIGCONT)
    doorbell.close()
