"""Forms as they are typed come out as the truth says: every value, and none in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from bench.scoring import judge
from core.extraction import Form as Found
from core.extraction import Source
from samples.generator.content import random_form
from samples.generator.drawing import lay_out
from samples.generator.form import Form
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.ofd import write_ofd
from samples.generator.office import write_docx, write_xlsx
from samples.generator.random_set import print_random
from samples.generator.table import Block
from worker.assemble import assemble
from worker.clock import Clock
from worker.pipeline import take_page
from worker.rasterise.document import open_document

Write = Callable[[Sequence[Sequence[Block]]], bytes]


def typed(layout: str, count: int) -> tuple[list[Form], list[tuple[Block, ...]]]:
    rng = Random(f"1/{layout}")
    captions = choose_captions(layout, rng)
    forms = [random_form(LAYOUTS[layout], captions, rng) for _ in range(count)]
    return forms, [lay_out(LAYOUTS[layout], form, captions) for form in forms]


def taken(path: Path) -> tuple[Found, ...]:
    """Return the forms of a file."""
    document = open_document(path)
    pages = [
        take_page(document.raster(number), Clock()).reading
        for number in range(1, document.pages + 1)
    ]
    source = Source(file=path.name, sha256="0" * 64, pages=len(pages), pipeline="test")
    return assemble(source, pages).forms


@pytest.mark.parametrize(
    ("layout", "write", "count"),
    [
        ("sh2023", write_docx, 2),
        ("qingshen2023", write_docx, 1),
        ("lijiang2020", write_xlsx, 1),
        ("chongqing2021", write_docx, 1),
        ("haidian2016", write_xlsx, 1),
    ],
)
def test_a_typed_form_is_taken_whole(tmp_path: Path, layout: str, write: Write, count: int) -> None:
    forms, blocks = typed(layout, count)
    path = tmp_path / "表"
    path.write_bytes(write(blocks))
    found = taken(path)
    judged = judge([form.truth() for form in forms], found)
    assert len(found) == count
    assert [value for form in judged for value in form.values if not value.right] == []
    assert [value for form in judged for value in form.values if value.flagged] == []


@pytest.mark.parametrize("layout", ["chongqing2021", "haidian2016"])
def test_a_form_in_ofd_is_taken_whole_over_its_page_breaks(tmp_path: Path, layout: str) -> None:
    printed = print_random(LAYOUTS[layout], 1, Random(f"1/{layout}"))
    path = tmp_path / "表.ofd"
    path.write_bytes(write_ofd(printed.pages, printed.styles))
    judged = judge([form.truth() for form in printed.forms], taken(path))
    assert [value for form in judged for value in form.values if not value.right] == []
    assert [value for form in judged for value in form.values if value.flagged] == []
