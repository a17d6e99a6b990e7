"""Jobs and records for the pages to show, made behind the API's back, and ways to read a page."""

from __future__ import annotations

import io
import re
from html import unescape
from html.parser import HTMLParser

from PIL import Image

from api.parts import Parts
from core.blobs import Blobs, picture_part, thumbnail_part
from core.store import Store
from core.store.jobs import job_documents
from core.store.records import RecordFilter, list_records

HOSTILE = "<script>alert(1)</script>\"'&"


def draw(store: Store, blobs: Blobs, job_id: str) -> None:
    """Leave the pictures of the first page of a job, as a worker does."""
    (found,) = job_documents(store, job_id)
    for part, size in ((picture_part, (100, 140)), (thumbnail_part, (50, 70))):
        out = io.BytesIO()
        Image.new("L", size, 200).save(out, "JPEG")
        blobs.put(found.sha256, part(found.run_id, 1), out.getvalue())


def record_ids(parts: Parts, job_id: str) -> list[str]:
    """Return the records of a job in the order of its document."""
    records = list_records(parts.store, RecordFilter(job_id=job_id)).records
    return [record.id for record in sorted(records, key=lambda record: record.position)]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(html: str) -> str:
    """Return what a person reads, with single spaces."""
    reader = _Text()
    reader.feed(html)
    return re.sub(r"\s+", " ", " ".join(reader.parts)).strip()


def value_at(html: str, pointer: str) -> dict[str, str]:
    """Return the attributes of the button of a value."""
    match = re.search(rf'<button type="button"[^>]* id="{re.escape(pointer)}"[^>]*>', html)
    assert match, f"no button for {pointer}"
    return {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', match[0])}


def attribute(html: str, name: str) -> str:
    """Return the first value of an attribute."""
    match = re.search(rf'{name}="([^"]*)"', html)
    assert match, name
    return unescape(match[1])
