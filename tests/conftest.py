"""What all tests share: in CI the same examples every time, and the real parts of the service."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.parts import RedisServer, postgresql

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# A shell that starts us in the background has us ignore it, and our children, which are sent it, too.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """Give the URL of a real server, started once."""
    with postgresql() as url:
        yield url


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """Give a real server, running; its folder is short enough for a Unix socket."""
    with tempfile.TemporaryDirectory(prefix="dangan-r-") as folder:
        server = RedisServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()
