"""A second look at lines that were read: what other readers make of the same pixels.

Enters: crops of lines with their first readings. Leaves: further readings of each, for the
reconstruction to weigh; nothing is decided here. A witness of the same family but another size looks
at every line, since it costs a fifth of the first reading; one of another family, which is dearer,
only where the two differ or a character is unsure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.readings import ReaderName, Reading
from core.trust import same_print
from worker.page import Pixels
from worker.readers.base import CellReader
from worker.readers.registry import make_reader


@dataclass(frozen=True)
class SecondLook:
    """The witnesses. `unsure` is the confidence of a character below which both are heard."""

    witness: CellReader
    other_family: CellReader
    unsure: float = 0.95

    def look(
        self, lines: Sequence[Pixels], readings: Sequence[Reading]
    ) -> list[tuple[Reading, ...]]:
        """Return the further readings of each line; a line that nothing was read in gets none."""
        filled = [number for number, reading in enumerate(readings) if reading.text]
        witnessed = self.witness.read([lines[number] for number in filled])
        others: dict[int, tuple[Reading, ...]] = {
            number: (reading,) for number, reading in zip(filled, witnessed, strict=True)
        }
        doubted = [
            number for number in filled if self._is_doubtful(readings[number], others[number])
        ]
        for number, reading in zip(
            doubted, self.other_family.read([lines[number] for number in doubted]), strict=True
        ):
            others[number] = (*others[number], reading)
        return [others.get(number, ()) for number in range(len(lines))]

    def _is_doubtful(self, reading: Reading, others: Sequence[Reading]) -> bool:
        differs = any(not same_print(reading.text, other.text) for other in others)
        return differs or reading.confidence < self.unsure


def second_look(reader: ReaderName) -> SecondLook | None:
    """Return the witnesses of a reader; those that are heard as witnesses have none themselves."""
    if reader != "ppocr":
        return None
    return SecondLook(make_reader("ppocr-tiny"), make_reader("tesseract"))
