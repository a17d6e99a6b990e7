"""Damage is pure, seeded, and knows where it moves things."""

import numpy as np
import pytest
from numpy.random import default_rng

from samples.generator.damage import (
    Bilevel,
    BlackBorder,
    BleedThrough,
    Blur,
    Damage,
    Fade,
    Ink,
    Jpeg,
    Noise,
    Paper,
    Photo,
    PunchHoles,
    Scan,
    Seal,
    Skew,
    Speckle,
    Streaks,
    Toner,
    Turn,
    inflict,
)
from samples.generator.presets import PRESETS

DAMAGES: list[Damage] = [
    Bilevel(broken=0.3),
    BlackBorder(),
    BleedThrough(),
    Blur(),
    Fade(),
    Ink(),
    Jpeg(),
    Noise(),
    Paper(tint=(255, 250, 240), shade=0.2),
    Photo(),
    PunchHoles(),
    Seal("某某市财政局", "专用章"),
    Skew(2.0),
    Speckle(),
    Streaks(),
    Toner(),
    Turn(1),
]
MOVING: list[Damage] = [
    Skew(2.5),
    Skew(-1.0),
    Turn(1),
    Turn(2),
    Turn(3),
    Photo(shadow=0.0),
    Photo(curl=0.01),
]


def page(*, colour: bool = False) -> Scan:
    """Give an A4 page at 50 dpi with a few black marks."""
    pixels = np.full((585, 413), 255, np.uint8)
    pixels[100:104, 40:370] = 0
    pixels[300:500, 200:203] = 0
    return Scan(np.repeat(pixels[..., None], 3, axis=2) if colour else pixels, 50)


@pytest.mark.parametrize("colour", [False, True], ids=["grey", "colour"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: type(damage).__name__)
def test_damage_is_pure_and_seeded(damage: Damage, colour: bool) -> None:
    scan = page(colour=colour)
    before = scan.pixels.copy()
    once, again = damage.on(scan, default_rng(3)), damage.on(scan, default_rng(3))
    assert np.array_equal(scan.pixels, before)
    assert np.array_equal(once.pixels, again.pixels)
    assert not np.array_equal(once.pixels.shape[:2], (0, 0))
    assert once.pixels.dtype == np.uint8
    assert once.pixels.ndim == 2 or once.pixels.shape[2] == 3
    assert isinstance(damage, Photo | Turn) or once.size == scan.size


@pytest.mark.parametrize("damage", MOVING, ids=repr)
@pytest.mark.parametrize("point", [(90.0, 120.0), (300.0, 480.0), (206.0, 292.0)])
def test_places_follow_the_picture(damage: Damage, point: tuple[float, float]) -> None:
    x, y = map(int, point)
    pixels = np.full((585, 413), 255, np.uint8)
    pixels[y - 4 : y + 5, x - 4 : x + 5] = 0
    scan = damage.on(Scan(pixels, 50), default_rng(8))
    ((placed_x, placed_y),) = scan.place(np.array([point]))
    near = scan.pixels[
        int(placed_y) - 12 : int(placed_y) + 13, int(placed_x) - 12 : int(placed_x) + 13
    ]
    grey = near if near.ndim == 2 else near.max(axis=2)
    found_y, found_x = np.mean(np.nonzero(grey < 128), axis=1)
    assert abs(found_x + int(placed_x) - 12 - placed_x) < 1
    assert abs(found_y + int(placed_y) - 12 - placed_y) < 1


def test_bilevel_is_black_and_white() -> None:
    assert set(np.unique(Bilevel().on(page(), default_rng(0)).pixels)) == {0, 255}


def test_fade_says_what_is_left() -> None:
    scan = Fade(keep=0.3, depth=0.3).on(page(), default_rng(1))
    assert scan.legible is not None
    assert scan.legible.min() == 0 < scan.legible.max() < 0.31
    assert scan.pixels[scan.legible == 0].min() == 255


def test_seal_is_red_and_leaves_print_dark() -> None:
    scan = Seal("某某市财政局", middle=(0.5, 0.2), diameter_mm=60).on(page(), default_rng(0))
    red, _, blue = np.moveaxis(scan.pixels.astype(int), 2, 0)
    assert (red - blue > 60).sum() > 100
    assert scan.pixels[101, 200].max() < 60


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_presets_work_on_any_page(preset: object) -> None:
    rng = default_rng(2)
    damaged = inflict(page(), preset.damages(rng), rng)  # type: ignore[attr-defined]
    assert damaged.pixels.dtype == np.uint8
