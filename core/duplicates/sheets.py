"""Two scans of one sheet of paper.

Forms of one template look alike, and one project's forms of two years read nearly alike. So two pages
are taken for one sheet only if what is written on them agrees line by line, its figures above all, and
if their ink lies alike (the layout print of a page reading).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.readings import Frozen, PageReading

_FIGURE = re.compile(r"\d[\d,.]*\d|\d", re.ASCII)
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class SheetParams:
    """When two pages are one sheet; the figures are measured in docs/duplicates.md.

    A page with fewer than `least_lines` says too little. Of its lines and figures these shares have to
    be the other's too, and the layout prints may differ in `most_bits` of 256. `marks` of its lines of at least
    `mark_length` characters find it again; what stands on more than `common` pages finds nothing.
    """

    least_lines: int = 10
    lines_share: float = 0.55
    figures_share: float = 0.9
    most_bits: int = 72
    marks: int = 24
    mark_length: int = 8
    common: int = 100


STANDARD = SheetParams()


class SheetPrint(Frozen):
    """What a page is compared by: where its ink lies, digests of its lines, its figures."""

    layout: str
    lines: tuple[str, ...]
    figures: tuple[str, ...]


def sheet_print(page: PageReading) -> SheetPrint:
    """Return the print of a page that was read."""
    texts = tuple(_texts(page))
    figures = (figure.replace(",", "") for text in texts for figure in _FIGURE.findall(text))
    lines = (_digest(plain) for text in texts if (plain := _plain(text)))
    return SheetPrint(layout=page.layout, lines=tuple(lines), figures=tuple(figures))


def marks_of(page: PageReading, params: SheetParams = STANDARD) -> tuple[int, ...]:
    """Return numbers by which other scans of this sheet are found; two of them share most.

    Those with the smallest digests are taken, so that both scans choose the same.
    """
    long = {
        int(_digest(plain), 16) >> 1
        for text in _texts(page)
        if len(plain := _plain(text)) >= params.mark_length
    }
    return tuple(sorted(long)[: params.marks])


def likeness(a: SheetPrint, b: SheetPrint, params: SheetParams = STANDARD) -> float | None:
    """Return the share of lines that two pages have in common, None if they are not one sheet."""
    if min(len(a.lines), len(b.lines)) < params.least_lines or not (a.layout and b.layout):
        return None
    lines, figures = _share(a.lines, b.lines), _share(a.figures, b.figures)
    alike = (
        lines >= params.lines_share
        and figures >= params.figures_share
        and layout_distance(a.layout, b.layout) <= params.most_bits
    )
    return lines if alike else None


def layout_distance(a: str, b: str) -> int:
    """Return in how many bits two layout prints differ."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def _share(a: Sequence[str], b: Sequence[str]) -> float:
    """Return how much of the longer list is in the other too; 1.0 for two empty ones."""
    most = max(len(a), len(b))
    return (Counter(a) & Counter(b)).total() / most if most else 1.0


def _texts(page: PageReading) -> Iterator[str]:
    for table in page.tables:
        for cell in table.cells:
            yield from (line.text for line in cell.lines)
    yield from (line.text for line in page.lines)


def _plain(text: str) -> str:
    """Return a line without what one scan has and another has not: marks, spaces, widths."""
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
