"""Ruling lines of an upright page.

Ink enters, straight rules leave: horizontal and vertical ones, each with the stretch it covers. Print is
told from rules by what a rule is: long, thin and without gaps. What table the rules form is not asked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from worker.page import Pixels

Direction = Literal["horizontal", "vertical"]


@dataclass(frozen=True)
class RulingParameters:
    """What counts as a rule, in ems (the height of a full-width glyph) unless said.

    A stroke of a character is at most one em long, a dash two; pieces are joined into rules afterwards.
    `window` with `coverage` keeps rules that scanning has dotted; `thickest` parts rules from print and
    from black borders, `drift` lets a rule lean or bend by that much between neighbouring pieces.
    Strokes of neighbouring characters line up now and then: what leans more than `steepest` (a ratio) on a
    deskewed page, or has less ink than `faintest` of its length, is no rule. Below `short`
    ems only strokes of one line of print do so, and real rules are straight: the bounds are narrower.
    A rule of which faxing left dots is told over a `long_window`: `dotted` (share) of it is ink, and of the
    paper on either side, from `nearest` to `beside`, no more than `clear` (share), which no row of characters
    leaves on both; its dots lie no more than `dot_gap` apart, and it is `dotted_length` long, within a
    `dotted_height`: sides of characters under one another are dotted over a few lines, and no further.
    Over a few ems the lean is not measured better than to a rise of `least_rise` from end to end. What stands from
    one long rule to the next, ending within `meets` of one, may lean up to `steepest_across`: no stroke of a character does,
    and on a photographed page that holds the last row of a table only, nothing has told yet how its sides lean. What ends
    at one only leans like those. They are `sides` at least, and lean alike, within `alike` (a ratio).
    """

    window: float = 1.5
    coverage: float = 0.75
    shortest: float = 0.8
    thickest: float = 0.45
    widest_gap: float = 1.5
    drift: float = 0.15
    shortest_rule: float = 1.6
    steepest: float = 0.03
    faintest: float = 0.55
    short: float = 10.0
    short_steepest: float = 0.012
    least_rise: float = 0.05
    short_faintest: float = 0.75
    meets: float = 0.2
    steepest_across: float = 0.08
    alike: float = 0.015
    sides: int = 3
    long_window: float = 6.0
    dotted: float = 0.4
    nearest: float = 0.14
    beside: float = 0.45
    clear: float = 0.08
    dot_gap: float = 0.5
    dotted_length: float = 8.0
    dotted_height: float = 0.6


@dataclass(frozen=True)
class Ruling:
    """One straight rule in the upright frame.

    It runs from `start` to `end` (pixels along its direction) and lies at `position` (across it) in its
    middle; `slope` is the change of position per pixel along. `thickness` is in pixels; `inked` is the
    share of its length where ink was found, 0.0–1.0.
    """

    direction: Direction
    start: float
    end: float
    position: float
    slope: float
    thickness: float
    inked: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, along: float) -> float:
        """Return the position across the rule at `along`."""
        return self.position + self.slope * (along - (self.start + self.end) / 2)


@dataclass(frozen=True)
class Rulings:
    """All rules of a page, and the mask (H×W uint8, 255 = rule) of the ink that they are made of.

    Strokes of characters that were long enough to be looked at, but are no rules, are not in the mask.
    """

    horizontal: tuple[Ruling, ...]
    vertical: tuple[Ruling, ...]
    mask: Pixels


def find_rulings(ink: Pixels, em: float, params: RulingParameters = RulingParameters()) -> Rulings:
    """Return the rules of a page whose print is `em` pixels high."""
    lying, lying_mask = _one_direction(ink, em, "horizontal", params)
    long = tuple(rule for rule in lying if rule.length >= params.short * em)
    turned = np.ascontiguousarray(ink.T)
    standing, standing_mask = _one_direction(turned, em, "vertical", params, across=long)
    mask = cv2.bitwise_or(lying_mask, np.ascontiguousarray(standing_mask.T))
    return Rulings(lying, standing, np.asarray(mask, np.uint8))


def longer_than(length: float, rulings: Rulings, ink: Pixels) -> Rulings:
    """Return only the rules of at least `length` pixels, with a mask of their ink alone."""
    lying = tuple(rule for rule in rulings.horizontal if rule.length >= length)
    standing = tuple(rule for rule in rulings.vertical if rule.length >= length)
    turned = _kept(np.ascontiguousarray(ink.T), standing)
    mask = cv2.bitwise_or(_kept(ink, lying), np.ascontiguousarray(turned.T))
    return Rulings(lying, standing, np.asarray(cv2.bitwise_and(mask, rulings.mask), np.uint8))


def _one_direction(
    ink: Pixels,
    em: float,
    direction: Direction,
    params: RulingParameters,
    across: Sequence[Ruling] = (),
) -> tuple[tuple[Ruling, ...], Pixels]:
    """Return the rules that run along x in `ink` (which is transposed for the vertical ones).

    `across` are long rules of the other direction.
    """
    mask = rule_pixels(ink, em, params)
    strokes = _joined(_pieces(mask, em, direction, params), em, params)
    straight = [rule for rule in strokes if _is_straight(rule, em, params)]
    leaning = [rule for rule in strokes if rule not in straight]
    rules = (*straight, *_leaning_rules(leaning, across, em, params))
    return rules, _kept(mask, rules)


def _leaning_rules(
    strokes: Sequence[Ruling], across: Sequence[Ruling], em: float, params: RulingParameters
) -> list[Ruling]:
    """Return the strokes that are rules though they lean: they touch two long rules, and end at one.

    Others that end at a long rule are taken along where they lean like these: above a page break no rule
    closes a row.
    """
    margin = params.meets * em

    def touched(rule: Ruling) -> int:
        return sum(
            rule.start - margin <= other.at(rule.position) <= rule.end + margin
            and other.start - margin <= rule.position <= other.end + margin
            for other in across
        )

    def ends_at_one(rule: Ruling) -> bool:
        return any(
            abs(other.at(rule.at(end)) - end) <= margin
            for end in (rule.start, rule.end)
            for other in across
        )

    likely = [
        rule
        for rule in strokes
        if rule.length >= params.shortest_rule * em
        and abs(rule.slope) <= params.steepest_across
        and rule.inked >= params.short_faintest
        and touched(rule)
        and ends_at_one(rule)
    ]
    sure = [rule for rule in likely if touched(rule) >= 2]
    if len(sure) < params.sides:
        return []
    lean = float(np.median([rule.slope for rule in sure]))
    return [rule for rule in likely if abs(rule.slope - lean) <= params.alike]


def _is_straight(rule: Ruling, em: float, params: RulingParameters) -> bool:
    """Tell a rule from strokes of characters that happen to follow each other."""
    is_short = rule.length < params.short * em
    steepest = (
        max(params.short_steepest, params.least_rise * em / rule.length)
        if is_short
        else params.steepest
    )
    faintest = params.short_faintest if is_short else params.faintest
    return (
        rule.length >= params.shortest_rule * em
        and abs(rule.slope) <= steepest
        and rule.inked >= faintest
    )


def _kept(mask: Pixels, rules: tuple[Ruling, ...]) -> Pixels:
    """Return the part of the mask that lies on one of the rules."""
    drawn = np.zeros_like(mask)
    for rule in rules:
        first, last = ((round(along), round(rule.at(along))) for along in (rule.start, rule.end))
        cv2.line(drawn, first, last, 255, max(3, 2 * round(rule.thickness) + 1))
    return np.asarray(cv2.bitwise_and(mask, drawn), np.uint8)


def rule_pixels(ink: Pixels, em: float, params: RulingParameters) -> Pixels:
    """Return the ink that belongs to long thin horizontal strokes."""
    window = max(3, round(params.window * em)) | 1
    # An odd side keeps the opening centred; a shifted one leaves the rim of a black area as a rule.
    thick = (round(params.thickest * em) + 1) | 1
    bridged = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    share = cv2.blur(bridged, (window, 1), borderType=cv2.BORDER_CONSTANT)
    _, core = cv2.threshold(share, params.coverage * 255 - 1, 255, cv2.THRESH_BINARY)
    core = cv2.bitwise_and(ink, core)
    # The window sees a stroke's ends only half-filled: grow back along the ink.
    grown = cv2.dilate(core, np.ones((1, window), np.uint8))
    runs = cv2.bitwise_and(ink, cv2.dilate(grown, np.ones((3, 1), np.uint8)))
    runs = cv2.morphologyEx(
        runs, cv2.MORPH_OPEN, np.ones((1, max(3, round(params.shortest * em / 2))), np.uint8)
    )
    blobs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    found = cv2.bitwise_or(runs, _dotted(ink, np.asarray(runs, np.uint8), em, params))
    return np.asarray(cv2.subtract(found, blobs), np.uint8)


def _dotted(ink: Pixels, runs: Pixels, em: float, params: RulingParameters) -> Pixels:
    """Return the horizontal rules of which dots are left, with the paper between; `runs` are those left whole."""
    long = max(3, round(params.long_window * em)) | 1
    upright = np.ones((3, 1), np.uint8)

    def share(mask: Pixels) -> Pixels:
        return np.asarray(cv2.blur(mask, (long, 1), borderType=cv2.BORDER_CONSTANT), np.uint8)

    bridged = np.asarray(cv2.dilate(ink, upright), np.uint8)
    # Dashes shorter than a piece are ink enough for a window, and still no rule.
    piece = np.ones((1, max(3, round(params.shortest * em))), np.uint8)
    whole = cv2.morphologyEx(runs, cv2.MORPH_OPEN, piece)
    rules = np.asarray(cv2.dilate(whole, upright), np.uint8)
    beside = _beside(share(ink), em, params)
    ridge = (
        (share(bridged) >= 255 * params.dotted)
        & (beside <= 255 * params.clear)
        & (share(rules) < 255 * params.coverage)
    )
    # The window sees a rule's ends only half-filled: follow the dots on by the other half.
    along = cv2.dilate(ridge.view(np.uint8) * 255, np.ones((1, long), np.uint8))
    gap = max(3, round(params.dot_gap * em)) | 1
    joined = cv2.morphologyEx(bridged, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    # Beside what is left whole the bridging would only thicken it.
    dotted = cv2.subtract(cv2.bitwise_and(joined, along), rules)
    found = cv2.bitwise_or(dotted, runs)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
    lasting = stats[:, cv2.CC_STAT_WIDTH] >= params.dotted_length * em
    lasting &= stats[:, cv2.CC_STAT_HEIGHT] <= params.dotted_height * em
    lasting[0] = False
    return np.asarray(np.where(lasting[labels], found, 0), np.uint8)


def _beside(share: Pixels, em: float, params: RulingParameters) -> Pixels:
    """Return for each row the larger share of ink on the paper above and below it."""
    near, far = round(params.nearest * em), round(params.beside * em)
    deep = max(1, far - near)
    bands = cv2.blur(share, (1, deep), borderType=cv2.BORDER_CONSTANT)
    off = near + (deep + 1) // 2
    padded = cv2.copyMakeBorder(bands, off, off, 0, 0, cv2.BORDER_CONSTANT, value=(0,))
    return np.asarray(cv2.max(padded[: -2 * off], padded[2 * off :]), np.uint8)


def _pieces(
    mask: Pixels, em: float, direction: Direction, params: RulingParameters
) -> list[Ruling]:
    """Return a straight piece for each connected stroke of the mask, at least `shortest` ems long."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    pieces = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if width < params.shortest * em:
            continue
        ys, xs = np.nonzero(labels[top : top + height, left : left + width] == label)
        pieces.append(_fit(xs + left, ys + top, area, direction))
    return [piece for piece in pieces if piece.thickness <= params.thickest * em]


