"""A database of an earlier version, half-way through its jobs, is taken over by this one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, select

from core.bells import Bell
from core.blobs import FolderBlobs
from core.extraction import Extraction, Source
from core.pipeline import PIPELINE
from core.queue import Doorbell
from core.readings import PageReading
from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.jobs import find_extraction, find_job, job_documents, job_pages
from core.store.leases import LeaseLimits
from core.store.schema import _config, is_current
from core.store.steering import retry_job
from core.store.sweeping import SweepLimits, sweep
from core.store.tables import PageResult
from core.store.takeover import take_over
from tests.core.store.conftest import HandClock
from tests.core.store.orders import extraction, form, sha_of
from worker.bench import Bench
from worker.originals import Originals
from worker.reading import SeenPage
from worker.tasks import assemble_document, open_document, read_page

EARLIER = "0.0.1+abcdefabcdef"
TASKS = {
    "open_document": open_document,
    "read_page": read_page,
    "assemble_document": assemble_document,
}
PAGES = 4


def earlier_revisions() -> list[str]:
    """Return the schemas that releases before this one may have left."""
    scripts = ScriptDirectory.from_config(_config())
    (head,) = scripts.get_heads()
    return sorted(it.revision for it in scripts.walk_revisions() if it.revision != head)


@dataclass
class Pages:
    """Reads `PAGES` pages of any file."""

    read: Counter[int] = field(default_factory=Counter)

    def count_pages(self, path: Path) -> int:
        assert path.is_file()
        return PAGES

    def read_page(self, path: Path, number: int) -> SeenPage:
        assert path.is_file()
        self.read[number] += 1
        reading = PageReading(
            number=number, width=9, height=9, upright_width=9, upright_height=9, dpi=300.0
        )
        return SeenPage(reading, b"picture", b"thumbnail", {"read": 0.5})

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        assert [page.number for page in pages if not page.trouble] == [*range(1, PAGES + 1)]
        made = extraction("x", form("f1"), form("f2"), pages=len(pages))
        return made.model_copy(update={"source": source})


class Queue(list[Bell]):
    """The bells that were rung."""

    def ring(self, bells: Sequence[Bell]) -> bool:
        self.extend(bells)
        return True


@dataclass
class Installation:
    """A database as the release with the schema `revision` made it, and the means to go on."""

    store: Store
    clock: HandClock
    blobs: FolderBlobs
    folder: Path
    pipeline: Pages = field(default_factory=Pages)

    def put(self, table: str, **columns: Any) -> None:  # noqa: ANN401
        """Add a row to a table as it is, whatever our own tables look like."""
        there = MetaData()
        there.reflect(self.store.engine, only=[table])
        with self.store.engine.begin() as connection:
            connection.execute(there.tables[table].insert().values(columns))

    def work(self) -> None:
        """Be the sweeper and the workers until nothing is left to be done."""
        queue = Queue()
        bench = Bench(
            store=self.store,
            blobs=self.blobs,
            doorbell=cast("Doorbell", queue),
            originals=Originals(self.blobs, self.folder / "copies"),
            limits=LeaseLimits(),
            pipeline=self.pipeline,
        )
        for _ in range(10):
            self.clock.pass_by(60)
            queue.ring(sweep(self.store, {"interactive": 0, "bulk": 0}, SweepLimits()))
            while queue:
                bell = queue.pop(0)
                queue.ring(TASKS[bell.task](bench, bell.id))


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Give an installation without tables."""
    url = sqlite_url(tmp_path / "dangan.db")
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_url")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS earlier WITH (FORCE)")
            connection.execute("CREATE DATABASE earlier")
        url = server.replace("/postgres?", "/earlier?")
    clock = HandClock()
    made = Installation(
        open_store(url, clock=clock), clock, FolderBlobs(tmp_path / "blobs"), tmp_path
    )
    yield made
    made.store.close()


