"""Outlines of OFD (GB/T 33190-2016, 9.1): `M 0 0 L 10 0 C` as lines of points."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from worker.office.sheet import Point

# How many numbers follow each command.
_NUMBERS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_PIECES = 12  # straight ones that stand for a curve


def outlines(data: str) -> Iterator[tuple[Point, ...]]:
    """Yield the lines of an outline; arcs are drawn as their chords.

    What cannot be understood ends it.
    """
    line: list[Point] = []
    for command, numbers in _commands(data.split()):
        if command in {"S", "M"}:
            if len(line) > 1:
                yield tuple(line)
            line = [_end(numbers)]
        elif not line:
            return
        elif command == "C":
            line.append(line[0])
        else:
            line += _piece(line[-1], command, numbers)
    if len(line) > 1:
        yield tuple(line)


def _commands(words: list[str]) -> Iterator[tuple[str, list[float]]]:
    at = 0
    while at < len(words):
        command = words[at]
        count = _NUMBERS.get(command)
        if count is None or at + count >= len(words):
            return
        try:
            numbers = [float(word) for word in words[at + 1 : at + 1 + count]]
        except ValueError:
            return
        if not all(abs(number) < 1e6 for number in numbers):
            return
        yield command, numbers
        at += 1 + count


def _end(numbers: list[float]) -> Point:
    return numbers[-2], numbers[-1]


def _piece(start: Point, command: str, numbers: list[float]) -> Iterator[Point]:
    """Yield the points that a command leads to."""
    if command in {"Q", "B"}:
        controls = [start, *zip(numbers[::2], numbers[1::2], strict=True)]
        for step in range(1, _PIECES + 1):
            yield _on_curve(controls, step / _PIECES)
    else:
        yield _end(numbers)


def _on_curve(controls: list[Point], part: float) -> Point:
    """Return a point of a Bézier curve (de Casteljau)."""
    while len(controls) > 1:
        controls = [
            (x0 + (x1 - x0) * part, y0 + (y1 - y0) * part)
            for (x0, y0), (x1, y1) in pairwise(controls)
        ]
    return controls[0]
