"""Plant one error a form and see whether it is found, and whose mistake it is said to be.

    python -m bench.planted paper --count 100 --seed 5 [--out DIR]
    python -m bench.planted reading --count 100 --seed 5 [--out DIR]
    python -m bench.planted pixels --count 100 --seed 5 [--preset scan200]

`paper` changes one digit of a figure *before* the form is printed, so that its arithmetic no longer
holds: the error is found when a check says `form_error` of that figure, and no value may come out other
than printed. `reading` lets a fake reader misread one digit of one figure, as sure as ever: the value
must come out right or be marked. `pixels` spoils one figure between the press and the scanner (part of a digit
gone or blotted, a point or a digit gone: `bench.mishaps`), to the same end; the figures are really read, all
else perfectly.

With `--out` the forms are drawn, scanned as `--preset`, and read; with `--figures` only their figures
are. Without either a perfect reader stands in for the pixels, which takes seconds.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Literal, get_args

import cv2

from bench.mishaps import TRACELESS, Way, ways_for, with_figures_read
from bench.perfect import pages_of
from bench.scoring import NUMBERS, Judged, judge, printed_values
from core.extraction import Extraction, Form, Source
from core.readings import PageReading, ReaderName, Reading, TextLine
from samples.generator.content import random_form
from samples.generator.draw import describe_geometry
from samples.generator.drawing import lay_out
from samples.generator.form import Form as PrintedForm
from samples.generator.form import read_form
from samples.generator.layouts import LAYOUTS, Captions, Layout, choose_captions
from samples.generator.paginate import paginate
from samples.generator.presets import PRESETS
from samples.generator.sets import Printed, with_numbers, write_sample
from samples.generator.style import Style, random_style
from samples.generator.typeset import Recipe, set_blocks
from worker.assemble import assemble
from worker.page import Pixels
from worker.pipeline import read_page
from worker.rasterise.document import open_document
from worker.readers.base import CellReader
from worker.readers.registry import make_reader
from worker.second_look import second_look

Kind = Literal["paper", "reading", "pixels"]
_DIGIT = re.compile(r"\d", re.ASCII)
_TRIALS = 200


@dataclass(frozen=True)
class Planted:
    """A form with an error in the figure at `pointer`; `read` is what the fake reader makes of it, `way` how it is spoilt."""

    form: PrintedForm
    layout: Layout
    style: Style
    captions: Captions
    pointer: str
    printed: str
    read: str
    seed: str
    way: Way | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    `blamed` says that a check calls the figure's form, not its reading, wrong; `silent` are the values
    that came out wrong and unmarked, `wrong` all that came out wrong.
    """

    planted: Planted
    blamed: bool
    silent: tuple[Judged, ...]
    wrong: tuple[Judged, ...]

    def good(self, kind: Kind) -> bool:
        """Say whether the error was found, and nothing was changed on the way.

        What is gone without a trace is as good as never printed: there it is found too where the form is blamed.
        """
        if kind == "paper":
            return self.blamed and not self.wrong
        traceless = self.planted.way in TRACELESS
        return not self.silent or (traceless and self.blamed and len(self.silent) == 1)

    @property
    def fate(self) -> str:
        """Say what became of the figure."""
        own = [value for value in self.wrong if value.pointer == self.planted.pointer]
        if not own:
            return "right"
        return "in review" if own[0].flagged else "the form's" if self.blamed else "silent"


