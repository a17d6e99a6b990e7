"""Forms as a person reads them in a terminal.

One card a form. What is doubtful carries a mark beside its colour, so that it is seen on paper and
without colours too. Tables need about 80 columns; narrower terminals get lists.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import BinaryIO, TextIO

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from core.exports.folding import Folded
from core.exports.rows import FUNDING_KEYS, INDICATOR_KEYS, is_doubtful, item
from core.exports.wording import grouped, heading, page_numbers, place, reason, word
from core.extraction import Extraction, FieldStatus, Form, Indicator, Severity
from core.messages import Language
from core.readings import Frozen

NARROW = 80
"""Columns of a terminal below which tables become lists: five numbers and a label need these."""

ROOMY = 100
"""Columns of a terminal from which the names of level 2 get one line each."""

PLAIN_WIDTH = 100
"""Columns of a file, and of a pipe that does not say how wide it is."""

STYLES: dict[FieldStatus, str] = {
    "ok": "",
    "review": "bold yellow",
    "missing": "bold red",
    "corrected": "green",
}
MOST = {"level2": 12, "target": 17, "actual": 17, "deviation": 16}
ROOMY_MOST = {"level2": 19, "target": 17, "actual": 17, "deviation": 20}
SHORT_HEADING = 10
"""Cells that the columns of an indicator may fill (`2023年12月31日前` is 16 wide), and at least do."""

SEVERITIES: dict[Severity, str] = {"info": "", "warning": "yellow", "error": "bold red"}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What could move the cursor, colour the terminal or turn the direction of the text."""


def terminal(stream: TextIO) -> Console:
    """Return a console for standard output: colours and its width on a terminal, else plain."""
    if stream.isatty():
        return Console(file=stream, highlight=False)
    width = int(os.environ.get("COLUMNS", PLAIN_WIDTH))
    return Console(file=stream, width=width, color_system=None, highlight=False)


