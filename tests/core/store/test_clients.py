"""Several clients hand in the same files at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from core.blobs import FolderBlobs
from core.intake import store_bytes
from core.store import Store
from core.store.jobs import job_documents
from core.store.submission import Order, Submission, Upload, submit
from core.store.tables import Document, Job, Run

FILES = 200
CLIENTS = 4


def test_four_clients_with_the_same_files_make_each_document_and_job_once(
    store: Store, tmp_path: Path
) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")

    def hand_in(number: int) -> Submission:
        content = f"file {number}".encode()
        stored = store_bytes(store, blobs, [content], tmp_path)
        upload = Upload(
            name=f"{number}.pdf",
            sha256=stored.sha256,
            size=stored.size,
            media_type="application/pdf",
        )
        key = f"key {number}"
        return submit(store, Order(uploads=(upload,), fingerprint=key, idempotency_key=key))

    def client(at: int) -> dict[int, Submission]:
        # Each begins elsewhere, so that sometimes one and sometimes another is first.
        numbers = [(at * FILES // CLIENTS + number) % FILES for number in range(FILES)]
        return {number: hand_in(number) for number in numbers}

    with ThreadPoolExecutor(CLIENTS) as pool:
        first, *others = list(pool.map(client, range(CLIENTS)))
    for number, submission in first.items():
        same = [submission, *(other[number] for other in others)]
        assert {each.job_id for each in same} == {submission.job_id}
        assert [each.created for each in same].count(True) == 1
        (document,) = job_documents(store, submission.job_id)
        assert blobs.has(document.sha256)
    with store.reading() as session:
        counts = [
            session.scalars(select(func.count()).select_from(table)).one()
            for table in (Document, Run, Job)
        ]
    assert counts == [FILES, FILES, FILES]
