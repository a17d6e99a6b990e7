"""What the client looks at in the server's answers.

Unlike our own values these let unknown keys pass: the server may be newer than its clients.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from core.store.tables import JobState


class Seen(BaseModel):
    """Base of what comes from a server."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Trouble(Seen):
    """Why something failed, in the caller's language."""

    code: str
    message: str


class Refused(Seen):
    """A file of an archive that was not taken."""

    name: str
    trouble: Trouble


class Page(Seen):
    """A page of a document."""

    number: int
    trouble: Trouble | None


class Document(Seen):
    """A document of a job; `position` is its place in the upload, from 0."""

    position: int
    name: str
    pages_failed: int
    trouble: Trouble | None
    result_url: str | None
    pages_url: str


class Progress(Seen):
    """How far a job is; `pages` grows while its files are opened."""

    documents: int
    documents_ended: int
    pages: int
    pages_done: int
    pages_failed: int
    forms: int


class Job(Seen):
    """A job; a list of jobs leaves its documents out."""

    id: str
    state: JobState
    created: datetime
    finished: datetime | None
    progress: Progress
    trouble: Trouble | None = None
    refused: tuple[Refused, ...] = ()
    events_url: str
    status_url: str
    documents: tuple[Document, ...] = ()

    @property
    def ended(self) -> bool:
        return self.finished is not None


class JobList(Seen):
    """The latest jobs."""

    jobs: tuple[Job, ...]


class Problem(Seen):
    """A problem document (RFC 9457)."""

    code: str
    detail: str
    retryable: bool = False
