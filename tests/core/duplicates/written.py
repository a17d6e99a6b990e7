"""Pages with random lines and figures, as two scans of a sheet would be read."""

from __future__ import annotations

from random import Random

from bench.perfect import line_of
from core.geometry import Box
from core.readings import PageReading


def written(seed: int, misread: int = 0, flipped: int = 0, figures: int = 0) -> PageReading:
    """Return a page of 30 lines; some are misread, bits of its layout flipped, figures changed."""
    rng = Random(seed)
    lines = ["".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(12)) for _ in range(20)] + [
        f"{rng.randrange(10**6, 10**7)}.00" for _ in range(10)
    ]
    layout = rng.getrandbits(256) ^ ((1 << flipped) - 1)
    for number in range(misread):
        lines[number] = lines[number][:-1] + "口"
    for number in range(figures):
        lines[-1 - number] = "7" + lines[-1 - number]
    box = Box(0, 0, 9, 9)
    return PageReading(
        number=1,
        width=100,
        height=140,
        upright_width=100,
        upright_height=140,
        dpi=300.0,
        layout=f"{layout:064x}",
        lines=tuple(line_of(text, box) for text in lines),
    )
