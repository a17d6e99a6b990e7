from random import Random

import numpy as np
import pytest

from bench.mishaps import WAYS, Way, spoil, ways_for
from tests.worker.drawing import drawn_lines


@pytest.mark.parametrize("way", WAYS)
def test_a_figure_is_spoilt_in_one_place(way: Way) -> None:
    line = drawn_lines(["98.26"])
    before = line.copy()

    assert spoil(line, way, Random(1))
    changed = np.flatnonzero((line != before).any(axis=0))
    assert 0 < changed.max() - changed.min() < 0.3 * line.shape[1]
    assert (line >= before).all() == (way != "blot")


def test_a_figure_without_a_point_loses_none() -> None:
    line = drawn_lines(["98"])
    before = line.copy()

    assert not spoil(line, "point", Random(1))
    assert (line == before).all()


def test_what_can_happen_depends_on_the_figure() -> None:
    assert ways_for("7") == ["stroke", "blot"]
    assert ways_for("10") == ["stroke", "blot", "digit"]
    assert ways_for("98.26") == list(WAYS)
