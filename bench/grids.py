"""How many cells of drawn tables are found on their scans, before anything is read.

    python -m samples.generator random --seed 1 --count 16 --out DIR [--presets …] [--layouts …]
    python -m bench.grids DIR [--jobs 1] [--show]

A cell is found where a cell of a grid covers the same paper. Pages on their side are not turned: that takes
reading, and a grid lies as well on its side. `--show` names the pages with cells lost.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.geometry import Box
from worker.bands import mended
from worker.dewarp import find_warping
from worker.grid import find_grids
from worker.page import Raster
from worker.page_ink import find_ink, measure_em
from worker.pipeline import flatten, straighten, tidy
from worker.rasterise.document import open_document
from worker.rulings import find_rulings

ALIKE = 0.75
"""How much of the union of two boxes is common where they are the same cell; rows are two ems high at the least."""


@dataclass(frozen=True)
class GriddedPage:
    """A page and how many of its cells stand on it and were found; `extra` are found where none stands."""

    file: str
    number: int
    cells: int
    found: int
    extra: int
    spent_s: float

    @property
    def preset(self) -> str:
        return self.file.split("-")[1]


def find_cells(raster: Raster) -> list[Box]:
    """Return the cells of all grids of a page, in the frame of the scan."""
    grey = tidy(raster).grey
    level = straighten(grey, raster.dpi)
    ink = find_ink(level.grey, raster.dpi)
    warping = find_warping(ink, measure_em(ink, raster.dpi))
    flat = flatten(grey, level, warping) if warping else level
    ink = find_ink(flat.grey, raster.dpi) if warping else ink
    em = measure_em(ink, raster.dpi)
    rulings = mended(find_rulings(ink, em), ink, em)
    return [
        flat.to_scan.box(cell.box)
        for grid in find_grids(rulings, em, grey=flat.grey)
        for cell in grid.cells
    ]


def drawn_cells(page: dict[str, Any]) -> list[Box]:
    """Return the boxes of the cells that were drawn, in the frame of the scan."""
    quads = [np.array(cell["quad"]) for table in page["tables"] for cell in table["cells"]]
    return [Box(*map(round, (*quad.min(axis=0), *quad.max(axis=0)))) for quad in quads]


def alike(one: Box, other: Box) -> bool:
    """Tell whether the boxes are the same cell."""
    common = one.intersection(other).area
    return common >= ALIKE * (one.area + other.area - common)


def grid_file(path: Path) -> list[GriddedPage]:
    """Find the grids of all pages of a drawn file, and compare."""
    cv2.setNumThreads(1)
    drawn = json.loads(path.with_suffix(".cells.json").read_text("utf-8"))["pages"]
    document = open_document(path)
    pages = []
    for number, page in enumerate(drawn, 1):
        raster = document.raster(number)
        start = time.process_time()
        found = find_cells(raster)
        spent = time.process_time() - start
        truth = drawn_cells(page)
        hits = sum(any(alike(cell, box) for box in found) for cell in truth)
        extra = sum(not any(alike(cell, box) for cell in truth) for box in found)
        pages.append(GriddedPage(path.stem, number, len(truth), hits, extra, spent))
    return pages


def report(pages: Iterable[GriddedPage]) -> str:
    """Return a table of rates, one preset a row."""
    kinds: dict[str, list[GriddedPage]] = defaultdict(list)
    for page in pages:
        kinds[page.preset].append(page)
    lines = [
        "| damage | pages | all cells found | cells found | extra | s a page |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for preset, of_kind in kinds.items():
        cells, found = sum(p.cells for p in of_kind), sum(p.found for p in of_kind)
        whole = sum(p.found == p.cells and not p.extra for p in of_kind)
        extra, spent = sum(p.extra for p in of_kind), sum(p.spent_s for p in of_kind)
        lines.append(
            f"| {preset} | {len(of_kind)} | {whole} | {found / max(1, cells):.4f} | {extra} "
            f"| {spent / len(of_kind):.2f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, look, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="name the pages with cells lost")
    options = parser.parse_args(arguments)
    files = [
        path.with_name(path.name.replace(".cells.json", ".pdf"))
        for path in sorted(options.folder.glob("*.cells.json"))
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, mp_context=context) as pool:
        pages = [page for file in pool.map(grid_file, files) for page in file]
    if options.show:
        for page in pages:
            if page.found < page.cells or page.extra:
                print(
                    f"{page.file} page {page.number}: {page.found} of {page.cells}, {page.extra} extra"
                )
    print(report(pages))


if __name__ == "__main__":
    main()
