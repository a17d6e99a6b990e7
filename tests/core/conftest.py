"""Stores for the tests of what is built on them."""

from tests.core.store.conftest import clock, store

__all__ = ["clock", "store"]
