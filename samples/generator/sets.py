"""Files of a set of samples: what one holds, and how it is written down.

A set is a folder: `index.json` lists [{name, preset, layout, forms, pages}], and every name has NAME.pdf (the scan),
NAME.digital.pdf (its born-digital twin), NAME.truth.json and NAME.cells.json (geometry).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from samples.generator.damage import Scan
from samples.generator.draw import describe_geometry, draw_pdf, number_lines
from samples.generator.form import Form
from samples.generator.paginate import Page
from samples.generator.presets import Preset
from samples.generator.scans import bind, encode, scan_pages
from samples.generator.style import Style

ILLEGIBLE = 0.1
"""Share of contrast under which print can't be seen: about 25 of 255 grey levels, in noise of 2 to 4."""


@dataclass(frozen=True)
class Printed:
    """Forms as pages; `styles` are by form number."""

    layout: str
    forms: tuple[Form, ...]
    styles: tuple[Style, ...]
    pages: tuple[Page, ...]


def with_numbers(page: Page, styles: Sequence[Style]) -> Page:
    """Print the page number that the style of the page's last form asks for."""
    return replace(page, footer=number_lines(page, styles[page.forms[-1]]))


def page_rng(seed: int, page: int) -> Generator:
    """Give the random numbers of one page's damage: its own, so that a page stays the same whatever stands before it."""
    return default_rng([seed, page])


def write_sample(
    folder: Path,
    name: str,
    printed: Printed,
    preset: Preset,
    seed: int,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Write the four files of a sample and give its entry for the index."""
    digital = draw_pdf(printed.pages, printed.styles)
    pages = len(printed.pages)
    geometry = describe_geometry(printed.pages)
    truths = [{"layout": printed.layout, **form.truth()} for form in printed.forms]
    erased: list[set[str]] = [set() for _ in truths]
    pictures = []
    for page, scan in enumerate(scan_pages(digital, pages, preset, lambda n: page_rng(seed, n))):
        progress(f"{name} page {page + 1}/{pages}")
        pictures.append(encode(scan, preset.encoding))
        _add_scan(geometry["pages"][page], scan)
        for number, field in _illegible(geometry["pages"][page], scan):
            erased[number].add(field)
    for truth, form, fields in zip(truths, printed.forms, erased, strict=True):
        # The truth of what is no self-evaluation is a head: /title, but not /indicators/0/level3.
        own = {it for it in fields if form.is_self_evaluation or it.count("/") == 1}
        if own:
            truth["erased"] = sorted(_with_spanned_rows(own, form))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.digital.pdf").write_bytes(digital)
    (folder / f"{name}.pdf").write_bytes(bind(pictures))
    write_json(folder / f"{name}.truth.json", truths)
    # Thousands of boxes: for programs, so without the white space.
    compact = json.dumps(geometry, ensure_ascii=False, separators=(",", ":"))
    (folder / f"{name}.cells.json").write_text(compact + "\n", "utf-8")
    return {
        "name": name,
        "preset": preset.name,
        "layout": printed.layout,
        "forms": len(truths),
        "pages": pages,
    }


def write_json(path: Path, value: object) -> None:
    """Write JSON as people like to read it."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _add_scan(page: dict[str, Any], scan: Scan) -> None:
    """Note where the page's cells lie on its scan: corners in its pixels, from the top left one clockwise as the page reads."""
    height, width = scan.size
    page["scan"] = {"width": width, "height": height, "dpi": scan.dpi}
    for table in page["tables"]:
        for cell in table["cells"]:
            x0, y0, x1, y1 = (edge * scan.dpi / 72 for edge in cell["box"])
            corners = scan.place(np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64))
            cell["quad"] = [[round(float(x), 1), round(float(y), 1)] for x, y in corners]


def _illegible(page: dict[str, Any], scan: Scan) -> set[tuple[int, str]]:
    """Give the (form, field) that lost a character or more of their print on this page."""
    if scan.legible is None:
        return set()
    cells = [
        (table["form"], cell["field"], cell["lines"])
        for table in page["tables"]
        for cell in table["cells"]
    ]
    cells += [(heading["form"], heading["field"], heading["lines"]) for heading in page["headings"]]
    return {
        (form, field)
        for form, field, lines in cells
        if field and any(_lost_a_character(line["box"], scan) for line in lines)
    }


def _with_spanned_rows(fields: set[str], form: Form) -> set[str]:
    """Add the further rows that a lost level-1 or level-2 label stood for; its cell names the first."""
    every = set(fields)
    for field in fields:
        _, kind, number, key = ["", *field.split("/"), "", ""][1:5]
        if kind == "indicators" and key in {"level1", "level2"}:
            own = form.indicators[int(number)]
            for row in range(int(number), len(form.indicators)):
                other = form.indicators[row]
                if other.level1 != own.level1 or (key == "level2" and other.level2 != own.level2):
                    break
                every.add(f"/indicators/{row}/{key}")
    return every


def _lost_a_character(box: list[float], scan: Scan) -> bool:
    """Say whether contrast is gone over a width of half an em of a line."""
    assert scan.legible is not None
    x0, y0, x1, y1 = (round(edge * scan.dpi / 72) for edge in box)
    columns = scan.legible[y0:y1, x0:x1].mean(axis=0)
    half_em = max((y1 - y0) // 2, 1)
    if len(columns) < half_em:
        return bool(columns.mean() < ILLEGIBLE) if len(columns) else False
    means = np.convolve(columns, np.full(half_em, 1 / half_em), "valid")
    return bool(means.min() < ILLEGIBLE)
