"""Which template a form is of, and whether that is sure.

The title tells it. Where none was read the structure does: a table that names results is a self-evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from core.vocabulary import Kind, Vocabulary
from worker.labels import Caption, Header

_RESULTS = {"actual", "score"}


class Judged(NamedTuple):
    """A template, and whether title and structure agree on it."""

    template: str
    sure: bool


def judge(
    named: str | None,
    headers: Iterable[Header],
    captions: Iterable[Caption],
    vocabulary: Vocabulary,
) -> Judged:
    """Return the template of a form; `named` is what its title says."""
    roles = {column.role for header in headers for column in header.columns}
    results = bool((roles | {caption.role for caption in captions}) & _RESULTS)
    if named is None:
        kind: Kind = "self_evaluation" if results else "target_application"
        return Judged(vocabulary.first(kind), sure=False)
    kind_named = vocabulary.template(named).kind
    if kind_named == "self_evaluation":
        return Judged(named, sure=results)
    return Judged(named, sure=not (results and kind_named == "target_application"))
