"""Bytes that are vouched for, bytes on their way in, bytes on their way out.

Every blob either belongs to a document or stands in `loose_blobs`. Who wants to bring one in holds it
first; who removes one does so inside the transaction that looks whether it is still loose. So bytes
that are being uploaded again cannot be removed under the upload.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.blobs import Blobs
from core.errors import DocumentNotFound
from core.readings import Frozen
from core.store.database import Store, inserting
from core.store.tables import Document, LooseBlob

# How long an upload may take from its last byte to its job.
HOLD = timedelta(hours=1)
# A worker that was reading a page when its job was deleted may still leave a picture behind; the hard
# limit of a page task is 150 s.
AFTERMATH = timedelta(minutes=10)


class DocumentView(Frozen):
    """A stored document; `pages` is None until it was opened."""

    sha256: str
    size: int
    media_type: str
    pages: int | None


def find_document(store: Store, sha256: str) -> DocumentView:
    """Return a document; raises `DocumentNotFound`."""
    with store.reading() as session:
        document = session.get(Document, sha256)
        if document is None:
            raise DocumentNotFound(document=sha256)
        return DocumentView(
            sha256=document.sha256,
            size=document.size,
            media_type=document.media_type,
            pages=document.pages,
        )


def hold_blob(store: Store, sha256: str) -> None:
    """Keep these bytes from being removed until they are a document; call before writing them."""
    with store.writing() as session:
        loosen(session, sha256, store.now(session) + HOLD)


def loosen(session: Session, sha256: str, until: datetime) -> None:
    """Let bytes stand without a document until then."""
    session.execute(
        inserting(session, LooseBlob)
        .values(sha256=sha256, until=until)
        .on_conflict_do_update(index_elements=[LooseBlob.sha256], set_={"until": until})
    )


def vouch(session: Session, sha256: str) -> None:
    """Let a document stand for its bytes from now on."""
    session.execute(delete(LooseBlob).where(LooseBlob.sha256 == sha256))


def reap_blobs(store: Store, blobs: Blobs, limit: int = 100) -> int:
    """Remove bytes whose time has passed; return how many documents' worth. Harmless to repeat."""
    with store.reading() as session:
        now = store.now(session)
        due = session.scalars(
            select(LooseBlob.sha256).where(LooseBlob.until < now).limit(limit)
        ).all()
    return sum(reap_blob(store, blobs, sha256) for sha256 in due)


def reap_blob(store: Store, blobs: Blobs, sha256: str) -> bool:
    """Remove these bytes, and what was made from them, if they are still loose.

    They are not if a document vouches for them: somebody held them to upload them again, and did not
    come to the end of it.
    """
    with store.writing() as session:
        now = store.now(session)
        loose = session.scalars(
            select(LooseBlob)
            .where(LooseBlob.sha256 == sha256, LooseBlob.until < now)
            .with_for_update()
        ).first()
        if loose is None:
            return False
        if session.get(Document, sha256) is not None:
            session.delete(loose)
            return False
        blobs.remove(sha256)
        if loose.until < now - AFTERMATH:
            session.delete(loose)
        return True
