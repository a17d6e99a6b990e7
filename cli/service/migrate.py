"""`dangan migrate`: bring the database of an installation up to date, and what is in it."""

from __future__ import annotations

from core.places import open_settled_store
from core.settings import Settings
from core.store.schema import upgrade
from core.store.takeover import take_over


def migrate(settings: Settings) -> None:
    """Apply the migrations that are missing; of several callers at once, one does it.

    What an earlier version left half-way is this version's from then on.
    """
    store = open_settled_store(settings)
    try:
        upgrade(store)
        take_over(store)
    finally:
        store.close()
