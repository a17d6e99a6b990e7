"""The way up is found by reading, and vertical labels do not mislead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from core.readings import Reading
from worker.blocks import find_blocks
from worker.orient import find_rotation, legibility
from worker.page import Pixels, Rotation
from worker.straighten import turn

EM = 24.0


def printed() -> Pixels:
    """Return a page of lines; each has a heavy left end, so that its head can be told from its foot."""
    page = np.full((900, 700), 255, np.uint8)
    for top in range(80, 800, 80):
        for left in range(100, 340, 30):
            page[top : top + 22, left : left + 22] = 200
            page[top : top + 22, left : left + 22 : 5] = 0
            page[top : top + 22, left + 1 : left + 22 : 5] = 0
            page[top : top + 3, left : left + 22] = 0
        page[top : top + 22, 100:110] = 0
    return page


@dataclass
class FakeReader:
    """Reads well only lines whose left end is heavier than their right one; counts its calls."""

    calls: list[int] = field(default_factory=list)

    def __call__(self, lines: Sequence[Pixels]) -> list[Reading]:
        self.calls.append(len(lines))
        return [self._reading(line) for line in lines]

    def _reading(self, line: Pixels) -> Reading:
        third = line.shape[1] // 3
        upright = line[:, :third].mean() < line[:, -third:].mean() - 1
        sure = 0.99 if upright and line.shape[1] > line.shape[0] else 0.4
        return Reading(text="字样", confidence=sure, engine="ppocr", characters=(sure, sure))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_turn_is_found(rotation: Rotation) -> None:
    lying = np.ascontiguousarray(np.rot90(printed(), rotation // 90))
    ink = np.where(lying < 150, 255, 0).astype(np.uint8)
    assert find_rotation(lying, ink, EM, FakeReader()) == rotation


def test_an_upright_page_is_read_once() -> None:
    page = printed()
    reader = FakeReader()
    find_rotation(page, np.where(page < 150, 255, 0).astype(np.uint8), EM, reader)
    assert len(reader.calls) == 1


def test_a_blank_page_stays_as_it_is() -> None:
    blank = np.full((300, 200), 255, np.uint8)
    assert find_rotation(blank, np.zeros_like(blank), EM, FakeReader()) == 0


def test_legibility_weighs_characters_not_lines() -> None:
    long = Reading(text="甲乙丙", confidence=0.9, engine="ppocr", characters=(0.9, 0.9, 0.9))
    short = Reading(text="丁", confidence=0.5, engine="tesseract")
    assert legibility([long, short]) == pytest.approx(0.8)
    assert legibility([]) == 0.0


def test_blocks_join_spaced_headings_and_part_lines() -> None:
    ink = np.zeros((400, 700), np.uint8)
    for left in (100, 150, 200):
        ink[60:84, left : left + 24] = 255
    ink[200:224, 300:420] = 255
    ink[300:303, 50:53] = 255
    first, second = find_blocks(ink, EM)
    assert first.contains(105, 70)
    assert first.contains(220, 70)
    assert second.contains(400, 210)
    assert not second.contains(110, 70)


def test_turning_back_gives_the_page_again() -> None:
    page = printed()
    turned, _ = turn(np.ascontiguousarray(np.rot90(page, 3)), 270)
    assert (turned == page).all()
