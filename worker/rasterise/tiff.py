"""Walk the directories of a TIFF, and see that all they point at lies in the file.

Pillow reads a TIFF whose end is missing without a word (libtiff fills what lacks with white), and
stops counting at the first directory it cannot read. Layout: Adobe TIFF 6.0 section 2, and the
BigTIFF proposal.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import DamagedFile, TooManyPages

TYPE_BYTES = {
    **dict.fromkeys((1, 2, 6, 7), 1),
    **dict.fromkeys((3, 8), 2),
    **dict.fromkeys((4, 9, 11, 13), 4),
    **dict.fromkeys((5, 10, 12, 16, 17, 18), 8),
}
OFFSETS = (273, 324)  # StripOffsets, TileOffsets
LENGTHS = (279, 325)  # StripByteCounts, TileByteCounts


class _CutOff(Exception):
    """Something points outside of the file, or back to where we were."""


@dataclass(frozen=True)
class _Layout:
    """How numbers are written; `word` is an offset's `struct` code, of `word_bytes` bytes."""

    order: str
    word: str
    count: str

    @property
    def word_bytes(self) -> int:
        return struct.calcsize(self.word)


def count(path: str, file: str, most: int) -> int:
    """Return the number of pages.

    Raises DamagedFile, and TooManyPages without looking further than one page over `most`.
    """
    try:
        with Path(path).open("rb") as stream:
            return _walk(_Reader(stream), file, most)
    except _CutOff as error:
        raise DamagedFile(file=file, reason="cut_off") from error


class _Reader:
    """Reads of a file that end in `_CutOff` rather than short."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.size = os.fstat(stream.fileno()).st_size

    def at(self, offset: int, length: int) -> bytes:
        self.require(offset, length)
        self._stream.seek(offset)
        return self._stream.read(length)

    def require(self, offset: int, length: int) -> None:
        if offset + length > self.size:
            raise _CutOff(offset, length)


def _walk(reader: _Reader, file: str, most: int) -> int:
    layout, offset = _header(reader)
    seen: set[int] = set()
    while offset:
        if offset in seen:
            raise _CutOff(offset)
        if len(seen) == most:
            raise TooManyPages(file=file, pages=f">{most}", limit=most)
        seen.add(offset)
        offset = _directory(reader, layout, offset)
    return len(seen)


def _header(reader: _Reader) -> tuple[_Layout, int]:
    order = "<" if reader.at(0, 2) == b"II" else ">"
    (version,) = struct.unpack(order + "H", reader.at(2, 2))
    layout = _Layout(order, "Q", "Q") if version == 43 else _Layout(order, "I", "H")
    return layout, _numbers(layout, layout.word, reader.at(layout.word_bytes, layout.word_bytes))[0]


def _directory(reader: _Reader, layout: _Layout, offset: int) -> int:
    """Check one directory and return where the next one is, 0 after the last."""
    count_bytes = struct.calcsize("=" + layout.count)
    (entries,) = _numbers(layout, layout.count, reader.at(offset, count_bytes))
    entry_bytes = 4 + 2 * layout.word_bytes
    table = reader.at(offset + count_bytes, entries * entry_bytes + layout.word_bytes)
    values = dict(
        _entry(reader, layout, table[start : start + entry_bytes])
        for start in range(0, entries * entry_bytes, entry_bytes)
    )
    for offsets, lengths in zip(OFFSETS, LENGTHS, strict=True):
        for start, length in zip(values.get(offsets, ()), values.get(lengths, ()), strict=False):
            reader.require(start, length)
    return _numbers(layout, layout.word, table[-layout.word_bytes :])[0]


def _entry(reader: _Reader, layout: _Layout, entry: bytes) -> tuple[int, tuple[int, ...]]:
    """Return a tag and, for those that say where the pixels are, its numbers."""
    tag, type_ = struct.unpack_from(layout.order + "HH", entry)
    word_bytes = layout.word_bytes
    (values,) = _numbers(layout, layout.word, entry[4 : 4 + word_bytes])
    length = values * TYPE_BYTES.get(type_, 1)
    if length <= word_bytes:
        content = entry[4 + word_bytes :][:length]
    else:
        (elsewhere,) = _numbers(layout, layout.word, entry[4 + word_bytes :])
        reader.require(elsewhere, length)
        content = reader.at(elsewhere, length) if tag in OFFSETS + LENGTHS else b""
    code = {3: "H", 4: "I", 16: "Q"}.get(type_)
    wanted = code is not None and tag in OFFSETS + LENGTHS
    return tag, _numbers(layout, code, content) if wanted and code else ()


def _numbers(layout: _Layout, code: str, content: bytes) -> tuple[int, ...]:
    number_bytes = struct.calcsize("=" + code)
    return struct.unpack(f"{layout.order}{len(content) // number_bytes}{code}", content)
