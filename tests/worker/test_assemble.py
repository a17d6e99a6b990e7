"""The later stages on what a perfect reader would hand over: the seed, and random forms of all layouts."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.extraction import Extraction, Form, Source
from core.readings import PageReading
from core.values import DASH
from core.vocabulary import squash
from samples.generator.draw import describe_geometry
from samples.generator.layouts import LAYOUTS, Layout
from samples.generator.random_set import print_random
from tests.worker.readings import pages_of
from worker.assemble import assemble

SAMPLES = Path(__file__).parents[2] / "samples"
HEAD = ("title", "department", "implementing_unit")


def document(pages: Sequence[PageReading]) -> Extraction:
    source = Source(file="forms.pdf", sha256="0" * 64, pages=len(pages), pipeline="test")
    return assemble(source, pages)


def printed(form: Form) -> dict[str, str]:
    return {pointer: squash(field.raw) for pointer, field in form.fields.items()}


def expected(truth: dict[str, Any]) -> dict[str, str]:
    """Return what the truth says is printed, by pointer; blank where the form has no such column."""
    wanted = {f"/{key}": truth[key] for key in HEAD}
    for block in ("funding", "indicators"):
        for at, row in enumerate(truth[block]):
            wanted |= {f"/{block}/{at}/{key}": text for key, text in row.items()}
    wanted |= {f"/goals/{key}": text for key, text in truth["goals"].items()}
    wanted |= {f"/total/{key}": text for key, text in truth["total"].items()}
    # Of the many dashes the record knows one.
    return {pointer: DASH if text == "-" else squash(text) for pointer, text in wanted.items()}


def compare(found: Extraction, truths: Sequence[dict[str, Any]]) -> None:
    assert len(found.forms) == len(truths)
    for form, truth in zip(found.forms, truths, strict=True):
        wanted, read = expected(truth), printed(form)
        assert {pointer: read.get(pointer, "") for pointer in wanted} == wanted
        assert form.record.fiscal_year == int(truth["fiscal_year"])
        assert form.record.project_name == truth["project_name"]
        assert (form.record.project_level or "") == truth["project_level"]
        assert len(form.record.indicators) == len(truth["indicators"])


def test_the_ten_forms_of_the_seed() -> None:
    geometry = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text(encoding="utf-8"))
    truths = json.loads((SAMPLES / "songjiang-2023.truth.json").read_text(encoding="utf-8"))
    found = document(pages_of(geometry))
    compare(found, truths)
    assert [page.kind for page in found.pages].count("form") == 10
    assert all(check.verdict == "pass" for form in found.forms for check in form.checks)
    assert all(field.status == "ok" for form in found.forms for field in form.fields.values())
    stray = found.forms[4].fields["/indicators/6/actual"]
    assert (stray.raw, stray.alternatives) == (">=85%", (">=85%总计:",))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_random_forms(layout: Layout) -> None:
    for seed in range(4):
        sample = print_random(layout, 2, Random(f"assemble/{layout.name}/{seed}"))
        geometry = json.loads(json.dumps(describe_geometry(sample.pages)))
        compare(document(pages_of(geometry)), [form.truth() for form in sample.forms])


def test_the_same_file_gives_the_same_document() -> None:
    geometry = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text(encoding="utf-8"))
    pages = pages_of(geometry)
    assert document(pages) == document(pages)
    assert len({form.id for form in document(pages).forms}) == 10
