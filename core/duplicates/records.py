"""Two records of one evaluation, and which of them was read better."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from core.corrections import value_at
from core.extraction import Form, Record
from core.readings import Frozen
from core.values import decimal_of

_PLAIN = re.compile(r"[\W_]+")
LEAST_FIGURES = 2
_DOUBTFUL = frozenset({"review", "missing"})


class Difference(Frozen):
    """A value that two forms do not share."""

    pointer: str
    first: str | int | None
    second: str | int | None


def same_record_key(record: Record) -> str | None:
    """Return what two records of one evaluation share: year, department, project, figures.

    None where too little of it is known to tell records apart.
    """
    figures = tuple(filter(None, _figures(record)))
    names = tuple(_plain(name) for name in (record.department, record.project_name))
    if record.fiscal_year is None or not names[1] or len(figures) < LEAST_FIGURES:
        return None
    told = "\n".join((str(record.fiscal_year), *names, *figures))
    return hashlib.sha256(told.encode()).hexdigest()


def differences(first: Form, second: Form) -> tuple[Difference, ...]:
    """Return the values that differ, in the order of the first form's fields."""
    pointers = dict.fromkeys((*first.fields, *second.fields))
    pairs = ((pointer, _value(first, pointer), _value(second, pointer)) for pointer in pointers)
    return tuple(
        Difference(pointer=pointer, first=one, second=other)
        for pointer, one, other in pairs
        if one != other
    )


def quality(form: Form) -> tuple[int, float]:
    """Return how well a form was read, for comparing: few doubts first, then mean confidence."""
    fields = form.fields.values()
    doubts = sum(field.status in _DOUBTFUL for field in fields)
    mean = sum(field.confidence for field in fields) / len(fields) if fields else 0.0
    return -doubts, round(mean, 4)


def better(first: Form, second: Form) -> int | None:
    """Return 0 or 1 for the form that was read better, None where neither was."""
    one, other = quality(first), quality(second)
    return None if one == other else int(other > one)


def same_place(first: Form, second: Form, pointer: str) -> bool:
    """Tell whether a pointer means the same in both forms: the same row, not just the same number."""
    match pointer.split("/")[1:]:
        case ["funding" | "indicators" as block, number, _]:
            name = "label" if block == "funding" else "level3"
            place = f"/{block}/{number}/{name}"
            labels = [_plain(_text(form, place)) for form in (first, second)]
            return labels[0] == labels[1]
        case _:
            return True


def _figures(record: Record) -> Iterator[str]:
    """Yield the unit and the amounts of the total funding, and the total score."""
    yield record.money_unit or ""
    for row in record.funding:
        if row.item == "total":
            amounts = (decimal_of(row.annual_budget), decimal_of(row.executed))
            yield from (_normal(amount) for amount in amounts if amount is not None)
    score = decimal_of(record.total.score)
    if score is not None:
        yield _normal(score)


def _normal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _plain(text: str | None) -> str:
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text or ""))


def _text(form: Form, pointer: str) -> str:
    return str(_value(form, pointer) or "")


def _value(form: Form, pointer: str) -> str | int | None:
    try:
        return value_at(form, pointer)
    except KeyError:
        return None
