"""Count what has been done. For use inside the transactions of the store.

A tally is added to in the transaction that does what it counts, so that it is neither counted twice
nor lost; the rows are locked last, in the order of their keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy.orm import Session

from core.extraction import Extraction
from core.store.database import inserting
from core.store.tables import Tally

Kind = Literal[
    "stage_seconds",
    "page_failures",
    "page_crashes",
    "run_failures",
    "run_crashes",
    "forms",
    "confidence",
]

# Upper bounds of the confidence of a value. Most are read at 0.99 and more; whatever is below 0.9 is
# worth a look, so the steps are fine at the top.
CONFIDENCE_BOUNDS: Final = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1.0)


class Amount(NamedTuple):
    """How often, and what it came to: seconds, or confidences."""

    times: int = 1
    total: float = 0.0


def tally(session: Session, kind: Kind, amounts: Mapping[str, Amount]) -> None:
    """Add to the tallies of a kind, by label."""
    if not amounts:
        return
    insert = inserting(session, Tally).values(
        [
            {"kind": kind, "label": label, "count": times, "amount": total}
            for label, (times, total) in sorted(amounts.items())
        ]
    )
    added = insert.excluded
    session.execute(
        insert.on_conflict_do_update(
            index_elements=[Tally.kind, Tally.label],
            set_={
                "count": Tally.count + added["count"],
                "amount": Tally.amount + added["amount"],
            },
        )
    )


def tally_seconds(session: Session, seconds: Mapping[str, float]) -> None:
    """Count the seconds that each stage took, once."""
    tally(session, "stage_seconds", {stage: Amount(1, spent) for stage, spent in seconds.items()})


def tally_extraction(session: Session, extraction: Extraction) -> None:
    """Count the forms of a document and how sure their values are."""
    confidences = [
        field.confidence
        for form in extraction.forms
        for field in form.fields.values()
        if field.status != "missing"
    ]
    tally(session, "confidence", _by_bound(confidences))
    if extraction.forms:
        tally(session, "forms", {"": Amount(len(extraction.forms))})


def _by_bound(confidences: Sequence[float]) -> dict[str, Amount]:
    found: dict[str, Amount] = {}
    for confidence in confidences:
        bound = next((top for top in CONFIDENCE_BOUNDS if confidence <= top), 1.0)
        times, total = found.get(str(bound), Amount(0))
        found[str(bound)] = Amount(times + 1, total + confidence)
    return found
