"""What all tests share: no deadlines, in CI the same examples every time, and the real parts of the service."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.parts import RedisServer, postgresql

# No test fails for the time it takes: that depends on what else the machine does.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

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
