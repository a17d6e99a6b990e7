"""What a service that is ill says of itself."""

from __future__ import annotations

from pathlib import Path

from core.blobs import FolderBlobs
from core.health import Readiness, liveness, readiness
from core.queue import Doorbell
from core.store import Store, open_store
from core.store.attendance import ABSENT_AFTER_S, sign_in
from core.store.database import sqlite_url
from tests.core.store.conftest import HandClock
from tests.parts import RedisServer


def ills(found: Readiness) -> dict[str, str | None]:
    return {part.name: part.why for part in found.parts if not part.ok}


def test_a_service_that_is_well_is_ready(
    store: Store, clock: HandClock, redis_server: RedisServer, tmp_path: Path
) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    doorbell = Doorbell(redis_server.url)
    assert liveness()
    found = readiness(store, blobs, doorbell)
    assert ills(found) == {"scheduler": "not_seen_lately", "workers": "not_seen_lately"}
    assert (found.ready, found.whole) == (True, False)
    sign_in(store, "scheduler@a:1", "scheduler")
    sign_in(store, "worker@a:2", "worker")
    assert readiness(store, blobs, doorbell).whole
    clock.pass_by(ABSENT_AFTER_S + 1)
    sign_in(store, "worker@a:2", "worker")
    redis_server.kill()
    found = readiness(store, blobs, doorbell)
    assert ills(found) == {"broker": "silent", "scheduler": "not_seen_lately"}
    assert found.ready
    doorbell.close()


def test_a_database_that_is_not_migrated_or_away_is_told(
    redis_server: RedisServer, tmp_path: Path
) -> None:
    doorbell = Doorbell(redis_server.url)
    blobs = FolderBlobs(tmp_path / "blobs")
    empty = open_store(sqlite_url(tmp_path / "new.db"))
    away = open_store("postgresql://dangan@/none?host=/nonexistent")
    for store, why in ((empty, "not_migrated"), (away, "OperationalError")):
        found = readiness(store, blobs, doorbell)
        assert ills(found)["database"] == why
        assert not found.ready
        store.close()
    doorbell.close()


def test_blobs_that_cannot_be_written_are_told(
    store: Store, redis_server: RedisServer, tmp_path: Path
) -> None:
    (tmp_path / "blobs").write_text("a file where the folder should be")
    doorbell = Doorbell(redis_server.url)
    blobs = FolderBlobs(tmp_path / "blobs")
    found = readiness(store, blobs, doorbell)
    assert ills(found)["blobs"] in {"NotADirectoryError", "FileExistsError"}
    assert not found.ready
    doorbell.close()
