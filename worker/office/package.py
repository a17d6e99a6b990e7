"""The ZIP that such a file is, looked at before anyone parses it.

Parsers of XML grow with what they are given, and trust it. Here is seen that a file unpacks to so much and no more, and that
no part defines entities: neither Open Packaging (ISO 29500-2, 8.1.4) nor OFD need a document type.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from core.errors import DamagedFile, EncryptedFile, TooMuchContent

_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MARKUP = (".xml", ".rels", ".vml")
_DOCUMENT_TYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))
# What `zipfile`, and parsers of what is in it, raise where parts are missing or are not what they should be.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
)


@dataclass(frozen=True)
class PackageLimits:
    """Of one file, unpacked: a form takes 100 kB of markup, a file of a thousand forms 60 MB."""

    parts: int = 20_000
    bytes: int = 400_000_000
    markup_bytes: int = 80_000_000


def examine(path: str, file: str, limits: PackageLimits = PackageLimits()) -> io.BytesIO:
    """Return the bytes of a package that is safe to unpack.

    Raises DamagedFile, EncryptedFile, TooMuchContent.
    """
    content = Path(path).read_bytes()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _judge(package, file, limits)
            for info in package.infolist():
                if info.filename.lower().endswith(_MARKUP):
                    _require_plain(package.read(info), file)
    except DAMAGED as error:
        raise DamagedFile(file=file, reason="unreadable") from error
    return io.BytesIO(content)


def _judge(package: zipfile.ZipFile, file: str, limits: PackageLimits) -> None:
    # `zipfile` gives no more of a member than the directory says: the sum is what can come out.
    infos = package.infolist()
    markup = [info for info in infos if info.filename.lower().endswith(_MARKUP)]
    if (
        len(infos) > limits.parts
        or sum(info.file_size for info in infos) > limits.bytes
        or sum(info.file_size for info in markup) > limits.markup_bytes
    ):
        raise TooMuchContent(file=file, reason="unpacked_size")
    for info in infos:
        if info.flag_bits & _ENCRYPTED:
            raise EncryptedFile(file=file)
        if info.compress_type not in _METHODS:
            raise DamagedFile(file=file, reason="archive_kind")


def _require_plain(markup: bytes, file: str) -> None:
    if any(mark in markup for mark in _DOCUMENT_TYPES):
        raise DamagedFile(file=file, reason="document_type")
