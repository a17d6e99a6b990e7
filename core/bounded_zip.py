"""A file that `zipfile` may open though a stranger made it: its directory is read in one piece, but not in any size."""

from __future__ import annotations

import zipfile
from typing import BinaryIO


class TooMuchAtOnce(Exception):
    """The directory of an archive is too long."""


class _NoSuchPlace(zipfile.BadZipFile, OSError):
    """An archive points to a place before its own beginning.

    `ZipFile` looks for optional parts there and takes the OSError for a no.
    """


class BoundedReads:
    """A file that gives so much at a time and no more: `ZipFile` reads the directory in one piece."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.tell, self.close = file.tell, file.close

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        try:
            return self._file.seek(offset, whence)
        except OSError as error:
            raise _NoSuchPlace(error.errno, error.strerror) from error

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise TooMuchAtOnce
        return self._file.read(size if size >= 0 else self._most)
