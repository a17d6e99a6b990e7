"""Oddities that show only beside the other forms of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from core.extraction import Form, Record
from core.findings.finding import Finding, FindingParams
from core.values import decimal_of, decimals_of


def total_score_format(records: Sequence[Record]) -> Iterator[tuple[int, Finding]]:
    """Yield the index of each form that prints its total with other decimals than most do."""
    printed = {
        index: score
        for index, record in enumerate(records)
        if (score := record.total.score) is not None and decimal_of(score) is not None
    }
    ranks = Counter(map(decimals_of, printed.values())).most_common(2)
    if len(ranks) < 2 or ranks[0][1] == ranks[1][1]:
        return
    usual = ranks[0][0]
    for index, score in printed.items():
        if decimals_of(score) != usual:
            yield (
                index,
                Finding("total_score_format", ("/total/score",), {"score": score, "usual": usual}),
            )


def form_repeated(forms: Sequence[Form], params: FindingParams) -> Iterator[tuple[int, Finding]]:
    """Yield the index of each form that stands in the document once more, on other pages, further up."""
    leaves = [_leaves(form.record) for form in forms]
    for index, form in enumerate(forms):
        earlier = next(
            (
                other
                for other, said in zip(forms[:index], leaves, strict=False)
                if other.template == form.template
                and not set(other.pages) & set(form.pages)
                and _alike(said, leaves[index]) >= params.repeated_share
            ),
            None,
        )
        if earlier is not None:
            pages = ", ".join(map(str, earlier.pages))
            yield index, Finding("form_repeated", ("/project_name", "/title"), {"pages": pages})


def _leaves(record: Record) -> Counter[tuple[str, str]]:
    """Return what a form says as pairs of column and text, rows in any order."""
    rows = (*record.funding, *record.indicators, record.goals, record.total)
    said = [(key, text) for row in rows for key, text in row.model_dump().items() if text]
    head = record.model_dump(include={"project_name", "department", "implementing_unit"})
    return Counter([*said, *((key, text) for key, text in head.items() if text)])


def _alike(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    """Return the share of what either says that both say."""
    return (one & other).total() / max((one | other).total(), 1)
