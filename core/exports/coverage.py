"""The matrix of a campaign as CSV: a line for each year, department and, where asked for, project."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from core.exports.to_csv import guarded
from core.exports.wording import heading
from core.messages import Language
from core.store.coverage import STANDINGS, CoverageCell

PLACE = ("fiscal_year", "department", "project_name")


def write_coverage(cells: Iterable[CoverageCell], out: BinaryIO, language: Language) -> None:
    """Write a heading line and a line for each cell, UTF-8 with a byte order mark."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    sheet = csv.writer(text)
    headings = (*PLACE, *(f"coverage_{standing}" for standing in STANDINGS))
    sheet.writerow(heading(code, language) for code in headings)
    for cell in cells:
        values = (getattr(cell, code) for code in (*PLACE, *STANDINGS))
        sheet.writerow("" if it is None else guarded(str(it)) for it in values)
    text.flush()
    text.detach()
