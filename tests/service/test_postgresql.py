"""The same workers with PostgreSQL, from two pools, as on two machines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.parts import RedisServer, eventually
from tests.service.installation import Installation


@pytest.fixture
def on_postgresql(
    tmp_path: Path, redis_server: RedisServer, postgresql_url: str
) -> Iterator[Installation]:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS service WITH (FORCE)")
        connection.execute("CREATE DATABASE service")
    made = Installation(tmp_path, redis_server, postgresql_url.replace("/postgres?", "/service?"))
    yield made
    made.close()


def test_a_pool_that_dies_hands_its_pages_to_the_other(on_postgresql: Installation) -> None:
    on_postgresql.scheduler()
    first = on_postgresql.worker("one", processes=1)
    on_postgresql.worker("two", processes=1)
    submission = on_postgresql.submit({"pages": 40, "page_s": 0.1, "4": "kill", "5": "damaged"})
    pids: set[int] = set()

    def both_read() -> bool:
        pids.update(entry.pid for entry in on_postgresql.entries("end"))
        return len(pids) >= 2

    eventually(both_read, 60, "both pools read")
    first.kill()
    assert on_postgresql.wait(submission).state == "needs_review"
    assert on_postgresql.job(submission).progress.pages_failed == 2
    on_postgresql.check_history()
