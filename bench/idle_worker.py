"""The workers' application over a pipeline that reads nothing: what is left is the service itself.

A document says in its first line how many pages it has: `%PDF-1.7 pages=100`.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from core.extraction import Extraction, Page, Source
from core.readings import PageReading
from core.settings import read_settings
from worker.application import make_app
from worker.bench import Bench, open_bench
from worker.reading import SeenPage
from worker.tasks import register
from worker.watchdog import watch_over

FRAME = 9


class IdlePipeline:
    """Takes documents through all their stages without looking at them."""

    def count_pages(self, path: Path) -> int:
        with path.open("rb") as opened:
            said = re.search(rb"pages=(\d+)", opened.readline())
        assert said is not None
        return int(said[1])

    def read_page(self, path: Path, number: int) -> SeenPage:
        del path
        reading = PageReading(
            number=number,
            width=FRAME,
            height=FRAME,
            upright_width=FRAME,
            upright_height=FRAME,
            dpi=300.0,
        )
        return SeenPage(reading, b"picture", b"thumbnail", {})

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        return Extraction(source=source, pages=tuple(map(_page, pages)), forms=(), issues=())


def _page(reading: PageReading) -> Page:
    return Page(
        number=reading.number,
        width=reading.width,
        height=reading.height,
        rotation=0,
        skew_deg=0.0,
        kind="blank",
        tables=(),
    )


@cache
def bench() -> Bench:
    """Return the tools of this process."""
    return open_bench(read_settings(os.environ), IdlePipeline())


settings = read_settings(os.environ)
app = make_app(settings, include=[__name__])
register(app, bench)
watch_over(app, settings)
