"""Draw forms, scan them, read them, and count what comes out wrong and unmarked.

    python -m bench.accuracy --seed 1 --count 32 --out DIR [--presets all] [--layouts all]
                             [--reader ppocr] [--jobs 1] [--fresh]
                             [--table FILE.md] [--json FILE.json] [--curve FILE.svg]

DIR keeps what was drawn and what was read of each page, so that a run that was cut goes on where it
stopped and a larger count costs only what is new; documents are assembled and judged anew every time.
`--fresh` reads the pages again, which a change of the pixels' stages needs.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bench.reliability import curve, to_svg
from bench.scoring import JudgedForm, judge
from bench.tables import Tally, markdown, summary
from core.extraction import Source
from core.readings import PageReading, ReaderName
from samples.generator.presets import PRESETS
from samples.generator.random_set import find_layouts, find_presets, write_file
from worker.assemble import assemble
from worker.extract import perform
from worker.steps import Opened, OpenFile, PageRead, ReadOptions, ReadPage

_PAGES = TypeAdapter(tuple[PageReading, ...])


@dataclass(frozen=True)
class Plan:
    """What to draw and how to read it; values that can be sent to another process."""

    folder: Path
    seed: int
    presets: str
    layouts: str
    reader: ReaderName
    fresh: bool


@dataclass(frozen=True)
class JudgedFile:
    """The forms of one file; `extra_forms` are those that nothing in the truth stands for."""

    name: str
    preset: str
    pages: int
    forms: tuple[JudgedForm, ...]
    extra_forms: int


def run(plan: Plan, numbers: Sequence[int], jobs: int) -> Iterator[JudgedFile]:
    """Draw, read and judge the files of those numbers."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(judge_file, [plan] * len(numbers), numbers)


def judge_file(plan: Plan, number: int) -> JudgedFile:
    """Draw a file unless it is there, read it unless that was done, and judge the document."""
    entry = _drawn(plan, number)
    name = entry["name"]
    pages = _read(plan, name)
    source = Source(file=f"{name}.pdf", sha256="0" * 64, pages=len(pages), pipeline="bench")
    truths = json.loads((plan.folder / f"{name}.truth.json").read_text("utf-8"))
    forms = assemble(source, pages).forms
    return JudgedFile(
        name=name,
        preset=entry["preset"],
        pages=len(pages),
        forms=tuple(judge(truths, forms)),
        extra_forms=max(0, len(forms) - len(truths)),
    )


def _drawn(plan: Plan, number: int) -> dict[str, Any]:
    kept = plan.folder / "entries" / f"{number:04d}.json"
    if kept.is_file():
        entry: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        return entry
    entry = write_file(
        plan.folder,
        f"{plan.seed}/{number}",
        number,
        find_presets(plan.presets),
        find_layouts(plan.layouts),
        lambda _: None,
    )
    _keep(kept, json.dumps(entry))
    return entry


def _read(plan: Plan, name: str) -> tuple[PageReading, ...]:
    kept = plan.folder / f"readings-{plan.reader}" / f"{name}.json"
    if kept.is_file() and not plan.fresh:
        return _PAGES.validate_json(kept.read_bytes())
    path, options = plan.folder / f"{name}.pdf", ReadOptions(reader=plan.reader)
    opened = perform(OpenFile(path, options))
    assert isinstance(opened, Opened)
    pages = []
    for number in range(1, opened.source.pages + 1):
        read = perform(ReadPage(path, opened.document, number, options))
        assert isinstance(read, PageRead)
        pages.append(read.reading)
    _keep(kept, _PAGES.dump_json(tuple(pages)).decode())
    return tuple(pages)


def _keep(path: Path, text: str) -> None:
    """Write a file whole or not at all: a run may be cut at any time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def _check_plan(plan: Plan) -> None:
    """Refuse a folder in which another set was drawn: its files would be taken for this one's."""
    described = json.dumps(
        {"seed": plan.seed, "presets": plan.presets, "layouts": plan.layouts}, sort_keys=True
    )
    kept = plan.folder / "plan.json"
    if kept.is_file() and kept.read_text("utf-8") != described:
        raise SystemExit(f"{plan.folder} holds another set: {kept.read_text('utf-8')}")
    _keep(kept, described)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, run, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=len(PRESETS), help="files to draw")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--presets", default="all", metavar="NAME,…")
    parser.add_argument("--layouts", default="all", metavar="NAME,…")
    parser.add_argument("--reader", default="ppocr")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="read all pages again")
    parser.add_argument("--show", type=int, default=0, help="errors to print")
    parser.add_argument("--table", type=Path, help="write the table here too")
    parser.add_argument("--json", type=Path, help="write the counts here")
    parser.add_argument("--curve", type=Path, help="draw the reliability curve (SVG) here")
    options = parser.parse_args(arguments)
    plan = Plan(
        options.out, options.seed, options.presets, options.layouts, options.reader, options.fresh
    )
    _check_plan(plan)
    tallies: dict[str, Tally] = {}
    values = []
    for file in run(plan, range(options.count), options.jobs):
        tallies[file.preset] = tallies.get(file.preset, Tally()) + Tally.of(
            file.forms, file.pages, file.extra_forms
        )
        for form_number, form in enumerate(file.forms):
            values += [value for value in form.values if not value.erased]
            for value in form.values:
                if not value.right and options.show > 0:
                    options.show -= 1
                    print(file.name, form_number, value)
    table = markdown(tallies)
    print(table)
    if options.table:
        options.table.write_text(table + "\n", "utf-8")
    if options.json:
        options.json.write_text(json.dumps(summary(tallies), indent=1) + "\n", "utf-8")
    if options.curve:
        options.curve.write_text(to_svg(curve(values)), "utf-8")


if __name__ == "__main__":
    main()
