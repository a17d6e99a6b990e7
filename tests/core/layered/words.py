"""The words of a PDF as Poppler finds them, in the pixels that its extraction has."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import NamedTuple

from core.extraction import Extraction, Page
from core.geometry import Box

WORD = re.compile(
    r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>', re.DOTALL
)
SIZE = re.compile(r'<page width="(.+?)" height="(.+?)">')


class Word(NamedTuple):
    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def lies_in(self, box: Box, within: float = 1.0) -> bool:
        return (
            box.left - within <= self.left
            and box.top - within <= self.top
            and self.right <= box.right + within
            and self.bottom <= box.bottom + within
        )


def words_of(pdf: Path, page: Page) -> list[Word]:
    """Return the words of a page in the frame of the scan."""
    number = str(page.number)
    told = subprocess.run(
        ["pdftotext", "-bbox", "-cropbox", "-f", number, "-l", number, str(pdf), "-"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    size = SIZE.search(told)
    assert size
    wide, high = float(size[1]), float(size[2])
    if (wide < high) != (page.width < page.height):
        wide, high = high, wide  # Poppler tells the size of the page before it is turned
    across, down = page.width / wide, page.height / high
    return [
        Word(
            unescape(text),
            float(left) * across,
            float(top) * down,
            float(right) * across,
            float(bottom) * down,
        )
        for left, top, right, bottom, text in WORD.findall(told)
    ]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def misplaced(pdf: Path, extraction: Extraction) -> list[tuple[int, str, str]]:
    """Return page, text and what was found of every cell that does not hold exactly its text."""
    wrong = []
    for page in extraction.pages:
        words = words_of(pdf, page)
        for table in page.tables:
            for cell in table.cells:
                inside = [word for word in words if cell.box.contains(*word.centre)]
                found = "".join(word.text for word in inside)
                fits = all(word.lies_in(cell.box) for word in inside)
                if sorted(squeezed(found)) != sorted(squeezed(cell.text)) or not fits:
                    wrong.append((page.number, cell.text, found))
    return wrong
