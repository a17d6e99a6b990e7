"""One form's parts become its record.

Enters: the parts of a form as `worker.cut` found them. Leaves: the typed record, and how each of its
values was read. Whether the figures agree is for the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.extraction import Field, Funding, Goals, Indicator, Record, Total
from core.vocabulary import Vocabulary
from worker.cut import FormParts
from worker.labels import Labels, blocks
from worker.rebuild.funding import funding, lost_funding
from worker.rebuild.goals import goals
from worker.rebuild.head import head, pairs_in_lines, pairs_in_rows, title_and_year
from worker.rebuild.indicators import indicators
from worker.rebuild.lost import lost_levels, lost_points
from worker.rebuild.mending import mend
from worker.rebuild.record import Block, Row, numbered, pointer_part
from worker.rebuild.totals import tail, total, with_head_total
from worker.rebuild.units import money_unit
from worker.rebuild.values import MISSING, REVIEW, Entry, ReviewParams
from worker.stitch import STANDARD, StitchParams, lay


@dataclass(frozen=True)
class RebuildParams:
    """Parameters of the stages between a form's parts and its record."""

    stitch: StitchParams = STANDARD
    review: ReviewParams = REVIEW


@dataclass(frozen=True)
class Rebuilt:
    """A record, and how each of its leaves was read, by JSON Pointer."""

    record: Record
    fields: dict[str, Field]


def rebuild(
    form: FormParts, vocabulary: Vocabulary, params: RebuildParams = RebuildParams()
) -> Rebuilt:
    """Rebuild the record of one form."""
    labels = Labels(vocabulary)
    sheet = mend(lay(form.parts, params.stitch), labels)
    where = blocks(sheet, labels)
    review = params.review
    lines = [line for part in form.parts for line in part.head]
    feet = [line for part in form.parts for line in part.foot]
    funding_header = labels.funding_header(sheet)
    headers = labels.indicator_headers(sheet)
    first_header = headers[0] if headers else None
    lost = lost_points(sheet, labels, funding_header, first_header, where.tail)
    absent = lost.indicators | (
        lost_levels(sheet, labels, first_header, where.indicators) if first_header else frozenset()
    )

    pairs = [
        *pairs_in_rows(sheet, labels, where.head, ("header", "total")),
        *(pair for line in lines for pair in pairs_in_lines([line], vocabulary)),
    ]
    top = head((pair for pair in pairs if pair.match.role != "total"), vocabulary, review)
    money = (
        funding(sheet, labels, funding_header, where.funding, lost.funding, review)
        if funding_header
        else lost_funding()
    )
    aims = goals(sheet, labels, where.goals, review) if where.goals else Block()
    rows = (
        indicators(sheet, labels, headers, where.indicators, absent, review) if headers else Block()
    )
    sums = total(sheet, labels, first_header, where.tail, lost.indicators, review)
    sums = with_head_total(sums, pairs, review)
    behind = tail(sheet, labels, first_header, where.tail, review)
    below = head(pairs_in_lines(feet, vocabulary), vocabulary, review)
    heading = {
        **title_and_year(form.parts, sheet, where.head, vocabulary, review),
        "project_name": MISSING,
        "department": MISSING,
        "implementing_unit": MISSING,
        **below.rows[0].entries,
        **top.rows[0].entries,
        "money_unit": money_unit(sheet, labels, funding_header, where.funding, lines, review),
    }
    extra = numbered(
        pair for block in (top, money, aims, rows, behind, below) for pair in block.extra
    )
    return _collected(heading, money, aims, rows, sums, extra)


def _collected(
    heading: dict[str, Entry],
    money: Block,
    aims: Block,
    rows: Block,
    sums: Block,
    extra: dict[str, Entry],
) -> Rebuilt:
    """Put the blocks under their places in the record."""
    year = heading["fiscal_year"].typed
    values = {key: entry.typed for key, entry in heading.items() if key != "fiscal_year"}
    aim = aims.rows[0] if aims.rows else Row({})
    record = Record.model_validate(
        {
            **values,
            "fiscal_year": int(year) if year and year.isdecimal() else None,
            "funding": tuple(Funding.model_validate(row.values()) for row in money.rows),
            "goals": Goals.model_validate(aim.values()),
            "indicators": tuple(Indicator.model_validate(row.values()) for row in rows.rows),
            "total": Total.model_validate(sums.rows[0].values()),
            "extra": {key: entry.typed or "" for key, entry in extra.items()},
        }
    )
    fields = {f"/{key}": entry.field for key, entry in heading.items()}
    for name, block in (("funding", money), ("indicators", rows)):
        for number, row in enumerate(block.rows):
            fields |= row.fields(f"/{name}/{number}")
    fields |= aim.fields("/goals")
    fields |= sums.rows[0].fields("/total")
    fields |= {f"/extra/{pointer_part(key)}": entry.field for key, entry in extra.items()}
    return Rebuilt(record, fields)


__all__ = ["RebuildParams", "Rebuilt", "rebuild"]
