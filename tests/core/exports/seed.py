"""Extraction documents made by hand from the truth of the ten seed forms."""

from __future__ import annotations

import json
from typing import Any

from core.extraction import Check, Extraction, Field, Issue, Page, Source
from core.geometry import Box
from tests.core.seed import TRUTH, seed_forms


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
        form.model_copy(
            update={
                "pages": (2 * number - 1, 2 * number),
                "record": form.record.model_copy(update={"extra": {"填报人": "张三"}}),
                "fields": (fields or {}) if number == 1 else {},
                "checks": checks if number == 1 else (),
            }
        )
        for number, form in enumerate(seed_forms()[:forms], 1)
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
