"""Cut a box of papers into forms and hold the result against what was put in.

    python -m bench.box --seed 1 [--pages 200]                      with a perfect reader: only the cutting is measured
    python -m bench.box --seed 1 --preset scan300 --out DIR         drawn, scanned and read; DIR keeps what was read

A form is *cut right* when it was given with all its pages that are in the box and no other, *merged* when what was given for
it holds something of another form. What is neither cut right nor marked by an issue on one of its pages is *silent*.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.perfect import pages_of
from bench.scoring import normal
from core.extraction import Extraction, Form, Source
from core.readings import PageReading
from samples.generator.box import describe_box, draw_box, write_box
from samples.generator.draw import describe_geometry
from samples.generator.presets import PRESETS
from worker.assemble import assemble
from worker.extract import perform
from worker.steps import Opened, OpenFile, PageRead, ReadOptions, ReadPage

DOUBTS = frozenset(
    {"orphan_continuation", "form_incomplete", "pages_reordered", "cut_doubtful", "other_document"}
)
"""Issues that send a cut to a person."""
PAPER_CODES = {"cover": "page_cover", "contents": "page_contents", "separator": "page_separator"}

Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Cut:
    """What was made of one form of the box."""

    item: int
    layout: str
    mishap: str
    pages: tuple[int, ...]
    given: tuple[int, ...] | None
    kind_right: bool
    merged: bool
    whole: bool
    marked: bool

    @property
    def right(self) -> bool:
        return self.given is not None and set(self.given) == set(self.pages)

    @property
    def in_order(self) -> bool:
        return self.given == self.pages

    @property
    def silent(self) -> bool:
        """Tell whether something is wrong or lacking and nobody is told."""
        return not (self.right and self.in_order and self.whole) and not self.marked


def cuts(truth: Truth, extraction: Extraction) -> list[Cut]:
    """Return what was made of each form of the box: given forms are paired with those they share most rows and pages with."""
    items = {n: it for n, it in enumerate(truth["items"]) if it["truth"]}
    likest = sorted(
        (-_likeness(item, form), number, at)
        for number, item in items.items()
        for at, form in enumerate(extraction.forms)
        if set(item["pages"]) & set(form.pages)
    )
    pairs: dict[int, Form] = {}
    taken: set[int] = set()
    for _, number, at in likest:
        if number not in pairs and at not in taken:
            pairs[number] = extraction.forms[at]
            taken.add(at)
    issues = {(issue.page, issue.code) for issue in extraction.issues}
    return [_cut(number, item, pairs.get(number), items, issues) for number, item in items.items()]


def _cut(
    number: int,
    item: Truth,
    form: Form | None,
    items: Mapping[int, Truth],
    issues: set[tuple[int | None, str]],
) -> Cut:
    places = {*item["pages"], *(form.pages if form else ())}
    return Cut(
        item=number,
        layout=item["layout"],
        mishap=item["mishap"],
        pages=tuple(item["pages"]),
        given=form.pages if form else None,
        kind_right=form is not None and form.template == item["kind"],
        merged=form is not None and _is_merged(number, form, items),
        whole=not item["lost"],
        marked=any(page in places and code in DOUBTS for page, code in issues),
    )


def _likeness(item: Truth, form: Form) -> float:
    rows = _rows(item["truth"])
    given = {normal(row.level3) for row in form.record.indicators}
    shared_pages = len(set(item["pages"]) & set(form.pages)) / len(form.pages)
    shared_rows = len(rows & given) / max(len(rows | given), 1)
    name = normal(item["truth"]["project_name"] or item["truth"]["title"])
    return (
        shared_pages
        + shared_rows
        + 2 * (name in normal(form.record.project_name or form.record.title or ""))
    )


def _rows(truth: Truth) -> set[str]:
    return {normal(row["level3"]) for row in truth["indicators"]}


def _is_merged(number: int, form: Form, items: Mapping[int, Truth]) -> bool:
    """Tell whether a given form has a page of other forms only, or rows that only another form on its pages has."""
    own = items[number]
    foreign_pages = set(form.pages) - set(own["pages"])
    others = [it for n, it in items.items() if n != number and set(it["pages"]) & set(form.pages)]
    if any(page in other["pages"] for page in foreign_pages for other in others):
        return True
    given = {normal(row.level3) for row in form.record.indicators} - _rows(own["truth"])
    return any(given & _rows(other["truth"]) for other in others)


def page_kinds(truth: Truth, extraction: Extraction) -> Iterator[tuple[int, str, str]]:
    """Yield for every page its number, what it is, and what it was taken for."""
    codes: dict[int | None, set[str]] = {}
    for issue in extraction.issues:
        codes.setdefault(issue.page, set()).add(issue.code)
    for page, told in zip(extraction.pages, truth["pages"], strict=True):
        items = [truth["items"][number] for number in told["items"]]
        kinds = {_kind(item, told["number"]) for item in items} or {"blank"}
        rank = ("form", "continuation", "other", "cover", "contents", "separator", "blank")
        wanted = next(kind for kind in rank if kind in kinds)
        named = [kind for kind, code in PAPER_CODES.items() if code in codes.get(page.number, ())]
        yield page.number, wanted, next(iter(named), page.kind)


def _kind(item: Truth, page: int) -> str:
    if item["kind"] in PAPER_CODES:
        return str(item["kind"])
    if item["truth"] is None or "self-evaluation" not in item["kind"]:
        return "other"
    return "form" if item["pages"][0] == page else "continuation"


def report(truth: Truth, extraction: Extraction, show: int) -> dict[str, Any]:
    """Print the figures and return them."""
    made = cuts(truth, extraction)
    kinds = list(page_kinds(truth, extraction))
    wrong = Counter((wanted, given) for _, wanted, given in kinds if wanted != given)
    copies = [item for item in truth["items"] if item["copy_of"] is not None and item["truth"]]
    linked = sum(issue.code == "form_repeated" for issue in extraction.issues)
    figures: dict[str, Any] = {
        "pages": len(extraction.pages),
        "pages accounted for": len({page.number for page in extraction.pages}),
        "page kinds right": sum(wanted == given for _, wanted, given in kinds),
        "forms": len(made),
        "found": sum(cut.given is not None for cut in made),
        "too many": len(extraction.forms) - sum(cut.given is not None for cut in made),
        "cut right": sum(cut.right for cut in made),
        "in order": sum(cut.in_order for cut in made),
        "kinds right": sum(cut.kind_right for cut in made),
        "merged": sum(cut.merged for cut in made),
        "wrong or lacking, marked": sum(
            not (cut.right and cut.in_order and cut.whole) and cut.marked for cut in made
        ),
        "right, marked all the same": sum(
            cut.right and cut.in_order and cut.whole and cut.marked for cut in made
        ),
        "silent": sum(cut.silent for cut in made),
        "copies": len(copies),
        "copies linked": linked,
    }
    for name, figure in figures.items():
        print(f"{name:26} {figure}")
    for (wanted, given), count in wrong.most_common():
        pages = [n for n, want, gave in kinds if (want, gave) == (wanted, given)]
        print(f"  {wanted} taken for {given}: {count} (pages {pages})")
    for cut in [
        cut for cut in made if not cut.right or cut.silent or cut.merged or not cut.kind_right
    ][:show]:
        print(cut)
    return {**figures, "cuts": [asdict(cut) for cut in made]}


def perfect_pages(seed: int, pages: int) -> tuple[Truth, tuple[PageReading, ...]]:
    """Return the truth of a box and what a perfect reader says of its pages."""
    box = draw_box(seed, pages)
    return describe_box(box), tuple(pages_of(describe_geometry(box.pages)))


def scanned_pages(
    folder: Path, seed: int, pages: int, preset: str
) -> tuple[Truth, tuple[PageReading, ...]]:
    """Return the truth of a box and what was read of its scan; what was drawn and read before is taken from the folder."""
    path = folder / "box.pdf"
    if not path.is_file():
        write_box(folder, draw_box(seed, pages), PRESETS[preset], seed, lambda _: None)
    truth = json.loads((folder / "box.truth.json").read_text("utf-8"))
    options = ReadOptions()
    opened = perform(OpenFile(path, options))
    assert isinstance(opened, Opened)
    readings = []
    for number in range(1, opened.source.pages + 1):
        kept = folder / "readings" / f"{number:04d}.json"
        if not kept.is_file():
            read = perform(ReadPage(path, opened.document, number, options))
            assert isinstance(read, PageRead)
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(read.reading.model_dump_json(), "utf-8")
        readings.append(PageReading.model_validate_json(kept.read_bytes()))
    return truth, tuple(readings)


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line, draw, read, assemble, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument(
        "--preset", choices=PRESETS, help="scan and read it; without, a perfect reader"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where what was drawn and read is kept"
    )
    parser.add_argument("--show", type=int, default=20, help="forms to print that went wrong")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args(arguments)
    if options.preset and not options.out:
        parser.error("--preset needs --out")
    if options.preset:
        truth, pages = scanned_pages(options.out, options.seed, options.pages, options.preset)
    else:
        truth, pages = perfect_pages(options.seed, options.pages)
    source = Source(file="box.pdf", sha256="0" * 64, pages=len(pages), pipeline="bench")
    extraction = assemble(source, pages)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / "extraction.json").write_text(extraction.model_dump_json(), "utf-8")
    figures = report(truth, extraction, options.show)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
