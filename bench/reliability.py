"""The reliability curve: how often values are right, by the confidence that they were given.

Confidences crowd near 1, so the axis is that of their complement, logarithmic: a decade of doubt has
the same width everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.scoring import Judged

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.0)
_GROUPS = (("numbers", True), ("words", False))
_COLOURS = {"numbers": "#b02a2a", "words": "#2a5fb0"}
_DECADES = 4


@dataclass(frozen=True)
class Bin:
    """Values of similar confidence: their number, mean confidence, and how many are right."""

    group: str
    count: int
    confidence: float
    right: int

    @property
    def rate(self) -> float:
        return self.right / self.count


def curve(values: Iterable[Judged]) -> list[Bin]:
    """Sort found values into bins of confidence, numbers and words apart."""
    found = [value for value in values if value.status != "missing" and value.given]
    bins = []
    for group, number in _GROUPS:
        for low, high in pairwise(EDGES):
            inside = [
                value
                for value in found
                if value.number is number
                and (low <= value.confidence < high or (high == 1 and value.confidence == 1))
            ]
            if inside:
                mean = sum(value.confidence for value in inside) / len(inside)
                bins.append(Bin(group, len(inside), mean, sum(value.right for value in inside)))
    return bins


def interval(right: int, count: int) -> tuple[float, float]:
    """Return Wilson's interval of 95 % for a rate."""
    z, rate = 1.96, right / count
    middle = rate + z * z / (2 * count)
    spread = z * math.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    whole = 1 + z * z / count
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


def to_svg(bins: Sequence[Bin], side: int = 420) -> str:
    """Draw the bins with their intervals over the diagonal on which confidence is what it says."""
    margin = 64
    ticks = [(1 - 10.0**-decade, _place(1 - 10.0**-decade, side)) for decade in range(_DECADES + 1)]
    whole = side + 2 * margin
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" font-size="12">',
        f'<rect width="100%" height="100%" fill="white"/><g transform="translate({margin},{margin})">',
        f'<path d="M0 {side}L{side} 0" stroke="#999" stroke-dasharray="4 4"/>',
        f'<rect width="{side}" height="{side}" fill="none" stroke="#333"/>',
    ]
    for value, at in ticks:
        parts.append(f'<text x="{at:.0f}" y="{side + 18}" text-anchor="middle">{value:g}</text>')
        parts.append(f'<text x="-8" y="{side - at + 4:.0f}" text-anchor="end">{value:g}</text>')
    parts.append(f'<text x="{side / 2}" y="{side + 44}" text-anchor="middle">confidence</text>')
    parts.append(
        f'<text transform="translate(-48,{side / 2}) rotate(-90)" text-anchor="middle">'
        "share that is right, 95 % interval</text>"
    )
    for row, (group, _) in enumerate(_GROUPS):
        parts.append(
            f'<circle cx="18" cy="{18 + 20 * row}" r="5" fill="{_COLOURS[group]}"/>'
            f'<text x="30" y="{22 + 20 * row}">{group}</text>'
        )
    parts += [_mark(one, side) for one in bins]
    return "\n".join([*parts, "</g></svg>\n"])


def _mark(one: Bin, side: int) -> str:
    x, y = _place(one.confidence, side), side - _place(one.rate, side)
    low, high = (side - _place(rate, side) for rate in interval(one.right, one.count))
    colour = _COLOURS[one.group]
    return (
        f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}">'
        f"<title>{one.right} of {one.count} at {one.confidence:.4f}</title></circle>"
    )


def _place(value: float, side: int) -> float:
    """Return where a share stands on an axis of `side`: by the decades of what it lacks of 1."""
    return side * min(_DECADES, -math.log10(max(10.0**-_DECADES, 1 - value))) / _DECADES
