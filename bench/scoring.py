"""Hold extraction documents against the truth of generated forms, field by field.

Forms are paired by their names and indicators, indicator rows by the likeness of what they say. Two values
are equal when they are after NFKC without spaces, with dashes, quotation marks and the two ways of
writing a comparator folded. An *error* is a printed value that was not given as printed; it is
*silent* when the field is not marked for a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from core.extraction import Field, Form

NUMBERS = frozenset(
    {"initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score"}
)
_HEAD = ("title", "fiscal_year", "department", "implementing_unit")
_FUNDING = ("initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score")
_INDICATOR = (
    "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation",
)  # fmt: skip
_LEAST_LIKENESS = 0.01
_TRUSTED = frozenset({"ok", "corrected"})

Truth = Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """One value that is printed, and what was made of it.

    `erased`: damage took a part of its print away on purpose, so that nobody can read it.
    """

    pointer: str
    printed: str
    given: str
    status: str
    why: str
    confidence: float
    right: bool
    erased: bool = False

    @property
    def flagged(self) -> bool:
        return self.status not in _TRUSTED

    @property
    def silent(self) -> bool:
        return not self.right and not self.flagged

    @property
    def number(self) -> bool:
        return self.pointer.rsplit("/", 1)[-1] in NUMBERS


@dataclass(frozen=True)
class JudgedForm:
    """A form of the truth; `found` is False where no form was given for it."""

    found: bool
    values: tuple[Judged, ...]
    extra_rows: int = 0


def normal(text: object) -> str:
    """Return a printed value as it is compared."""
    plain = unicodedata.normalize("NFKC", str(text if text is not None else ""))
    plain = re.sub(r"\s+", "", plain).replace("≥", ">=").replace("≤", "<=")
    plain = plain.replace("⩾", ">=").replace("⩽", "<=")
    plain = re.sub("[—–―─]+", "-", plain)
    return plain.translate(str.maketrans("“”‘’", "\"\"''"))


def printed_values(truth: Truth) -> dict[str, str]:
    """Return what a form prints by JSON Pointer; the project's level stands behind its name."""
    values = {f"/{key}": str(truth[key] or "") for key in _HEAD}
    values["/project_name"] = (truth["project_name"] or "") + (truth.get("project_level") or "")
    for block, keys in (("funding", _FUNDING), ("indicators", _INDICATOR)):
        for row, printed in enumerate(truth[block]):
            values |= {f"/{block}/{row}/{key}": printed.get(key) or "" for key in keys}
    values |= {f"/goals/{key}": truth["goals"][key] or "" for key in ("expected", "actual")}
    values |= {f"/total/{key}": truth["total"][key] or "" for key in ("weight", "score")}
    return values


def judge(truths: Sequence[Truth], forms: Sequence[Form]) -> list[JudgedForm]:
    """Judge every form of the truth against one of those given, the likest pairs first."""
    likest = sorted(
        (
            (-_likeness(_given_names(form), _printed_names(truth)), row, number)
            for row, truth in enumerate(truths)
            for number, form in enumerate(forms)
        )
    )
    pairs: dict[int, int] = {}
    for _, row, number in likest:
        if row not in pairs and number not in pairs.values():
            pairs[row] = number
    return [
        _judge_form(truth, forms[pairs[row]]) if row in pairs else _lost(truth)
        for row, truth in enumerate(truths)
    ]


def _lost(truth: Truth) -> JudgedForm:
    values = (
        Judged(pointer, printed, "", "missing", "not_found", 0.0, right=False)
        for pointer, printed in printed_values(truth).items()
    )
    return JudgedForm(found=False, values=tuple(values))


def _judge_form(truth: Truth, form: Form) -> JudgedForm:
    rows = paired([row["level3"] for row in truth["indicators"]], _level3(form))
    erased = set(truth.get("erased", ()))
    values = tuple(
        _judge_value(pointer, printed, _given(form, pointer, rows), erased=pointer in erased)
        for pointer, printed in printed_values(truth).items()
    )
    return JudgedForm(found=True, values=values, extra_rows=len(form.record.indicators) - len(rows))


def _judge_value(pointer: str, printed: str, field: Field | None, *, erased: bool) -> Judged:
    if field is None:
        # What the form does not have and the record has not either is agreed upon.
        return Judged(pointer, printed, "", "ok", "", 1.0, right=not normal(printed), erased=erased)
    given, wanted = normal(field.raw), normal(printed)
    right = given == wanted
    if pointer == "/fiscal_year":
        right = right or wanted in given
    if pointer == "/project_name":
        brackets = str.maketrans("", "", "()")
        right = right or given.translate(brackets) == wanted.translate(brackets)
    return Judged(
        pointer, printed, field.raw, field.status, field.why or "", field.confidence, right, erased
    )


def _given(form: Form, pointer: str, rows: Mapping[int, int]) -> Field | None:
    """Return the field that the form gives for a pointer of the truth."""
    if pointer.startswith("/indicators/"):
        _, _, row, key = pointer.split("/")
        if int(row) not in rows:
            return _NOT_FOUND
        return form.fields.get(f"/indicators/{rows[int(row)]}/{key}")
    field = form.fields.get(pointer)
    level = form.fields.get("/project_level")
    if pointer != "/project_name" or field is None or level is None:
        return field
    whole = field.raw if normal(level.raw) in normal(field.raw) else field.raw + level.raw
    status = "review" if "review" in {field.status, level.status} else field.status
    return field.model_copy(update={"raw": whole, "status": status})


_NOT_FOUND = Field(
    raw="", confidence=0, page=None, box=None, reader="", status="missing", why="not_found"
)


def _printed_names(truth: Truth) -> str:
    """Return what tells a form from the others of a file: several may have one project name."""
    names = [
        truth["project_name"],
        truth["department"],
        *(r["level3"] for r in truth["indicators"]),
    ]
    return "".join(map(normal, names))


def _given_names(form: Form) -> str:
    fields = (form.fields.get(pointer) for pointer in ("/project_name", "/department"))
    return "".join(map(normal, [*(field.raw if field else "" for field in fields), *_level3(form)]))


def _level3(form: Form) -> list[str]:
    pointers = (f"/indicators/{row}/level3" for row in range(len(form.record.indicators)))
    fields = (form.fields.get(pointer) for pointer in pointers)
    return [field.raw if field else "" for field in fields]


def _likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, first, second).ratio()


def paired(printed: Sequence[str], given: Sequence[str]) -> dict[int, int]:
    """Return which row is which, in order, so that the likeness of all pairs together is greatest."""
    like = [[_likeness(normal(a), normal(b)) + _LEAST_LIKENESS for b in given] for a in printed]
    best = [[0.0] * (len(given) + 1) for _ in range(len(printed) + 1)]
    for i in reversed(range(len(printed))):
        for j in reversed(range(len(given))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + like[i][j])
    return dict(_path(like, best))


def _path(like: list[list[float]], best: list[list[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(like) and j < len(like[i]):
        if best[i][j] == best[i + 1][j + 1] + like[i][j]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
