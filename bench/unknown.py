"""Tables that are no form: budgets and statistics are drawn and scanned, and the cells that come out are counted.

    python -m bench.unknown --seed 1 --count 6 --out DIR [--presets clean300,scan300,scan200]
    python -m bench.unknown --seed 1 --count 6 --out DIR --given FILE.json       counts what another program made of the same scans

DIR keeps what was drawn and read. FILE.json is {scan name: [[cell, …], …]} with the tables of each page-long scan in any order and
cells {"row", "col", "row_span", "col_span", "text"}.

A cell is *in place* when its row, column and spans are those that were drawn, and *right* when its text is too. TEDS is the likeness of
the tables as trees of rows and cells (Zhong et al., 2020): 1 - edits / nodes, where an edit takes a row or cell away, adds one, or changes
its spans, and a changed text counts by its share of changed characters. Rows are only held against rows and cells
against cells, which can only make the number of edits larger.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache, reduce
from operator import add
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bench.scoring import normal
from core.readings import PageReading
from samples.generator.draw import describe_geometry, draw_pdf
from samples.generator.paginate import paginate
from samples.generator.papers import TABLES, draw_paper
from samples.generator.presets import PRESETS
from samples.generator.scans import bind, encode, scan_pages
from samples.generator.sets import page_rng
from samples.generator.style import A4, random_style
from samples.generator.typeset import Recipe, set_blocks
from worker.extract import perform
from worker.steps import Opened, OpenFile, PageRead, ReadOptions, ReadPage

T = TypeVar("T")


@dataclass(frozen=True)
class TableCell:
    """A cell of a table, whoever found it; compared by its text as `bench.scoring` compares it."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str

    @classmethod
    def of(cls, cell: dict[str, Any]) -> TableCell:
        row, col, row_span, col_span = (
            int(cell[key]) for key in ("row", "col", "row_span", "col_span")
        )
        return cls(row, col, row_span, col_span, normal(cell["text"]))

    @property
    def place(self) -> tuple[int, int, int, int]:
        return self.row, self.col, self.row_span, self.col_span


Table = tuple[TableCell, ...]


@dataclass(frozen=True)
class Count:
    """Counts over tables; `edits` and `nodes` are those of TEDS, `teds` the sum over tables."""

    tables: int = 0
    found: int = 0
    cells: int = 0
    in_place: int = 0
    right: int = 0
    teds: float = 0.0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


def count(drawn: Sequence[Table], given: Sequence[Table]) -> Count:
    """Hold the tables of a page against those drawn on it; each is paired with the likest that is left."""
    left = list(given)
    counts = []
    for table in drawn:
        best = max(left, key=lambda other: teds(table, other), default=None)
        if best is None:
            counts.append(Count(tables=1, cells=len(table)))
            continue
        left.remove(best)
        places = {cell.place for cell in best}
        counts.append(
            Count(
                tables=1,
                found=1,
                cells=len(table),
                in_place=sum(cell.place in places for cell in table),
                right=len(set(table) & set(best)),
                teds=teds(table, best),
            )
        )
    return reduce(add, counts, Count())


def teds(one: Table, other: Table) -> float:
    """Return the likeness of two tables, 0.0–1.0."""
    ours, theirs = _rows(one), _rows(other)
    edits = _cheapest(ours, theirs, lambda row: 1.0 + len(row), _row_edits)
    nodes = 1 + max(len(ours) + len(one), len(theirs) + len(other))
    return 1 - edits / nodes


def _rows(table: Table) -> list[Table]:
    numbers = sorted({cell.row for cell in table})
    return [
        tuple(sorted((it for it in table if it.row == row), key=lambda it: it.col))
        for row in numbers
    ]


def _row_edits(ours: Table, theirs: Table) -> float:
    return _cheapest(ours, theirs, lambda _: 1.0, _cell_edits)


def _cell_edits(ours: TableCell, theirs: TableCell) -> float:
    if (ours.row_span, ours.col_span) != (theirs.row_span, theirs.col_span):
        return 1.0
    longest = max(len(ours.text), len(theirs.text))
    return _distance(ours.text, theirs.text) / longest if longest else 0.0


@lru_cache(maxsize=100_000)
def _distance(one: str, other: str) -> float:
    return _cheapest(one, other, lambda _: 1.0, lambda a, b: float(a != b))


