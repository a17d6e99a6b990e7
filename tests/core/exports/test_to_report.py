"""Every page stands in the account, in the order of the paper."""

from __future__ import annotations

import io

from core.exports.account import account
from core.exports.to_report import write_report
from core.extraction import Extraction, Field, Issue, Page, PageKind
from tests.core.exports.seed import seed_extraction


def page(number: int, kind: PageKind) -> Page:
    return Page(number=number, width=1, height=1, rotation=0, skew_deg=0, kind=kind, tables=())


def issue(code: str, number: int) -> Issue:
    return Issue(code=code, severity="info", page=number, message=f"{code} {number}")


def box() -> Extraction:
    """Return a cover, a blank, a form over pages 3 and 5, an orphan between them."""
    seed = seed_extraction()
    form = seed.forms[0].model_copy(update={"pages": (5, 3)})
    kinds: list[PageKind] = ["other", "blank", "continuation", "continuation", "form"]
    issues = (issue("page_cover", 1), issue("orphan_continuation", 4), issue("pages_reordered", 5))
    pages = tuple(page(number, kind) for number, kind in enumerate(kinds, 1))
    return seed.model_copy(update={"pages": pages, "forms": (form,), "issues": issues})


def test_every_page_stands_in_the_account_once() -> None:
    lines = list(account(box(), "zh"))
    assert [line.pages for line in lines] == [(1,), (2,), (5, 3), (4,)]
    assert [line.what for line in lines if line.form is None] == [
        "封面",
        "空白页",
        "失去首页的续页",
    ]
    assert lines[2].notes == ("pages_reordered 5",)
    assert lines[3].notes == ("orphan_continuation 4",)


def test_report_sums_up_and_names_projects() -> None:
    out = io.BytesIO()
    extraction = box()
    write_report([extraction], out, "zh")
    text = out.getvalue().decode()
    assert "5 页，1 张表；其余：封面 1、空白页 1、失去首页的续页 1" in text
    name = extraction.forms[0].record.project_name
    assert name is not None
    assert name[:8] in text


def test_what_there_is_none_of_is_not_counted() -> None:
    extraction = box()
    (form,) = extraction.forms
    doubt = Field(
        raw="1", confidence=0.5, page=3, box=None, reader="ppocr", status="review", why="grid"
    )
    marked = form.model_copy(update={"fields": {"/total/score": doubt}})
    (line,) = (
        line
        for line in account(extraction.model_copy(update={"forms": (marked,)}), "zh")
        if line.form
    )
    assert line.notes == ("pages_reordered 5", "待核对 1 处")
