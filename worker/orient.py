"""Which way up a page is: its lines tell the axis, its characters tell head from foot.

Tables look alike on their side and Chinese characters are square, so what decides is how well a few lines
read, weighed with how many there are: on a page on its side, only the vertical labels look like lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.geometry import Box
from core.readings import Reading
from worker.blocks import BlockParameters, find_blocks
from worker.lines import cut_lines
from worker.page import Pixels, Rotation
from worker.straighten import turn


@dataclass(frozen=True)
class OrientParameters:
    """Which lines are read, and when they are sure enough.

    Lines of `shortest` to `longest` ems: digits and short words read well upside down, long lines cost
    time. `reach` (ems) keeps print of neighbouring cells apart. Upright lines read at a mean confidence of
    .97 and more, lines on their head at .3 to .75 (scans at 200 and 300 dpi), so `sure` ends the search.
    """

    lines: int = 6
    shortest: float = 3.5
    longest: float = 12.0
    highest: float = 2.2
    reach: float = 0.6
    sure: float = 0.93


@dataclass(frozen=True)
class Turned:
    """The page with one quarter turn undone, and what looks like lines of print on it."""

    rotation: Rotation
    grey: Pixels
    boxes: tuple[Box, ...]


def find_rotation(
    level: Pixels,
    print_only: Pixels,
    em: float,
    read: Callable[[Sequence[Pixels]], Sequence[Reading]],
    params: OrientParameters = OrientParameters(),
) -> Rotation:
    """Return the quarter turn of the print, counter-clockwise, that has to be undone.

    `level` is the deskewed page in grey, `print_only` the mask of its ink without the rules. The axis with
    more lines is tried first, and nothing else once a page reads well on it.
    """

    def turned(rotation: Rotation) -> Turned:
        mask, _ = turn(print_only, rotation)
        return Turned(rotation, turn(level, rotation)[0], line_boxes(mask, em, params))

    upright, sideways = turned(0), turned(90)
    first, second = (
        (upright, sideways) if len(upright.boxes) >= len(sideways.boxes) else (sideways, upright)
    )
    scores: dict[Rotation, float] = {}
    for page in (first, turned(_head_over(first)), second, turned(_head_over(second))):
        legible = legibility(read(sample_lines(page, em, params)))
        if legible >= params.sure and page.rotation in (first.rotation, _head_over(first)):
            return page.rotation
        scores[page.rotation] = legible * len(page.boxes)
    return max(scores, key=lambda rotation: scores[rotation])


def _head_over(page: Turned) -> Rotation:
    return 180 if page.rotation == 0 else 270


def line_boxes(print_only: Pixels, em: float, params: OrientParameters) -> tuple[Box, ...]:
    """Return the boxes that are shaped like one line of some characters."""
    return tuple(
        box
        for box in find_blocks(print_only, em, BlockParameters(reach=params.reach))
        if params.shortest * em <= box.width <= params.longest * em
        and box.height <= params.highest * em
    )


def sample_lines(page: Turned, em: float, params: OrientParameters) -> list[Pixels]:
    """Return a few lines of the page, spread over it."""
    step = max(1, len(page.boxes) // params.lines)
    return [
        line.pixels
        for box in page.boxes[::step][: params.lines]
        for line in cut_lines(page.grey[box.top : box.bottom, box.left : box.right], em)
    ]


def legibility(readings: Sequence[Reading]) -> float:
    """Return the mean confidence of all characters, 0.0–1.0; 0 where there are none."""
    sure = [
        confidence
        for reading in readings
        for confidence in reading.characters or [reading.confidence] * len(reading.text)
    ]
    return sum(sure) / len(sure) if sure else 0.0
