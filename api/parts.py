"""What every request works with, opened once a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from core.blobs import Blobs
from core.places import open_settled_blobs, open_settled_doorbell, open_settled_store
from core.queue import Doorbell
from core.settings import Settings
from core.store import Store


@dataclass(frozen=True)
class Parts:
    """The installation that this process serves."""

    settings: Settings
    store: Store
    blobs: Blobs
    doorbell: Doorbell


@contextmanager
def opened(settings: Settings) -> Iterator[Parts]:
    """Give the parts of an installation until the block ends."""
    parts = Parts(
        settings,
        open_settled_store(settings),
        open_settled_blobs(settings),
        open_settled_doorbell(settings),
    )
    try:
        yield parts
    finally:
        parts.doorbell.close()
        parts.store.close()


def parts_of(request: Request) -> Parts:
    """Return the parts that the application was started with."""
    return cast("Parts", request.app.state.parts)


PartsNeeded = Annotated[Parts, Depends(parts_of)]
