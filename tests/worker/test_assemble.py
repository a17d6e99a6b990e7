"""The later stages on what a perfect reader would hand over: the seed, and random forms of all layouts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from core.extraction import Extraction, Form, Source
from core.readings import PageReading
from core.values import DASH
from core.vocabulary import squash
from samples.generator.content import random_form
from samples.generator.draw import describe_geometry
from samples.generator.drawing import lay_out
from samples.generator.layouts import LAYOUTS, Layout, choose_captions
from samples.generator.paginate import Cut, paginate
from samples.generator.random_set import print_random
from samples.generator.style import random_style
from samples.generator.typeset import Recipe, set_blocks
from tests.worker.readings import pages_of
from worker.assemble import assemble

SAMPLES = Path(__file__).parents[2] / "samples"
HEAD = ("title", "department", "implementing_unit")
NOTES = {"/extra/注", "/extra/备注"}


def document(pages: Sequence[PageReading]) -> Extraction:
    source = Source(file="forms.pdf", sha256="0" * 64, pages=len(pages), pipeline="test")
    return assemble(source, pages)


def printed(form: Form) -> dict[str, str]:
    return {pointer: squash(field.raw) for pointer, field in form.fields.items()}


def expected(truth: dict[str, Any]) -> dict[str, str]:
    """Return what the truth says is printed, by pointer; what a form does not have is absent."""
    wanted = {f"/{key}": truth[key] for key in HEAD}
    for block in ("funding", "indicators"):
        for at, row in enumerate(truth[block]):
            wanted |= {f"/{block}/{at}/{key}": text for key, text in row.items()}
    for block in ("goals", "total", "extra"):
        wanted |= {
            f"/{block}/{key.replace('~', '~0').replace('/', '~1')}": text
            for key, text in truth.get(block, {}).items()
        }
    # Of the many dashes the record knows one.
    return {
        pointer: DASH if text == "-" else squash(text)
        for pointer, text in wanted.items()
        if text is not None
    }


def compare(found: Extraction, truths: Sequence[dict[str, Any]]) -> None:
    assert len(found.forms) == len(truths)
    for form, truth in zip(found.forms, truths, strict=True):
        wanted, read = expected(truth), printed(form)
        # Notes are extra too, and no label of the layout's.
        beside = {"/fiscal_year", "/project_name", "/project_level", "/money_unit"}
        beside |= NOTES - set(wanted)
        beside |= {f"/funding/{at}/item" for at in range(len(truth["funding"]))}
        assert {pointer: text for pointer, text in read.items() if pointer not in beside} == wanted
        assert form.template == truth.get("template", "project-self-evaluation")
        assert form.record.fiscal_year == int(truth["fiscal_year"])
        assert form.record.project_name == truth["project_name"]
        assert (form.record.project_level or "") == truth["project_level"]
        assert form.record.money_unit == truth["money_unit"]


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


def without_strays(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return pages as they are without what something else printed over them."""
    for page in geometry["pages"]:
        for table in page["tables"]:
            for cell in table["cells"]:
                cell["lines"] = [line for line in cell["lines"] if not line.get("stray")]
    return geometry


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_random_forms(layout: Layout) -> None:
    for seed in range(3):
        sample = print_random(layout, 2, Random(f"assemble/{layout.name}/{seed}"))
        geometry = without_strays(json.loads(json.dumps(describe_geometry(sample.pages))))
        compare(document(pages_of(geometry)), [form.truth() for form in sample.forms])


@pytest.mark.parametrize("layout", ["qingshen2023", "huanggang2020", "lijiang2020", "suizhou2022"])
def test_forms_cut_before_any_row(layout: str) -> None:
    rng = Random(f"cut/{layout}")
    captions, style = choose_captions(layout, rng), random_style(rng)
    form = random_form(LAYOUTS[layout], captions, rng)
    strips = set_blocks(lay_out(LAYOUTS[layout], form, captions), style, Recipe())
    rows = next(len(strip.row_edges) for strip in strips if strip.cells)
    for row in range(2, rows - 1, 2):
        pages = paginate([(strips, style, (Cut(row),))])
        geometry = json.loads(json.dumps(describe_geometry(pages)))
        compare(document(pages_of(geometry)), [form.truth()])


def test_side_label_goes_on_where_the_header_alone_stands_before_the_break() -> None:
    sample = print_random(LAYOUTS["suizhou2022"], 1, Random("suizhou2022/107"))
    geometry = without_strays(json.loads(json.dumps(describe_geometry(sample.pages))))
    compare(document(pages_of(geometry)), [form.truth() for form in sample.forms])
    assert sum(row["level1"] == "项目管理" for row in sample.forms[0].truth()["indicators"]) == 4


def test_what_is_no_self_evaluation_says_so() -> None:
    sample = print_random(LAYOUTS["monitor2021"], 1, Random(1))
    found = document(pages_of(describe_geometry(sample.pages)))
    (form,) = found.forms
    assert form.template == "monitoring"
    assert not form.record.indicators
    assert not form.checks
    assert {page.kind for page in found.pages} == {"other"}
    assert [issue.code for issue in found.issues] == ["other_kind"]


def test_form_that_nobody_filled_in_says_so() -> None:
    sample = print_random(replace(LAYOUTS["qingshen2023"], unfilled=1.0), 1, Random(2))
    found = document(pages_of(describe_geometry(sample.pages)))
    (form,) = found.forms
    assert "form_unfilled" in {issue.code for issue in found.issues}
    assert form.record.goals.expected == ""
    field = form.fields["/goals/expected"]
    assert (field.status, field.why) == ("review", "instruction")
    assert field.raw


def test_year_of_the_file_name_is_compared() -> None:
    geometry = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text(encoding="utf-8"))
    source = Source(file="自评表2022.pdf", sha256="0" * 64, pages=17, pipeline="test")
    found = assemble(source, pages_of(geometry))
    assert [issue.code for issue in found.issues].count("fiscal_year_differs") == 10


def test_the_same_file_gives_the_same_document() -> None:
    geometry = json.loads((SAMPLES / "songjiang-2023.cells.json").read_text(encoding="utf-8"))
    pages = pages_of(geometry)
    assert document(pages) == document(pages)
    assert len({form.id for form in document(pages).forms}) == 10
