"""The searchable PDF of a run: made once, given up where it is in vain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import cast

import pikepdf
import pytest

from core.blobs import FolderBlobs
from core.extraction import Extraction, Source
from core.intake import store_bytes
from core.layered import layer
from core.queue import Doorbell
from core.readings import PageReading
from core.searchable import MOST_BEGUN, find_making, searchable_part
from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.leases import LeaseLimits
from core.store.pages import claim_page, finish_page
from core.store.runs import claim_assembly, claim_opening, finish_assembly, finish_opening
from core.store.submission import Order, Upload, submit
from tests.core.layered.sample import SCAN, extraction_of, sample_page
from tests.core.store.orders import LIMITS, ME, reading
from worker.bench import Bench
from worker.originals import Originals
from worker.reading import SeenPage
from worker.searchable import layer_document


class NoPixels:
    def count_pages(self, path: Path) -> int:
        raise NotImplementedError

    def read_page(self, path: Path, number: int) -> SeenPage:
        raise NotImplementedError

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        raise NotImplementedError


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    store = open_store(sqlite_url(tmp_path / "dangan.db"))
    upgrade(store)
    blobs = FolderBlobs(tmp_path / "blobs")
    yield Bench(
        store=store,
        blobs=blobs,
        doorbell=cast("Doorbell", None),
        originals=Originals(blobs, tmp_path / "copies"),
        limits=LeaseLimits(),
        pipeline=NoPixels(),
    )
    store.close()


def read(bench: Bench, content: bytes, extraction: Extraction) -> str:
    """Take a document of one page to its end; return its run."""
    stored = store_bytes(bench.store, bench.blobs, [content])
    upload = Upload(
        name="a.pdf", sha256=stored.sha256, size=stored.size, media_type="application/pdf"
    )
    (bell,) = submit(bench.store, Order(uploads=(upload,), fingerprint="f")).bells
    assert layer_document(bench, bell.id) == ()
    assert not bench.blobs.has(stored.sha256, searchable_part(bell.id))
    work = claim_opening(bench.store, bell.id, ME, LIMITS)
    assert work is not None
    (page,) = finish_opening(bench.store, work.lease, 1).bells
    held = claim_page(bench.store, page.id, ME, LIMITS)
    assert held is not None
    finish_page(bench.store, held.lease, reading(1))
    assembly = claim_assembly(bench.store, bell.id, ME, LIMITS)
    assert assembly is not None
    finish_assembly(bench.store, assembly.lease, extraction)
    return bell.id


def test_it_is_the_file_with_the_text_that_was_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = SCAN.read_bytes()
    run_id = read(bench, content, extraction_of(SCAN, sample_page(1)))
    sha256 = hashlib.sha256(content).hexdigest()
    layer_document(bench, run_id)
    with bench.blobs.open(sha256, searchable_part(run_id)) as made:
        pdf = pikepdf.open(BytesIO(made.read()))
    assert len(pdf.pages) == 17
    assert "/DanganLayer" in pdf.pages[0].resources.Font
    # Who asks once more has nothing made again.
    monkeypatch.setattr(layer, "write_layered_pdf", lambda *_: pytest.fail("made again"))
    layer_document(bench, run_id)


def test_what_no_pdf_can_be_made_of_is_not_tried_again(bench: Bench) -> None:
    content = b"%PDF-1.7 nothing that could be opened"
    sha256 = hashlib.sha256(content).hexdigest()
    source = Source(file="a.pdf", sha256=sha256, pages=1, pipeline="t")
    run_id = read(bench, content, Extraction(source=source, pages=(), forms=(), issues=()))
    layer_document(bench, run_id)
    making = find_making(bench.blobs, sha256, run_id)
    assert (making.begun, making.in_vain, making.is_over) == (1, True, True)
    assert not bench.blobs.has(sha256, searchable_part(run_id))


def test_what_ends_its_process_is_tried_three_times(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """The process is gone."""

    tried = []

    def kill(*_: object) -> None:
        tried.append(1)
        raise Killed

    monkeypatch.setattr(layer, "write_layered_pdf", kill)
    content = SCAN.read_bytes()
    run_id = read(bench, content, extraction_of(SCAN, sample_page(1)))
    for _ in range(MOST_BEGUN):
        with pytest.raises(Killed):
            layer_document(bench, run_id)
    layer_document(bench, run_id)
    assert len(tried) == MOST_BEGUN


def test_a_run_that_is_gone_is_no_trouble(bench: Bench) -> None:
    assert isinstance(bench.store, Store)
    assert layer_document(bench, "gone") == ()
