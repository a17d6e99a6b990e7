"""Trying again: when, how often, how long."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

# What a server, or a proxy before it, says when it will be able to later.
LATER = frozenset(
    (
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)


@dataclass(frozen=True)
class Patience:
    """How often a call is tried and the pauses between, in seconds.

    A pause doubles up to `longest_s`; up to `jitter_ratio` of it is added by chance, so that clients
    that lost the same server do not come back at once. A server that asks for more than `asked_s` is
    not waited for.
    """

    tries: int = 6
    first_s: float = 0.5
    longest_s: float = 30.0
    jitter_ratio: float = 0.25
    asked_s: float = 300.0

    def pauses(self) -> Iterator[float]:
        """Yield the pause after each try but the last."""
        pause = self.first_s
        for _ in range(self.tries - 1):
            yield pause + self.chance(pause)
            pause = min(2 * pause, self.longest_s)

    def chance(self, pause: float) -> float:
        """Return what chance adds to a pause."""
        return pause * self.jitter_ratio * random.random()  # noqa: S311  no secret


WATCHING = Patience(tries=16)
"""For a job that goes on meanwhile: over five minutes, in which a server is started anew."""


def seconds_asked(header: str | None) -> float | None:
    """Return what `Retry-After` asks for, which is seconds or a date; None where it is neither."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        then = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (then.astimezone(UTC) - datetime.now(UTC)).total_seconds())
