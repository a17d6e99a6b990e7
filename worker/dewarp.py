"""Perspective and curl of photographed pages, measured on the table's own rules.

The ink of a level page enters, the map that makes its rules straight leaves. Rules were drawn straight, level
and upright: wherever they run now, a smooth map that takes each back to one height (or one column) flattens the
paper between them as well. Pages whose rules are straight need no map and get none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.polynomial.polynomial import polyval2d
from numpy.typing import NDArray

from core.geometry import Bend, Points, Polynomial, Warp
from worker.page import Pixels
from worker.rulings import RulingParameters, rule_pixels

Floats = NDArray[np.float64]
PAPER: Final = 255


@dataclass(frozen=True)
class DewarpParameters:
    """How rules are traced and what map is laid through them; lengths in ems unless said.

    `shortest_piece`, `widest_gap` and `drift` chain strokes into traces: a stroke follows the trace that its
    own direction over `direction` leads on from. `shortest` and `inked` (share) part traces from strokes of
    characters in a row. `knot` is the spacing of the points on a trace.
    `along` and `across` are the powers of the map along a rule and across the rules: sheets curl one way,
    which four powers follow to a hundredth of the rise, and two powers across do for perspective. `stiffness`
    weighs every power against the points, so that what no rule shows stays as it is.
    A trace that the map leaves further than `astray` (root mean square) was none. Rules that move by less than
    `flat` need no map: the skew and the shear of feeders stay under it.
    `steepest` is the steepest that the map may be (ratio): beyond, it was led by something else than rules.
    """

    shortest_piece: float = 0.8
    widest_gap: float = 2.0
    drift: float = 0.3
    direction: float = 5.0
    shortest: float = 8.0
    inked: float = 0.6
    knot: float = 1.0
    along: int = 4
    across: int = 2
    stiffness: float = 1e-4
    astray: float = 0.25
    flat: float = 0.25
    steepest: float = 0.3


@dataclass(frozen=True)
class Trace:
    """A rule as it runs: N×2 points along it, in the order of their first column (along, across), pixels.

    `inked` is the share of its length where ink was found.
    """

    points: Points
    inked: float

    @property
    def length(self) -> float:
        return float(self.points[-1, 0] - self.points[0, 0])


@dataclass(frozen=True)
class Warping:
    """What the rules of a page say about its shape: the `flattening` map, and the traces that it was laid through.

    Traces are in (x, y) of the level page; `off` is the furthest that any of them has to move, in pixels.
    """

    flattening: Bend
    lying: tuple[Trace, ...]
    standing: tuple[Trace, ...]
    off: float


def find_warping(
    ink: Pixels, em: float, params: DewarpParameters = DewarpParameters()
) -> Warping | None:
    """Return how the level page is warped, or None where its rules are straight or too few."""
    lying = find_traces(ink, em, params)
    standing = find_traces(np.ascontiguousarray(ink.T), em, params)
    every = [trace.points for trace in lying] + [trace.points[:, ::-1] for trace in standing]
    if not every:
        return None
    low, high = np.vstack(every).min(axis=0), np.vstack(every).max(axis=0)
    frame = (low + high) / 2, float((high - low).max()) / 2
    lying, along_y, off_y = _fit(lying, *frame, em, params)
    turned = frame[0][::-1], frame[1]
    standing, along_x, off_x = _fit(standing, *turned, em, params)
    off = max(off_x, off_y)
    if off < params.flat * em:
        return None
    centre, unit = (float(frame[0][0]), float(frame[0][1])), frame[1]
    bounds = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    bend = Bend(
        Polynomial(_rows(along_x.T), centre, unit, bounds),
        Polynomial(_rows(along_y), centre, unit, bounds),
    )
    if _steepness(bend, bounds) > params.steepest:
        return None
    upright = tuple(Trace(trace.points[:, ::-1], trace.inked) for trace in standing)
    return Warping(bend, tuple(lying), upright, off)


def find_traces(ink: Pixels, em: float, params: DewarpParameters) -> list[Trace]:
    """Return the traces of the rules along x, curved as they are."""
    strokes = _strokes(rule_pixels(ink, em, RulingParameters()), em, params)
    chains: list[list[Points]] = []
    for stroke in sorted(strokes, key=lambda points: float(points[0, 0])):
        fitting = [
            (step, index)
            for index, chain in enumerate(chains)
            if -em <= stroke[0, 0] - chain[-1][-1, 0] <= params.widest_gap * em
            and (step := _step(np.vstack(chain), stroke, em, params)) <= params.drift * em
        ]
        if fitting:
            chains[min(fitting)[1]].append(stroke)
        else:
            chains.append([stroke])
    traces = [
        Trace(
            np.vstack(chain),
            sum(float(np.ptp(stroke[:, 0])) for stroke in chain)
            / float(chain[-1][-1, 0] - chain[0][0, 0]),
        )
        for chain in chains
    ]
    return [
        trace
        for trace in traces
        if trace.length >= params.shortest * em and trace.inked >= params.inked
    ]


def _strokes(mask: Pixels, em: float, params: DewarpParameters) -> list[Points]:
    """Return each connected stroke of the mask as points, one for each knot along it, ends included."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    strokes = []
    for label in range(1, count):
        left, top, width, height, _ = (int(value) for value in stats[label])
        if width < params.shortest_piece * em:
            continue
        ys, xs = np.nonzero(labels[top : top + height, left : left + width] == label)
        knots = max(2, round(width / (params.knot * em)) + 1)
        owner = np.minimum((xs * knots) // width, knots - 1)
        number = np.maximum(np.bincount(owner, minlength=knots), 1)
        points = np.column_stack(
            [np.bincount(owner, along, minlength=knots) / number for along in (xs, ys)]
        )
        points = points[np.bincount(owner, minlength=knots) > 0] + (left, top)
        strokes.append(points)
    return strokes


def _step(chain: Points, stroke: Points, em: float, params: DewarpParameters) -> float:
    """Return how far apart, in pixels, chain and stroke lie across where they meet, each led on straight."""
    meeting = (chain[-1, 0] + stroke[0, 0]) / 2
    tail = chain[chain[:, 0] >= chain[-1, 0] - params.direction * em]
    head = stroke[stroke[:, 0] <= stroke[0, 0] + params.direction * em]
    long = max((tail, head), key=lambda points: float(np.ptp(points[:, 0])))
    slope = float(np.polyfit(long[:, 0], long[:, 1], 1)[0]) if len(long) > 2 else 0.0
    places = [
        float(np.mean(points[:, 1]) + slope * (meeting - np.mean(points[:, 0])))
        for points in (tail[-3:], head[:3])
    ]
    return abs(places[0] - places[1])


def _fit(
    traces: Sequence[Trace], centre: Floats, unit: float, em: float, params: DewarpParameters
) -> tuple[list[Trace], Floats, float]:
    """Lay a map through traces along their first axis: powers (along+1 × across+1) of the move across.

    Return the traces that follow it, its weights and the furthest move of a trace against its own mean.
    """
    kept = list(traces)
    while kept:
        weights = _solve(kept, centre, unit, params)
        residuals = [_residual(trace, weights, centre, unit) for trace in kept]
        worst = int(np.argmax(residuals))
        if residuals[worst] <= params.astray * em:
            moves = [np.ptp(_moves(trace, weights, centre, unit)) for trace in kept]
            return kept, weights, float(max(moves))
        del kept[worst]
    return [], np.zeros((params.along + 1, params.across + 1)), 0.0


def _solve(
    traces: Sequence[Trace], centre: Floats, unit: float, params: DewarpParameters
) -> Floats:
    """Return the weights that bring every trace nearest to a place of its own across (least squares)."""
    powers = [(a, b) for a in range(1, params.along + 1) for b in range(params.across + 1)]
    rows, targets = [], []
    for trace in traces:
        s, t = ((trace.points - centre) / unit).T
        design = np.column_stack([s**a * t**b for a, b in powers])
        # Each trace comes to lie at its own mean: only what differs from it counts.
        rows.append(design - design.mean(axis=0))
        targets.append(trace.points[:, 1].mean() - trace.points[:, 1])
    number = sum(len(row) for row in rows)
    stiff = [np.sqrt(params.stiffness * number) * (a + b) for a, b in powers]
    design = np.vstack([*rows, np.diag(stiff)])
    target = np.concatenate([*targets, np.zeros(len(powers))])
    solved, *_ = np.linalg.lstsq(design, target, rcond=None)
    weights = np.zeros((params.along + 1, params.across + 1))
    for (a, b), weight in zip(powers, solved, strict=True):
        weights[a, b] = weight
    return weights


def _moves(trace: Trace, weights: Floats, centre: Floats, unit: float) -> Floats:
    s, t = ((trace.points - centre) / unit).T
    return np.asarray(polyval2d(s, t, weights), np.float64)


def _residual(trace: Trace, weights: Floats, centre: Floats, unit: float) -> float:
    """Return how far (root mean square) the mapped trace strays from a straight line."""
    return float(np.std(trace.points[:, 1] + _moves(trace, weights, centre, unit)))


def _rows(weights: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(weight) for weight in row) for row in weights)


