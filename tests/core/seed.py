"""The ten forms of the seed as a perfect reader would hand them over, and ways to spoil them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.checks.sheet import leaves
from core.extraction import Field, Form, Record
from core.geometry import Box
from core.values import kind_of, settle

TRUTH = Path(__file__).parents[2] / "samples" / "songjiang-2023.truth.json"
ITEMS = ("total", "appropriation", "carryover", "other")
KEYS = (
    "title",
    "fiscal_year",
    "project_name",
    "project_level",
    "department",
    "implementing_unit",
    "money_unit",
    "funding",
    "goals",
    "indicators",
    "total",
)


def seed_forms() -> list[Form]:
    truths: list[dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))
    return [form_of(printed, page=number) for number, printed in enumerate(truths, start=1)]


def form_of(truth: Mapping[str, Any], page: int = 1) -> Form:
    """Build a form from what is printed: raw as printed, typed by the grammar, all read for sure."""
    printed: dict[str, Any] = {key: truth[key] for key in KEYS}
    printed["funding"] = [
        {"item": item, **row} for item, row in zip(ITEMS, truth["funding"], strict=True)
    ]
    record = Record.model_validate(_typed(printed, ""))
    raws = leaves(Record.model_validate(printed))
    fields = {
        pointer: _field(raw, page)
        for pointer, raw in raws.items()
        if raw is not None and not pointer.endswith("/item")
    }
    return Form(
        id=f"form-{page}",
        pages=(page,),
        template="project-self-evaluation",
        record=record,
        fields=fields,
        checks=(),
    )


def spoiled(form: Form, pointer: str, raw: str, **field: object) -> Form:
    """Return the form as if `raw` had been read at `pointer`; `field` changes how sure that is."""
    typed = settle(raw, kind_of(pointer)).typed
    document = form.record.model_dump(mode="json")
    *parents, name = pointer.removeprefix("/").split("/")
    node: Any = document
    for part in parents:
        node = node[int(part)] if isinstance(node, list) else node[part]
    node[name] = typed
    read = form.fields[pointer].model_copy(update={"raw": raw, **field})
    return form.model_copy(
        update={
            "record": Record.model_validate(document),
            "fields": {**form.fields, pointer: read},
        }
    )


def missing(form: Form, pointer: str) -> Form:
    """Return the form as if nothing had been found for `pointer`."""
    return spoiled(form, pointer, "", status="missing", confidence=0.0, page=None, box=None)


def _typed(node: object, pointer: str) -> object:
    if isinstance(node, dict):
        return {
            key: child if key == "item" else _typed(child, f"{pointer}/{key}")
            for key, child in node.items()
        }
    if isinstance(node, list):
        return [_typed(child, f"{pointer}/{index}") for index, child in enumerate(node)]
    return settle(str(node), kind_of(pointer)).typed


def _field(raw: str, page: int) -> Field:
    box = Box(0, 0, 10, 10)
    return Field(raw=raw, confidence=0.99, page=page, box=box, reader="ppocr", status="ok")
