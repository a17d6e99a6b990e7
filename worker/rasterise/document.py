"""A file as a row of pages, each of which becomes a `Raster` when it is asked for."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.errors import (
    BadPageRange,
    DamagedFile,
    DanganError,
    EmptyFile,
    FileNotFound,
    MissingProgram,
    NoPages,
    TooManyPages,
    UnreadableFile,
    UnsupportedType,
)
from core.geometry import Box
from core.kind import Kind, kind_of
from worker.page import Glyph, Pixels, Raster
from worker.rasterise.confined import ask
from worker.rasterise.limits import DEFAULT_LIMITS, Limits
from worker.rasterise.protocol import Count, Rendering, Request, Text

logger = logging.getLogger(__name__)

POPPLER_PROGRAMS = ("pdfinfo", "pdftoppm")


@dataclass(frozen=True)
class Document:
    """A file that was examined once and can be read page by page, by any process.

    It holds no handle and no pixels, only plain values: whoever gets a copy reads its pages without
    examining the file again. `path` is absolute, `file` is the name as it was given, `size` and
    `modified_ns` notice that the file was exchanged meanwhile.
    """

    path: str
    file: str
    kind: Kind
    sha256: str
    pages: int
    size: int
    modified_ns: int
    dpi: float
    limits: Limits

    def raster(self, number: int) -> Raster:
        """Return page `number`, counted from 1.

        A page made of one picture comes in that picture's own pixels, any other at `dpi`. Colour is
        BGR; a page without colour comes as grey.

        Raises BadPageRange; DamagedPage, PageTooLarge, RenderTimeout or RenderFailed where only this
        page is lost; and as `open_document` does where the file is gone or was changed.
        """
        if not 1 <= number <= self.pages:
            raise BadPageRange(pages=str(number), count=self.pages)
        if _stamp(self.path, self.file) != (self.size, self.modified_ns):
            raise DamagedFile(file=self.file, reason="changed")
        page = ask(
            Request("render", self.kind, self.path, self.file, self.limits, number, self.dpi)
        )
        assert isinstance(page, Rendering)
        glyphs = self._glyphs(number, page) if page.written else ()
        return Raster(number, _pixels(page), page.dpi, glyphs, page.drawn and bool(glyphs))

    def _glyphs(self, number: int, page: Rendering) -> tuple[Glyph, ...]:
        """Return the text of a page; one that cannot be told costs nothing, the picture is read."""
        try:
            text = ask(Request("text", self.kind, self.path, self.file, self.limits, number))
        except DanganError as error:
            logger.info("the text of page %d is not to be had: %s", number, error.code)
            return ()
        assert isinstance(text, Text)
        return tuple(
            Glyph(
                character.text,
                Box(
                    round(character.left * page.width),
                    round(character.top * page.height),
                    round(character.right * page.width),
                    round(character.bottom * page.height),
                ),
            )
            for character in text.characters
        )


def open_document(
    path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS, dpi: float = 300.0
) -> Document:
    """Examine a PDF, TIFF, PNG, JPEG, BMP, WebP, DOCX, XLSX or OFD file, whatever it is called.

    Raises FileNotFound, UnreadableFile, EmptyFile, UnsupportedType, OldOfficeFile, EncryptedFile,
    DamagedFile, TooMuchContent, NoPages, TooManyPages, MissingProgram; and PageTooLarge for a file that is
    one picture.
    """
    # Not resolved: "x/.." is the system's to follow, x may be a link.
    file, absolute = os.fspath(path), str(Path(path).absolute())
    size, modified_ns = _stamp(absolute, file)
    if size == 0:
        raise EmptyFile(file=file)
    sha256 = _hash(absolute, file)
    kind = kind_of(Path(absolute), file)
    if kind is Kind.PDF:
        _require_poppler()
    count = ask(Request("count", kind, absolute, file, limits))
    assert isinstance(count, Count)
    if count.pages == 0:
        raise NoPages(file=file)
    if count.pages > limits.pages:
        raise TooManyPages(file=file, pages=count.pages, limit=limits.pages)
    return Document(absolute, file, kind, sha256, count.pages, size, modified_ns, dpi, limits)


def _stamp(path: str, file: str) -> tuple[int, int]:
    """Return size and time of change of a regular file."""
    try:
        found = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFound(file=file) from error
    except OSError as error:
        raise UnreadableFile(file=file, reason=os.strerror(error.errno or 0)) from error
    if not stat.S_ISREG(found.st_mode):
        raise UnsupportedType(
            file=file, found="folder" if stat.S_ISDIR(found.st_mode) else "device"
        )
    return found.st_size, found.st_mtime_ns


def _hash(path: str, file: str) -> str:
    """Return the SHA-256 of the file, reading it piece by piece."""
    try:
        with Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(file=file, reason=os.strerror(error.errno or 0)) from error


def _require_poppler() -> None:
    for program in POPPLER_PROGRAMS:
        if shutil.which(program) is None:
            raise MissingProgram(program=program, package="poppler-utils")


def _pixels(page: Rendering) -> Pixels:
    flat = np.frombuffer(page.pixels, dtype=np.uint8)
    if page.mode == "L":
        return flat.reshape(page.height, page.width)
    rgb = flat.reshape(page.height, page.width, 3)
    if _is_grey(rgb):
        return np.ascontiguousarray(rgb[..., 0])
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _is_grey(rgb: Pixels) -> bool:
    """Tell whether the channels agree everywhere, looking at every 64th row first."""
    return all(
        np.array_equal(rows[..., 0], rows[..., 1]) and np.array_equal(rows[..., 0], rows[..., 2])
        for rows in (rgb[::64], rgb)
    )