def _steepness(bend: Bend, bounds: tuple[float, float, float, float]) -> float:
    """Return the most that the moves change per pixel within the bounds."""
    left, top, right, bottom = bounds
    xs, ys = np.meshgrid(np.linspace(left, right, 20), np.linspace(top, bottom, 20))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    moves = (bend.points(grid) - grid).reshape(20, 20, 2)
    steps = (bottom - top) / 19, (right - left) / 19
    return float(
        max(np.abs(np.diff(moves, axis=axis)).max() / max(steps[axis], 1.0) for axis in (0, 1))
    )


def resample(grey: Pixels, size: tuple[int, int], to_source: Warp, step: int = 16) -> Pixels:
    """Return the picture of `size` (height, width) whose points `to_source` leads to points of `grey`.

    The map is smooth: it is computed at every `step`-th pixel and drawn on linearly between.
    """
    height, width = size
    columns, rows = -(-width // step), -(-height // step)
    # Where enlarging by `step` puts the middle of each node, in pixels of the picture.
    xs, ys = (np.arange(count) * step + (step - 1) / 2 for count in (columns, rows))
    nodes = np.column_stack([each.ravel() for each in np.meshgrid(xs, ys)])
    moves = (to_source.points(nodes) - nodes).reshape(rows, columns, 2).astype(np.float32)
    large = cv2.resize(moves, (columns * step, rows * step), interpolation=cv2.INTER_LINEAR)[
        :height, :width
    ]
    x = large[..., 0] + np.arange(width, dtype=np.float32)
    y = large[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    flat = cv2.remap(
        grey, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(PAPER,)
    )
    return np.asarray(flat, np.uint8)
