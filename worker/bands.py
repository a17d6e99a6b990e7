"""Mend rules of which faxing left dots, by what the rules across them say.

Such rules are found in pieces, where their dots stand close. First the pieces are followed. Then the page is cut into
bands at the edges of one direction: within a band a rule across it shows as a column of dots from one end to the other,
with paper on both sides, which no print is; what shows so in several bands is an edge, found or not. Pages whose rules are
whole go through unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.follow import FollowParams, followed, inked_share
from worker.grid import Edge, edges_of
from worker.page import Pixels
from worker.rulings import Direction, Ruling, Rulings

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class BandParams:
    """Sizes in em; shares of the height of a band.

    Rules are broken where the `long` ones together have ink along less than `broken` (share) of their length: a fax of
    which 6 of 129 cells were found had .55, eleven pages of faxes, copies, faded and faint scans .96 and more. A band is
    at least `lowest` high. In it a rule has ink in `dotted` of the rows, in half as many of either half, and within `ends`
    of both of its ends; beside it, from `nearest` to `beside` on both sides, no more than `clear` of the paper is ink.
    An edge shows so in `bands` bands, and in `part` (share) of them all; `apart` from any other. `drift_px` (pixels) is
    how far the rule may lie off the edge's place in a single band.
    """

    follow: FollowParams = field(default_factory=FollowParams)
    long: float = 4.0
    broken: float = 0.8
    lowest: float = 0.9
    dotted: float = 0.2
    ends: float = 0.2
    nearest: float = 0.14
    beside: float = 0.45
    clear: float = 0.12
    bands: int = 3
    part: float = 0.2
    apart: float = 0.45
    drift_px: int = 2


def mended(rulings: Rulings, ink: Pixels, em: float, params: BandParams = BandParams()) -> Rulings:
    """Return the rules with what is missing of broken ones; rules that are whole as they are."""
    turned = np.ascontiguousarray(ink.T)
    both = (
        *((rule, ink) for rule in rulings.horizontal),
        *((rule, turned) for rule in rulings.vertical),
    )
    long = [(rule, page) for rule, page in both if rule.length >= params.long * em]
    length = sum(rule.length for rule, _ in long)
    if (
        sum(rule.length * inked_share(rule, page, params.follow) for rule, page in long)
        >= params.broken * length
    ):
        return rulings
    lying = [followed(rule, ink, em, params.follow) for rule in rulings.horizontal]
    standing = [followed(rule, turned, em, params.follow) for rule in rulings.vertical]
    lying, standing = (
        [*lying, *_seen(lying, standing, turned, "horizontal", em, params)],
        [*standing, *_seen(standing, lying, ink, "vertical", em, params)],
    )
    return replace(rulings, horizontal=tuple(lying), vertical=tuple(standing))


def _seen(
    rules: Sequence[Ruling],
    across: Sequence[Ruling],
    ink: Pixels,
    direction: Direction,
    em: float,
    params: BandParams,
) -> Iterator[Ruling]:
    """Yield the pieces of rules that show between the edges of the rules `across` them.

    In `ink` the rules run down: it is transposed for horizontal ones.
    """
    long = [rule for rule in across if rule.length >= params.long * em]
    edges = edges_of(long, em)
    bands = [
        (round(upper.position + _half(upper)) + 2, round(lower.position - _half(lower)) - 1)
        for upper, lower in pairwise(edges)
        if lower.position - upper.position >= params.lowest * em
    ]
    if len(bands) < params.bands:
        return
    trim = max(map(_half, edges))
    shows = np.array([_columns(ink[top:bottom] > 0, trim, em, params) for top, bottom in bands])
    known = [
        edge.position for edge in edges_of([r for r in rules if r.length >= params.long * em], em)
    ]
    reach = np.ones((1, 2 * params.drift_px + 1), np.uint8)
    near = cv2.dilate(shows.view(np.uint8), reach) > 0
    for position in (*known, *_new(near.sum(axis=0), known, len(bands), em, params)):
        column = min(max(round(position), 0), near.shape[1] - 1)
        for (top, bottom), seen in zip(bands, near[:, column], strict=True):
            if seen:
                yield Ruling(direction, top - 2.0, bottom + 1.0, position, 0.0, 1.0, 1.0)


def _half(edge: Edge) -> float:
    """Return how far an edge's own ink reaches into the bands beside it, beyond a thin rule's."""
    return max(0.0, max(rule.thickness for rule in edge.rules) / 2 - 1.0)


def _columns(band: Mask, trim: float, em: float, params: BandParams) -> Mask:
    """Return at which columns of the band, which lacks `trim` pixels at either end, a rule runs down through it."""
    wide = cv2.dilate(band.view(np.uint8), np.ones((1, 3), np.uint8)) > 0
    # The rules above and below have been cut off already, and their ink is no end of one across them.
    middle, end = len(band) // 2, max(3, round(params.ends * (len(band) + 2 * trim) - trim))
    near, far = round(params.nearest * em), round(params.beside * em)
    total = np.concatenate([np.zeros(1), np.cumsum(band.mean(axis=0))])
    places = np.arange(band.shape[1])

    def density(first: int, last: int) -> NDArray[np.float64]:
        ends = (np.clip(places + offset, 0, band.shape[1]) for offset in (first, last))
        left, right = ends
        return np.asarray((total[right] - total[left]) / (last - first))

    beside = np.maximum(density(-far, -near), density(near + 1, far + 1))
    halves = wide[:middle].mean(axis=0), wide[middle:].mean(axis=0)
    found: Mask = (
        (wide.mean(axis=0) >= params.dotted)
        & (np.minimum(*halves) >= params.dotted / 2)
        & wide[:end].any(axis=0)
        & wide[-end:].any(axis=0)
        & (beside <= params.clear)
    )
    return found


def _new(
    counts: NDArray[np.int_], known: Sequence[float], bands: int, em: float, params: BandParams
) -> Iterator[float]:
    """Yield the places of edges that are not known yet, those first that show in most bands."""
    left = counts.copy()
    for position in known:
        _clear(left, position, em, params)
    while left.size and left.max() >= max(params.bands, params.part * bands):
        best = np.flatnonzero(left == left.max())
        run = best[: 1 + np.argmax(np.diff(best, append=best[-1] + 2) > 1)]
        position = float(run.mean())
        yield position
        _clear(left, position, em, params)


def _clear(counts: NDArray[np.int_], position: float, em: float, params: BandParams) -> None:
    """Take the surroundings of an edge out of `counts`, which belongs to the caller."""
    reach = params.apart * em
    counts[max(0, round(position - reach)) : max(0, round(position + reach) + 1)] = 0
