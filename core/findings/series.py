"""Oddities that show only beside the other forms of a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from core.extraction import Record
from core.findings.finding import Finding
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
