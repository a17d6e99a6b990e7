"""Cells in which the blank form's instructions still stand: nobody filled them in, so they hold no values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from core.extraction import Field, Goals, Record
from core.vocabulary import Vocabulary
from worker.rebuild.record import pointer_part

INSTRUCTION = "instruction"


class Emptied(NamedTuple):
    """A record without instructions among its values, and whether the form as a whole is not filled in."""

    record: Record
    fields: dict[str, Field]
    unfilled: bool


def without_instructions(
    record: Record, fields: Mapping[str, Field], vocabulary: Vocabulary
) -> Emptied:
    """Return the record with instructions emptied and their fields put to review; `raw` keeps the print."""
    goals = {key: f"/goals/{key}" for key in Goals.model_fields}
    extra = {key: f"/extra/{pointer_part(key)}" for key in record.extra}
    found = {
        pointer
        for pointer in (*goals.values(), *extra.values())
        if pointer in fields and vocabulary.search("instruction", fields[pointer].raw)
    }
    if not found:
        return Emptied(record, dict(fields), unfilled=False)
    emptied = record.model_copy(
        update={
            "goals": record.goals.model_copy(
                update={key: "" for key, pointer in goals.items() if pointer in found}
            ),
            "extra": {
                key: "" if extra[key] in found else value for key, value in record.extra.items()
            },
        }
    )
    review = {"status": "review", "why": INSTRUCTION}
    marked = {
        pointer: field.model_copy(update=review) if pointer in found else field
        for pointer, field in fields.items()
    }
    filled = any(row.actual or row.score for row in record.indicators)
    return Emptied(emptied, marked, unfilled=not filled)
