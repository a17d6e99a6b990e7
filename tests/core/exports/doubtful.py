"""A document in which something of every kind is doubtful."""

from __future__ import annotations

from core.extraction import Check, Extraction, Issue
from tests.core.exports.seed import field, page, seed_extraction


def doubtful_extraction() -> Extraction:
    extraction = seed_extraction(
        forms=2,
        fields={
            "/project_name": field(),
            "/funding/0/executed": field("review", "1,031,336.77", "low_confidence"),
            "/indicators/1/target": field("review", "完成", "readers_disagree"),
            "/indicators/2/score": field("missing"),
            "/total/score": field("corrected", "100.00"),
        },
        checks=(
            Check(
                rule="scores_sum",
                verdict="pass",
                fields=("/total/score",),
                expected="100",
                found="100",
                message="",
            ),
            Check(
                rule="weights_sum",
                verdict="form_error",
                fields=("/total/weight",),
                expected="100",
                found="110",
                message="分值合计应为 100",
            ),
        ),
        issues=(
            Issue(code="stale_year", severity="warning", page=3, message="年度与表头不一致"),
            Issue(code="page_crashed", severity="error", page=6, message="这一页没有读出"),
        ),
    )
    pages = (*extraction.pages, page(5, "blank"), page(6, "unreadable"), page(7, "blank"))
    return extraction.model_copy(update={"pages": pages})
