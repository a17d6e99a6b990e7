"""One form's parts become its record.

Enters: the parts of a form as `worker.cut` found them. Leaves: the typed record, and how each of its
values was read. Whether the figures agree is for the checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from core.extraction import Field, Funding, Goals, Indicator, Record, Total
from core.vocabulary import Template, Vocabulary
from worker.cut import FormParts
from worker.headers import funding_header, indicator_headers
from worker.labels import Header, Labels
from worker.rebuild.blocks import Blocks, blocks
from worker.rebuild.funding import funding, lost_funding
from worker.rebuild.goals import goals
from worker.rebuild.head import (
    head,
    pairs_below_the_head,
    pairs_in_lines,
    pairs_in_rows,
    title_and_year,
)
from worker.rebuild.indicators import indicators
from worker.rebuild.instructions import without_instructions
from worker.rebuild.kind import judge
from worker.rebuild.lists import Pair
from worker.rebuild.lost import (
    lost_goals,
    lost_levels,
    lost_points,
    lost_sources,
    with_blanks_doubted,
)
from worker.rebuild.mending import mend
from worker.rebuild.record import Block, Row, numbered, pointer_part
from worker.rebuild.totals import tail, total, with_head_total
from worker.rebuild.units import money_unit
from worker.rebuild.values import MISSING, REVIEW, Entry, ReviewParams
from worker.sheet import PageLine, Sheet
from worker.stitch import STANDARD, StitchParams, lay


@dataclass(frozen=True)
class RebuildParams:
    """Parameters of the stages between a form's parts and its record."""

    stitch: StitchParams = STANDARD
    review: ReviewParams = REVIEW


@dataclass(frozen=True)
class Rebuilt:
    """A record, and how each of its leaves was read, by JSON Pointer.

    `template` is the kind of form, `sure` whether title and structure agree on it. A record of what is no
    self-evaluation has a head and nothing else. `unfilled` says that the blank form's instructions stand in it.
    """

    record: Record
    fields: dict[str, Field]
    template: str
    sure: bool = True
    unfilled: bool = False


def rebuild(
    form: FormParts, vocabulary: Vocabulary, params: RebuildParams = RebuildParams()
) -> Rebuilt:
    """Rebuild the record of one form."""
    words = vocabulary.of(form.template) if form.template else vocabulary
    labels = Labels(words)
    sheet = mend(lay(form.parts, params.stitch), labels)
    where = blocks(sheet, labels)
    headers = indicator_headers(sheet, labels)
    judged = judge(form.template, headers, labels.captions(sheet, where.goals), words)
    printed = _Printed(form, sheet, labels, where, headers, params.review)
    template = words.template(judged.template)
    if template.kind == "self_evaluation":
        record, fields = printed.whole(template)
    else:
        record, fields = _collected(printed.heading)
    emptied = without_instructions(record, fields, words)
    trusted = with_blanks_doubted(emptied.fields)
    return Rebuilt(emptied.record, trusted, judged.template, judged.sure, emptied.unfilled)


