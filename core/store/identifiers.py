"""Identifiers of rows: unguessable, and in the order of their making."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """Return 32 hexadecimal digits: milliseconds since 1970 (12 digits), then 80 random bits.

    Sorting by id is sorting by time (as in UUIDv7), so an id serves as a cursor.
    """
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def new_token() -> str:
    """Return 32 hexadecimal digits that nobody else has."""
    return secrets.token_hex(16)
