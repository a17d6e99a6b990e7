"""What a worker process works with, opened once: database, blobs, doorbell and pipeline."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.blobs import Blobs
from core.places import (
    open_settled_blobs,
    open_settled_doorbell,
    open_settled_store,
    vocabulary_folder,
)
from core.queue import Doorbell
from core.settings import Settings, read_settings
from core.store.database import Store
from core.store.leases import LeaseLimits
from worker.originals import Originals
from worker.reading import Pipeline


@dataclass(frozen=True)
class Bench:
    """One process's tools. `originals` gives uploads as files of this machine."""

    store: Store
    blobs: Blobs
    doorbell: Doorbell
    originals: Originals
    limits: LeaseLimits
    pipeline: Pipeline


def open_bench(settings: Settings, pipeline: Pipeline) -> Bench:
    """Open what the settings name, with this pipeline."""
    blobs = open_settled_blobs(settings)
    return Bench(
        store=open_settled_store(settings),
        blobs=blobs,
        doorbell=open_settled_doorbell(settings),
        originals=Originals(blobs, Path(settings.data) / "copies"),
        limits=LeaseLimits(lease_s=settings.lease_s),
        pipeline=pipeline,
    )


@cache
def settled_bench() -> Bench:
    """Return the tools of this process, after its environment."""
    settings = read_settings(os.environ)
    # Loaded here and not with the module: who only wants to know the tasks needs no models.
    from worker.pixels import PixelPipeline  # noqa: PLC0415

    return open_bench(
        settings, PixelPipeline(settings.lang, vocabulary=vocabulary_folder(settings))
    )


def holder(pid: int | None = None) -> str:
    """Return the name under which a process holds work; this one, or another of this machine."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"
