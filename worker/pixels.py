"""The pipeline that reads real pages, for the tasks. Models are loaded once a process."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np

from core.errors import RenderFailed
from core.extraction import Extraction, Source
from core.messages import Language
from core.readings import PageReading, ReaderName
from core.vocabulary import of_folder
from worker.assemble import assemble
from worker.clock import Clock
from worker.page import Pixels, Raster
from worker.pipeline import read_page
from worker.rasterise.document import Document, open_document
from worker.readers.base import CellReader
from worker.readers.registry import make_reader
from worker.reading import SeenPage
from worker.second_look import SecondLook, second_look

# One process a core shares the machine already; OpenCV heeds no environment variable.
cv2.setNumThreads(1)

# Enough to read small print on a screen; a page at 300 dpi takes 0.5 to 1 MB.
JPEG_QUALITY = 80
# Width and height at most; the pages show it at half of that, and sharp screens have two pixels for one.
THUMBNAIL = (300, 600)
# Documents whose examination a process remembers: pages of a few jobs come in turn.
REMEMBERED = 8


class PixelPipeline:
    """Reads with one of our readers, and says what it found in `language`.

    `vocabulary` is a folder of the installation's own files; raises `BadVocabulary`.
    """

    def __init__(
        self,
        language: Language = "zh",
        reader: ReaderName = "ppocr",
        vocabulary: Path | None = None,
    ) -> None:
        self.language = language
        self.reader = reader
        self.vocabulary = of_folder(vocabulary)

    def count_pages(self, path: Path) -> int:
        return _document(path).pages

    def read_page(self, path: Path, number: int) -> SeenPage:
        clock = Clock()
        with clock.stage("rasterise"):
            raster = _document(path).raster(number)
        page = read_page(raster, _reader(self.reader), clock, _second_look(self.reader))
        with clock.stage("picture"):
            picture, thumbnail = picture_of(raster), thumbnail_of(raster)
        return SeenPage(page.reading, picture, thumbnail, clock.seconds())

    def assemble(self, source: Source, pages: tuple[PageReading, ...]) -> Extraction:
        return assemble(source, pages, self.vocabulary, self.language)


def picture_of(raster: Raster) -> bytes:
    """Return the page as JPEG, in the scan frame."""
    return _jpeg(raster.pixels, raster.number)


def thumbnail_of(raster: Raster) -> bytes:
    """Return the page as a JPEG that fits into `THUMBNAIL`."""
    height, width = raster.pixels.shape[:2]
    scale = min(THUMBNAIL[0] / width, THUMBNAIL[1] / height, 1.0)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(raster.pixels, size, interpolation=cv2.INTER_AREA)
    return _jpeg(np.asarray(small, np.uint8), raster.number)


def _jpeg(pixels: Pixels, page: int) -> bytes:
    made, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not made:
        raise RenderFailed(file="", page=page, reason="jpeg")
    return encoded.tobytes()


@lru_cache(maxsize=REMEMBERED)
def _document(path: Path) -> Document:
    return open_document(path)


@cache
def _reader(name: ReaderName) -> CellReader:
    return make_reader(name)


@cache
def _second_look(name: ReaderName) -> SecondLook | None:
    return second_look(name)
