"""What the store refuses."""

from __future__ import annotations

from core.errors import InputError


class StoreRefusal(InputError):
    """The call does not fit what is stored."""


class JobNotFound(StoreRefusal):
    """Details: job."""

    code = "job_not_found"


class DocumentNotFound(StoreRefusal):
    """Details: document."""

    code = "document_not_found"


class RecordNotFound(StoreRefusal):
    """Details: record."""

    code = "record_not_found"


class IdempotencyConflict(StoreRefusal):
    """Details: key. The key was used before, for another upload."""

    code = "idempotency_conflict"


class JobEnded(StoreRefusal):
    """Details: job, state. There is nothing left to cancel."""

    code = "job_ended"


class NothingToRetry(StoreRefusal):
    """Details: job, state."""

    code = "nothing_to_retry"


class VersionConflict(StoreRefusal):
    """Details: record, version (the one that is stored)."""

    code = "version_conflict"


class NoSuchField(StoreRefusal):
    """Details: record, pointer."""

    code = "no_such_field"


class BadValue(StoreRefusal):
    """Details: pointer, reason."""

    code = "bad_value"
