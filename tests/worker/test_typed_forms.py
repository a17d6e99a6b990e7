"""Forms as they are typed come out as the truth says: every value, and none in doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from bench.scoring import judge
from core.extraction import Source
from samples.generator.content import random_form
from samples.generator.drawing import lay_out
from samples.generator.form import Form
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.office import write_docx, write_xlsx
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
    document = open_document(path)
    pages = [
        take_page(document.raster(number), Clock()).reading
        for number in range(1, document.pages + 1)
    ]
    source = Source(file="表", sha256="0" * 64, pages=len(pages), pipeline="test")
    found = assemble(source, pages).forms
    judged = judge([form.truth() for form in forms], found)
    assert len(found) == count
    assert [value for form in judged for value in form.values if not value.right] == []
    assert [value for form in judged for value in form.values if value.flagged] == []
