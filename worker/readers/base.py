"""The seam between the pipeline and the OCR engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.readings import ReaderName, Reading
from worker.page import Pixels

LEAST_CONTRAST = 50
"""Grey levels between paper and the faintest ink of a stretched page, as in `worker.cell_ink`."""


def has_print(line: Pixels) -> bool:
    """Tell whether the crop is more than paper and its grain; an engine makes letters of those."""
    return line.size > 0 and int(line.max()) - int(line.min()) >= LEAST_CONTRAST


class CellReader(Protocol):
    """Reads lines of print.

    An implementation keeps its model loaded for the life of the process; `read` has no side effects
    and may be called any number of times.
    """

    @property
    def name(self) -> ReaderName:
        """Return the name that its readings carry."""
        ...

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Return one reading for each line, in order.

        `lines` are H×W uint8 crops of one line of print each, dark on light, contrast stretched, with
        .2–.3 em of paper around the ink. A line without a readable character gives a reading with
        empty text and confidence 0. Raises `ReaderFailed` when the engine itself fails.
        """
        ...
