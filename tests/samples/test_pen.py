"""Writing is seeded, stays about its cell, and takes the place of print, but for ticks."""

import numpy as np
import pytest

from samples.generator.damage import Scan
from samples.generator.pen import WRITTEN, PenMark, Written

CELL = (20.0, 10.0, 120.0, 34.0)
PRINT = (40.0, 16.0, 80.0, 28.0)


def paper(dpi: int = 150, *, colour: bool = False) -> Scan:
    height, width = round(60 * dpi / 72), round(160 * dpi / 72)
    pixels = np.full((height, width), 255, np.uint8)
    left, top, right, bottom = (round(edge * dpi / 72) for edge in PRINT)
    pixels[top:bottom, left:right] = 40
    return Scan(np.repeat(pixels[..., None], 3, 2) if colour else pixels, dpi)


def mark(kind: Written, seed: str = "a") -> PenMark:
    return PenMark(CELL, kind, seed, 12.0, (PRINT,), (30, 50, 150))


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_same_seed_writes_the_same(kind: Written) -> None:
    first, again, other = (mark(kind, seed).on(paper(), None).pixels for seed in "aab")

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_writing_leaves_ink_in_its_cell_and_little_beyond(kind: Written, seed: str) -> None:
    empty = Scan(np.full((125, 333), 255, np.uint8), 150)
    written = PenMark(CELL, kind, seed, 12.0).on(empty, None).pixels < 128
    left, top, right, bottom = (round(edge * 150 / 72) for edge in CELL)

    assert np.count_nonzero(written) > 20
    assert np.count_nonzero(written[top:bottom, left:right]) >= 0.8 * np.count_nonzero(written)


def test_print_makes_room_for_what_is_written_but_not_for_a_tick() -> None:
    def printed(kind: Written) -> int:
        left, top, right, bottom = (round(edge * 150 / 72) for edge in PRINT)
        return int(
            np.count_nonzero(mark(kind).on(paper(), None).pixels[top:bottom, left:right] < 60)
        )

    assert printed("tick") > 0.9 * 83 * 25
    assert printed("figure") < 0.5 * 83 * 25


def test_ink_keeps_its_colour_on_a_colour_scan() -> None:
    pixels = mark("words").on(paper(colour=True), None).pixels.reshape(-1, 3)
    darkest = pixels[pixels.sum(axis=1).argmin()].astype(int)

    assert darkest[2] > darkest[0] + 50
