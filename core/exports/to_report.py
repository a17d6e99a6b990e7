"""What lies in a file, page by page, for the person who has the paper before them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from typing import BinaryIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.exports.account import Line, account, joined
from core.exports.folding import Folded
from core.exports.wording import heading, page_numbers, word
from core.extraction import Extraction
from core.messages import Language

WIDTH = 110
"""Columns: what fits on A4 across."""


def write_report(extractions: Iterable[Extraction], out: BinaryIO, language: Language) -> None:
    """Write plain text, UTF-8, `WIDTH` columns wide: a table for each document, and what it adds up to."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="\n")
    console = Console(file=text, width=WIDTH, color_system=None, highlight=False)
    for extraction in extractions:
        lines = list(account(extraction, language))
        console.print(Folded(Text(_sums(extraction, lines, language))))
        console.print(_table(lines, language))
    text.flush()
    text.detach()


def _sums(extraction: Extraction, lines: list[Line], language: Language) -> str:
    others = Counter(line.what for line in lines if line.form is None)
    counted = word("comma", language).join(
        f"{what} {count}" for what, count in others.most_common()
    )
    return word(
        "report_sums",
        language,
        file=extraction.source.file,
        pages=len(extraction.pages),
        forms=len(extraction.forms),
        others=counted or word("none", language),
        doubtful=sum(bool(line.notes) for line in lines),
    )


def _table(lines: list[Line], language: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(heading("pages", language), no_wrap=True)
    table.add_column(heading("kind", language), ratio=3)
    table.add_column(heading("project_name", language), ratio=3)
    table.add_column(heading("why", language), ratio=4)
    for line in lines:
        record = line.form.record if line.form else None
        name = record.project_name or record.department or "" if record else ""
        notes = joined(line.notes, language)
        cells = (Folded(Text(text)) for text in (line.what, name, notes))
        table.add_row(Text(page_numbers(line.pages, language)), *cells)
    return table
