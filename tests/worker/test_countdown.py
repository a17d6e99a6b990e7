"""The Nth commit, bell or rename is the last thing that a process does, for every N.

The tasks run here one after another, over a pipeline without pixels. What a fault ends is begun anew by
a client that asks again, or by the sweeper once the lease has run out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from core.bells import Bell
from core.blobs import FolderBlobs
from core.extraction import Extraction, Source
from core.intake import store_bytes
from core.queue import Doorbell
from core.readings import PageReading
from core.store import Store, upgrade
from core.store.database import Kind, open_store, sqlite_url
from core.store.jobs import find_job, job_documents
from core.store.leases import LeaseLimits
from core.store.submission import Order, Upload, submit
from core.store.sweeping import SweepLimits, sweep
from core.store.tables import Page, PageResult, Record, Tally
from tests.core.store.conftest import HandClock
from tests.core.store.orders import extraction, form, reading
from worker.bench import Bench
from worker.originals import Originals
from worker.reading import SeenPage
from worker.tasks import assemble_document, open_document, read_page

PAGES = 3
TASKS = {
    "open_document": open_document,
    "read_page": read_page,
    "assemble_document": assemble_document,
}


class Died(BaseException):
    """The process is gone: nothing handles this."""


@dataclass
class Countdown:
    """Ends the process at the step `left` from now; what was passed is counted."""

    left: int = -1
    passed: int = 0

    def step(self) -> None:
        self.passed += 1
        self.left -= 1
        if self.left == 0:
            raise Died


class FragileStore(Store):
    """Dies right after a commit."""

    countdown = Countdown()

    @contextmanager
    def _transaction(self, kind: Kind) -> Iterator[Session]:
        with super()._transaction(kind) as session:
            yield session
        if kind != "read":
            self.countdown.step()


@dataclass
class FragileBells:
    """Dies before or after a bell is rung; the queue is a list."""

    countdown: Countdown
    queue: list[Bell] = field(default_factory=list)

    def ring(self, bells: Sequence[Bell]) -> bool:
        if bells:
            self.countdown.step()
            self.queue.extend(bells)
            self.countdown.step()
        return True


class Pages:
    """Reads `PAGES` pages of any file."""

    def count_pages(self, path: Path) -> int:
        assert path.is_file()
        return PAGES

    def read_page(self, path: Path, number: int) -> SeenPage:
        assert path.is_file()
        return SeenPage(reading(number), b"picture", b"thumbnail", {"read": 0.5})

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        made = extraction("x", form("f1"), form("f2"), pages=len(pages))
        return made.model_copy(update={"source": source})


@dataclass
class World:
    """One installation in one process."""

    bench: Bench
    bells: FragileBells
    countdown: Countdown
    clock: HandClock

    def run(self, content: bytes) -> str:
        """Hand in a file and see it through, whatever dies; return the id of its job."""
        job_id = None
        for _ in range(60):
            try:
                job_id = job_id or self._hand_in(content)
                self._work()
                if find_job(self.bench.store, job_id).ended:
                    return job_id
                self.clock.pass_by(self.bench.limits.lease_s + 1)
                self.bells.ring(
                    sweep(self.bench.store, {"interactive": 0, "bulk": 0}, SweepLimits())
                )
            except Died:
                self.clock.pass_by(self.bench.limits.lease_s + 1)
        raise AssertionError("the job never ends")

    def _hand_in(self, content: bytes) -> str:
        store = self.bench.store
        stored = store_bytes(store, self.bench.blobs, [content])
        upload = Upload(
            name="a.pdf", sha256=stored.sha256, size=stored.size, media_type="application/pdf"
        )
        key = content.decode()
        made = submit(store, Order(uploads=(upload,), fingerprint=key, idempotency_key=key))
        self.bells.ring(made.bells)
        return made.job_id

    def _work(self) -> None:
        while self.bells.queue:
            bell = self.bells.queue.pop(0)
            self.bells.ring(TASKS[bell.task](self.bench, bell.id))


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    countdown = Countdown()
    clock = HandClock()
    opened = open_store(sqlite_url(tmp_path / "dangan.db"))
    upgrade(opened)
    store = FragileStore(opened.engine, clock=clock)
    monkeypatch.setattr(FragileStore, "countdown", countdown)
    event.listen(opened.engine, "commit", lambda _: countdown.step())
    rename = Path.replace

    def fragile(path: Path, target: Path) -> Path:
        countdown.step()
        made = rename(path, target)
        countdown.step()
        return made

    monkeypatch.setattr(Path, "replace", fragile)
    blobs = FolderBlobs(tmp_path / "blobs")
    bells = FragileBells(countdown)
    bench = Bench(
        store=store,
        blobs=blobs,
        doorbell=cast("Doorbell", bells),
        originals=Originals(blobs, tmp_path / "copies"),
        limits=LeaseLimits(),
        pipeline=Pages(),
    )
    yield World(bench, bells, countdown, clock)
    store.close()


def test_whichever_step_is_the_last_of_a_process_nothing_is_lost_or_doubled(world: World) -> None:
    world.run(b"clean")
    steps = world.countdown.passed
    assert steps >= 2 * (4 + 2 * PAGES + 2)
    for number in range(1, steps + 1):
        world.countdown.left = number
        job_id = world.run(f"fault {number}".encode())
        assert world.countdown.left <= 0, "the fault did not happen"
        check(world.bench, job_id)
    check_tallies(world.bench.store, runs=steps + 1)


def check(bench: Bench, job_id: str) -> None:
    job = find_job(bench.store, job_id)
    assert (job.state, job.progress.pages_done, job.progress.forms) == ("succeeded", PAGES, 2)
    (document,) = job_documents(bench.store, job_id)
    with bench.store.reading() as session:
        pages = session.scalars(select(Page).where(Page.run_id == document.run_id)).all()
        results = session.scalars(
            select(PageResult.page_id).where(PageResult.page_id.in_([page.id for page in pages]))
        )
        records = session.scalars(select(Record.form_id).where(Record.sha256 == document.sha256))
        assert sorted(page.number for page in pages) == [1, 2, 3]
        assert Counter(results) == Counter(page.id for page in pages)
        assert sorted(records) == ["f1", "f2"]
        assert all(
            (page.attempts <= 2, page.crashes, page.token) == (True, 0, None) for page in pages
        )
    for number in range(1, PAGES + 1):
        assert bench.blobs.has(document.sha256, f"{document.run_id}/page-{number:04}.jpg")
    assert bench.blobs.has(document.sha256)


def check_tallies(store: Store, runs: int) -> None:
    with store.reading() as session:
        read = session.get_one(Tally, ("stage_seconds", "read"))
        forms = session.get_one(Tally, ("forms", ""))
        assert (read.count, read.amount) == (PAGES * runs, 0.5 * PAGES * runs)
        assert forms.count == 2 * runs
        assert session.scalars(select(func.count()).select_from(PageResult)).one() == PAGES * runs