def plant(kind: Kind, seed: int, number: int) -> Planted:
    """Draw a form whose arithmetic holds, and choose an error for it."""
    name = f"{seed}/{number}"
    rng = Random(f"{kind}/{name}")
    for _ in range(_TRIALS):
        layout = rng.choice([LAYOUTS[name] for name in sorted(LAYOUTS)])
        captions, style = choose_captions(layout.name, rng), random_style(rng)
        form = random_form(layout, captions, rng)
        whole = Planted(form, layout, style, captions, "", "", "", name)
        if any(check.verdict != "pass" for check in _perfect(whole).checks):
            continue
        for pointer, printed in _figures(form, rng):
            changed = _misprinted(printed, rng)
            with_it = replace(whole, form=_with(form, pointer, changed), pointer=pointer)
            failed = any(check.verdict != "pass" for check in _perfect(with_it).checks)
            if kind == "paper" and failed:
                return replace(with_it, printed=changed, read=changed)
            whole = replace(whole, pointer=pointer, printed=printed, read=changed)
            if kind == "reading":
                return whole
            if kind == "pixels":
                return replace(whole, way=rng.choice(ways_for(printed)))
    raise AssertionError("no form to plant an error in")


def _figures(form: PrintedForm, rng: Random) -> list[tuple[str, str]]:
    """Return the printed figures of a form in random order."""
    found = [
        (pointer, printed)
        for pointer, printed in printed_values(form.truth()).items()
        if pointer.rsplit("/", 1)[-1] in NUMBERS and _DIGIT.search(printed)
    ]
    rng.shuffle(found)
    return found


def _misprinted(printed: str, rng: Random) -> str:
    """Return the figure with one digit replaced; a leading digit does not become 0."""
    place = rng.choice([match.start() for match in _DIGIT.finditer(printed)])
    digits = set("123456789" if place == 0 else "0123456789") - {printed[place]}
    return printed[:place] + rng.choice(sorted(digits)) + printed[place + 1 :]


def _with(form: PrintedForm, pointer: str, printed: str) -> PrintedForm:
    """Return the form with another figure printed at the pointer."""
    truth = form.truth()
    block, *rest = pointer.removeprefix("/").split("/")
    row = truth[block][int(rest[0])] if len(rest) == 2 else truth[block]
    row[rest[-1]] = printed
    return replace(read_form(truth), drawing=form.drawing)


def _printed(planted: Planted) -> Printed:
    blocks = set_blocks(
        lay_out(planted.layout, planted.form, planted.captions), planted.style, Recipe()
    )
    pages = paginate([(blocks, planted.style, ())])
    styles = (planted.style,)
    numbered = tuple(with_numbers(page, styles) for page in pages)
    return Printed(planted.layout.name, (planted.form,), styles, numbered)


def _perfect(planted: Planted) -> Form:
    return _only(_assembled(pages_of(describe_geometry(_printed(planted).pages))))


def _assembled(pages: Sequence[PageReading]) -> Extraction:
    source = Source(file="planted.pdf", sha256="0" * 64, pages=len(pages), pipeline="bench")
    return assemble(source, pages)


def _only(extraction: Extraction) -> Form:
    (form,) = extraction.forms
    return form


@dataclass(frozen=True)
class Misreading:
    """A reader that misreads the first line that says `printed`, and is as sure of it."""

    reader: CellReader
    printed: str
    read_as: str

    @property
    def name(self) -> ReaderName:
        return self.reader.name

    def read(self, lines: Sequence[Pixels]) -> list[Reading]:
        return misread(self.reader.read(lines), self.printed, self.read_as)


def misread(readings: Sequence[Reading], printed: str, read_as: str) -> list[Reading]:
    """Return the readings with the first of those that say `printed` replaced."""
    found = list(readings)
    for number, reading in enumerate(found):
        if reading.text == printed:
            found[number] = reading.model_copy(update={"text": read_as})
            break
    return found


def through_perfection(planted: Planted, kind: Kind) -> Extraction:
    """Let a perfect reader, with a perfect witness, read the form; only a planted misreading is off."""
    pages = pages_of(describe_geometry(_printed(planted).pages))
    if kind == "paper":
        return _assembled([_every_line(page, _witnessed) for page in pages])
    left = [True]

    def once(line: TextLine) -> TextLine:
        line = _witnessed(line)
        if not left or line.text != planted.printed:
            return line
        left.clear()
        wrong = line.reading.model_copy(update={"text": planted.read})
        return line.model_copy(update={"reading": wrong})

    return _assembled([_every_line(page, once) for page in pages])


