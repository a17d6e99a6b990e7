"""Fit the table that turns a reader's confidence into a probability (`core/trust/calibration.toml`).

    python -m bench.accuracy --seed 41 --count 64 --out DIR
    python -m bench.calibrate DIR… [--out core/trust/calibration.toml]

Reads what `bench.accuracy` kept: every cell with a value of the record is held against the print that the
generator put there. Cells that were found amiss, or in which lines were, are left out: that is not the
readers' doing.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from bench.scoring import normal
from core.geometry import Box
from core.readings import PageReading, ReadCell
from core.trust import Matter, Support
from core.values import Kind, kind_of, settle
from core.vocabulary import Group, Vocabulary, standard
from worker.rebuild.print import print_of_lines
from worker.rebuild.values import SPECKS, STROKES
from worker.rebuild.weighing import grounds, matter_of
from worker.sheet import PageLine

_PAGES = TypeAdapter(tuple[PageReading, ...])
_IN_RECORD = re.compile(
    r"/(title|department|implementing_unit|project_name)"
    r"|/goals/(expected|actual)|/total/(weight|score)"
    r"|/funding/\d+/(initial_budget|annual_budget|executed|weight|execution_rate|score)"
    r"|/indicators/\d+/(level[123]|target|actual|weight|score|deviation)"
)
GRID = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999)
OFFSET_SPREAD, SLOPE_SPREAD, LEAST_SLOPE, NEWTON_STEPS = 3.0, 0.5, 0.05, 50
LEAST_OVERLAP = 0.6
_NOWHERE: Mapping[str, Any] = {}
LEAST_VALUES = 30
"""Values that a case needs for a curve of its own."""


@dataclass(frozen=True)
class Sample:
    """One value: what it is, who agrees, how sure the reader was, and whether it is right."""

    matter: Matter
    support: Support
    confidence: float
    right: bool


def samples(folder: Path, reader: str = "ppocr") -> Iterator[Sample]:
    """Yield the values of all files that were drawn and read in the folder."""
    words = standard()
    for kept in sorted((folder / f"readings-{reader}").glob("*.json")):
        geometry = json.loads((folder / f"{kept.stem}.cells.json").read_text("utf-8"))
        truths = json.loads((folder / f"{kept.stem}.truth.json").read_text("utf-8"))
        pages = _PAGES.validate_json(kept.read_bytes())
        for page, drawn in zip(pages, geometry["pages"], strict=True):
            for cell, printed in _matched(page, drawn, truths):
                if sample := sample_of(cell, printed, words):
                    yield sample


def _matched(
    page: PageReading, drawn: Mapping[str, Any], truths: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[ReadCell, Mapping[str, Any]]]:
    """Yield each cell that was found with the cell that was drawn there, unless damage erased it."""
    legible = [
        (_bounds(cell["quad"]), cell)
        for table in drawn["tables"]
        for cell in table["cells"]
        if cell["field"] not in truths[table["form"]].get("erased", ())
    ]
    for table in page.tables:
        for cell in table.cells:
            overlap, printed = max(
                ((_overlap(cell.box, box), printed) for box, printed in legible),
                key=lambda pair: pair[0],
                default=(0.0, _NOWHERE),
            )
            if overlap >= LEAST_OVERLAP and len(printed["lines"]) == len(cell.lines):
                yield cell, printed


def _bounds(quad: Sequence[Sequence[float]]) -> Box:
    xs, ys = zip(*quad, strict=True)
    return Box(round(min(xs)), round(min(ys)), round(max(xs)), round(max(ys)))


def _overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (one.width * one.height + other.width * other.height - common)


def sample_of(cell: ReadCell, printed: Mapping[str, Any], words: Vocabulary) -> Sample | None:
    """Judge one value as the reconstruction does; None for what it puts to review anyhow."""
    pointer = printed["field"]
    kind = kind_of(pointer)
    if not _IN_RECORD.fullmatch(pointer) or not cell.lines:
        return None
    read = cell.text.strip(STROKES) if kind is Kind.LABEL else cell.text
    settled = settle(read, kind)
    if settled.malformed or settled.doubtful or {read[:1], read[-1:]} & SPECKS:
        return None
    listed = kind is Kind.LABEL and is_listed(read, words)
    unlisted = kind is Kind.LABEL and not listed
    matter = "word" if unlisted else matter_of(settled, kind, read)
    found = print_of_lines([PageLine(1, line) for line in cell.lines])
    support, confidence = grounds(found, kind, matter)
    return Sample(
        matter=matter,
        support=support,
        confidence=confidence,
        right=normal(settled.raw) == normal(printed["text"]),
    )


def is_listed(text: str, words: Vocabulary) -> bool:
    """Tell whether the text is a word of the vocabulary."""
    matches = [
        words.level(text, "level1"),
        words.level(text, "level2"),
        *(words.label(text, group) for group in get_args(Group)),
    ]
    return any(match is not None and not match.distance for match in matches)


def fitted(found: Iterable[Sample]) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Return the knots of the curve of every case, and of all matters together."""
    cases: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    for one in found:
        cases[one.matter, one.support].append(one)
        cases["any", one.support].append(one)
        # Whoever has no witness is only as good as the first reader among all of them.
        cases["any", "none"].append(one)
    curves: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(dict)
    for (matter, support), lines in sorted(cases.items()):
        if matter == "any" or len(lines) >= LEAST_VALUES:
            curves[matter][support] = knots(lines)
    return dict(curves)


