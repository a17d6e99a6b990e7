"""What can be asked of a process that reads documents, and what comes back.

Three steps make a document: open the file, read each page, assemble the pages. The values are light
to import, small to send, and know no pixels; `worker.extract` performs the steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.extraction import Extraction, Source
from core.messages import Language
from core.readings import PageReading, ReaderName
from worker.clock import Uses

if TYPE_CHECKING:
    from worker.rasterise.document import Document


@dataclass(frozen=True)
class ReadOptions:
    """How pages are to be read."""

    reader: ReaderName = "ppocr"
    dpi: int = 300


@dataclass(frozen=True)
class FormOptions:
    """What is known of the forms before they are read.

    `vocabulary` is a folder of the installation's own vocabulary files, `fiscal_year` the year that the
    owner of the file says.
    """

    vocabulary: Path | None = None
    fiscal_year: int | None = None


UNTOLD = FormOptions()


@dataclass(frozen=True)
class OpenFile:
    """Find out what kind of file it is, its hash and how many pages it has."""

    path: Path
    options: ReadOptions


@dataclass(frozen=True)
class Opened:
    """`document` is the file examined, `source` what the result tells of it."""

    document: Document
    source: Source
    uses: Uses


@dataclass(frozen=True)
class ReadPage:
    """Rasterise and read page `number`, from 1; draw its stages into the folder `overlay`."""

    path: Path
    document: Document
    number: int
    options: ReadOptions
    overlay: Path | None = None


@dataclass(frozen=True)
class PageRead:
    """One page, and what each stage used for it."""

    reading: PageReading
    uses: Uses


@dataclass(frozen=True)
class Assemble:
    """Make the document of the pages that were read, in the order of their numbers.

    `overlay` is the folder that holds the pictures of its pages, where there are such.
    """

    path: Path
    source: Source
    pages: tuple[PageReading, ...]
    language: Language
    overlay: Path | None = None
    options: FormOptions = UNTOLD


@dataclass(frozen=True)
class Assembled:
    """The finished document."""

    extraction: Extraction
    uses: Uses


Step = OpenFile | ReadPage | Assemble
StepResult = Opened | PageRead | Assembled
