"""What a pen leaves on a form: figures, words, ticks, signatures.

No face of handwriting is at hand, so it is drawn: strokes are splines through points that a hand misses by a
little, leaning and rising, pressed unevenly, run together where the hand is quick. The words are no real
characters; nobody has to read them, only to see that they were written. Coordinates of strokes: x to the right,
y down, a character's square is 1 × 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from samples.generator.damage import Scan
from samples.generator.warp import Pixels

Stroke = NDArray[np.float64]
"""Points of a stroke, N × 2."""
Written = Literal["figure", "words", "tick", "signature"]
WRITTEN: tuple[Written, ...] = get_args(Written)

_DIGITS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "0": (((0.35, 0.0), (0.08, 0.3), (0.1, 0.75), (0.35, 1.0), (0.58, 0.7), (0.56, 0.25), (0.3, 0.0)),),
    "1": (((0.2, 0.18), (0.36, 0.0), (0.33, 0.5), (0.3, 1.0)),),
    "2": (((0.1, 0.25), (0.3, 0.0), (0.55, 0.2), (0.4, 0.55), (0.08, 0.98), (0.35, 0.92), (0.62, 0.97)),),
    "3": (((0.1, 0.1), (0.4, 0.0), (0.52, 0.22), (0.27, 0.45), (0.56, 0.68), (0.4, 0.98), (0.06, 0.9)),),
    "4": (((0.4, 0.0), (0.25, 0.35), (0.05, 0.62), (0.35, 0.62), (0.65, 0.58)), ((0.45, 0.3), (0.42, 1.0))),
    "5": (((0.15, 0.05), (0.12, 0.42), (0.4, 0.4), (0.55, 0.68), (0.35, 0.98), (0.05, 0.9)), ((0.15, 0.05), (0.58, 0.0))),
    "6": (((0.5, 0.0), (0.2, 0.35), (0.08, 0.75), (0.3, 1.0), (0.52, 0.78), (0.35, 0.55), (0.1, 0.72)),),
    "7": (((0.06, 0.06), (0.35, 0.05), (0.6, 0.04), (0.4, 0.45), (0.25, 1.0)),),
    "8": (((0.45, 0.12), (0.2, 0.05), (0.15, 0.3), (0.5, 0.62), (0.4, 0.97), (0.12, 0.85), (0.3, 0.5), (0.52, 0.2), (0.42, 0.08)),),
    "9": (((0.5, 0.15), (0.25, 0.02), (0.12, 0.3), (0.32, 0.48), (0.52, 0.2), (0.48, 0.6), (0.35, 1.0)),),
    ".": (((0.1, 0.95), (0.14, 1.0)),),
}  # fmt: skip
_TICKS = (
    (((0.0, 0.55), (0.12, 0.7), (0.28, 1.0), (0.6, 0.4), (1.1, -0.1)),),
    (((0.05, 0.1), (0.4, 0.5), (0.85, 0.95)), ((0.85, 0.05), (0.45, 0.5), (0.05, 1.0))),
    (((0.5, 0.0), (0.05, 0.3), (0.1, 0.85), (0.6, 1.0), (0.98, 0.6), (0.8, 0.1), (0.4, 0.02)),),
)
_BASIC = (
    ((0.08, 0.0), (0.5, -0.04), (0.92, -0.08)),
    ((0.5, 0.0), (0.52, 0.45), (0.48, 0.95)),
    ((0.65, 0.0), (0.5, 0.45), (0.1, 0.9)),
    ((0.35, 0.05), (0.55, 0.5), (0.95, 0.9)),
    ((0.4, 0.1), (0.5, 0.25)),
    ((0.1, 0.1), (0.85, 0.05), (0.8, 0.6), (0.6, 0.75)),
)
"""Level, upright, falling to the left, to the right, dot, hook."""
_FLOURISH = np.array([(0.5, 0.25), (1.3, -0.15)])


@dataclass(frozen=True)
class PenMark:
    """Writing of a kind in a cell of the page.

    `box` is the cell and `print_boxes` its lines (left, top, right, bottom in points of the page). `em_pt` is the size of
    the print. A tick stands at or over the print, all else in its place: the print is left out. `ink` is RGB.
    """

    box: tuple[float, float, float, float]
    kind: Written
    seed: str
    em_pt: float
    print_boxes: tuple[tuple[float, float, float, float], ...] = ()
    ink: tuple[int, int, int] = (35, 35, 45)

    def on(self, scan: Scan, _: object) -> Scan:
        """Give the page with the writing; nothing moves."""
        rng = default_rng(list(self.seed.encode()))
        pixels = scan.pixels.copy()
        if self.kind != "tick":
            for box in self.print_boxes:
                left, top, right, bottom = (round(edge * scan.dpi / 72) for edge in box)
                pixels[top:bottom, left:right] = 255
        strokes = self._placed(strokes_of(self.kind, rng), scan.dpi / 72, rng)
        ink = np.array(self.ink, np.float32) / 255
        part = cover(strokes, scan.size, scan.px(rng.uniform(0.3, 0.55)), rng)
        if pixels.ndim == 2:
            ink = ink.mean(keepdims=True)
            part = part[..., 0]
        page = pixels.astype(np.float32) * (1 - part + part * ink)
        return replace(scan, pixels=np.asarray(np.clip(page, 0, 255), np.uint8))

    def _placed(self, strokes: Sequence[Stroke], px_pt: float, rng: Generator) -> list[Stroke]:
        """Lay the strokes into the cell, larger than its print, as far as there is room."""
        left, top, right, bottom = self.box
        size = self.em_pt * rng.uniform(1.2, 1.8)
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        # A pen does not mind the rules much: what is written may reach over them by a tenth.
        room = np.array([right - left, bottom - top]) * 1.1
        scale = min(size, *(room / np.maximum(high - low, 0.2)))
        middle = np.array([(left + right) / 2, (top + bottom) / 2])
        if self.kind == "tick" and self.print_boxes:
            _, y0, x1, y1 = self.print_boxes[-1]
            middle = np.array(
                [min(x1 + rng.uniform(-0.5, 0.8) * size, right - size / 2), (y0 + y1) / 2]
            )
        return [((stroke - (low + high) / 2) * scale + middle) * px_pt for stroke in strokes]


def strokes_of(kind: Written, rng: Generator) -> list[Stroke]:
    """Return the strokes of some writing of the kind, one character high."""
    match kind:
        case "figure":
            text = f"{rng.integers(1, 100)}" + (
                f".{rng.integers(1, 10)}" if rng.random() < 0.3 else ""
            )
            characters = [_DIGITS[digit] for digit in text]
            strokes = _in_a_row(characters, 0.62, rng)
        case "words":
            strokes = _in_a_row([_character(rng) for _ in range(rng.integers(2, 5))], 1.0, rng)
        case "tick":
            strokes = _in_a_row([_TICKS[rng.integers(len(_TICKS))]], 1.0, rng)
        case _:
            strokes = _in_a_row([_character(rng) for _ in range(rng.integers(2, 4))], 0.8, rng)
            strokes = [np.concatenate([a, b[:1]]) for a, b in pairwise(strokes)]
            end = strokes[-1][-1]
            strokes.append(np.array([end, end + _FLOURISH[0], end + _FLOURISH[1]]))
    lean, rise = rng.uniform(0.05, 0.35), rng.uniform(-0.02, 0.14)
    slant = np.array([[1.0, -rise], [-lean, 1.0]])
    return [smooth(stroke @ slant) for stroke in strokes]


def _character(rng: Generator) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return strokes in the square of a character: no real one, in the manner of one."""
    strokes = []
    for _ in range(rng.integers(4, 8)):
        basic = np.array(_BASIC[rng.integers(len(_BASIC))])
        size = rng.uniform(0.45, 1.0, 2)
        at = rng.uniform(0, 1, 2) * (1 - size * 0.9)
        strokes.append(tuple(map(tuple, (basic * size + at).tolist())))
    return tuple(strokes)


