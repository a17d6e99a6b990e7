"""The real Celery application over a pipeline that reads no pixels.

A document is a JSON object: `pages`, `page_s` (how long one takes), and by page number what goes wrong.
What happens is written to the journal, a line each.
"""

from __future__ import annotations

import json
import os
import signal
import time
from functools import cache
from pathlib import Path
from typing import Any

from celery import signals

from core.errors import DamagedFile, EncryptedFile, RenderFailed
from core.extraction import Extraction, Page, Source
from core.readings import PageReading
from core.settings import read_settings
from tests.core.store.orders import form
from worker.application import make_app
from worker.bench import Bench, open_bench
from worker.reading import SeenPage
from worker.tasks import register
from worker.watchdog import watch_over

JOURNAL = "FAKE_JOURNAL"
PATIENCE = "FAKE_PATIENCE_S"
FROZEN = "FAKE_FROZEN"


class FakePipeline:
    def count_pages(self, path: Path) -> int:
        asked = _asked(path)
        if asked.get("open") == "encrypted":
            raise EncryptedFile(file=str(path))
        return int(asked["pages"])

    def read_page(self, path: Path, number: int) -> SeenPage:
        asked = _asked(path)
        _note("begin", path, number)
        _go_wrong(asked.get(str(number)), path, number)
        time.sleep(float(asked.get("page_s", 0)))
        _note("end", path, number)
        reading = PageReading(
            number=number, width=9, height=9, upright_width=9, upright_height=9, dpi=300.0
        )
        return SeenPage(reading, b"picture", b"thumbnail", {"read": float(asked.get("page_s", 0))})

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        _note("assemble", Path(source.sha256) / "all", len(pages))
        return Extraction(
            source=source,
            pages=tuple(_page(reading) for reading in pages),
            forms=(form(source.sha256[:16]),),
            issues=(),
        )


def _page(reading: PageReading) -> Page:
    return Page(
        number=reading.number,
        width=reading.width,
        height=reading.height,
        rotation=0,
        skew_deg=0.0,
        kind="unreadable" if reading.trouble else "form",
        tables=(),
    )


def _asked(path: Path) -> dict[str, Any]:
    asked = json.loads(path.read_text())
    assert isinstance(asked, dict)
    return asked


def _note(what: str, path: Path, number: int) -> None:
    line = f"{what} {path.parent.name} {number} {os.getpid()} {time.time():.3f}\n"
    journal = os.open(os.environ[JOURNAL], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(journal, line.encode())
    os.close(journal)


def _go_wrong(how: str | None, path: Path, number: int) -> None:
    match how:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "abort":
            os.abort()
        case "loop":
            while True:
                time.sleep(0.01)
        case "deaf":
            _loop_deaf()
        case "memory":
            raise MemoryError
        case "bug":
            raise ZeroDivisionError
        case "render":
            raise RenderFailed(file=str(path), page=number, reason="fake")
        case "damaged":
            raise DamagedFile(file=str(path), reason="fake")


def _loop_deaf() -> None:
    """Loop without heeding the signal of the soft limit."""
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    while True:
        time.sleep(0.01)


@cache
def bench() -> Bench:
    return open_bench(read_settings(os.environ), FakePipeline())


def freeze(sender: Any, **_: object) -> None:  # noqa: ANN401
    """Take no more messages, as a worker does whose prefetch window never empties again."""
    sender.task_consumer.cancel()


settings = read_settings(os.environ)
app = make_app(settings, include=[__name__])
register(app, bench)
# Tests start workers on busy machines: without a word, none is taken for wedged.
watch_over(app, settings, patience_s=float(os.environ.get(PATIENCE, "600")))
if FROZEN in os.environ:
    signals.worker_ready.connect(freeze)
