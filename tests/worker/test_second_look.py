from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from core.readings import ReaderName, Reading
from worker.page import Pixels
from worker.second_look import SecondLook, second_look

LINE = np.full((40, 80), 255, np.uint8)


@dataclass
class Scripted:
    """Says the next of its texts for each line, and counts the lines."""

    name: ReaderName
    texts: list[str]
    seen: list[int] = field(default_factory=list)

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        self.seen.append(len(lines))
        texts, self.texts = self.texts[: len(lines)], self.texts[len(lines) :]
        return [reading(text, engine=self.name) for text in texts]


def reading(text: str, sure: float = 0.999, engine: ReaderName = "ppocr") -> Reading:
    return Reading(text=text, confidence=sure, engine=engine)


def test_the_witness_reads_every_line_and_the_other_family_only_the_doubtful_ones() -> None:
    witness = Scripted("ppocr-tiny", ["10", "98.62", "及时"])
    other = Scripted("tesseract", ["98.62", "及时"])
    first = [reading("10"), reading(""), reading("98.26"), reading("及时", 0.5)]

    looks = SecondLook(witness, other).look([LINE] * 4, first)

    assert [[look.text for look in looks_at] for looks_at in looks] == [
        ["10"],
        [],
        ["98.62", "98.62"],
        ["及时", "及时"],
    ]
    assert (witness.seen, other.seen) == ([3], [2])


def test_a_separator_read_amiss_is_no_difference() -> None:
    other = Scripted("tesseract", [])
    looks = SecondLook(Scripted("ppocr-tiny", ["1.031.336.77"]), other).look(
        [LINE], [reading("1,031,336.77")]
    )

    assert len(looks[0]) == 1
    assert other.seen == [0]


def test_only_the_first_reader_has_witnesses() -> None:
    assert second_look("tesseract") is None
    assert second_look("ppocr-tiny") is None
    look = second_look("ppocr")
    assert look is not None
    assert (look.witness.name, look.other_family.name) == ("ppocr-tiny", "tesseract")
