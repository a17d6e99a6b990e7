"""`dangan serve` over the fake pipeline: the real supervisor and scheduler, and a pool to be killed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.service.programs import Program, scheduler
from cli.service.serve import serve
from core.settings import Settings, read_settings


def table(_: Settings, socket: Path | None, count: int) -> Sequence[Program]:
    assert socket is None
    command = (
        *(sys.executable, "-m", "celery", "--quiet", "--app", "tests.service.fake_worker"),
        *("worker", "--hostname", "pool@%h", "--queues", "interactive,maintenance,bulk,unopened"),
        *("--concurrency", str(count), "--without-gossip", "--without-mingle"),
    )
    return (Program("pool", command), scheduler())


if __name__ == "__main__":
    serve(read_settings(os.environ), lambda _: None, table)
