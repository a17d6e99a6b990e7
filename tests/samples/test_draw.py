"""What is drawn is what the geometry says: pixels where the rules are, text where the truth is."""

import io
from random import Random

import numpy as np
import pytest
from pypdf import PdfReader

from samples.generator.draw import describe_geometry, draw_pdf
from samples.generator.layouts import LAYOUTS
from samples.generator.random_set import print_random
from samples.generator.scans import rasterise
from samples.generator.sets import Printed
from samples.generator.warp import Pixels

DPI = 150


# Rasterising is slow: one layout of each way to build a table.
@pytest.fixture(scope="module", params=("sh2023", "huanggang2020", "lijiang2020", "suizhou2022"))
def printed(request: pytest.FixtureRequest) -> Printed:
    return print_random(LAYOUTS[request.param], 2, Random(11))


def test_rules_are_dark_and_cells_lie_between_them(printed: Printed) -> None:
    pdf = draw_pdf(printed.pages, printed.styles)
    for page in describe_geometry(printed.pages)["pages"]:
        pixels = rasterise(pdf, page["number"], DPI).pixels
        for table in page["tables"]:
            rules = {tuple(rule) for rule in table["rules"]}
            assert all(is_dark(pixels, rule) for rule in table["rules"])
            for cell in table["cells"]:
                assert_bounded(cell["box"], table, rules)


def is_dark(pixels: Pixels, rule: list[float]) -> bool:
    """Say whether a rule is drawn: most of its points have a dark pixel under or beside them."""
    x0, y0, x1, y1 = rule
    points = np.floor(np.linspace((x0, y0), (x1, y1), 200)[2:-2] * DPI / 72).astype(int)
    aside = np.array([(0, d) if y0 == y1 else (d, 0) for d in (-1, 0, 1)])
    near = (points[None] + aside[:, None]).reshape(-1, 2)
    darkest = pixels[near[:, 1], near[:, 0]].reshape(3, -1).min(axis=0)
    # A hairline of 0.35 points at this resolution is one grey pixel wide.
    return bool(np.median(darkest) < 200)


def assert_bounded(box: list[float], table: dict, rules: set[tuple[float, ...]]) -> None:  # type: ignore[type-arg]
    """Every side of a cell lies on a rule, unless a page break left it open."""
    x0, y0, x1, y1 = box
    for y in (y0, y1):
        is_open = (table["open_top"] and y == table["box"][1]) or (
            table["open_bottom"] and y == table["box"][3]
        )
        on_rule = any(r[1] == r[3] == y and r[0] <= x0 and r[2] >= x1 for r in rules)
        assert on_rule != is_open
    for x in (x0, x1):
        assert any(r[0] == r[2] == x and r[1] <= y0 and r[3] >= y1 for r in rules)


def test_text_layer_holds_the_truth(printed: Printed) -> None:
    pages = PdfReader(io.BytesIO(draw_pdf(printed.pages, printed.styles))).pages
    assert len(pages) == len(printed.pages)
    text = "".join("".join(page.extract_text().split()) for page in pages)
    for form in printed.forms:
        values = [form.title, form.project_name, form.total.score]
        values += [row.executed for row in form.funding]
        assert all("".join(value.split()) in text for value in values if value)


def test_same_pages_are_the_same_bytes(printed: Printed) -> None:
    assert draw_pdf(printed.pages, printed.styles) == draw_pdf(printed.pages, printed.styles)
