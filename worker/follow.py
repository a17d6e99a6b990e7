"""Follow broken rules beyond where they were found.

A rule of which faxing left dots is found where the dots stand close, and goes on where they do not. A mask of ink and a
rule enter, the rule leaves as far as it can be followed. Horizontal frames only; sizes are in *em*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from worker.page import Pixels
from worker.rulings import Ruling


@dataclass(frozen=True)
class FollowParams:
    """Which rules are followed, and how far.

    Only broken ones are: those that have ink along less than `whole` (share) of their length; and only what is
    `longest_stroke` and longer, since the strokes of a few characters line up. A step looks `ahead`: the rule goes on to
    the last ink within `drift_px` pixels of its course, where there is ink along `dotted` (share) of the way and, from
    `nearest` to `beside` on both sides, no more than `clear`. A step of less than `least` is not taken.
    """

    whole: float = 0.8
    longest_stroke: float = 4.0
    ahead: float = 3.0
    drift_px: int = 2
    dotted: float = 0.2
    nearest: float = 0.14
    beside: float = 0.45
    clear: float = 0.12
    least: float = 0.5


def followed(rule: Ruling, ink: Pixels, em: float, params: FollowParams = FollowParams()) -> Ruling:
    """Return the rule with what follows it at both ends; the same rule where it is whole or nothing does."""
    if rule.length < params.longest_stroke * em or inked_share(rule, ink, params) >= params.whole:
        return rule
    last = _end(rule, ink, em, params)
    mirrored = replace(
        rule, start=ink.shape[1] - rule.end, end=ink.shape[1] - rule.start, slope=-rule.slope
    )
    first = _end(mirrored, ink[:, ::-1], em, params)
    (x0, y0), (x1, y1) = (ink.shape[1] - first[0], first[1]), last
    if x1 - x0 <= rule.length:
        return rule
    slope = (y1 - y0) / (x1 - x0)
    inked = rule.inked * rule.length / (x1 - x0)
    return replace(rule, start=x0, end=x1, position=(y0 + y1) / 2, slope=slope, inked=inked)


def inked_share(rule: Ruling, ink: Pixels, params: FollowParams = FollowParams()) -> float:
    """Return along which share of the rule there is ink."""
    xs = np.arange(round(rule.start), round(rule.end))
    ys = np.rint([rule.at(float(x)) for x in xs]).astype(np.intp)
    reach = np.arange(-params.drift_px, params.drift_px + 1)
    rows = np.clip(ys[None] + reach[:, None], 0, len(ink) - 1)
    return float((ink[rows, np.clip(xs, 0, ink.shape[1] - 1)[None]] > 0).any(axis=0).mean())


def _end(rule: Ruling, ink: Pixels, em: float, params: FollowParams) -> tuple[float, float]:
    """Return (x, y) of the end to the right."""
    x, y = rule.end, rule.at(rule.end)
    near, far = round(params.nearest * em), round(params.beside * em)
    while True:
        left, right = round(x), min(ink.shape[1], round(x + params.ahead * em))
        middle = round(y)
        if right - left < params.least * em or not far <= middle < len(ink) - far:
            return x, y
        strip = ink[middle - far : middle + far + 1, left:right] > 0
        beside = strip[: far - near + 1].mean(), strip[far + near :].mean()
        shares = {
            drift: strip[far + drift - 1 : far + drift + 2].any(axis=0)
            for drift in range(-params.drift_px, params.drift_px + 1)
        }
        drift = max(shares, key=lambda each: (shares[each].mean(), -abs(each)))
        along = np.flatnonzero(shares[drift])
        if len(along) < params.dotted * (right - left) or max(beside) > params.clear:
            return x, y
        if along[-1] + 1 < params.least * em:
            return x, y
        x, y = float(left + along[-1] + 1), y + drift / 2
