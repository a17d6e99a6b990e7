"""The tasks: each claims one piece of work, does it, and writes down what came of it.

Every task but `layer_document` (`worker.searchable`) has a claim. Every task may be delivered again, late, or twice at once. The claim decides: without it a task ends at
once and nothing has happened. Work that raises what nobody foresaw, or that takes its process down, is
noted by the parent process (`worker.watching`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from celery import Celery
from sqlalchemy.exc import OperationalError

from core.bells import Bell
from core.blobs import picture_part, thumbnail_part
from core.errors import FileCrashed, PageCrashed
from core.extraction import Extraction, Source
from core.logs import about, name_subjects
from core.store.leases import Lease
from core.store.pages import PageWork, claim_page, crash_page, fail_page, finish_page
from core.store.runs import (
    RunWork,
    claim_assembly,
    claim_opening,
    crash_run,
    fail_run,
    finish_assembly,
    finish_opening,
    page_readings,
)
from worker.attempt import Crashed, Refused, attempt
from worker.bench import Bench, holder
from worker.clock import Clock
from worker.heartbeat import kept
from worker.reading import SeenPage
from worker.searchable import layer_document
from worker.watching import WatchedTask

logger = logging.getLogger(__name__)

Bells = tuple[Bell, ...]
Work = Callable[[Bench, str], Bells]


def register(app: Celery, bench: Callable[[], Bench]) -> None:
    """Make the tasks known to an application; `bench` gives each process its tools."""
    for work in (open_document, read_page, assemble_document, layer_document):
        app.task(name=work.__name__, base=WatchedTask, bench=staticmethod(bench))(
            _ringing(work, bench)
        )


def open_document(bench: Bench, run_id: str) -> Bells:
    """Examine a document; return the bells for its pages."""
    work = claim_opening(bench.store, run_id, holder(), bench.limits)
    if work is None:
        return ()
    name_subjects(job=work.jobs, document=work.sha256, run=work.lease.id)
    clock = Clock()
    with kept(bench.store, work.lease, bench.limits), clock.stage("open"):
        pages = attempt(lambda: _count_pages(bench, work), _file_crashed)
    if isinstance(pages, Refused | Crashed):
        return _run_ended(bench, work.lease, pages)
    logger.info("opened: %d pages", pages)
    return finish_opening(bench.store, work.lease, pages, clock.seconds()).bells


def read_page(bench: Bench, page_id: str) -> Bells:
    """Read a page; return the bell for the assembly, if it was the last."""
    work = claim_page(bench.store, page_id, holder(), bench.limits)
    if work is None:
        return ()
    name_subjects(job=work.jobs, document=work.sha256, run=work.run_id, page=work.number)
    crash = partial(_page_crashed, work.number)
    with kept(bench.store, work.lease, bench.limits):
        seen = attempt(lambda: _read(bench, work), crash)
    if isinstance(seen, Refused):
        logger.warning("the page cannot be read: %s", seen.trouble.code)
        return fail_page(bench.store, work.lease, seen.trouble).bells
    if isinstance(seen, Crashed):
        logger.warning("reading the page failed: %s", seen.trouble.code)
        page = work.lease.id
        return crash_page(bench.store, page, holder(), seen.trouble, bench.limits).bells
    logger.info("read in %.2f s", sum(seen.seconds.values()))
    return finish_page(bench.store, work.lease, seen.reading, seen.seconds).bells


def assemble_document(bench: Bench, run_id: str) -> Bells:
    """Make the document and the records of a run whose pages have all ended."""
    work = claim_assembly(bench.store, run_id, holder(), bench.limits)
    if work is None:
        return ()
    name_subjects(job=work.jobs, document=work.sha256, run=work.lease.id)
    clock = Clock()
    with kept(bench.store, work.lease, bench.limits), clock.stage("assemble"):
        extraction = attempt(lambda: _assemble(bench, work), _file_crashed)
    if isinstance(extraction, Refused | Crashed):
        return _run_ended(bench, work.lease, extraction)
    logger.info("assembled: %d forms", len(extraction.forms))
    return finish_assembly(bench.store, work.lease, extraction, clock.seconds()).bells


def _ringing(work: Work, bench: Callable[[], Bench]) -> Callable[[str], None]:
    def task(id_: str) -> None:
        tools = bench()
        with about(task=work.__name__):
            tools.doorbell.ring(_told(work, tools, id_))

    return task


def _told(work: Work, bench: Bench, id_: str) -> Bells:
    """Do the work, and log what it did not foresee."""
    try:
        return work(bench, id_)
    except OperationalError:
        # Not the fault of the work: its lease ends, and the sweeper rings for it again.
        logger.warning("the database does not answer over %s", id_, exc_info=True)
        return ()
    except Exception:
        logger.exception("nobody foresaw this over %s", id_)
        raise


def _count_pages(bench: Bench, work: RunWork) -> int:
    return bench.pipeline.count_pages(bench.originals.path(work.sha256))


def _read(bench: Bench, work: PageWork) -> SeenPage:
    seen = bench.pipeline.read_page(bench.originals.path(work.sha256), work.number)
    bench.blobs.put(work.sha256, picture_part(work.run_id, work.number), seen.picture)
    bench.blobs.put(work.sha256, thumbnail_part(work.run_id, work.number), seen.thumbnail)
    return seen


def _assemble(bench: Bench, work: RunWork) -> Extraction:
    source = Source(file=work.file, sha256=work.sha256, pages=work.pages, pipeline=work.pipeline)
    return bench.pipeline.assemble(source, page_readings(bench.store, work.lease.id))


def _run_ended(bench: Bench, lease: Lease, end: Refused | Crashed) -> Bells:
    logger.warning("the document failed: %s", end.trouble.code)
    if isinstance(end, Refused):
        return fail_run(bench.store, lease, end.trouble).bells
    return crash_run(bench.store, lease.id, holder(), end.trouble, bench.limits).bells


def _file_crashed(reason: str) -> FileCrashed:
    return FileCrashed(reason=reason)


def _page_crashed(number: int, reason: str) -> PageCrashed:
    return PageCrashed(page=number, reason=reason)
