"""An installation whose workers are real processes, and the checker of what they have done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select, text

from core.bells import Priority
from core.blobs import FolderBlobs
from core.intake import store_bytes
from core.queue import Doorbell
from core.store import open_store, upgrade
from core.store.database import sqlite_url
from core.store.jobs import JobView, find_job
from core.store.submission import Order, Submission, Upload, submit
from core.store.tables import Job, Page, PageResult, Run
from tests.parts import RedisServer, eventually
from tests.service.fake_worker import JOURNAL

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("interactive", "maintenance", "bulk", "unopened")


class Entry(NamedTuple):
    """A line of the journal."""

    what: str
    sha256: str
    number: int
    pid: int
    time: float


class Installation:
    """Database, blobs, queue, and the processes that a test starts."""

    def __init__(self, folder: Path, broker: RedisServer, database_url: str | None = None) -> None:
        self.folder = folder
        self.broker = broker
        url = database_url or sqlite_url(folder / "dangan.db")
        self.store = open_store(url)
        upgrade(self.store)
        self.blobs = FolderBlobs(folder / "blobs")
        self.doorbell = Doorbell(broker.url)
        self.journal = folder / "journal"
        self.log = (folder / "log").open("ab")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "DANGAN_DATA": str(folder),
            "DANGAN_DATABASE_URL": url,
            "DANGAN_BROKER_URL": broker.url,
            "DANGAN_LEASE_S": "3",
            "DANGAN_SWEEP_S": "1",
            "DANGAN_PAGE_SOFT_S": "2",
            "DANGAN_PAGE_HARD_S": "4",
            JOURNAL: str(self.journal),
        }

    def worker(
        self,
        name: str = "w",
        processes: int = 2,
        queues: Sequence[str] = BOTH,
        **environment: str,
    ) -> subprocess.Popen[bytes]:
        """Start a pool of the real application over the fake pipeline."""
        return self._start(
            environment,
            *("celery", "--quiet", "--app", "tests.service.fake_worker", "worker"),
            *("--hostname", f"{name}@%h", "--queues", ",".join(queues), "--loglevel", "WARNING"),
            *("--concurrency", str(processes)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        )

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.start("worker.scheduler")

    def start(self, module: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a module of ours."""
        return self._start(environment, module)

    def _start(
        self, environment: Mapping[str, str], module: str, *arguments: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.doorbell.close()
        self.store.close()
        self.log.close()

    def submit(
        self,
        *documents: Mapping[str, object],
        priority: Priority = "interactive",
        ring: bool = True,
    ) -> Submission:
        """Hand in documents as the API does."""
        uploads = []
        for number, document in enumerate(documents):
            content = json.dumps(document).encode()
            stored = store_bytes(self.store, self.blobs, [content])
            uploads.append(
                Upload(
                    name=f"{number}.json",
                    sha256=stored.sha256,
                    size=stored.size,
                    media_type="application/json",
                )
            )
        order = Order(uploads=tuple(uploads), fingerprint="f", priority=priority)
        submission = submit(self.store, order)
        if ring:
            self.doorbell.ring(submission.bells)
        return submission

    def job(self, submission: Submission) -> JobView:
        return find_job(self.store, submission.job_id)

    def wait(self, submission: Submission, within_s: float = 60) -> JobView:
        """Wait until a job has ended."""
        eventually(
            lambda: self.job(submission).ended,
            within_s,
            f"the job ends: {self.job(submission)}\n{self.tail()}",
        )
        return self.job(submission)

    def tail(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def entries(self, what: str) -> list[Entry]:
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        fields = (line.split() for line in lines)
        entries = (Entry(a, b, int(c), int(d), float(e)) for a, b, c, d, e in fields)
        return [entry for entry in entries if entry.what == what]

    def check_history(self) -> None:
        """Check what must hold once all jobs have ended, whatever was killed."""
        with self.store.reading() as session:
            pages = session.scalars(select(Page)).all()
            results = Counter(session.scalars(select(PageResult.page_id)))
            runs = session.scalars(select(Run)).all()
            assert not session.scalars(select(Job.id).where(Job.finished.is_(None))).all()
            for run in runs:
                own = [page for page in pages if page.run_id == run.id]
                states = Counter(page.state for page in own)
                assert run.stage in {"done", "failed"}
                assert len(own) == run.pages_total
                assert [page.number for page in sorted(own, key=lambda page: page.number)] == [
                    *range(1, run.pages_total + 1)
                ]
                assert (states["done"], states["failed"]) == (run.pages_done, run.pages_failed)
                assert states.total() == run.pages_done + run.pages_failed
                assert self.blobs.has(run.sha256)
            for page in pages:
                assert results[page.id] == (1 if page.state == "done" else 0)
                assert page.crashes <= 3
                assert page.attempts <= 10
                assert page.token is None
            assert session.scalars(select(func.count()).select_from(PageResult)).one() == len(
                [page for page in pages if page.state == "done"]
            )
            if not self.store.is_postgresql:
                assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def children_of(pid: int) -> list[int]:
    """Return the processes of a pool."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in listed.read_text().split()]
    except FileNotFoundError:
        return []
