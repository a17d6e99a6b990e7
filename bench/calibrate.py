"""Fit the table that turns a reader's confidence into a probability (`core/trust/calibration.toml`).

    python -m bench.accuracy --seed 41 --count 64 --out DIR
    python -m bench.calibrate DIR… [--out core/trust/calibration.toml]

Reads what `bench.accuracy` kept: every line of every cell is held against the print that the generator
put there. Cells that were found amiss, or in which lines were, are left out: that is not the readers'
doing. Rates are smoothed by half a line right and half a line wrong, and made to rise with confidence.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from bench.scoring import normal
from core.geometry import Box
from core.readings import PageReading, ReadCell, TextLine
from core.trust import Matter, Support, same_print, support_of
from core.values import Kind, kind_of, settle
from core.vocabulary import Group, Vocabulary, standard
from worker.rebuild.weighing import FIGURES, matter_of, same_value

_PAGES = TypeAdapter(tuple[PageReading, ...])
EDGES = (0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.0001)
LEAST_OVERLAP = 0.6
_NOWHERE: Mapping[str, Any] = {}
LEAST_LINES = 150
"""Lines that a case needs for a curve of its own."""


@dataclass(frozen=True)
class Sample:
    """One line: what it is about, who agrees, how sure the reader was, and whether it is right."""

    matter: Matter
    support: Support
    confidence: float
    right: bool


def samples(folder: Path, reader: str = "ppocr") -> Iterator[Sample]:
    """Yield the lines of all files that were drawn and read in the folder."""
    words = standard()
    for kept in sorted((folder / f"readings-{reader}").glob("*.json")):
        geometry = json.loads((folder / f"{kept.stem}.cells.json").read_text("utf-8"))
        truths = json.loads((folder / f"{kept.stem}.truth.json").read_text("utf-8"))
        pages = _PAGES.validate_json(kept.read_bytes())
        for page, drawn in zip(pages, geometry["pages"], strict=True):
            for cell, printed in _matched(page, drawn, truths):
                yield from _of_cell(cell, printed, words)


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


def _of_cell(cell: ReadCell, printed: Mapping[str, Any], words: Vocabulary) -> Iterator[Sample]:
    kind = kind_of(printed["field"]) if printed["field"] else Kind.LABEL
    listed = kind is Kind.LABEL and is_listed(cell.text, words)
    for line, truth in zip(cell.lines, printed["lines"], strict=True):
        yield sample_of(line, truth["text"], kind, listed=listed)


def is_listed(text: str, words: Vocabulary) -> bool:
    """Tell whether the text is a word of the vocabulary."""
    matches = [
        words.level(text, "level1"),
        words.level(text, "level2"),
        *(words.label(text, group) for group in get_args(Group)),
    ]
    return any(match is not None and not match.distance for match in matches)


def sample_of(line: TextLine, printed: str, kind: Kind, *, listed: bool) -> Sample:
    """Judge one line as the reconstruction does."""
    settled = settle(line.text, kind)
    unlisted = kind is Kind.LABEL and not listed
    matter = "word" if unlisted else matter_of(settled, kind, line.text)
    whole = kind in FIGURES or matter in {"digits", "date"}
    return Sample(
        matter=matter,
        support=support_of(
            line.text,
            [other.text for other in line.others],
            same_value(kind) if whole else same_print,
        ),
        confidence=line.reading.confidence,
        right=normal(settled.raw) == normal(printed),
    )


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
        if matter == "any" or len(lines) >= LEAST_LINES:
            curves[matter][support] = knots(lines)
    return dict(curves)


def knots(lines: Sequence[Sample]) -> list[tuple[float, float]]:
    """Return (mean confidence, rate) of bins; neighbours whose rates fall are pooled."""
    pools: list[tuple[float, float, float]] = []  # lines, sum of confidences, right ones
    for low, high in pairwise(EDGES):
        inside = [one for one in lines if low <= one.confidence < high]
        if not inside:
            continue
        pools.append(
            (
                len(inside),
                sum(one.confidence for one in inside),
                sum(one.right for one in inside),
            )
        )
        while len(pools) > 1 and _rate(pools[-1]) < _rate(pools[-2]):
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    return [
        (round(sure / count, 4), round(_rate((count, sure, right)), 5))
        for count, sure, right in pools
    ]


def _rate(pool: tuple[float, float, float]) -> float:
    count, _, right = pool
    return (right + 0.5) / (count + 1)


def to_toml(curves: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], lines: int) -> str:
    """Write the table."""
    parts = [
        "# Share of lines that were right, by what they are about, who agreed, and the reader's confidence.",
        'made_by = "python -m bench.calibrate"',
        f"lines = {lines}",
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
    print(f"{len(found)} lines, {sum(not one.right for one in found)} wrong")


if __name__ == "__main__":
    main()
