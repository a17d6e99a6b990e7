"""The list of reworks as CSV: UTF-8 with a byte order mark, headings in the reader's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from core.exports.to_csv import guarded
from core.messages import Language, say
from core.store.acceptance import Rework

SECTION = "acceptance"
COLUMNS = (
    "path",
    "fiscal_year",
    "department",
    "box",
    "item_number",
    "archive_number",
    "reason",
    "note",
    "by",
    "found",
)


def write_reworks(reworks: Iterable[Rework], out: BinaryIO, language: Language) -> None:
    """Write a heading line and a line for each file; the time is that of UTC."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    sheet.writerow(say(SECTION, column, language) for column in COLUMNS)
    for rework in reworks:
        sheet.writerow(guarded(value) for value in _line(rework, language))
    text.flush()
    text.detach()


def _line(rework: Rework, language: Language) -> Iterator[str]:
    item, finding = rework.item, rework.finding
    yield item.path
    yield "" if item.fiscal_year is None else str(item.fiscal_year)
    yield item.department or ""
    yield item.box or ""
    yield item.item_number or ""
    yield item.archive_number or ""
    if finding is None:
        yield say(SECTION, item.state, language)
        yield item.trouble.code if item.trouble is not None else ""
        yield from ("", "")
        return
    yield ", ".join(say(SECTION, f"wrong_{name}", language) for name in finding.wrong())
    yield finding.note
    yield finding.by
    yield finding.created.strftime("%Y-%m-%d %H:%M:%S")
