"""A box of papers as archives hand it to the scanner: forms of many years and offices, and whatever lies between them.

Everything hangs on one seed. The truth says of every scanned page which sheets lie on it and to which form each belongs.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Literal, get_args

from samples.generator.damage import Turn, inflict
from samples.generator.draw import describe_geometry, draw_pdf
from samples.generator.form import Form
from samples.generator.layouts import LAYOUTS
from samples.generator.paginate import Heading, Page, Piece, paginate
from samples.generator.papers import PaperKind, draw_paper
from samples.generator.presets import Preset
from samples.generator.random_set import print_random
from samples.generator.scans import bind, encode, rasterise
from samples.generator.sets import page_rng, write_json
from samples.generator.style import A4, Style, random_style
from samples.generator.typeset import Recipe, set_blocks

Mishap = Literal["none", "swapped", "shuffled", "missing", "twice", "spread", "shared", "backs"]
MISHAPS: tuple[Mishap, ...] = get_args(Mishap)
"""What becomes of one office's print-out.

Pages of forms are scanned in another order, or one of them is lost (never one on which a form begins), or all are scanned again later
in the box (`twice`), two on one sheet (`spread`), with their blank backs; `shared` lets a form begin below another.
"""
_ALONE: tuple[PaperKind, ...] = (
    "separator",
    "separator",
    "letter",
    "budget",
    "functions",
    "statistics",
)


@dataclass(frozen=True)
class Item:
    """What is printed: a form, or a paper of some kind (`form` is None). `lost` numbers its pages that are in no scan."""

    kind: str
    form: Form | None = None
    layout: str = ""
    mishap: Mishap = "none"
    lost: tuple[int, ...] = ()
    copy_of: int | None = None


@dataclass(frozen=True)
class Sheet:
    """One printed page; its headings and pieces name items. `owners` are the items on it, `place` is its number in their print."""

    page: Page
    owners: tuple[int, ...]
    place: int


@dataclass(frozen=True)
class Scanned:
    """One page of the file: the sheets on it from left to right, and how it was fed in."""

    sheets: tuple[Sheet, ...]
    quarters: int = 0


@dataclass(frozen=True)
class Box:
    """A whole box; `styles` are by item."""

    items: tuple[Item, ...]
    styles: tuple[Style, ...]
    scans: tuple[Scanned, ...]

    @property
    def pages(self) -> tuple[Page, ...]:
        """Give what is on each page of the file, two sheets side by side where they were scanned so."""
        return tuple(
            replace(_beside([sheet.page for sheet in scan.sheets]), number=number)
            for number, scan in enumerate(self.scans, 1)
        )


class _Packing:
    """The box while it is filled; lives within one call of `draw_box`."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.items: list[Item] = []
        self.styles: list[Style] = []
        self.scans: list[Scanned] = []

    def put(self, sheets: Iterable[Sheet]) -> None:
        self.scans += [
            Scanned((sheet,), self.rng.choice((1, 2, 3)) if self.rng.random() < 0.06 else 0)
            for sheet in sheets
        ]

    def enter(self, item: Item, style: Style) -> int:
        self.items.append(item)
        self.styles.append(style)
        return len(self.items) - 1

    def paper(self, kind: PaperKind) -> None:
        style = replace(random_style(self.rng), page_pt=A4, page_number="")
        if kind in {"cover", "separator"}:
            style = replace(style, margin_top_pt=self.rng.uniform(180, 330))
        number = self.enter(Item(kind), style)
        blocks = set_blocks(draw_paper(kind, self.rng), style, Recipe())
        self.put(_sheets(paginate([(blocks, style, ())]), number))

    def blank(self) -> None:
        self.put([Sheet(Page(0, A4), (), 0)])

    def printout(self, layout: str, mishap: Mishap) -> Callable[[], None] | None:
        """Print forms of one office; what comes back, if anything, scans them again."""
        first = len(self.items)
        count = self.rng.choice((1, 2, 2, 3, 4))
        printed = print_random(LAYOUTS[layout], count, self.rng, share_pages=mishap == "shared")
        for form, style in zip(printed.forms, printed.styles, strict=True):
            self.enter(Item(form.template, form, layout, mishap), style)
        sheets = _sheets(printed.pages, first)
        if mishap == "missing":
            sheets = self._without_a_page(sheets)
        if mishap == "swapped":
            sheets = self._swapped(sheets)
        if mishap == "shuffled":
            self.rng.shuffle(sheets)
        if mishap == "spread" and sheets[0].page.size_pt[0] < sheets[0].page.size_pt[1]:
            pairs = zip(sheets[::2], [*sheets[1::2], None], strict=False)
            self.scans += [Scanned(tuple(sheet for sheet in pair if sheet)) for pair in pairs]
            return None
        for sheet in sheets:
            self.put([sheet])
            if mishap == "backs":
                self.blank()
        return (lambda: self._again(sheets)) if mishap == "twice" else None

    def _without_a_page(self, sheets: list[Sheet]) -> list[Sheet]:
        """Take a later page of one form away, where no form begins on it."""
        begun: set[int] = set()
        later = []
        for sheet in sheets:
            if begun.issuperset(sheet.owners):
                later.append(sheet)
            begun |= set(sheet.owners)
        if not later:
            return sheets
        gone = self.rng.choice(later)
        for owner in gone.owners:
            self.items[owner] = replace(self.items[owner], lost=(gone.place,))
        return [sheet for sheet in sheets if sheet is not gone]

    def _swapped(self, sheets: list[Sheet]) -> list[Sheet]:
        if len(sheets) < 2:
            return sheets
        at = self.rng.randrange(len(sheets) - 1)
        return [*sheets[:at], sheets[at + 1], sheets[at], *sheets[at + 2 :]]

    def _again(self, sheets: Sequence[Sheet]) -> None:
        """Scan the same sheets a second time: their forms are items of their own."""
        numbers = sorted({owner for sheet in sheets for owner in sheet.owners})
        copies = {
            owner: self.enter(replace(self.items[owner], copy_of=owner), self.styles[owner])
            for owner in numbers
        }
        self.put(
            replace(
                sheet,
                page=_renumbered(sheet.page, copies.__getitem__),
                owners=tuple(copies[owner] for owner in sheet.owners),
            )
            for sheet in sheets
        )


