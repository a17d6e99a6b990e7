"""Files on their way to the server: read piece by piece while they are sent."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, BinaryIO, cast

from api.uploads.names import decoded
from cli.inputs import InputFile
from core.errors import UnreadableFile

MEDIA_TYPE = "application/octet-stream"  # The server judges the content itself.
PIECE_BYTES = 1 << 16

Sent = Callable[[int], None]
"""Told of each piece's bytes."""


class StreamedFile:
    """A file that the multipart encoder reads: opened when its turn comes, closed at its end.

    Raises `UnreadableFile`, also where the file changes on the way: the request has announced its
    length by then.
    """

    def __init__(self, path: Path, sent: Sent) -> None:
        self._path = path
        self._sent = sent
        self._place = 0
        self._opened: BinaryIO | None = None
        self.size = _size(path)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to the beginning, or tell the end."""
        self._place = self.size if whence == os.SEEK_END else offset
        self.close()
        return self._place

    def tell(self) -> int:
        return self._place

    def read(self, size: int) -> bytes:
        try:
            if self._opened is None:
                self._opened = self._path.open("rb")
                self._opened.seek(self._place)
            piece = self._opened.read(size)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        self._place += len(piece)
        if self._place > self.size or (not piece and self._place < self.size):
            self.close()
            raise UnreadableFile(file=str(self._path), reason="changed")
        if not piece:
            self.close()
        self._sent(len(piece))
        return piece

    def pieces(self) -> Iterator[bytes]:
        """Yield the whole file."""
        self.seek(0)
        while piece := self.read(PIECE_BYTES):
            yield piece

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


Part = tuple[str, tuple[str, IO[bytes], str]]


def parts(files: Sequence[InputFile], sent: Sent) -> list[Part]:
    """Return the parts of a form, one a file; raises `UnreadableFile` before anything is sent."""
    streamed = ((file, StreamedFile(file.path, sent)) for file in files)
    # What the encoder needs of a file is there: seek, tell, read.
    return [
        ("files", (sent_name(file), cast("IO[bytes]", source), MEDIA_TYPE))
        for file, source in streamed
    ]


def sent_name(file: InputFile) -> str:
    """Return what a file is called on the server, its folders included, from whatever encoding."""
    return decoded(os.fsencode(file.relative.as_posix()))


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableFile(file=str(path), reason="device")
    return found.st_size


def _unreadable(path: Path, error: OSError) -> UnreadableFile:
    return UnreadableFile(file=str(path), reason=os.strerror(error.errno or 0))