def leave_half_way(installation: Installation, revision: str) -> None:
    """Leave what a release with this schema leaves when its machine is switched off at work.

    `a` has one page read, one in the hands of a dead worker and two that wait; `b` has not been opened;
    `c` is through. All are of one job but `c`.
    """
    config = _config()
    with installation.store.engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    now = installation.clock()
    dated = {"created": now, "updated": now}
    job = {
        **dated,
        "owner": "",
        "priority": "interactive",
        "options": {},
        "fingerprint": "f",
        "trouble_details": {},
        "changes": 1,
    }
    installation.put("jobs", id="j1", state="running", **job)
    installation.put("jobs", id="j2", state="succeeded", finished=now, **job)
    # The page result below is JSON of that release, which this one need not understand.
    read = extraction("c", form("f1"), pages=1)
    places = [("a", "j1", 0, "reading"), ("b", "j1", 1, "opening"), ("c", "j2", 0, "done")]
    for name, job_id, position, stage in places:
        sha256 = sha_of(name)
        installation.blobs.put(sha256, "original", b"%PDF-")
        pages = {"a": PAGES, "b": 0, "c": 1}[name]
        installation.put(
            "documents",
            sha256=sha256,
            size=5,
            media_type="application/pdf",
            pages=pages or None,
            created=now,
        )
        installation.put(
            "runs",
            **dated,
            id=f"r-{name}",
            sha256=sha256,
            pipeline=EARLIER,
            generation=1,
            stage=stage,
            parked=False,
            priority="interactive",
            pages_total=pages,
            pages_done={"a": 1, "b": 0, "c": 1}[name],
            pages_failed=0,
            forms=1 if name == "c" else 0,
            needs_review=False,
            extraction=read.model_dump_json() if name == "c" else None,
            changes=2,
            attempts=0,
            crashes=0,
            trouble_details={},
        )
        installation.put(
            "job_documents",
            job_id=job_id,
            position=position,
            run_id=f"r-{name}",
            name=f"{name}.pdf",
        )
    held = {
        "token": "t",
        "holder": "gone:1",
        "lease_until": now + timedelta(seconds=30),
    }
    for number in range(1, PAGES + 1):
        installation.put(
            "pages",
            id=f"p-{number}",
            run_id="r-a",
            number=number,
            state="done" if number == 1 else "waiting",
            attempts=1 if number <= 2 else 0,
            crashes=0,
            rung_at=now,
            trouble_details={},
            **(held if number == 2 else {}),
        )
    installation.put("page_results", page_id="p-1", reading='{"what": "only it understands"}')


@pytest.mark.parametrize("revision", earlier_revisions())
def test_what_an_earlier_schema_left_half_way_is_finished(
    installation: Installation, revision: str
) -> None:
    leave_half_way(installation, revision)
    assert not is_current(installation.store)
    upgrade(installation.store)
    assert take_over(installation.store) == 2
    assert take_over(installation.store) == 0
    installation.work()
    store = installation.store
    job = find_job(store, "j1")
    assert (job.state, job.progress.pages, job.progress.pages_done, job.progress.forms) == (
        "succeeded",
        2 * PAGES,
        2 * PAGES,
        4,
    )
    assert installation.pipeline.read == dict.fromkeys(range(1, PAGES + 1), 2)
    for document in job_documents(store, "j1"):
        found = find_extraction(store, "j1", document.position)
        assert found is not None
        assert Extraction.model_validate_json(found).source.pipeline == PIPELINE
        pages = job_pages(store, "j1", document.position)
        assert [page.number for page in pages] == [*range(1, PAGES + 1)]
    with store.reading() as session:
        assert len(session.scalars(select(PageResult.page_id)).all()) == 2 * PAGES
    # What was through is as it was.
    kept = find_extraction(store, "j2", 0)
    assert kept == extraction("c", form("f1"), pages=1).model_dump_json()
    assert job_documents(store, "j2")[0].run_id == "r-c"


def test_failed_pages_of_an_earlier_version_are_not_mixed_with_ours(
    installation: Installation,
) -> None:
    leave_half_way(installation, "head")
    with installation.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE runs SET stage = 'done', pages_failed = 3 WHERE id = 'r-a'"
        )
        connection.exec_driver_sql(
            "UPDATE pages SET state = 'failed', token = NULL, lease_until = NULL WHERE number > 1"
        )
        connection.exec_driver_sql("UPDATE runs SET stage = 'done' WHERE id = 'r-b'")
        connection.exec_driver_sql("UPDATE jobs SET state = 'needs_review' WHERE id = 'j1'")
    assert take_over(installation.store) == 0
    bells = retry_job(installation.store, "j1")
    assert [bell.task for bell in bells] == ["open_document"]
    installation.work()
    assert find_job(installation.store, "j1").state == "succeeded"
    assert installation.pipeline.read == dict.fromkeys(range(1, PAGES + 1), 1)
