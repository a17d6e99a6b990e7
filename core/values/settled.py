"""The kinds of values that a form prints, and what a reading of one comes to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Nature = Literal["empty", "dash", "slash", "number", "date", "text", "malformed"]

DASH = "—"
SLASH = "/"


class Kind(StrEnum):
    """What may stand in a cell: it decides which readings are possible and which are repaired."""

    MONEY = "money"
    RATE = "rate"
    POINTS = "points"
    MEASURE = "measure"
    YEAR = "year"
    TEXT = "text"
    LABEL = "label"


@dataclass(frozen=True)
class Settled:
    """A reading judged by the grammar of its kind.

    `raw` is what is printed by best judgement, in half width for figures. `typed` is the record's
    value: for a number of MONEY, RATE, POINTS or YEAR its decimal digits without separators, sign
    of per cent or unit (`1031336.77`); `""` for an empty cell; `—` for a dash of any width and `/`
    for a slash, so that the three stay apart in the record; else the text itself, also of what is
    malformed, which is then no number by `decimal_of`.

    `repaired`: a known confusion was undone (folding widths and dropping spaces is not one).
    `doubtful`: another print would have been read the same, so a person or a second reader decides.
    """

    raw: str
    typed: str
    nature: Nature
    repaired: bool = False
    doubtful: bool = False

    @property
    def malformed(self) -> bool:
        """Say that the reading fits no grammar of its kind: it must go to review."""
        return self.nature == "malformed"


EMPTY = Settled(raw="", typed="", nature="empty")
