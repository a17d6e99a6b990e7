"""One walk over a shelf: rows into the ledger and out in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import NamedTuple, TypeVar

from cli.backfill.ledger import Ledger
from cli.backfill.manifest import Look, manifest
from cli.backfill.shelf import Shelf
from cli.client.campaigns import ROWS_AT_ONCE
from core.store.items import ManifestRow

Value = TypeVar("Value")
Complete = Callable[[ManifestRow], ManifestRow]
"""Lays over a row what else is known of its file."""

BATCH_S = 10.0
"""So much hashing at most is done anew by who is killed."""


class Seen(NamedTuple):
    """A row, and whether the server was told just that before."""

    row: ManifestRow
    told: bool


def walked(
    shelf: Shelf, look: Look, ledger: Ledger, complete: Complete = lambda row: row
) -> Iterator[list[Seen]]:
    """Yield what is seen of a shelf, some at a time, which is in the ledger by then.

    Who asks for more has told of what came before.
    """
    ledger.begin()
    rows = (ledger.enter(it._replace(row=complete(it.row))).row for it in manifest(shelf, look))
    for seen in batched(Seen(row, ledger.is_told(row.path)) for row in rows):
        ledger.commit()
        yield seen
        ledger.tell(row.path for row, told in seen if not told)


def batched(
    values: Iterable[Value], most: int = ROWS_AT_ONCE, within_s: float = BATCH_S
) -> Iterator[list[Value]]:
    """Yield values in lists of up to `most`; one is not held back for longer than `within_s`."""
    batch: list[Value] = []
    begun = monotonic()
    for value in values:
        batch.append(value)
        if len(batch) == most or monotonic() - begun > within_s:
            yield batch
            batch, begun = [], monotonic()
    if batch:
        yield batch
