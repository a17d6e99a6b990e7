"""`dangan migrate`: bring the database of an installation up to date."""

from __future__ import annotations

from core.places import open_settled_store
from core.settings import Settings
from core.store.schema import upgrade


def migrate(settings: Settings) -> None:
    """Apply the migrations that are missing; of several callers at once, one does it."""
    store = open_settled_store(settings)
    try:
        upgrade(store)
    finally:
        store.close()
