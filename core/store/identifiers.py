"""Identifiers of rows: unguessable, and in the order of their making."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """Return 32 hexadecimal digits: nanoseconds since 1970 (16 digits), then 64 random bits.

    Sorting by id is sorting by time (as in UUIDv7), so an id serves as a cursor.
    """
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def new_token() -> str:
    """Return 32 hexadecimal digits that nobody else has."""
    return secrets.token_hex(16)