def write_tables(extractions: Iterable[Extraction], out: BinaryIO, language: Language) -> None:
    """Write plain text, UTF-8, `PLAIN_WIDTH` columns wide."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
    console = Console(file=text, width=PLAIN_WIDTH, color_system=None, highlight=False)
    print_tables(extractions, console, language)
    text.flush()
    text.detach()


def print_tables(extractions: Iterable[Extraction], console: Console, language: Language) -> None:
    """Print the cards of each document, its issues, and a line that sums it up."""
    for extraction in extractions:
        for number, form in enumerate(extraction.forms, 1):
            card = _Card(form, language, console.width)
            console.print(card.drawn(f"{number}/{len(extraction.forms)}"))
        console.print(_document_end(extraction, language))


@dataclass(frozen=True)
class _Card:
    """One form; its parts are drawn one below the other."""

    form: Form
    language: Language
    width: int

    @property
    def narrow(self) -> bool:
        return self.width < NARROW

    def drawn(self, of: str) -> RenderableType:
        record = self.form.record
        parts: list[RenderableType] = [Rule(style="cyan"), self._title(of), *self._heading()]
        if record.funding:
            parts.append(self._funding_list() if self.narrow else self._funding())
        goals = [("/goals/expected", record.goals.expected), ("/goals/actual", record.goals.actual)]
        parts.extend(self._labelled(goals))
        if record.indicators and not self.narrow:
            parts.append(self._indicators())
        else:
            parts += [self._indicator_list(), *self._total()]
        parts.extend(self._labelled((f"/extra/{k}", text) for k, text in record.extra.items()))
        parts.extend(self._verdict())
        return Group(*parts, "")

    def _value(self, pointer: str, text: str | None) -> Text:
        """Return a value with the mark and the colour of its status."""
        status = item(self.form, pointer, text).status
        shown = Text(_CONTROL.sub("", text or ""), style=STYLES[status])
        return shown.append(self._word(f"mark_{status}"))

    def _amount(self, pointer: str, text: str | None) -> Text:
        return self._value(pointer, grouped(text) if text else text)

    def _title(self, of: str) -> RenderableType:
        record = self.form.record
        name = self._value("/project_name", record.project_name)
        name.stylize("bold")
        pages = page_numbers(self.form.pages, self.language)
        told = self._word("on_pages", pages=pages)
        return Folded(Text.assemble((f"{of}  ", "dim"), name, (f"  {told}", "dim")))

    def _heading(self) -> Iterator[RenderableType]:
        record = self.form.record
        year = record.fiscal_year and self._word("year", year=record.fiscal_year)
        kind = [
            self._value("/title", record.title),
            self._value("/fiscal_year", year or ""),
            self._value("/project_level", record.project_level),
        ]
        yield Folded(Text("  ").join(text for text in kind if text))
        yield from self._labelled(
            [
                ("/department", record.department),
                ("/implementing_unit", record.implementing_unit),
            ]
        )

    def _labelled(self, values: Iterable[tuple[str, str | None]]) -> Iterator[RenderableType]:
        """Draw values behind their labels; what the form does not have is left out."""
        lines = Table.grid(padding=(0, 2))
        lines.add_column(style="cyan", no_wrap=True)
        lines.add_column()
        for pointer, text in values:
            if text is not None or pointer in self.form.fields:
                value = Folded(self._value(pointer, text))
                lines.add_row(place(pointer, self.language), value)
        if lines.rows:
            yield lines

    def _funding(self) -> RenderableType:
        rows = self.form.record.funding
        keys = _used(rows, FUNDING_KEYS)
        table = _table()
        table.add_column(self._money_heading())
        for key in keys:
            table.add_column(Folded(Text(self._head(key))), justify="right", no_wrap=True)
        for number, row in enumerate(rows):
            at = f"/funding/{number}"
            numbers = (self._amount(f"{at}/{key}", getattr(row, key)) for key in keys)
            table.add_row(Folded(self._value(f"{at}/label", row.label)), *numbers)
        return table

    def _funding_list(self) -> RenderableType:
        lines: list[RenderableType] = [self._money_heading()]
        for number, row in enumerate(self.form.record.funding):
            at = f"/funding/{number}"
            line = Text.assemble("· ", self._value(f"{at}/label", row.label))
            for key in FUNDING_KEYS:
                if getattr(row, key):
                    line.append(f"  {self._head(key)} ", "cyan")
                    line.append_text(self._amount(f"{at}/{key}", getattr(row, key)))
            lines.append(Folded(line))
        return Padding(Group(*lines), (1, 0))

    def _money_heading(self) -> Text:
        unit = self._value("/money_unit", self.form.record.money_unit)
        return Text.assemble(self._word("funding"), " ", unit, style="cyan")

    def _indicators(self) -> RenderableType:
        """Draw the table: a line of its own for each level 1, level 2 only where it changes."""
        record = self.form.record
        keys = _used([*record.indicators, record.total], INDICATOR_KEYS[1:])
        table = _table()
        for key in keys:
            is_number = key in {"weight", "score"}
            head = Folded(Text(self._head(key)))
            most = self._most(key, record.indicators)
            table.add_column(head, justify="right" if is_number else "left", max_width=most)
        for level1, group in groupby(enumerate(record.indicators), key=self._level1):
            members = list(group)
            if level1.plain:
                table.add_row(Folded(level1))
            for above, (number, row) in zip([None, *members], members, strict=False):
                same = above is not None and above[1].level2 == row.level2
                shown = row.model_copy(update={"level2": ""}) if same else row
                table.add_row(*self._members(f"/indicators/{number}", shown, keys))
            table.add_section()
        total = self._members("/total", record.total, keys)
        table.add_row(Text(self._word("total")), *total[1:], style="bold")
        return table

    def _most(self, key: str, rows: Sequence[Indicator]) -> int | None:
        """Return the widest that a column may be, so that level 3 gets what is left."""
        most = (MOST if self.width < ROOMY else ROOMY_MOST).get(key)
        longest = max(cell_len(getattr(row, key, None) or "") for row in rows)
        return most and max(SHORT_HEADING, min(most, longest + len("?")))

    def _level1(self, numbered: tuple[int, Indicator]) -> Text:
        """Return level 1 of an indicator, which differs where only one of two is doubtful."""
        number, row = numbered
        return self._value(f"/indicators/{number}/level1", row.level1)

    def _members(self, at: str, row: Frozen, keys: Sequence[str]) -> list[Folded]:
        return [Folded(self._value(f"{at}/{key}", getattr(row, key, ""))) for key in keys]

    def _indicator_list(self) -> RenderableType:
        lines: list[RenderableType] = []
        for number, row in enumerate(self.form.record.indicators):
            at = f"/indicators/{number}"
            names = [
                self._value(f"{at}/{key}", getattr(row, key))
                for key in ("level1", "level2", "level3")
                if getattr(row, key)
            ]
            lines.append(Folded(Text.assemble("· ", Text(" / ").join(names))))
            said = Text("  ")
            for key in ("target", "actual", "weight", "score", "deviation"):
                if getattr(row, key):
                    said.append(f"{self._head(key)} ", "cyan")
                    said.append_text(self._value(f"{at}/{key}", getattr(row, key))).append("  ")
            lines.append(Folded(said))
        return Padding(Group(*lines), (1, 0))

    def _total(self) -> Iterator[RenderableType]:
        total = self.form.record.total
        yield from self._labelled([("/total/weight", total.weight), ("/total/score", total.score)])

    def _verdict(self) -> Iterator[RenderableType]:
        """Draw the checks and list what a person should look at."""
        checks = self.form.checks
        passed = sum(check.verdict == "pass" for check in checks)
        if checks:
            yield Text(f"✓ {self._word('passed', count=passed)}", "green")
        for check in checks:
            if check.verdict != "pass":
                verdict = self._word(f"verdict_{check.verdict}")
                told = f"× {verdict}{self._word('colon')}{check.message}"
                yield Folded(Text(told, "bold red"))
        for pointer, read in self.form.fields.items():
            if is_doubtful(read):
                at, why = place(pointer, self.language), reason(read, self.language)
                told = self._word(f"doubt_{read.status}", place=at, raw=read.raw, why=why)
                yield Folded(Text(told, STYLES[read.status]))

    def _head(self, key: str) -> str:
        return heading(key, self.language)

    def _word(self, code: str, **details: object) -> str:
        return word(code, self.language, **details)


def _used(rows: Sequence[Frozen], keys: Sequence[str]) -> list[str]:
    """Return the keys that any of the rows has a value for."""
    return [key for key in keys if any(getattr(row, key, None) for row in rows)]


def _table() -> Table:
    return Table(box=SIMPLE_HEAD, header_style="cyan", pad_edge=False, padding=(0, 1, 0, 0))


def _document_end(extraction: Extraction, language: Language) -> RenderableType:
    """Draw the issues, the pages that belong to no form, and the sums."""
    lines: list[RenderableType] = [Rule(style="cyan")]
    for issue in extraction.issues:
        page = "" if issue.page is None else word("page", language, page=issue.page)
        severity = word(f"severity_{issue.severity}", language)
        text = f"! {severity}{word('colon', language)}{page}{issue.message}"
        lines.append(Folded(Text(text, SEVERITIES[issue.severity])))
    for kind in ("blank", "other", "unreadable"):
        numbers = [page.number for page in extraction.pages if page.kind == kind]
        if numbers:
            pages = page_numbers(numbers, language)
            lines.append(Folded(Text(word(f"pages_{kind}", language, pages=pages))))
    fields = [read for form in extraction.forms for read in form.fields.values()]
    checks = [check for form in extraction.forms for check in form.checks]
    sums = word(
        "sums",
        language,
        file=extraction.source.file,
        pages=len(extraction.pages),
        forms=len(extraction.forms),
        doubtful=sum(map(is_doubtful, fields)),
        failed=sum(check.verdict != "pass" for check in checks),
    )
    return Group(*lines, Folded(Text(sums, "bold")), "")
