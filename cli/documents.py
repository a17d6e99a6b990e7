"""Many files over a few processes: every page a task, every document in the order of the files.

A long file keeps all processes busy by its pages, many short files by their number. The pages of
the earliest file go first, so that few finished documents wait for their turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from cli.inputs import InputFile
from cli.page_range import ALL_PAGES, PageRange
from cli.pool import Crashed, Done, Finished, PoolLimits, Raised, run
from core.errors import (
    DamagedPage,
    DanganError,
    FileCrashed,
    InputError,
    PageCrashed,
    PageTooLarge,
    ReaderFailed,
    RenderFailed,
    RenderTimeout,
)
from core.extraction import Extraction
from core.messages import Language
from core.readings import PageReading
from worker.steps import (
    UNTOLD,
    Assemble,
    Assembled,
    FormOptions,
    Opened,
    OpenFile,
    PageRead,
    ReadOptions,
    ReadPage,
    Step,
    StepResult,
)

PAGE_ERRORS = (DamagedPage, PageTooLarge, RenderTimeout, RenderFailed, ReaderFailed, PageCrashed)
"""What costs a page only: it is reported as unreadable, the other pages go on."""


@dataclass(frozen=True)
class Request:
    """What is wanted of every file.

    `overlays` gives the folder for the pictures of each file's stages, if there are to be any.
    `ahead` bounds the files under way, so that finished ones behind a slow one do not pile up.
    `keep_readings` has the readings of the pages come with their document.
    """

    options: ReadOptions
    pages: PageRange = ALL_PAGES
    language: Language = "zh"
    overlays: Mapping[Path, Path] = field(default_factory=dict)
    ahead: int = 16
    keep_readings: bool = False
    forms: FormOptions = UNTOLD


@dataclass(frozen=True)
class DocumentRead:
    """A finished document, and the errors that cost it pages; its pages' readings where kept."""

    file: InputFile
    extraction: Extraction
    lost: tuple[DanganError, ...]
    readings: tuple[PageReading, ...] = ()


@dataclass(frozen=True)
class DocumentFailed:
    """A file of which there is no document."""

    file: InputFile
    error: DanganError


@dataclass(frozen=True)
class Tally:
    """How far the work is; `pages` are those of the files that were opened so far."""

    files: int
    files_done: int
    pages: int
    pages_done: int


DocumentEnd = DocumentRead | DocumentFailed
StepEnd = Finished[Step, StepResult]


def read_documents(
    files: Sequence[InputFile],
    request: Request,
    work: Callable[[Step], StepResult],
    jobs: int,
    limits: PoolLimits,
    watch: Callable[[StepEnd, Tally], None],
) -> Generator[DocumentEnd]:
    """Read `files` in up to `jobs` processes; yield one end for each, in their order.

    `work` performs a step and is imported by name in the processes; `watch` sees every step that
    ends, and how far the work is then. No process is left when the iterator ends or is closed.
    """
    queue = _Queue(files, request)
    with closing(run(queue.pull, work, jobs, limits)) as steps:
        for finished in steps:
            queue.take(finished)
            watch(finished, queue.tally())
            yield from queue.ends()


@dataclass
class _Document:
    """How far one file has come."""

    file: InputFile
    opened: Opened | None = None
    to_read: deque[int] = field(default_factory=deque)
    awaited: int = 0
    pages: list[PageReading] = field(default_factory=list)
    lost: list[DanganError] = field(default_factory=list)
    end: DocumentEnd | None = None

    def fail(self, error: DanganError) -> None:
        self.to_read.clear()
        self.end = DocumentFailed(self.file, error)


