"""The readers by name."""

from __future__ import annotations

from core.readings import ReaderName
from worker.readers.base import CellReader
from worker.readers.network import TINY
from worker.readers.ppocr import PpocrReader
from worker.readers.tesseract import TesseractReader


def make_reader(name: ReaderName) -> CellReader:
    """Return the reader of that name with its measured settings; cheap, nothing is loaded yet."""
    readers: dict[ReaderName, CellReader] = {
        "ppocr": PpocrReader(),
        "ppocr-tiny": PpocrReader(TINY),
        "tesseract": TesseractReader(),
    }
    return readers[name]
