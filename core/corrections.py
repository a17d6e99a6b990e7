"""Lay a person's corrections over what was read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.extraction import Field, Form
from core.readings import Frozen


class CorrectedValue(Frozen):
    """One corrected value: a JSON Pointer into the record, and what is right."""

    pointer: str
    value: str | int | None


def lay_over(form: Form, corrections: Iterable[CorrectedValue]) -> Form:
    """Return the form with the corrections, the later over the earlier.

    A correction whose place is gone (the form is read with fewer rows now) changes nothing. Raises
    pydantic's ValidationError where a value is not of the kind that its place holds.
    """
    record: Any = form.record.model_dump()
    fields = dict(form.fields)
    for correction in corrections:
        if _put(record, correction.pointer, correction.value):
            fields[correction.pointer] = _corrected(fields.get(correction.pointer))
    return Form.model_validate(
        {**form.model_dump(exclude={"record", "fields"}), "record": record, "fields": fields}
    )


def value_at(form: Form, pointer: str) -> str | int | None:
    """Return the value at a JSON Pointer into the record; raises KeyError where there is none."""
    found = _find(form.record.model_dump(), _steps(pointer))
    if isinstance(found, (dict, list, tuple)):
        raise KeyError(pointer)
    return found  # type: ignore[no-any-return]


def _corrected(entry: Field | None) -> Field:
    if entry is None:
        return Field(
            raw="", confidence=1.0, page=None, box=None, reader="person", status="corrected"
        )
    return entry.model_copy(update={"status": "corrected", "why": None})


def _put(record: Any, pointer: str, value: str | int | None) -> bool:  # noqa: ANN401
    *way, last = _steps(pointer)
    try:
        parent = _find(record, way)
        _find(parent, [last])
    except KeyError:
        return False
    if isinstance(parent, dict):
        parent[last] = value
    return isinstance(parent, dict)


def _find(node: Any, steps: list[str]) -> Any:  # noqa: ANN401
    for step in steps:
        if isinstance(node, dict) and step in node:
            node = node[step]
        elif isinstance(node, (list, tuple)) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            raise KeyError(step)
    return node


def _steps(pointer: str) -> list[str]:
    if not pointer.startswith("/"):
        raise KeyError(pointer)
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
