"""Installations for the tests of the service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import RedisServer
from tests.service.installation import Installation


@pytest.fixture
def installation(tmp_path: Path, redis_server: RedisServer) -> Iterator[Installation]:
    """Give an installation on SQLite; whatever it started is gone afterwards."""
    made = Installation(tmp_path, redis_server)
    yield made
    made.close()
