"""Bytes on their way in and out."""

from __future__ import annotations

from pathlib import Path

from core.blobs import FolderBlobs
from core.intake import store_bytes
from core.store import Store
from core.store.documents import reap_blobs
from core.store.submission import submit
from tests.core.store.conftest import HandClock
from tests.core.store.orders import order


def test_an_upload_that_comes_to_nothing_does_not_take_what_is_in_use(
    store: Store, clock: HandClock, tmp_path: Path
) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    used = store_bytes(store, blobs, [b"a"])
    submit(store, order("a"))
    store_bytes(store, blobs, [b"a"])
    left = store_bytes(store, blobs, [b"left"])
    clock.pass_by(7200)
    assert reap_blobs(store, blobs) == 1
    assert blobs.has(used.sha256)
    assert not blobs.has(left.sha256)
    assert reap_blobs(store, blobs) == 0
