"""A job that went all the way: its file, its pictures, a doubtful form."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from api.parts import Parts
from core.blobs import picture_part
from core.extraction import Form
from core.intake import store_bytes
from core.store.jobs import job_document
from core.store.submission import Order, Upload, submit
from tests.core.store.orders import finish_job, form

SCAN = b"%PDF-1.7 the scan"


def picture(width: int = 50, height: int = 70) -> bytes:
    """Return a page at half the size of its frame: white, its upper left quarter red."""
    image = Image.new("RGB", (width, height), "white")
    image.paste((255, 0, 0), (0, 0, width // 2, height // 2))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def finished(
    parts: Parts,
    *forms: Form,
    name: str = "二〇二三.pdf",
    content: bytes = SCAN,
    owner: str = "",
    **options: str | int | None,
) -> str:
    """Return the id of a job that has ended, of one document with one page."""
    stored = store_bytes(parts.store, parts.blobs, [content])
    upload = Upload(name=name, sha256=stored.sha256, size=stored.size, media_type="application/pdf")
    order = Order(
        uploads=(upload,),
        fingerprint=hashlib.sha256(content).hexdigest(),
        owner=owner,
        options=options,
    )
    job_id = submit(parts.store, order).job_id
    finish_job(parts.store, job_id, *(forms or (form("f1", "review"),)))
    run_id = job_document(parts.store, job_id, 0).run_id
    parts.blobs.put(stored.sha256, picture_part(run_id, 1), picture())
    return job_id
