"""What the tasks know of pixels: count the pages of a file, read a page, assemble a document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from core.extraction import Extraction, Source
from core.readings import PageReading


class SeenPage(NamedTuple):
    """A page that was read, its pictures for people, and the seconds of its stages.

    `picture` is a JPEG in the scan frame, `thumbnail` one made small.
    """

    reading: PageReading
    picture: bytes
    thumbnail: bytes
    seconds: Mapping[str, float]


class Pipeline(Protocol):
    """The reading of documents. Every error that it foresees is a `DanganError`."""

    def count_pages(self, path: Path) -> int:
        """Examine a file and return how many pages it has; raises the InputError of a bad one."""

    def read_page(self, path: Path, number: int) -> SeenPage:
        """Read page `number`, counted from 1."""

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        """Make the document of its pages, in the order of their numbers."""