@dataclass(frozen=True)
class _Printed:
    """A form on one sheet, and how it is read."""

    form: FormParts
    sheet: Sheet
    labels: Labels
    where: Blocks
    headers: tuple[Header, ...]
    review: ReviewParams

    @cached_property
    def lines(self) -> list[PageLine]:
        """Return the loose lines above the tables."""
        return [line for part in self.form.parts for line in part.head]

    @cached_property
    def pairs(self) -> list[Pair]:
        """Return the labelled values of the head and of the lines above the tables."""
        vocabulary = self.labels.vocabulary
        return [
            *pairs_in_rows(self.sheet, self.labels, self.where.head, ("header", "total")),
            *pairs_below_the_head(self.sheet, self.labels, self.where),
            *(pair for line in self.lines for pair in pairs_in_lines([line], vocabulary)),
        ]

    @cached_property
    def top(self) -> Block:
        """Return the fields of the head, and what else is labelled there."""
        named = (pair for pair in self.pairs if pair.match.role != "total")
        return head(named, self.labels.vocabulary, self.review)

    @cached_property
    def below(self) -> Block:
        """Return what is labelled below the tables."""
        feet = [line for part in self.form.parts for line in part.foot]
        vocabulary = self.labels.vocabulary
        return head(pairs_in_lines(feet, vocabulary), vocabulary, self.review)

    @cached_property
    def heading(self) -> dict[str, Entry]:
        """Return title, year and names as far as they were found."""
        titled = title_and_year(
            self.form.parts, self.sheet, self.where.head, self.labels.vocabulary, self.review
        )
        found = {key: entry for key, entry in titled.items() if entry is not MISSING}
        return {**found, **self.below.rows[0].entries, **self.top.rows[0].entries}

    @cached_property
    def loose(self) -> list[PageLine]:
        """Return the lines that stand in no cell."""
        return [line for part in self.form.parts for line in (*part.head, *part.foot)]

    @cached_property
    def without_goals(self) -> Block:
        """Return the goals of a form that has no block of them: those whose captions it prints are missing."""
        roles = lost_goals(self.sheet, self.loose, self.labels)
        return Block((Row(dict.fromkeys(sorted(roles), MISSING)),))

    def without_funding(self, template: Template) -> Block:
        """Return the funding of a form that has no header of it."""
        if "funding" not in (template.blocks or ()):
            return Block()
        celled = [line for cell in self.sheet.cells for line in cell.lines]
        return lost_funding(lost_sources([*self.loose, *celled], self.labels))

    def whole(self, template: Template) -> tuple[Record, dict[str, Field]]:
        """Return the whole record; what the template expects and was not found is missing."""
        sheet, labels, where, review = self.sheet, self.labels, self.where, self.review
        header = funding_header(sheet, labels)
        last = self.headers[-1] if self.headers else None
        lost = lost_points(sheet, labels, header, last, where.tail)
        absent = lost.indicators | lost_levels(sheet, labels, self.headers, where.indicators)
        money = self.without_funding(template)
        if header:
            money = funding(sheet, labels, header, where.funding, lost.funding, review)
        aims = goals(sheet, labels, where.goals, review) if where.goals else self.without_goals
        rows = indicators(sheet, labels, self.headers, where.indicators, absent, review)
        sums = total(sheet, labels, last, where.tail, lost.indicators, review)
        sums = with_head_total(sums, self.pairs, review)
        behind = tail(sheet, labels, last, where.tail, review)
        unit = money_unit(sheet, labels, header, where.funding, self.lines, review)
        lacking = dict.fromkeys(("title", "fiscal_year", *(template.head or ())), MISSING)
        heading = {**lacking, **self.heading, "money_unit": unit}
        every = (self.top, money, aims, rows, behind, self.below)
        extra = numbered(pair for block in every for pair in block.extra)
        return _collected(heading, money, aims, rows, sums, extra)


NOTHING = Block()


def _collected(
    heading: dict[str, Entry],
    money: Block = NOTHING,
    aims: Block = NOTHING,
    rows: Block = NOTHING,
    sums: Block = NOTHING,
    extra: Mapping[str, Entry] = MappingProxyType({}),
) -> tuple[Record, dict[str, Field]]:
    """Put the blocks under their places in the record."""
    year = heading["fiscal_year"].typed if "fiscal_year" in heading else None
    values = {key: entry.typed for key, entry in heading.items() if key != "fiscal_year"}
    aim = aims.rows[0] if aims.rows else Row({})
    sum_row = sums.rows[0] if sums.rows else Row({})
    record = Record.model_validate(
        {
            **values,
            "fiscal_year": int(year) if year and year.isdecimal() else None,
            "funding": tuple(Funding.model_validate(row.values()) for row in money.rows),
            "goals": Goals.model_validate(aim.values()),
            "indicators": tuple(Indicator.model_validate(row.values()) for row in rows.rows),
            "total": Total.model_validate(sum_row.values()),
            "extra": {key: entry.typed or "" for key, entry in extra.items()},
        }
    )
    fields = {f"/{key}": entry.field for key, entry in heading.items()}
    for name, block in (("funding", money), ("indicators", rows)):
        for number, row in enumerate(block.rows):
            fields |= row.fields(f"/{name}/{number}")
    fields |= aim.fields("/goals")
    fields |= sum_row.fields("/total")
    fields |= {f"/extra/{pointer_part(key)}": entry.field for key, entry in extra.items()}
    return record, fields


__all__ = ["RebuildParams", "Rebuilt", "rebuild"]