def _in_a_row(
    characters: Sequence[Sequence[Sequence[tuple[float, float]]]], pitch: float, rng: Generator
) -> list[Stroke]:
    """Return the strokes of characters side by side, each off its place by a little."""
    strokes = []
    for number, character in enumerate(characters):
        size, at = rng.uniform(0.85, 1.1), (number * pitch, rng.uniform(-0.06, 0.06))
        for points in character:
            missed = np.array(points) + rng.normal(0, 0.03, (len(points), 2))
            strokes.append(missed * size + at)
    return strokes


def smooth(points: Stroke, steps: int = 12) -> Stroke:
    """Return a Catmull-Rom spline through the points."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curves = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        curves.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.concatenate([*curves, points[-1:]])


def cover(
    strokes: Sequence[Stroke], size: tuple[int, int], width_px: float, rng: Generator
) -> NDArray[np.float32]:
    """Return how much of each pixel ink covers (H×W×1, 0…1): the pen is pressed most in a stroke's middle."""
    fine = 3
    points = np.concatenate(strokes)
    left, top = np.maximum(np.floor(points.min(axis=0) - 2 * width_px).astype(int), 0)
    right, bottom = np.minimum(np.ceil(points.max(axis=0) + 2 * width_px).astype(int), size[::-1])
    part = np.zeros((*size, 1), np.float32)
    if right <= left or bottom <= top:
        return part
    mask: Pixels = np.zeros(((bottom - top) * fine, (right - left) * fine), np.uint8)
    for stroke in strokes:
        places = (stroke - (left, top)) * fine
        pressed = 0.7 + 0.4 * np.sin(np.linspace(0.3, np.pi, len(places))) + rng.normal(0, 0.05)
        for (x0, y0), (x1, y1), press in zip(places, places[1:], pressed, strict=False):
            thick = max(1, round(float(width_px * fine * press)))
            ends = (round(x0), round(y0)), (round(x1), round(y1))
            cv2.line(mask, *ends, 255, thick, cv2.LINE_AA)
    window = cv2.resize(mask, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    part[top:bottom, left:right, 0] = window.astype(np.float32) / 255
    return part
