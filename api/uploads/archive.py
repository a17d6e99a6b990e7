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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

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

    `spent` bytes and `files` have come out of this upload's archives before. Raises `DamagedArchive`,
    `ArchiveTooLarge`, `TooManyFiles`, and `UnsupportedType` for office documents; a member that cannot
    be taken alone is yielded with its error. Directories, hidden files and the systems' own clutter are passed over.
    """
    budget = _Budget(archive, limits, spent)
    with archive.path.open("rb") as raw:
        source = BoundedReads(raw, limits.directory_bytes)
        try:
            with zipfile.ZipFile(source) as opened:
                _refuse_documents(archive, opened.namelist())
                infos = _wanted(opened.infolist())
                if files + len(infos) > limits.files:
                    raise TooManyFiles(files=files + len(infos), limit=limits.files)
                _refuse_overlaps(archive, opened.infolist())
                for number, (info, steps) in enumerate(infos):
                    path = folder / f"{archive.path.name}-{number}"
                    yield Member(steps, _content(opened, info, path, budget))
        except TooMuchAtOnce as error:
            raise TooManyFiles(files=limits.files + 1, limit=limits.files) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, ValueError) as error:
            raise DamagedArchive(file=archive.name, reason="archive_damaged") from error
        except NotImplementedError as error:
            raise DamagedArchive(file=archive.name, reason="archive_kind") from error


class _Budget:
    """What may still come out of an archive."""

    def __init__(self, archive: ReceivedFile, limits: UploadLimits, spent: int) -> None:
        by_ratio = max(limits.free_bytes, archive.size * limits.expansion_ratio)
        self._left = min(limits.expanded_bytes - spent, by_ratio)
        self._error = ArchiveTooLarge(file=archive.name, limit_mb=(self._left + spent) // MB)

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


def _refuse_documents(archive: ReceivedFile, names: Sequence[str]) -> None:
    for name in names:
        if name in _DOCUMENT_MARKS:
            raise UnsupportedType(file=archive.name, found=_DOCUMENT_MARKS[name])


def _refuse_overlaps(archive: ReceivedFile, infos: Sequence[zipfile.ZipInfo]) -> None:
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for first, second in pairwise(ordered):
        end = first.header_offset + _LOCAL_HEADER_BYTES + first.compress_size
        if end > second.header_offset:
            raise DamagedArchive(file=archive.name, reason="archive_overlaps")


def _content(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, budget: _Budget
) -> ReceivedFile | DanganError:
    name = _name(info)
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnsupportedMember(file=name, reason="link")
    if info.flag_bits & _ENCRYPTED:
        return EncryptedMember(file=name)
    if info.compress_type not in _METHODS:
        return UnsupportedMember(file=name, reason="compression")
    try:
        with opened.open(info) as source:
            return _written(name, source.read, path, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        path.unlink(missing_ok=True)
        return UnsupportedMember(file=name, reason="member_damaged")


def _written(name: str, read: Callable[[int], bytes], path: Path, budget: _Budget) -> ReceivedFile:
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as target:
        while chunk := read(_CHUNK_BYTES):
            budget.spend(len(chunk))
            size += len(chunk)
            digest.update(chunk)
            target.write(chunk)
    return ReceivedFile(name, path, digest.hexdigest(), size)
