"""Doorbells over a real Redis, also one that does not answer."""

from __future__ import annotations

import signal
import time

from core.bells import Bell
from core.queue import Doorbell, RingLimits
from tests.parts import RedisServer

LIMITS = RingLimits(timeout_s=1.0, pause_s=1.0)
BELLS = [Bell("read_page", str(number), "bulk") for number in range(5)]


def test_what_was_rung_is_counted(redis_server: RedisServer) -> None:
    doorbell = Doorbell(redis_server.url, LIMITS)
    assert doorbell.depths() == {"interactive": 0, "bulk": 0}
    assert doorbell.ring([*BELLS, Bell("open_document", "r", "interactive")])
    assert doorbell.depths() == {"interactive": 1, "bulk": 5}
    doorbell.close()


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
