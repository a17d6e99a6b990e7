"""Years that were left over from an earlier form."""

from __future__ import annotations

from collections.abc import Iterator

from core.extraction import Record
from core.findings.finding import Finding, FindingParams
from core.findings.wording import wording


def stale_year(record: Record, params: FindingParams) -> Iterator[Finding]:
    """Goals or indicators name a year shortly before the form's own.

    Titles of documents, ranges that reach the form's year, comparisons and what merely began or
    took place in an earlier year are no remnants.
    """
    if record.fiscal_year is None:
        return
    window = range(record.fiscal_year - params.stale_after_years, record.fiscal_year)
    stale = {
        pointer: years
        for pointer, text in _prose(record)
        if (years := [year for year in remnants(text, record.fiscal_year) if year in window])
    }
    if stale:
        named = sorted({year for years in stale.values() for year in years})
        yield Finding(
            "stale_year",
            tuple(stale),
            {
                "years": ", ".join(map(str, named)),
                "fiscal_year": record.fiscal_year,
                "count": sum(map(len, stale.values())),
            },
        )


def remnants(text: str, fiscal_year: int) -> list[int]:
    """Return the years before `fiscal_year` that `text` names as if they were its own."""
    years = wording().years
    spared = [match.span() for match in years.title.finditer(text)] + [
        match.span() for match in years.range.finditer(text) if int(match["last"]) >= fiscal_year
    ]
    return [
        int(match["year"])
        for match in years.pattern.finditer(text)
        if int(match["year"]) < fiscal_year
        and not any(start <= match.start() < end for start, end in spared)
        and not any(event.match(text, match.end()) for event in years.event_after)
        and not any(event.search(text[: match.start()]) for event in years.event_before)
    ]


def _prose(record: Record) -> Iterator[tuple[str, str]]:
    yield "/goals/expected", record.goals.expected or ""
    yield "/goals/actual", record.goals.actual or ""
    for index, indicator in enumerate(record.indicators):
        for name in ("level3", "target", "actual"):
            yield f"/indicators/{index}/{name}", getattr(indicator, name) or ""