def _fit(xs: NDArray[np.int64], ys: NDArray[np.int64], area: int, direction: Direction) -> Ruling:
    """Return the straight rule through the pixels of one stroke."""
    start, end = float(xs.min()), float(xs.max()) + 1
    middle = (start + end) / 2
    slope, position = np.polyfit(xs - middle, ys, 1)
    covered = np.unique(xs).size
    return Ruling(
        direction,
        start,
        end,
        float(position),
        float(slope),
        area / covered,
        covered / (end - start),
    )


def _joined(pieces: list[Ruling], em: float, params: RulingParameters) -> list[Ruling]:
    """Join pieces that continue each other over gaps, from left to right."""
    rules: list[Ruling] = []
    for piece in sorted(pieces, key=lambda each: each.start):
        fitting = [
            (abs(_step(rule, piece)), index)
            for index, rule in enumerate(rules)
            if piece.start - rule.end <= params.widest_gap * em
            and abs(_step(rule, piece))
            <= params.drift * em + (rule.thickness + piece.thickness) / 2
        ]
        if fitting:
            _, index = min(fitting)
            rules[index] = _join(rules[index], piece)
        else:
            rules.append(piece)
    return rules


def _step(rule: Ruling, piece: Ruling) -> float:
    """Return how far apart the two lie across, where they meet."""
    meeting = (max(rule.start, min(rule.end, piece.start)) + piece.start) / 2
    return rule.at(meeting) - piece.at(meeting)


def _join(first: Ruling, second: Ruling) -> Ruling:
    """Return one rule for two collinear pieces, weighted by their inked lengths."""
    start, end = min(first.start, second.start), max(first.end, second.end)
    weights = np.array([first.length * first.inked, second.length * second.inked])
    ends = np.array([[each.start, each.end] for each in (first, second)])
    heights = np.array([[each.at(each.start), each.at(each.end)] for each in (first, second)])
    middle = (start + end) / 2
    slope, position = np.polyfit(
        (ends - middle).ravel(), heights.ravel(), 1, w=np.sqrt(np.repeat(weights, 2))
    )
    thickness = float(weights @ [first.thickness, second.thickness] / weights.sum())
    inked = min(1.0, float(weights.sum()) / (end - start))
    return Ruling(first.direction, start, end, float(position), float(slope), thickness, inked)