class _Queue:
    """What is to be done next, as the steps of the files end."""

    def __init__(self, files: Sequence[InputFile], request: Request) -> None:
        self._request = request
        self._waiting = deque(files)
        self._under_way: deque[_Document] = deque()
        self._to_assemble: deque[_Document] = deque()
        self._files = len(files)
        self._pages = 0
        self._pages_done = 0

    def pull(self) -> Step | None:
        if self._to_assemble:
            return self._assemble(self._to_assemble.popleft())
        for document in self._under_way:
            if document.to_read:
                return self._read_page(document)
        if self._waiting and len(self._under_way) < self._request.ahead:
            self._under_way.append(_Document(self._waiting.popleft()))
            return OpenFile(self._under_way[-1].file.path, self._request.options)
        return None

    def take(self, finished: StepEnd) -> None:
        """Note how a step ended; what ends after its file has failed is dropped."""
        document = next((it for it in self._under_way if it.file.path == finished.task.path), None)
        if document is None or document.end is not None:
            return
        match finished.outcome:
            case Done(Opened() as opened):
                self._opened(document, opened)
            case Done(PageRead(reading)):
                self._page_ended(document, reading)
            case Done(Assembled(extraction)):
                document.end = self._read(document, finished.task, extraction)
            case Raised(error):
                self._went_wrong(document, finished.task, error)
            case Crashed(reason):
                self._went_wrong(document, finished.task, _crash(finished.task, reason))

    def _read(self, document: _Document, step: Step, extraction: Extraction) -> DocumentRead:
        readings: tuple[PageReading, ...] = ()
        if self._request.keep_readings and isinstance(step, Assemble):
            readings = step.pages
        return DocumentRead(document.file, extraction, tuple(document.lost), readings)

    def ends(self) -> Iterator[DocumentEnd]:
        """Give out the ends of the earliest files that have come to one."""
        while self._under_way and (end := self._under_way[0].end) is not None:
            self._under_way.popleft()
            yield end

    def tally(self) -> Tally:
        unfinished = [it for it in self._under_way if it.end is None]
        done = self._files - len(self._waiting) - len(unfinished)
        return Tally(self._files, done, self._pages, self._pages_done)

    def _opened(self, document: _Document, opened: Opened) -> None:
        try:
            numbers = self._request.pages.within(opened.source.pages)
        except InputError as error:
            document.fail(error)
            return
        document.opened = opened
        document.to_read.extend(numbers)
        document.awaited = len(numbers)
        self._pages += len(numbers)

    def _went_wrong(self, document: _Document, step: Step, error: DanganError) -> None:
        if isinstance(step, ReadPage) and isinstance(error, PAGE_ERRORS):
            document.lost.append(error)
            self._page_ended(document, unreadable(step, error))
        else:
            document.fail(error)

    def _page_ended(self, document: _Document, reading: PageReading) -> None:
        document.pages.append(reading)
        self._pages_done += 1
        if len(document.pages) < document.awaited:
            return
        if len(document.lost) == document.awaited:
            document.fail(document.lost[0])
        else:
            self._to_assemble.append(document)

    def _read_page(self, document: _Document) -> ReadPage:
        assert document.opened is not None
        path, options = document.file.path, self._request.options
        number, overlay = document.to_read.popleft(), self._request.overlays.get(path)
        return ReadPage(path, document.opened.document, number, options, overlay)

    def _assemble(self, document: _Document) -> Assemble:
        assert document.opened is not None
        pages = sorted(document.pages, key=lambda page: page.number)
        document.pages.clear()
        path, language = document.file.path, self._request.language
        overlay = self._request.overlays.get(path)
        source, options = document.opened.source, self._request.forms
        return Assemble(path, source, tuple(pages), language, overlay, options)


def unreadable(step: ReadPage, error: DanganError) -> PageReading:
    """Return what stands for a page that was lost; its size is not known."""
    return PageReading(
        number=step.number,
        width=0,
        height=0,
        upright_width=0,
        upright_height=0,
        dpi=step.options.dpi,
        trouble=error.code,
    )


def _crash(step: Step, reason: str) -> DanganError:
    if isinstance(step, ReadPage):
        return PageCrashed(file=str(step.path), page=step.number, reason=reason)
    return FileCrashed(file=str(step.path), reason=reason)