def _cheapest(
    ours: Sequence[T],
    theirs: Sequence[T],
    gone: Callable[[T], float],
    changed: Callable[[T, T], float],
) -> float:
    """Return the least cost of making one sequence of another by leaving out, adding and changing items."""
    above = [0.0]
    for item in theirs:
        above.append(above[-1] + gone(item))
    for mine in ours:
        row = [above[0] + gone(mine)]
        for at, item in enumerate(theirs):
            row.append(
                min(
                    above[at + 1] + gone(mine),
                    row[at] + gone(item),
                    above[at] + changed(mine, item),
                )
            )
        above = row
    return above[-1]


def draw(folder: Path, seed: int, number: int, presets: Sequence[str]) -> list[Table]:
    """Draw paper `number` of a set, one page, as a PDF and as a scan of each preset; give its tables."""
    rng = Random(f"unknown/{seed}/{number}")
    style = random_style(rng)
    style = replace(style, page_pt=A4, margin_top_pt=40.0)
    blocks = set_blocks(draw_paper(TABLES[number % len(TABLES)], rng), style, Recipe())
    pages = paginate([(blocks, style, ())])[:1]
    folder.mkdir(parents=True, exist_ok=True)
    digital = draw_pdf(pages, [style])
    (folder / f"{number:03d}-digital.pdf").write_bytes(digital)
    for name in presets:
        path = folder / f"{number:03d}-{name}.pdf"
        if not path.is_file():
            preset = PRESETS[name]
            scans = scan_pages(
                digital, 1, preset, lambda page: page_rng(seed, 1000 * number + page)
            )
            path.write_bytes(bind([encode(scan, preset.encoding) for scan in scans]))
    geometry = describe_geometry(pages)
    return [
        tuple(TableCell.of(cell) for cell in table["cells"])
        for table in geometry["pages"][0]["tables"]
    ]


def read(folder: Path, name: str) -> list[Table]:
    """Read a scan, unless that was done, and give its tables."""
    kept = folder / "readings" / f"{name}.json"
    if not kept.is_file():
        path, options = folder / f"{name}.pdf", ReadOptions()
        opened = perform(OpenFile(path, options))
        assert isinstance(opened, Opened)
        page = perform(ReadPage(path, opened.document, 1, options))
        assert isinstance(page, PageRead)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(page.reading.model_dump_json(), "utf-8")
    reading = PageReading.model_validate_json(kept.read_bytes())
    return [
        tuple(TableCell.of({**cell.model_dump(), "text": cell.text}) for cell in table.cells)
        for table in reading.tables
    ]


def given_tables(path: Path) -> Callable[[str], list[Table]]:
    """Return what another program made of the scans."""
    given = json.loads(path.read_text("utf-8"))
    return lambda name: [tuple(map(TableCell.of, table)) for table in given.get(name, ())]


def measure(
    folder: Path,
    seed: int,
    papers: int,
    presets: Sequence[str],
    tables_of: Callable[[str], list[Table]],
) -> Iterator[tuple[str, Count]]:
    """Yield each preset, and `digital` for the files as they were written, with its counts."""
    drawn = [draw(folder, seed, number, presets) for number in range(papers)]
    for name in ("digital", *presets):
        counts = (
            count(tables, tables_of(f"{number:03d}-{name}")) for number, tables in enumerate(drawn)
        )
        yield name, reduce(add, counts, Count())


def line(name: str, total: Count) -> str:
    """Return a row of the table."""
    cells = max(total.cells, 1)
    return (
        f"| {name} | {total.found} of {total.tables} | {total.in_place / cells:.4f} | "
        f"{total.right / cells:.4f} | {total.teds / max(total.tables, 1):.4f} |"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, draw, read, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=6, help="papers to draw")
    parser.add_argument("--presets", default="clean300,scan300,scan200", metavar="NAME,…")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--given", type=Path, help="count the tables of this file instead of reading"
    )
    options = parser.parse_args(arguments)
    folder: Path = options.out
    tables_of = given_tables(options.given) if options.given else lambda name: read(folder, name)
    print("| scans | tables found | cells in place | cells right | TEDS |\n|---|---|---|---|---|")
    presets = options.presets.split(",")
    for name, total in measure(folder, options.seed, options.count, presets, tables_of):
        print(line(name, total), flush=True)


if __name__ == "__main__":
    main()