def draw_box(seed: int, pages: int = 200) -> Box:
    """Fill a box with about as many pages: every layout and every mishap comes up before any comes again."""
    packing = _Packing(Random(f"box/{seed}"))
    rng = packing.rng
    again: list[Callable[[], None]] = []
    packing.paper("cover")
    packing.blank()
    packing.paper("contents")
    layouts, mishaps = _in_turn(LAYOUTS, rng), _in_turn(MISHAPS, rng)
    while len(packing.scans) < pages:
        if rng.random() < 0.7:
            packing.paper(rng.choice(_ALONE))
        if rng.random() < 0.12:
            packing.paper("cover")
            packing.paper("contents")
        if rng.random() < 0.15:
            packing.blank()
        later = packing.printout(next(layouts), next(mishaps))
        again += [later] if later else []
        if again and rng.random() < 0.5:
            again.pop(0)()
    for scan_again in again:
        scan_again()
    return Box(tuple(packing.items), tuple(packing.styles), tuple(packing.scans))


def _in_turn(choices: Iterable[Any], rng: Random) -> Iterator[Any]:
    """Yield all choices in random order, again and again."""
    every = list(choices)
    while True:
        yield from rng.sample(every, len(every))


def _sheets(pages: Sequence[Page], first: int) -> list[Sheet]:
    """Give printed pages as sheets whose items are counted from `first`."""
    return [
        Sheet(
            _renumbered(page, lambda form: form + first),
            tuple(form + first for form in page.forms),
            place,
        )
        for place, page in enumerate(pages, 1)
    ]


