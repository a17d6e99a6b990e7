"""How well cells are cut into lines, and how well each reader reads them.

    python -m bench.lines [--cells 396] [--seed 7] [--readers ppocr,tesseract]

Cells that `bench.cells` draws go the way of the pipeline: cut, then read. Two readings are equal when
they are after NFKC without spaces. Times are processor time, of programs that are started too.
"""

from __future__ import annotations

import argparse
import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import get_args

import cv2

from bench.cells import DAMAGES, KINDS, LONE, Drawn, draw_all
from core.readings import ReaderName, Reading
from worker.lines import cut_lines
from worker.readers.registry import make_reader


def plain(text: str) -> str:
    """Return the text as it is compared."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def cpu_s() -> float:
    """Return the seconds of processor time of this process and the programs it ran."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def share(hits: Iterable[bool]) -> str:
    """Return hits as per cent, with the number of trials."""
    found = list(hits)
    return f"{100 * sum(found) / max(1, len(found)):5.1f} % of {len(found)}"


def report(drawings: Sequence[Drawn], readers: Sequence[ReaderName]) -> None:
    """Print the rates."""
    start = cpu_s()
    cut = [cut_lines(one.pixels, one.em) for one in drawings]
    print(f"cut: {(cpu_s() - start) * 1000 / len(drawings):.1f} ms a cell")
    for kind in KINDS:
        of_kind = [(d, c) for d, c in zip(drawings, cut, strict=True) if d.kind == kind]
        print(f"  lines found right, {kind:7}", share(len(d.lines) == len(c) for d, c in of_kind))
    for damage in DAMAGES:
        damaged = [(d, c) for d, c in zip(drawings, cut, strict=True) if d.damage == damage]
        print(f"  lines found right, {damage:7}", share(len(d.lines) == len(c) for d, c in damaged))
    for name in readers:
        crops = [line.pixels for lines in cut for line in lines]
        reader = make_reader(name)
        reader.read(crops[:1])
        start = cpu_s()
        readings = iter(reader.read(crops))
        spent = (cpu_s() - start) * 1000 / len(crops)
        print(f"{name}: {spent:.1f} CPU ms a line of {len(crops)}")
        report_reader(drawings, [[next(readings) for _ in lines] for lines in cut])


def report_reader(drawings: Sequence[Drawn], cells: Sequence[Sequence[Reading]]) -> None:
    """Print what one reader makes of the cells."""
    by_line: dict[str, list[bool]] = defaultdict(list)
    by_cell: dict[str, list[bool]] = defaultdict(list)
    marks: Counter[tuple[str, str]] = Counter()
    for one, readings in zip(drawings, cells, strict=True):
        right = plain("".join(one.lines)) == plain("".join(r.text for r in readings))
        by_cell[one.kind].append(right)
        by_cell[one.damage].append(right)
        if one.kind == "lone":
            marks[one.lines[0], "".join(r.text for r in readings)] += 1
        if len(readings) == len(one.lines) and one.kind != "lone":
            hits = [plain(a) == plain(b.text) for a, b in zip(one.lines, readings, strict=True)]
            by_line[one.damage] += hits
            by_line["all"] += hits
    for key in ("all", *DAMAGES):
        print(f"  lines exact (without lone marks), {key:7}", share(by_line[key]))
    for key in KINDS:
        print(f"  cells exact, {key:7}", share(by_cell[key]))
    for mark in LONE:
        print(f"  lone {mark}:", {read: n for (m, read), n in marks.most_common() if m == mark})


def main() -> None:
    """Parse the command line and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=396)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--readers", default="ppocr")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    chosen = [name for name in get_args(ReaderName) if name in options.readers.split(",")]
    report(draw_all(options.cells, options.seed), chosen)


if __name__ == "__main__":
    main()
