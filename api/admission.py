"""Who is let in: programs and people on this machine, or whoever has a key, each at a bearable pace.

An installation without keys trusts this machine. A page of the internet must not make use of that by
having its own name lead here (DNS rebinding): then the names in `Host` are not those of this machine.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from starlette.requests import Request

from core.errors import ForeignHost, RateExceeded
from core.exposure import is_loopback


@dataclass
class Rates:
    """A bucket of calls for each key, filled at `per_s`, holding `burst_s` seconds' worth.

    Of this process alone, of which `dangan serve` and Compose run one: with several of them a key may
    make that many times more calls.
    """

    per_s: float
    burst_s: float = 4.0
    _filled: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, key_id: str, own_per_s: float | None = None) -> None:
        """Take one call out of the bucket of a key, which may have its own rate; raises `RateExceeded`."""
        per_s = own_per_s or self.per_s
        most = max(1.0, per_s * self.burst_s)
        now = time.monotonic()
        with self._lock:
            calls, since = self._filled.get(key_id, (most, now))
            calls = min(most, calls + (now - since) * per_s)
            if calls < 1:
                raise RateExceeded(seconds=max(1, round((1 - calls) / per_s)))
            self._filled[key_id] = (calls - 1, now)


def refuse_foreign_host(request: Request) -> None:
    """Raise `ForeignHost` unless a request calls this machine by a name that only it has."""
    host = request.headers.get("host", "")
    if not is_loopback(host_name(host)):
        raise ForeignHost(host=host[:200])


def host_name(host: str) -> str:
    """Return a `Host` header without its port; `""` where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
