"""Write into forms by pen, scan and read them, and count what is taken for print.

    python -m bench.hand --seed 3 --count 16 --out DIR [--presets scan300,scan200,…] [--red] [--fresh]

Five cells a form are written in (`samples.generator.pen`): two figures, words, a signature, and a tick at what is
printed. A mark is *found* where the value is in review, *named* where the reason is `handwritten`, and *silent*
where it is not marked at all. What is printed and named so is the price. DIR keeps the scans and what was read.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import cv2
from pydantic import TypeAdapter

from bench.scoring import judge
from core.extraction import Source
from core.readings import PageReading
from samples.generator.damage import inflict
from samples.generator.draw import describe_geometry, draw_pdf
from samples.generator.layouts import LAYOUTS
from samples.generator.pen import WRITTEN, PenMark, Written
from samples.generator.presets import PRESETS
from samples.generator.random_set import print_random
from samples.generator.scans import bind, encode, rasterise
from samples.generator.sets import Printed, page_rng
from worker.assemble import assemble
from worker.pipeline import read_page
from worker.rasterise.document import open_document
from worker.readers.registry import make_reader
from worker.second_look import second_look

_PAGES = TypeAdapter(tuple[PageReading, ...])
KINDS: tuple[Written, ...] = ("figure", "figure", "words", "signature", "tick")
PLACES: dict[Written, re.Pattern[str]] = {
    "figure": re.compile(r"/indicators/\d+/(actual|score)|/(funding/0|total)/score"),
    "words": re.compile(r"/indicators/\d+/(actual|deviation)|/implementing_unit"),
    "signature": re.compile(r"/indicators/\d+/(actual|deviation)|/implementing_unit|/department"),
    "tick": re.compile(r"/indicators/\d+/(level3|target|actual|score)"),
}
Ink = tuple[int, int, int]
INKS: tuple[Ink, ...] = ((35, 35, 45), (70, 70, 75), (30, 50, 150))
"""Black, worn black, blue."""
RED: tuple[Ink, ...] = ((200, 35, 45),)


@dataclass(frozen=True)
class Mark:
    """Writing in the value at `pointer` of a page."""

    pointer: str
    page: int
    pen: PenMark


@dataclass(frozen=True)
class Fate:
    """What became of one value: `kind` is None where nothing was written."""

    kind: Written | None
    flagged: bool
    why: str


def marks_on(geometry: dict[str, Any], rng: Random, inks: Sequence[Ink] = INKS) -> list[Mark]:
    """Choose what is written on the first form, a cell each."""
    cells = [
        (page["number"], cell)
        for page in geometry["pages"]
        for table in page["tables"]
        for cell in table["cells"]
        if table["form"] == 0 and cell["field"] and len(cell["lines"]) == 1
    ]
    rng.shuffle(cells)
    chosen: dict[str, Mark] = {}
    for kind in KINDS:
        free = (
            (page, cell)
            for page, cell in cells
            if PLACES[kind].fullmatch(cell["field"]) and cell["field"] not in chosen
        )
        page, cell = next(free, (0, None))
        if cell is not None:
            chosen[cell["field"]] = Mark(cell["field"], page, _pen(kind, cell, rng, inks))
    return list(chosen.values())


def _pen(kind: Written, cell: dict[str, Any], rng: Random, inks: Sequence[Ink]) -> PenMark:
    boxes = tuple(tuple(line["box"]) for line in cell["lines"])
    em = boxes[0][3] - boxes[0][1]
    seed = f"{rng.random()}"
    return PenMark(tuple(cell["box"]), kind, seed, em, boxes, rng.choice(inks))


def drawn(
    folder: Path, number: int, seed: int, preset: str, inks: Sequence[Ink] = INKS
) -> tuple[Path, Printed, list[Mark]]:
    """Print a form, write on it, and scan it, unless that was done."""
    rng = Random(f"hand/{seed}/{number}")
    layout = LAYOUTS[rng.choice(sorted(LAYOUTS))]
    printed = print_random(layout, 1, rng)
    marks = marks_on(describe_geometry(printed.pages), rng, inks)
    path = folder / f"{number:04d}-{preset}-{layout.name}.pdf"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        digital = draw_pdf(printed.pages, printed.styles)
        path.write_bytes(
            bind([_scan(digital, page, marks, number, preset) for page in _numbers(printed)])
        )
    return path, printed, marks


def _numbers(printed: Printed) -> range:
    return range(1, len(printed.pages) + 1)


def _scan(digital: bytes, page: int, marks: Sequence[Mark], number: int, preset: str) -> bytes:
    kind, rng = PRESETS[preset], page_rng(number, page)
    pens = [mark.pen for mark in marks if mark.page == page]
    scan = inflict(rasterise(digital, page, kind.dpi), (*pens, *kind.damages(rng)), rng)
    return encode(scan, kind.encoding)


def read(path: Path, *, fresh: bool) -> tuple[PageReading, ...]:
    """Read the pages of a scan, unless that was done."""
    kept = path.with_suffix(".json")
    if kept.is_file() and not fresh:
        return _PAGES.validate_json(kept.read_bytes())
    document = open_document(path)
    reader, again = make_reader("ppocr"), second_look("ppocr")
    pages = tuple(
        read_page(document.raster(number), reader, again=again).reading
        for number in range(1, document.pages + 1)
    )
    kept.write_bytes(_PAGES.dump_json(pages))
    return pages


def fates(printed: Printed, marks: Sequence[Mark], pages: Sequence[PageReading]) -> Iterator[Fate]:
    """Tell what became of every value of the file's forms."""
    source = Source(file="hand.pdf", sha256="0" * 64, pages=len(pages), pipeline="bench")
    forms = assemble(source, pages).forms
    written = {mark.pointer: mark.pen.kind for mark in marks}
    truths = [form.truth() for form in printed.forms]
    for number, form in enumerate(judge(truths, forms)):
        for value in form.values:
            kind = written.get(value.pointer) if number == 0 else None
            yield Fate(kind, value.flagged, value.why)


def table(found: Sequence[Fate]) -> str:
    """Return the counts: a row for each kind of writing, and one for print."""
    rows = ["| written | values | found | named | silent |", "| --- | --- | --- | --- | --- |"]
    for kind in (*WRITTEN, None):
        own = [fate for fate in found if fate.kind == kind]
        counts = Counter(
            flagged=sum(it.flagged for it in own), named=sum(it.why == "handwritten" for it in own)
        )
        flagged, named = counts["flagged"], counts["named"]
        missed = len(own) - flagged
        rows.append(
            f"| {kind} | {len(own)} | {flagged} | {named} | {missed} |"
            if kind
            else f"| nothing | {len(own)} | | {named} | |"
        )
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, write, scan, read, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=16, help="forms to write on")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--presets", default="scan300,scan200,colour200,copy", metavar="NAME,…")
    parser.add_argument("--red", action="store_true", help="write in red, all of it")
    parser.add_argument("--fresh", action="store_true", help="read all pages again")
    parser.add_argument("--show", action="store_true", help="print what was missed")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    presets = options.presets.split(",")
    inks = RED if options.red else INKS
    found = []
    for number in range(options.count):
        preset = presets[number % len(presets)]
        path, printed, marks = drawn(options.out, number, options.seed, preset, inks)
        own = list(fates(printed, marks, read(path, fresh=options.fresh)))
        found += own
        if options.show:
            missed = [fate.kind for fate in own if fate.kind and not fate.flagged]
            print(path.stem, json.dumps([(mark.pointer, mark.pen.kind) for mark in marks]), missed)
    print(table(found))


if __name__ == "__main__":
    main()
