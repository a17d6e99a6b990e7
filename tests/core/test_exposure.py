"""Where the service may listen."""

from __future__ import annotations

import pytest

from core.exposure import is_loopback


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "10.1.2.3", "localhost.example", "127.0.0.1.nip.io", "fe80::1"]
)
def test_what_others_can_reach(host: str) -> None:
    assert not is_loopback(host)
