"""ZIP files into their members, without trust in what they say about themselves.

Sizes are counted while the bytes come out, names are only ever shown, and members are written under
names of our own: so neither `..` nor a wrong size nor a name twice does any harm.
"""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from api.uploads.body import ReceivedFile
from api.uploads.limits import MB, UploadLimits
from api.uploads.names import decoded, steps_of
from core.bounded_zip import BoundedReads, TooMuchAtOnce
from core.errors import (
    ArchiveTooLarge,
    DamagedArchive,
    DanganError,
    EncryptedMember,
    TooManyFiles,
    UnsupportedMember,
    UnsupportedType,
)

MAGIC = b"PK\x03\x04"
EMPTY_MAGIC = b"PK\x05\x06"

_CHUNK_BYTES = 1 << 16
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
# Info-ZIP's field for the name in UTF-8 (APPNOTE 4.6.9): version, CRC of the other name, the name.
_UNICODE_PATH = 0x7075
# The others give what they like for a few bytes of input, and Python's decompressors with them.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER_BYTES = 30
# A member that tells that the archive is a document of another kind, by its name.
_DOCUMENT_MARKS = {
    "[Content_Types].xml": "DOCX, XLSX, PPTX",
    "OFD.xml": "OFD",
    "mimetype": "ODT, ODS, EPUB",
}
# What systems put into archives for themselves.
_CLUTTER = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Member:
    """A file of an archive: the steps of its name, and the file, or why there is none."""

    steps: tuple[str, ...]
    content: ReceivedFile | DanganError


def expand(
    archive: ReceivedFile, folder: Path, limits: UploadLimits, spent: int, files: int
) -> Iterator[Member]:
    """Yield the members of an archive, their bytes in files of `folder`.

    `spent` bytes and `files` have come out of this upload's archives before. Raises what
    `opened_archive` raises, and `ArchiveTooLarge`; a member that cannot be taken alone is yielded
    with its error.
    """
    with (
        archive.path.open("rb") as raw,
        opened_archive(raw, archive.name, archive.size, limits, spent, files) as opened,
    ):
        for number, steps in enumerate(opened.names):
            path = folder / f"{archive.path.name}-{number}"
            yield Member(steps, _content(opened, number, path))


class OpenedArchive:
    """The files of an archive that is open: the steps of their names, and their bytes one by one."""

    def __init__(
        self,
        opened: zipfile.ZipFile,
        entries: Sequence[tuple[zipfile.ZipInfo, tuple[str, ...]]],
        name: str,
        limits: UploadLimits,
        budget: _Budget,
    ) -> None:
        self._opened, self._name, self._limits, self._budget = opened, name, limits, budget
        self._infos = [info for info, _ in entries]
        self.names = [steps for _, steps in entries]

    def pieces(self, number: int) -> Iterator[bytes]:
        """Yield the bytes of a file, by its place in `names`.

        Raises `EncryptedMember` and `UnsupportedMember` where it cannot be taken alone; of the whole
        archive `DamagedArchive`, and `ArchiveTooLarge` once more came out than the limits allow.
        """
        info = self._infos[number]
        name = _name(info)
        _refuse_member(info, name)
        try:
            with _translated(self._name, self._limits):
                source = self._opened.open(info)
            with source:
                while True:
                    with _translated(self._name, self._limits):
                        piece = source.read(_CHUNK_BYTES)
                    if not piece:
                        return
                    self._budget.spend(len(piece))
                    yield piece
        except _Damaged as error:
            raise UnsupportedMember(file=name, reason="member_damaged") from error


@contextmanager
def opened_archive(
    raw: BinaryIO, name: str, size: int, limits: UploadLimits, spent: int = 0, files: int = 0
) -> Iterator[OpenedArchive]:
    """Open an archive of `size` bytes that is called `name`.

    Raises `DamagedArchive`, `TooManyFiles`, and `UnsupportedType` for office documents. Directories,
    hidden files and the systems' own clutter are passed over.
    """
    try:
        with _translated(name, limits):
            opened = zipfile.ZipFile(BoundedReads(raw, limits.directory_bytes))
            _refuse_documents(name, opened.namelist())
            entries = _wanted(opened.infolist())
            if files + len(entries) > limits.files:
                raise TooManyFiles(files=files + len(entries), limit=limits.files)
            _refuse_overlaps(name, opened.infolist())
    except _Damaged as error:
        raise DamagedArchive(file=name, reason="archive_damaged") from error
    with opened:
        budget = _Budget(name, size, limits, spent)
        yield OpenedArchive(opened, entries, name, limits, budget)


class _Damaged(Exception):
    """The archive, or a member, is not what a ZIP file is."""


@contextmanager
def _translated(name: str, limits: UploadLimits) -> Iterator[None]:
    """Tell what `zipfile` raises for bad input by few types."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _Damaged from error
    except TooMuchAtOnce as error:
        raise TooManyFiles(files=limits.files + 1, limit=limits.files) from error
    except (struct.error, ValueError) as error:
        raise DamagedArchive(file=name, reason="archive_damaged") from error
    except NotImplementedError as error:
        raise DamagedArchive(file=name, reason="archive_kind") from error


class _Budget:
    """What may still come out of an archive."""

    def __init__(self, name: str, size: int, limits: UploadLimits, spent: int) -> None:
        by_ratio = max(limits.free_bytes, size * limits.expansion_ratio)
        self._left = min(limits.expanded_bytes - spent, by_ratio)
        self._error = ArchiveTooLarge(file=name, limit_mb=(self._left + spent) // MB)

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self._error


def _wanted(infos: Sequence[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, tuple[str, ...]]]:
    named = ((info, steps_of(_name(info))) for info in infos if not info.is_dir())
    return [(info, steps) for info, steps in named if steps and not any(map(_clutters, steps))]


def _clutters(step: str) -> bool:
    return step.startswith(".") or step in _CLUTTER


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    raw = info.orig_filename.encode("cp437")
    return _unicode_path(info.extra, raw) or decoded(raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        value, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(value) > 5:
            version, checksum = struct.unpack_from("<BL", value)
            if version == 1 and checksum == zlib.crc32(raw):
                return value[5:].decode("utf-8", "replace")
    return None


def _refuse_documents(name: str, members: Sequence[str]) -> None:
    for member in members:
        if member in _DOCUMENT_MARKS:
            raise UnsupportedType(file=name, found=_DOCUMENT_MARKS[member])


def _refuse_overlaps(name: str, infos: Sequence[zipfile.ZipInfo]) -> None:
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for first, second in pairwise(ordered):
        end = first.header_offset + _LOCAL_HEADER_BYTES + first.compress_size
        if end > second.header_offset:
            raise DamagedArchive(file=name, reason="archive_overlaps")


def _refuse_member(info: zipfile.ZipInfo, name: str) -> None:
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnsupportedMember(file=name, reason="link")
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedMember(file=name)
    if info.compress_type not in _METHODS:
        raise UnsupportedMember(file=name, reason="compression")


def _content(opened: OpenedArchive, number: int, path: Path) -> ReceivedFile | DanganError:
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("wb") as target:
            for piece in opened.pieces(number):
                size += len(piece)
                digest.update(piece)
                target.write(piece)
    except (EncryptedMember, UnsupportedMember) as error:
        path.unlink()
        return error
    return ReceivedFile("/".join(opened.names[number]), path, digest.hexdigest(), size)
