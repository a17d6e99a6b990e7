"""Named kinds of scans: at which resolution, in which order damage happens, how the picture is kept."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from numpy.random import Generator

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
    Seal,
    Skew,
    Speckle,
    Streaks,
    Toner,
    Turn,
)

CORPORA = Path(__file__).parent / "corpora"


@dataclass(frozen=True)
class Encoding:
    """How a page's picture is kept: JPEG of `quality` in grey or colour, or one bit a pixel as faxes are (CCITT G4)."""

    mode: Literal["grey", "colour", "bilevel"] = "grey"
    quality: int = 80


@dataclass(frozen=True)
class Preset:
    """`damages` draws the damage of one page. `faint_rules` asks for pale or broken ruling lines when the form is drawn."""

    name: str
    dpi: int
    damages: Callable[[Generator], tuple[Damage, ...]]
    encoding: Encoding = Encoding()
    faint_rules: bool = False


def scanner(rng: Generator, skew_deg: float = 0.8, sigma: float = 3.5) -> tuple[Damage, ...]:
    """Draw what an office scanner does to a page."""
    white = int(rng.integers(236, 252))
    return (
        Ink(int(rng.integers(5, 50)), float(rng.uniform(0.05, 0.3))),
        Paper(
            white,
            clouds=float(rng.uniform(0.3, 2)),
            grain=float(rng.uniform(0.5, 2)),
            shade=float(rng.uniform(0, 0.06)),
        ),
        Skew(float(rng.uniform(-skew_deg, skew_deg)), white),
        Blur(float(rng.uniform(0.02, 0.05))),
        Noise(float(rng.uniform(0.5, 1) * sigma)),
    )


def _clean(rng: Generator) -> tuple[Damage, ...]:
    return (Noise(float(rng.uniform(0, 1.0))),)


def _turned(quarters: int) -> Callable[[Generator], tuple[Damage, ...]]:
    return lambda rng: (*scanner(rng), Turn(quarters))


def _skew3(rng: Generator) -> tuple[Damage, ...]:
    white = int(rng.integers(236, 252))
    angle = float(rng.uniform(1.5, 3.0)) * (1 if rng.random() < 0.5 else -1)
    return Ink(30), Paper(white), Skew(angle, white), Blur(0.03), Noise(4.0)


def _stamped(rng: Generator) -> tuple[Damage, ...]:
    words = tomllib.loads((CORPORA / "seals.toml").read_text("utf-8"))
    seals = tuple(
        Seal(
            ring=str(rng.choice(words["rings"])),
            line=str(rng.choice(words["lines"])),
            middle=(float(rng.uniform(0.25, 0.8)), float(rng.uniform(0.12, 0.75))),
            diameter_mm=float(rng.uniform(36, 45)),
            colour=_seal_colour(rng),
            opacity=float(rng.uniform(0.5, 0.9)),
            turn_deg=float(rng.uniform(-25, 25)),
        )
        for _ in range(int(rng.integers(1, 4)))
    )
    return *seals, *scanner(rng)


def _seal_colour(rng: Generator) -> tuple[int, int, int]:
    # One in eight is a blue office stamp.
    base = (40, 60, 180) if rng.random() < 0.12 else (205, 32, 40)
    red, green, blue = (min(max(level + int(rng.integers(-20, 25)), 0), 255) for level in base)
    return red, green, blue


def _fax(rng: Generator) -> tuple[Damage, ...]:
    return (
        Skew(float(rng.uniform(-1, 1)), 255),
        Blur(0.07),
        Speckle(float(rng.uniform(1, 6)), float(rng.uniform(0, 4)), 0.1),
        Bilevel(
            int(rng.integers(135, 185)), float(rng.uniform(12, 28)), float(rng.uniform(0, 0.35))
        ),
    )


def _copy(rng: Generator) -> tuple[Damage, ...]:
    return (
        *scanner(rng, skew_deg=1.2, sigma=5),
        Toner(float(rng.uniform(1.5, 2.6)), int(rng.integers(150, 190))),
        Speckle(float(rng.uniform(1, 5)), float(rng.uniform(0, 3))),
        PunchHoles(int(rng.integers(2, 4)))
        if rng.random() < 0.5
        else Streaks(int(rng.integers(1, 4))),
        BlackBorder(float(rng.uniform(2, 9))),
        Blur(0.035),
        Noise(3.0),
    )


def _faded(rng: Generator) -> tuple[Damage, ...]:
    fade = Fade(
        float(rng.uniform(0.26, 0.42)), float(rng.uniform(12, 26)), float(rng.uniform(0.14, 0.26))
    )
    return fade, *scanner(rng, sigma=2.5)


def _bleed(rng: Generator) -> tuple[Damage, ...]:
    return BleedThrough(float(rng.uniform(0.08, 0.2))), *scanner(rng)


def _photo(rng: Generator) -> tuple[Damage, ...]:
    return (
        Ink(25),
        Paper(
            int(rng.integers(235, 250)), tint=(255, 250, 240), shade=float(rng.uniform(0.05, 0.25))
        ),
        Photo(
            slant=float(rng.uniform(0.008, 0.028)),
            curl=float(rng.uniform(0, 0.007)),
            shadow=float(rng.uniform(0.1, 0.4)),
        ),
        Blur(float(rng.uniform(0.03, 0.06))),
        Noise(3.0),
        Jpeg(85),
    )


PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("clean300", 300, _clean, Encoding("grey", 92)),
        Preset("scan300", 300, scanner, Encoding("grey", 75)),
        Preset("scan200", 200, scanner, Encoding("grey", 75)),
        Preset("scan150", 150, scanner, Encoding("grey", 75)),
        Preset(
            "colour200",
            200,
            lambda rng: (Paper(248, tint=(255, 252, 244)), *scanner(rng)),
            Encoding("colour", 75),
        ),
        Preset("skew3", 300, _skew3, Encoding("grey", 75)),
        Preset("rot90", 300, _turned(1), Encoding("grey", 75)),
        Preset("rot180", 300, _turned(2), Encoding("grey", 75)),
        Preset("rot270", 300, _turned(3), Encoding("grey", 75)),
        Preset("stamp", 300, _stamped, Encoding("colour", 78)),
        Preset("copy", 300, _copy, Encoding("grey", 70)),
        Preset("fax", 200, _fax, Encoding("bilevel")),
        Preset("faded", 300, _faded, Encoding("grey", 80)),
        Preset("bleed", 300, _bleed, Encoding("grey", 75)),
        Preset("faint", 300, scanner, Encoding("grey", 75), faint_rules=True),
        Preset("photo", 250, _photo, Encoding("colour", 80)),
    )
}
