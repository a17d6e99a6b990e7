"""Tests of what paper is believable."""

import pytest

from core.paper import Paper, believable_dpi, oversize

A4_IN = 11.69


@pytest.mark.parametrize(
    ("long_px", "claimed", "dpi"),
    [
        (3508, 300, 300),
        (3508, 200, 200),
        (3508, 72, 300),
        (3508, 1, 300),
        (3508, None, 300),
        (3508, 1100, 300),
        (12, None, Paper().least_dpi),
        (99_999, 1200, Paper().most_dpi),
    ],
)
def test_believable_resolution(long_px: int, claimed: float | None, dpi: float) -> None:
    assert believable_dpi(long_px, claimed) == pytest.approx(dpi, rel=0.001)


def test_oversize() -> None:
    assert oversize(A4_IN) == 1.0
    assert oversize(46.76) == pytest.approx(4.0)
    assert oversize(1.169) == pytest.approx(0.1)
