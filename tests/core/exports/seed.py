"""Extraction documents made by hand from the truth of the ten seed forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.extraction import (
    Check,
    Extraction,
    Field,
    Form,
    Funding,
    Goals,
    Indicator,
    Issue,
    Page,
    Record,
    Source,
    Total,
)
from core.geometry import Box

TRUTH = Path(__file__).parents[3] / "samples" / "songjiang-2023.truth.json"


def truth() -> list[dict[str, Any]]:
    forms: list[dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return forms


def seed_extraction(
    fields: dict[str, Field] | None = None,
    checks: tuple[Check, ...] = (),
    issues: tuple[Issue, ...] = (),
    forms: int = 10,
) -> Extraction:
    """Return the seed as a document; `fields` and `checks` are those of its first form."""
    made = tuple(
        Form(
            id=f"form-{number}",
            pages=(2 * number - 1, 2 * number),
            template="project-self-evaluation",
            record=record_of(form),
            fields=(fields or {}) if number == 1 else {},
            checks=checks if number == 1 else (),
        )
        for number, form in enumerate(truth()[:forms], 1)
    )
    return Extraction(
        source=Source(file="songjiang-2023.pdf", sha256="0" * 64, pages=2 * forms, pipeline="test"),
        pages=tuple(page(number) for number in range(1, 2 * forms + 1)),
        forms=made,
        issues=issues,
    )


def page(number: int, kind: str = "form") -> Page:
    return Page.model_validate(
        {
            "number": number,
            "width": 2480,
            "height": 3508,
            "rotation": 0,
            "skew_deg": 0.4,
            "kind": kind,
            "tables": (),
        }
    )


def record_of(form: dict[str, Any]) -> Record:
    funding = tuple(
        Funding(
            item=item,
            label=row["label"],
            **{key: _number(row[key]) for key in row if key != "label"},
        )
        for item, row in zip(
            ("total", "appropriation", "carryover", "other"), form["funding"], strict=True
        )
    )
    return Record(
        title=form["title"],
        fiscal_year=int(form["fiscal_year"]),
        project_name=form["project_name"],
        project_level=form["project_level"],
        department=form["department"],
        implementing_unit=form["implementing_unit"],
        money_unit=form["money_unit"],
        funding=funding,
        goals=Goals(**form["goals"]),
        indicators=tuple(Indicator(**row) for row in form["indicators"]),
        total=Total(**form["total"]),
        extra={"填报人": "张三"},
    )


def field(status: str = "ok", raw: str = "", why: str | None = None) -> Field:
    return Field.model_validate(
        {
            "raw": raw,
            "confidence": 0.5,
            "page": None if status == "missing" else 1,
            "box": None if status == "missing" else Box(10, 20, 30, 40),
            "reader": "ppocr",
            "status": status,
            "why": why,
        }
    )


def _number(printed: str) -> str:
    return printed.replace(",", "").replace("%", "").replace("—", "")
