"""The steps of one document, performed: opened, each page read, assembled.

This is the door between whoever hands out the work and the pixels; the order of the stages of a page
stays with `worker.pipeline`. The reader and its model are made once a process.
"""

from __future__ import annotations

from functools import cache

import cv2

from core.extraction import Source
from core.messages import visible
from core.pipeline import PIPELINE
from core.readings import ReaderName
from core.vocabulary import of_folder
from worker.assemble import assemble
from worker.clock import Clock
from worker.overlay import write_forms, write_overlays
from worker.pipeline import read_page
from worker.rasterise.document import open_document
from worker.readers.base import CellReader
from worker.readers.registry import make_reader
from worker.second_look import SecondLook, second_look
from worker.steps import (
    Assemble,
    Assembled,
    Opened,
    OpenFile,
    PageRead,
    ReadPage,
    Step,
    StepResult,
)

# One process a core shares the machine already; OpenCV heeds no environment variable.
cv2.setNumThreads(1)


def perform(step: Step) -> StepResult:
    """Carry out a step; raises the errors of the stage that it is about."""
    match step:
        case OpenFile():
            return open_file(step)
        case ReadPage():
            return read_one_page(step)
        case Assemble():
            return assemble_document(step)


def open_file(step: OpenFile) -> Opened:
    """Examine the file; raises as `open_document`."""
    clock = Clock()
    with clock.stage("open"):
        document = open_document(step.path, dpi=step.options.dpi)
    source = Source(
        file=visible(step.path.name),
        sha256=document.sha256,
        pages=document.pages,
        pipeline=PIPELINE,
    )
    return Opened(document, source, clock.uses())


def read_one_page(step: ReadPage) -> PageRead:
    """Rasterise and read the page, and draw its stages where that is wanted."""
    clock = Clock()
    with clock.stage("rasterise"):
        raster = step.document.raster(step.number)
    name = step.options.reader
    page = read_page(raster, _reader(name), clock, _second_look(name))
    if step.overlay is not None:
        with clock.stage("overlay"):
            write_overlays(page, step.overlay)
    return PageRead(page.reading, clock.uses())


def assemble_document(step: Assemble) -> Assembled:
    """Make the document of its pages."""
    clock = Clock()
    with clock.stage("assemble"):
        extraction = assemble(
            step.source,
            step.pages,
            of_folder(step.options.vocabulary),
            step.language,
            step.options.fiscal_year,
        )
    if step.overlay is not None:
        with clock.stage("overlay"):
            write_forms(extraction, step.overlay)
    return Assembled(extraction, clock.uses())


@cache
def _reader(name: ReaderName) -> CellReader:
    return make_reader(name)


@cache
def _second_look(name: ReaderName) -> SecondLook | None:
    return second_look(name)
