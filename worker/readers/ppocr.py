"""PP-OCRv6 recognisers: one line of print in, its characters out.

The small one answers; the tiny one, a fifth of the time, is its witness. Both were trained on lines
scaled to 48 pixels of height, three channels in -1.0–1.0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.readings import Engine, ReaderName, Reading
from worker.page import Pixels
from worker.readers.base import has_print
from worker.readers.lone import (
    FLAT,
    LoneParams,
    beside_figures,
    is_flat,
    is_lone,
    without_figures,
)
from worker.readers.network import SMALL, Floats, Weights, network_of


@dataclass(frozen=True)
class PpocrParams:
    """How lines are shown to the recogniser.

    `height_px` is fixed by the model. `min_width_px` keeps a lone thin character from becoming a
    strip narrower than one step of the network. `rival` is the probability from which the simplified
    form stands for the traditional one: .22 to .37 where it was right, next to nothing for other characters.
    """

    height_px: int = 48
    min_width_px: int = 16
    rival: float = 0.1
    lone: LoneParams = field(default_factory=LoneParams)


@dataclass(frozen=True)
class PpocrReader:
    """The default reader; see `CellReader`.

    Holds no model itself, so that it can be sent to a spawned process: the model is loaded at the
    first line and kept for the life of the process.
    """

    weights: Weights = SMALL
    params: PpocrParams = field(default_factory=PpocrParams)

    @property
    def name(self) -> ReaderName:
        return self.weights.reader

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        """Read one line at a time: padding a batch to equal widths costs more than it saves.

        Raises `MissingProgram` when the model is not installed, `ReaderFailed` when ONNX Runtime
        gives up.
        """
        return [self._read(line) for line in lines]

    def _read(self, line: Pixels) -> Reading:
        if not has_print(line):
            return reading_of((), (), self.name)
        network = network_of(self.weights)
        scaled = scaled_line(line, self.params)
        steps = prefer_simplified(
            network.run(tensor_of(scaled)), rare_ideographs(network.alphabet), self.params.rival
        )
        reading = reading_of(*decode(steps, network.alphabet), self.name)
        if is_flat(scaled, self.params.lone):
            return flat_reading(reading, steps, network.alphabet)
        if reading.confidence >= self.params.lone.sure or not is_lone(scaled, self.params.lone):
            return reading
        # Drawn before scaling, the figures are as sharp as the mark is.
        beside = scaled_line(beside_figures(line, self.params.lone), self.params)
        shown = network.run(tensor_of(beside))
        return without_figures(reading_of(*decode(shown, network.alphabet), self.name)) or reading


def scaled_line(line: Pixels, params: PpocrParams) -> Pixels:
    """Return the line at the height of the model and at its own width to the pixel.

    Averaging keeps thin strokes when a line shrinks: at 300 dpi it reads 100 % of 320 lines where
    bilinear reads 99.7 and bicubic 99.4; for growing, they are equal.
    """
    height, width = line.shape
    target = max(params.min_width_px, round(width * params.height_px / height))
    shrinks = height > params.height_px
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    scaled = cv2.resize(line, (target, params.height_px), interpolation=method)
    return scaled.astype(np.uint8, copy=False)


def tensor_of(scaled: Pixels) -> Floats:
    """Return the 1×3×H×W float32 tensor of a scaled grey line."""
    plane = (scaled.astype(np.float32) - 127.5) / 127.5
    return np.repeat(plane[None, None], 3, axis=1)


@cache
def rare_ideographs(alphabet: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return which characters are ideographs outside of GB 2312, most of them traditional forms."""
    return np.array([_is_rare(character) for character in alphabet])


def _is_rare(character: str) -> bool:
    if not "\u4e00" <= character <= "\u9fff":
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def prefer_simplified(steps: Floats, rare: NDArray[np.bool_], rival: float) -> Floats:
    """Return the probabilities with a close GB 2312 rival put before a rare ideograph (a copy if any is).

    The model knows both scripts and wavers between forms of one character; the forms are printed in
    simplified ones. Rare characters of names are read without a rival and stay.
    """
    best = steps.argmax(axis=1)
    wavering = np.flatnonzero(rare[best])
    if not wavering.size:
        return steps
    settled: Floats = steps.copy()
    for step in wavering:
        common = np.where(rare, 0.0, steps[step])
        common[0] = 0.0
        other = int(common.argmax())
        if common[other] >= rival:
            settled[step, [best[step], other]] = steps[step, [other, best[step]]]
    return settled


def decode(steps: Floats, alphabet: Sequence[str]) -> tuple[Sequence[str], Sequence[float]]:
    """Read steps × classes probabilities by best path: repeats collapse, class 0 is blank.

    Return the characters and, one each, the highest probability among the steps of its run.
    """
    best = steps.argmax(axis=1)
    sure = steps.max(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    peaks = np.maximum.reduceat(sure, starts) if starts.size else sure
    kept = [(alphabet[best[start]], float(peak)) for start, peak in zip(starts, peaks, strict=True)]
    kept = [(character, peak) for character, peak in kept if character]
    return [character for character, _ in kept], [peak for _, peak in kept]


def flat_reading(reading: Reading, steps: Floats, alphabet: Sequence[str]) -> Reading:
    """Return the reading of one level stroke: what was read if that is flat, else what may be.

    It is as sure as all flat characters are together: which of them it is, print does not show.
    """
    flat = steps[:, [alphabet.index(character) for character in FLAT]]
    text = reading.text
    if not text or set(text) - set(FLAT):
        text = FLAT[int(flat.max(axis=0).argmax())]
    return reading_of(text, [float(flat.sum(axis=1).max())] * len(text), reading.engine)


def reading_of(characters: Sequence[str], confidences: Sequence[float], engine: Engine) -> Reading:
    """Make the reading of a line, without the spaces at its ends."""
    text = "".join(characters)
    first = len(text) - len(text.lstrip())
    kept = [round(min(1.0, max(0.0, sure)), 4) for sure in confidences[first : len(text.rstrip())]]
    return Reading(
        text=text.strip(),
        confidence=min(kept, default=0.0),
        engine=engine,
        characters=tuple(kept),
    )
