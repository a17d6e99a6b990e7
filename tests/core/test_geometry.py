"""Maps between frames lead back, and boxes stay around what they were around."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import Bend, Box, Chain, Polynomial, Transform, Warp

BOUNDS = (200.0, 300.0, 2200.0, 3200.0)
FLAT = Polynomial(((0.0,),), (1200.0, 1750.0), 1500.0, BOUNDS)
TILT = Transform((0.98, 0.03, -20.0, -0.02, 1.01, 15.0, 1e-5, -2e-5, 1.0))


def curl(rise: float) -> Bend:
    """Return paper whose middle is `rise` pixels above its sides."""
    return Bend(
        FLAT,
        Polynomial(((0.0, 0.0), (0.0, rise / 4), (rise, 0.0)), (1200.0, 1750.0), 1500.0, BOUNDS),
    )


MAPS = [
    Transform(),
    TILT,
    curl(60.0),
    curl(60.0).inverse(),
    TILT.then(curl(-40.0)),
    curl(30.0).then(curl(25.0)).then(TILT),
]
POINTS = np.array([(0.0, 0.0), (1200.0, 1750.0), (2500.0, 20.0), (300.5, 3500.0), (2210.0, 3190.0)])


@pytest.mark.parametrize("warp", MAPS)
def test_points_lead_back(warp: Warp) -> None:
    assert warp.inverse().points(warp.points(POINTS)) == pytest.approx(POINTS, abs=1e-6)


@pytest.mark.parametrize("first", MAPS)
@pytest.mark.parametrize("second", MAPS)
def test_maps_compose_in_their_order(first: Warp, second: Warp) -> None:
    assert first.then(second).points(POINTS) == pytest.approx(second.points(first.points(POINTS)))


def test_projective_maps_compose_into_one() -> None:
    assert isinstance(TILT.then(TILT.inverse()), Transform)
    assert isinstance(TILT.then(curl(1.0)), Chain)


@given(x=st.integers(0, 2000), y=st.integers(0, 3000), wide=st.integers(1, 400))
def test_a_mapped_box_holds_its_corners_and_its_middle(x: int, y: int, wide: int) -> None:
    warp, box = curl(60.0), Box(x, y, x + wide, y + 30)
    mapped = warp.box(box).grown(1)
    for corner in ((x, y), (x + wide, y), (x, y + 30), (x + wide, y + 30), box.centre):
        assert mapped.contains(*warp.point(*corner))


def test_beyond_its_bounds_a_bend_goes_on_straight() -> None:
    right = np.array([(x, 1000.0) for x in (2200.0, 2300.0, 2400.0, 2500.0)])
    moved = curl(60.0).points(right)[:, 1]
    assert np.diff(moved, 2) == pytest.approx(np.zeros(2), abs=1e-9)
    assert abs(moved[-1] - moved[0]) > 5
