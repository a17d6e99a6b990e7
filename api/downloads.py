"""Answers that are files: whole before their first byte is sent, so that none ends half-way."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal, cast
from urllib.parse import quote

from fastapi.responses import StreamingResponse

from core.blobs import CHUNK_BYTES
from core.exports import SUFFIX_OF_FORMAT

DownloadFormat = Literal["json", "jsonl", "csv", "xlsx", "html"]
FileFormat = Literal[DownloadFormat, "pdf", "parquet"]
Disposition = Literal["attachment", "inline"]

MEDIA_TYPES: dict[FileFormat, str] = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
}
_OUTSIDE_ASCII = re.compile(r'[^ -~]|["\\%]')


def written(
    write: Callable[[BinaryIO], None], format_: FileFormat, stem: str, folder: Path
) -> StreamingResponse:
    """Answer with what `write` writes, by way of a file in `folder` that has no name there.

    What `write` raises is raised here, while a problem can still be answered. Blocks.
    """
    with ExitStack() as stack:
        file = cast("BinaryIO", stack.enter_context(tempfile.TemporaryFile(dir=folder)))
        write(file)
        size = file.tell()
        file.seek(0)
        stack.pop_all()
    name = stem + SUFFIX_OF_FORMAT[format_]
    return sent(file, size, name, MEDIA_TYPES[format_], "attachment")


def sent(
    file: BinaryIO, size: int | None, name: str, media_type: str, disposition: Disposition
) -> StreamingResponse:
    """Answer with the rest of an open file, piece by piece, and close it."""
    headers = {"Content-Disposition": content_disposition(name, disposition)}
    if size is not None:
        headers["Content-Length"] = str(size)
    return StreamingResponse(_pieces(file), media_type=media_type, headers=headers)


def content_disposition(name: str, disposition: Disposition = "attachment") -> str:
    """Return the header for a file name: plain for old programs, and in full (RFC 6266, RFC 8187)."""
    plain = _OUTSIDE_ASCII.sub("_", name)
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
