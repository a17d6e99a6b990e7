"""How the ten published forms came out of their system's printer: styles, page breaks, stray text (FORMS.md §3.2).

Only their text is known. The columns are a reconstruction; where lines and pages break is what the text shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

from numpy.random import Generator

from samples.generator.content import SEED_TRUTH, seed_forms
from samples.generator.damage import Damage, inflict
from samples.generator.draw import draw_pdf
from samples.generator.drawing import lay_out
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.paginate import Cut, Page, paginate
from samples.generator.presets import PRESETS, Encoding, Preset, scanner
from samples.generator.scans import encode, rasterise
from samples.generator.sets import Printed, page_rng, with_numbers, write_json, write_sample
from samples.generator.style import Style
from samples.generator.table import Block, Cell, Table
from samples.generator.typeset import Overlay, Recipe, set_blocks

STYLE = Style(
    size_pt=8.8,
    title_size_pt=16.0,
    leading=1.22,
    text_leading=1.95,
    margin_left_pt=34.0,
    margin_right_pt=34.0,
    margin_top_pt=58.0,
    margin_bottom_pt=64.0,
    pad_x_pt=1.6,
    pad_y_pt=7.2,
    min_row_pt=24.0,
    count_wrap=True,
    kinsoku=False,
    page_number="- {page} -",
)

# Row 10 is the first indicator. Forms without an entry fit on one page.
_FIRST = 10
CUTS: Mapping[int, Cut] = {
    1: Cut(_FIRST + 6),
    2: Cut(_FIRST + 4, side_lines=3),
    3: Cut(_FIRST + 5),
    5: Cut(_FIRST + 6),
    8: Cut(_FIRST + 3, lines=1, side_lines=0),
    9: Cut(_FIRST + 3, lines=3),
    10: Cut(_FIRST + 8),
}
"""Form number, from 1 → its page break."""

OVERLAYS: Mapping[int, Overlay] = {5: Overlay("/indicators/6/actual", "总\n计:")}

LONG_NAMES: Mapping[int, int] = {5: 15, 10: 15}
"""Names with Latin letters are narrow: they stand on one line of so many characters where others break after 13."""

NUMBERED_PAGES = frozenset({5, 8, 15})
"""The text shows a page number on these three pages only."""


def print_seed() -> Printed:
    """Print the ten forms as their system did: 17 pages."""
    layout = LAYOUTS["sh2023"]
    captions = choose_captions("sh2023", Random(0))
    forms = seed_forms()
    styles, set_forms = [], []
    for number, form in enumerate(forms, start=1):
        cut = CUTS.get(number)
        # Between rows the system closes both halves of a table with a border, inside a cell it can't.
        torn = bool(cut and cut.lines)
        style = replace(STYLE, closed_top=not torn, closed_bottom=not torn)
        overlays = (OVERLAYS[number],) if number in OVERLAYS else ()
        blocks = lay_out(layout, form, captions)
        if number in LONG_NAMES:
            blocks = _rewrapped(blocks, "/project_name", LONG_NAMES[number])
        strips = set_blocks(blocks, style, Recipe(overlays))
        styles.append(style)
        set_forms.append((strips, style, (cut,) if cut else ()))
    pages = tuple(_numbered(page, styles) for page in paginate(set_forms))
    return Printed(layout.name, forms, tuple(styles), pages)


def _rewrapped(blocks: tuple[Block, ...], field: str, chars: int) -> tuple[Block, ...]:
    """Break the lines of one field after another number of characters."""

    def rewrap(cell: Cell) -> Cell:
        return (
            replace(cell, slot=replace(cell.slot, chars=chars))
            if cell.slot.field == field
            else cell
        )

    return tuple(
        replace(block, cells=tuple(map(rewrap, block.cells))) if isinstance(block, Table) else block
        for block in blocks
    )


def _numbered(page: Page, styles: list[Style]) -> Page:
    return with_numbers(page, styles) if page.number in NUMBERED_PAGES else page


def _office_scan(rng: Generator) -> tuple[Damage, ...]:
    """Draw what the district's scanner does: a little skew, paper, noise."""
    return scanner(rng, skew_deg=1.0, sigma=4.0)


SCAN = Preset("scan240", 240, _office_scan, Encoding("grey", 60))
PHOTO = replace(PRESETS["photo"], name="photo", dpi=200)
PHOTOGRAPHED_PAGE = 10
"""Form 6, which is whole on one page."""

SCAN_SEED, PHOTO_SEED = 2023, 6


def write_seed(folder: Path, progress: Callable[[str], None]) -> None:
    """Draw the committed samples: the ten forms scanned, their born-digital twin and geometry, and one page photographed."""
    printed = print_seed()
    write_sample(folder, "songjiang-2023", printed, SCAN, SCAN_SEED, progress)
    # The truth file is where the forms come from: it goes out as it came in.
    (folder / SEED_TRUTH.name).write_bytes(SEED_TRUTH.read_bytes())
    _write_photo(folder, printed, progress)


def _write_photo(folder: Path, printed: Printed, progress: Callable[[str], None]) -> None:
    progress("photographed-page")
    rng = page_rng(PHOTO_SEED, PHOTOGRAPHED_PAGE)
    page = rasterise(draw_pdf(printed.pages, printed.styles), PHOTOGRAPHED_PAGE, PHOTO.dpi)
    scan = inflict(page, PHOTO.damages(rng), rng)
    (folder / "photographed-page.jpg").write_bytes(encode(scan, PHOTO.encoding))
    (form,) = printed.pages[PHOTOGRAPHED_PAGE - 1].forms
    write_json(
        folder / "photographed-page.truth.json",
        [{"layout": printed.layout, **printed.forms[form].truth()}],
    )
