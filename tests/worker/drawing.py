"""Print drawn for tests: grey, dark on white, as a stretched page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from worker.page import Pixels

EM = 40
"""Side of a Chinese character in pixels: 10 points at 288 dpi."""


def drawn_lines(
    lines: Sequence[str],
    *,
    em: int = EM,
    leading: float = 1.4,
    margin: float = 0.5,
    face: str = "wqy-zenhei.ttc",
) -> Pixels:
    """Draw lines below each other; `leading` and the `margin` around are in em."""
    font = ImageFont.truetype(face, em)
    width = max((font.getlength(line) for line in lines), default=4 * em) + 2 * margin * em
    height = em * (1 + leading * (max(1, len(lines)) - 1) + 2 * margin)
    image = Image.new("L", (round(width), round(height)), 255)
    pen = ImageDraw.Draw(image)
    for line, index in zip(lines, count()):
        middle = em * (margin + 0.5 + leading * index)
        pen.text((margin * em, middle), line, fill=20, font=font, anchor="lm")
    return np.asarray(image).copy()


def grain(shape: tuple[int, int], *, seed: int = 1, sigma: float = 8.0) -> Pixels:
    """Return white paper with the grain of a scanner."""
    noise = np.random.default_rng(seed).normal(-10, sigma, shape)
    return np.clip(255 + noise, 0, 255).astype(np.uint8)