def knots(values: Sequence[Sample]) -> list[tuple[float, float]]:
    """Return the curve through the shares that were right, at the confidences of `GRID`.

    The log-odds of being right are a line in the log-odds of the confidence (Platt 1999), fitted by
    maximum likelihood under priors that hold a case with few values near its confidence. No curve is
    surer than its values can show.
    """
    odds = _log_odds([one.confidence for one in values])
    right = np.array([one.right for one in values], dtype=float)
    design = np.column_stack([np.ones_like(odds), odds])
    centre, weight = np.array([0.0, 1.0]), np.diag([1 / OFFSET_SPREAD**2, 1 / SLOPE_SPREAD**2])
    line = centre.copy()
    for _ in range(NEWTON_STEPS):
        expected = 1 / (1 + np.exp(-design @ line))
        gradient = design.T @ (right - expected) - weight @ (line - centre)
        curvature = (design * (expected * (1 - expected))[:, None]).T @ design + weight
        line += np.linalg.solve(curvature, gradient)
    line[1] = max(line[1], LEAST_SLOPE)
    surest = 1 - 0.5 / (len(values) + 1)
    rates = np.minimum(surest, 1 / (1 + np.exp(-(line[0] + line[1] * _log_odds(GRID)))))
    return [(sure, round(float(rate), 5)) for sure, rate in zip(GRID, rates, strict=True)]


def _log_odds(confidences: Sequence[float]) -> NDArray[np.float64]:
    clipped = np.clip(np.array(confidences, dtype=float), GRID[0], GRID[-1])
    odds: NDArray[np.float64] = np.log(clipped / (1 - clipped))
    return odds


def to_toml(curves: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], values: int) -> str:
    """Write the table."""
    parts = [
        "# Share of values that were right, by what they are, who agreed, and the reader's confidence.",
        'made_by = "python -m bench.calibrate"',
        f"values = {values}",
    ]
    for matter, supports in curves.items():
        parts.append(f"\n[curves.{matter}]")
        for support, points in supports.items():
            inner = ", ".join(f"[{x}, {y}]" for x, y in points)
            parts.append(f"{support} = {{ knots = [{inner}] }}")
    return "\n".join(parts) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the table on the folders named and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("core/trust/calibration.toml"))
    options = parser.parse_args(arguments)
    found = [one for folder in options.folders for one in samples(folder)]
    options.out.write_text(to_toml(fitted(found), len(found)), "utf-8")
    print(f"{len(found)} values, {sum(not one.right for one in found)} wrong")


if __name__ == "__main__":
    main()
