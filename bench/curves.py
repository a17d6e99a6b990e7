"""From kept readings: the reliability curve, what each reader alone would give, and why values are in review.

    python -m bench.accuracy --seed 4242 --count 16 --out DIR
    python -m bench.curves DIR… [--curve FILE.svg] [--table FILE.md]

Nothing is read anew: what `bench.accuracy` kept of the pages is assembled and judged as all readers left it, as
the first alone would have, and as its witness alone would have.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from operator import add
from pathlib import Path

from pydantic import TypeAdapter

from bench.reliability import Bin, curve, interval, to_svg
from bench.scoring import Judged, JudgedForm, judge
from bench.tables import Tally
from core.extraction import Source
from core.readings import PageReading, TextLine
from worker.assemble import assemble

_PAGES = TypeAdapter(tuple[PageReading, ...])
THRESHOLDS = (0.5, 0.8, 0.91, 0.95, 0.98, 0.99, 0.995)
Hearing = Callable[[TextLine], TextLine]


def every_reader(line: TextLine) -> TextLine:
    """Return the line as it was read."""
    return line


def first_alone(line: TextLine) -> TextLine:
    """Return the line as the first reader alone has it."""
    return line.model_copy(update={"others": ()})


def witness_alone(line: TextLine) -> TextLine:
    """Return the line as the witness of the family alone has it; one that it did not see stays."""
    said = line.others[0] if line.others else line.reading
    return line.model_copy(update={"reading": said, "others": ()})


HEARINGS: dict[str, Hearing] = {
    "all readers": every_reader,
    "ppocr alone": first_alone,
    "ppocr-tiny alone": witness_alone,
}


def heard(page: PageReading, hearing: Hearing) -> PageReading:
    """Return the page with every line as the hearing has it."""
    tables = tuple(
        table.model_copy(
            update={
                "cells": tuple(
                    cell.model_copy(update={"lines": tuple(map(hearing, cell.lines))})
                    for cell in table.cells
                )
            }
        )
        for table in page.tables
    )
    return page.model_copy(update={"tables": tables, "lines": tuple(map(hearing, page.lines))})


def judged(folder: Path, hearing: Hearing) -> Iterator[tuple[list[JudgedForm], int, int]]:
    """Yield the judged forms of every file that was read, its pages, and the forms too many."""
    for kept in sorted((folder / "readings-ppocr").glob("*.json")):
        pages = [heard(page, hearing) for page in _PAGES.validate_json(kept.read_bytes())]
        truths = json.loads((folder / f"{kept.stem}.truth.json").read_text("utf-8"))
        source = Source(file=f"{kept.stem}.pdf", sha256="0" * 64, pages=len(pages), pipeline="b")
        forms = assemble(source, pages).forms
        yield list(judge(truths, forms)), len(pages), max(0, len(forms) - len(truths))


def readers_table(tallies: dict[str, Tally]) -> str:
    """Return a row for each way to hear the readers."""
    rows = [
        "| heard | fields right | numbers right | silent per 10,000 | of them numbers | to review | of them wrong |",
        f"|{' --- |' * 7}",
    ]
    for name, it in tallies.items():
        rows.append(
            f"| {name} | {it.right / it.values:.4f} | {it.numbers_right / it.numbers:.4f} "
            f"| {10_000 * it.silent / it.values:.1f} ({it.silent} of {it.values}) | {it.numbers_silent} "
            f"| {100 * it.flagged / it.values:.1f} % | {100 * it.flagged_wrong / max(1, it.flagged):.0f} % |"
        )
    return "\n".join(rows)


def curve_table(bins: Sequence[Bin]) -> str:
    """Return the points of the curve as a table."""
    rows = ["| values | confidence, mean | count | right | 95 % interval |", f"|{' --- |' * 5}"]
    for one in bins:
        low, high = interval(one.right, one.count)
        rows.append(
            f"| {one.group} | {one.confidence:.4f} | {one.count} | {one.rate:.4f} | {low:.4f} to {high:.4f} |"
        )
    return "\n".join(rows)


def thresholds_table(values: Sequence[Judged]) -> str:
    """Return what each least confidence would do by itself: how many it marks, how many wrong ones it lets pass."""
    rows = [
        "| least confidence | numbers marked | wrong, not marked | words marked | wrong, not marked |",
        f"|{' --- |' * 5}",
    ]
    found = [value for value in values if value.given]
    for least in THRESHOLDS:
        cells = [f"{least:g}"]
        for number in (True, False):
            own = [value for value in found if value.number is number]
            marked = sum(value.confidence < least for value in own)
            passed = sum(value.confidence >= least and not value.right for value in own)
            cells += [f"{100 * marked / len(own):.1f} %", f"{passed} of {len(own)}"]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def reasons_table(values: Sequence[Judged]) -> str:
    """Return why values are in review, and how many of each reason are wrong."""
    flagged = [value for value in values if value.flagged]
    every = Counter(value.why for value in flagged)
    wrong = Counter(value.why for value in flagged if not value.right)
    rows = ["| why in review | values | of them wrong |", "| --- | --- | --- |"]
    rows += [f"| {why} | {count} | {wrong[why]} |" for why, count in every.most_common()]
    return "\n".join(rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, judge what was kept, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    parser.add_argument("--curve", type=Path, help="draw the reliability curve (SVG) here")
    parser.add_argument("--table", type=Path, help="write the tables here too")
    options = parser.parse_args(arguments)
    tallies: dict[str, Tally] = {}
    values: list[Judged] = []
    for name, hearing in HEARINGS.items():
        files = [one for folder in options.folders for one in judged(folder, hearing)]
        tallies[name] = reduce(add, (Tally.of(*one) for one in files), Tally())
        if hearing is every_reader:
            values = [it for forms, _, _ in files for form in forms for it in form.values]
    values = [value for value in values if not value.erased]
    bins = curve(values)
    tables = "\n\n".join(
        [readers_table(tallies), curve_table(bins), thresholds_table(values), reasons_table(values)]
    )
    print(tables)
    if options.table:
        options.table.write_text(tables + "\n", "utf-8")
    if options.curve:
        options.curve.write_text(to_svg(bins), "utf-8")


if __name__ == "__main__":
    main()