def _renumbered(page: Page, number: Callable[[int], int]) -> Page:
    return replace(
        page,
        headings=tuple(replace(it, form=number(it.form)) for it in page.headings),
        pieces=tuple(replace(it, form=number(it.form)) for it in page.pieces),
    )


def _beside(pages: Sequence[Page]) -> Page:
    """Lay pages side by side; one sheet of a pair that has no other keeps its half."""
    whole, left = pages[0], pages[0].size_pt[0]
    for page in pages[1:]:
        whole = replace(
            whole,
            size_pt=(left + page.size_pt[0], max(whole.size_pt[1], page.size_pt[1])),
            headings=(*whole.headings, *(_heading_at(it, left) for it in page.headings)),
            pieces=(*whole.pieces, *(_piece_at(it, left) for it in page.pieces)),
            footer=(*whole.footer, *(replace(it, left=it.left + left) for it in page.footer)),
        )
        left += page.size_pt[0]
    return whole


def _heading_at(heading: Heading, right: float) -> Heading:
    return replace(heading, lines=tuple(replace(it, left=it.left + right) for it in heading.lines))


def _piece_at(piece: Piece, right: float) -> Piece:
    cells = tuple(
        replace(
            cell,
            box=(cell.box[0] + right, cell.box[1], cell.box[2] + right, cell.box[3]),
            lines=tuple(replace(it, left=it.left + right) for it in cell.lines),
        )
        for cell in piece.cells
    )
    return replace(piece, cells=cells)


def describe_box(box: Box) -> dict[str, Any]:
    """Give the truth: items with their pages in the order they were printed in, and what each page of the file holds."""
    found: dict[int, list[tuple[int, int]]] = {number: [] for number in range(len(box.items))}
    for number, scan in enumerate(box.scans, 1):
        for sheet in scan.sheets:
            for owner in sheet.owners:
                found[owner].append((sheet.place, number))
    return {
        "items": [
            {
                "kind": item.kind,
                "layout": item.layout,
                "mishap": item.mishap,
                "pages": list(dict.fromkeys(page for _, page in sorted(found[number]))),
                "in_order": [page for _, page in found[number]]
                == [page for _, page in sorted(found[number])],
                "lost": list(item.lost),
                "copy_of": item.copy_of,
                "truth": item.form.truth() if item.form else None,
            }
            for number, item in enumerate(box.items)
        ],
        "pages": [
            {
                "number": number,
                "items": sorted({owner for sheet in scan.sheets for owner in sheet.owners}),
                "sheets": len(scan.sheets),
                "quarters": scan.quarters,
            }
            for number, scan in enumerate(box.scans, 1)
        ],
    }


def write_box(
    folder: Path, box: Box, preset: Preset, seed: int, progress: Callable[[str], None]
) -> None:
    """Write `box.pdf` (the scan), `box.digital.pdf`, `box.truth.json` and `box.cells.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = box.pages
    digital = draw_pdf(pages, box.styles)
    pictures = []
    for number, scan in enumerate(box.scans, 1):
        progress(f"page {number}/{len(pages)}")
        rng = page_rng(seed, number)
        damages = preset.damages(rng)
        turned = (*damages, Turn(scan.quarters)) if scan.quarters else damages
        drawn = inflict(rasterise(digital, number, preset.dpi), turned, rng)
        pictures.append(encode(drawn, preset.encoding))
    (folder / "box.digital.pdf").write_bytes(digital)
    (folder / "box.pdf").write_bytes(bind(pictures))
    write_json(folder / "box.truth.json", describe_box(box))
    compact = json.dumps(describe_geometry(pages), ensure_ascii=False, separators=(",", ":"))
    (folder / "box.cells.json").write_text(compact + "\n", "utf-8")
