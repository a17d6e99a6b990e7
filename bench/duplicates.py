"""How many scans of one sheet are found, and how many different pages are taken for one.

    python -m bench.duplicates different --forms 1500 --seed 7
    python -m bench.duplicates same --forms 10 --seed 7 --presets scan300,scan200,fax

`different` lets a perfect reader stand in for the pixels and takes every layout print for the same: it
asks whether what is written alone tells pages apart. `same` draws each page, scans it once with each preset, and reads it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, cycle, islice
from pathlib import Path
from random import Random

from bench.perfect import pages_of
from core.duplicates.sheets import (
    STANDARD,
    SheetPrint,
    layout_distance,
    likeness,
    marks_of,
    sheet_print,
)
from core.readings import PageReading
from samples.generator.draw import describe_geometry
from samples.generator.layouts import LAYOUTS
from samples.generator.presets import PRESETS
from samples.generator.random_set import print_random
from samples.generator.sets import Printed, write_sample
from worker.pipeline import read_page
from worker.rasterise.document import open_document
from worker.readers.registry import make_reader

SAME_LAYOUT = "0" * 64


def printed(forms: int, seed: int) -> Iterator[Printed]:
    """Yield forms of all layouts in turn, each with contents of its own."""
    for number, layout in enumerate(islice(cycle(LAYOUTS.values()), forms)):
        yield print_random(layout, 1, Random(f"{seed}/{number}"))


def different(forms: int, seed: int) -> str:
    """Look for false pairs among pages that are all different."""
    marked: defaultdict[int, set[int]] = defaultdict(set)
    prints: list[SheetPrint] = []
    for made in printed(forms, seed):
        for page in pages_of(describe_geometry(made.pages)):
            alike = page.model_copy(update={"layout": SAME_LAYOUT})
            for mark in marks_of(alike):
                marked[mark].add(len(prints))
            prints.append(sheet_print(alike))
    rare = (pages for pages in marked.values() if 1 < len(pages) <= STANDARD.common)
    candidates = {pair for pages in rare for pair in combinations(sorted(pages), 2)}
    false = [pair for pair in candidates if likeness(prints[pair[0]], prints[pair[1]]) is not None]
    return f"{len(prints)} pages, {len(candidates)} candidates, {len(false)} false pairs"


def same(forms: int, seed: int, presets: Sequence[str]) -> Iterator[str]:
    """Look for the pairs that scans of one page make."""
    reader = make_reader("ppocr")
    found: defaultdict[tuple[str, str], list[tuple[bool, int]]] = defaultdict(list)
    for number, made in enumerate(printed(forms, seed)):
        scans: dict[str, list[PageReading]] = {}
        for preset in presets:
            with tempfile.TemporaryDirectory() as folder:
                name = f"{number}-{preset}"
                write_sample(
                    Path(folder), name, made, PRESETS[preset], seed + number, lambda _: None
                )
                document = open_document(Path(folder, f"{name}.pdf"))
                scans[preset] = [
                    read_page(document.raster(page), reader).reading
                    for page in range(1, document.pages + 1)
                ]
        for one, other in combinations(presets, 2):
            for a, b in zip(scans[one], scans[other], strict=True):
                hit = bool({*marks_of(a)} & {*marks_of(b)})
                alike = likeness(sheet_print(a), sheet_print(b)) is not None
                distance = layout_distance(a.layout, b.layout) if a.layout and b.layout else 256
                found[one, other].append((hit and alike, distance))
    for (one, other), pairs in found.items():
        hits = sum(hit for hit, _ in pairs)
        bits = sorted(distance for _, distance in pairs)
        yield (
            f"{one} and {other}: {hits} of {len(pairs)} found,"
            f" layout prints {bits[len(bits) // 2]} bits apart at the median, {bits[-1]} at most"
        )


def main() -> None:
    """Measure as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=("different", "same"))
    parser.add_argument("--forms", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--presets", default="scan300,scan200,fax")
    given = parser.parse_args()
    if given.which == "different":
        print(different(given.forms, given.seed))
        return
    for line in same(given.forms, given.seed, given.presets.split(",")):
        print(line, flush=True)


if __name__ == "__main__":
    main()