def _witnessed(line: TextLine) -> TextLine:
    return line.model_copy(update={"others": (line.reading,)})


def _every_line(page: PageReading, change: Callable[[TextLine], TextLine]) -> PageReading:
    """Return the page with its tables' lines changed, in the order in which they are read."""
    tables = tuple(
        table.model_copy(
            update={
                "cells": tuple(
                    cell.model_copy(update={"lines": tuple(map(change, cell.lines))})
                    for cell in table.cells
                )
            }
        )
        for table in page.tables
    )
    return page.model_copy(update={"tables": tables})


def through_figures(planted: Planted, preset: str) -> Extraction:
    """Read the figures of the form from a scan, the rest perfectly."""
    spoilt = (planted.pointer, planted.way) if planted.way else None
    seed = sum(planted.seed.encode())
    pages = with_figures_read(_printed(planted), preset, seed, spoilt)
    return _assembled([_every_line(page, _heard) for page in pages])


def _heard(line: TextLine) -> TextLine:
    return line if line.others else _witnessed(line)


def through_pixels(planted: Planted, kind: Kind, folder: Path, *, preset: str) -> Extraction:
    """Scan the form, and read it with the readers of the product, of which the first may be fooled."""
    name = f"{kind}-{planted.seed.replace('/', '-')}"
    path = folder / f"{name}.pdf"
    if not path.is_file():
        write_sample(
            folder,
            name,
            _printed(planted),
            PRESETS[preset],
            sum(planted.seed.encode()),
            lambda _: None,
        )
    reader, again = make_reader("ppocr"), second_look("ppocr")
    if kind == "reading":
        reader = Misreading(reader, planted.printed, planted.read)
    document = open_document(path)
    pages = [
        read_page(document.raster(number), reader, again=again).reading
        for number in range(1, document.pages + 1)
    ]
    return _assembled(pages)


def judged(planted: Planted, extraction: Extraction) -> Outcome:
    """Hold what came out against what is printed."""
    (form,) = judge([planted.form.truth()], extraction.forms)
    checks = [check for found in extraction.forms for check in found.checks]
    return Outcome(
        planted,
        blamed=any(
            check.verdict == "form_error" and planted.pointer in check.fields for check in checks
        ),
        silent=tuple(value for value in form.values if value.silent and value.number),
        wrong=tuple(value for value in form.values if not value.right and value.number),
    )


def run(
    kind: Kind, seed: int, count: int, read: Callable[[Planted], Extraction]
) -> Iterator[Outcome]:
    """Plant, read and judge `count` forms."""
    for number in range(count):
        planted = plant(kind, seed, number)
        yield judged(planted, read(planted))


def main(arguments: Sequence[str] | None = None) -> None:
    """Parse the command line and print how many errors were found, and those that were not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=get_args(Kind))
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--out", type=Path, metavar="DIR", help="scan the forms into this folder")
    parser.add_argument("--figures", action="store_true", help="read only figures from scans")
    parser.add_argument("--preset", default="scan300", choices=sorted(PRESETS))
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)

    def read(planted: Planted) -> Extraction:
        if options.figures or options.kind == "pixels":
            return through_figures(planted, options.preset)
        if options.out is None:
            return through_perfection(planted, options.kind)
        return through_pixels(planted, options.kind, options.out, preset=options.preset)

    good = 0
    fates: Counter[tuple[str, str]] = Counter()
    for outcome in run(options.kind, options.seed, options.count, read):
        good += outcome.good(options.kind)
        fates[outcome.planted.way or options.kind, outcome.fate] += 1
        if not outcome.good(options.kind):
            print(
                outcome.planted.seed,
                outcome.planted.pointer,
                outcome.planted.printed,
                outcome.planted.way or outcome.planted.read,
                outcome.blamed,
                *outcome.wrong,
            )
    for (way, fate), times in sorted(fates.items()):
        print(f"{way}: {times} {fate}")
    print(f"{options.kind}: {good} of {options.count} found")


if __name__ == "__main__":
    main()
