"""Take a multipart form apart as it comes in: files onto the disk, hashed on the way, the rest apart.

What is refused is refused while it comes in: at the first byte too many, not after the last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote_to_bytes

from anyio import to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.uploads.body import ReceivedFile, gathered
from api.uploads.limits import MB, UploadLimits
from api.uploads.names import decoded
from core.errors import BadOption, TooManyFiles, UploadBroken, UploadTooLarge

FILES = "files"
# RFC 7578 forbids it, some clients do it all the same.
_EXTENDED_NAME = re.compile(rb"filename\*\s*=\s*utf-8''([^;\s]+)", re.IGNORECASE)


@dataclass
class Form:
    """A form: its files in their order, and its other fields by name."""

    files: list[ReceivedFile] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


async def receive(
    pieces: AsyncIterable[bytes], content_type: str, folder: Path, limits: UploadLimits
) -> Form:
    """Read a form to its end, its files into `folder`; memory does not grow with it.

    Raises `UploadBroken`, `UploadTooLarge`, `TooManyFiles`, and `BadOption` for a field that comes
    twice or is too long.
    """
    receiver = Receiver(content_type, folder, limits)
    try:
        async for piece in gathered(pieces):
            await to_thread.run_sync(receiver.take, piece)
        return await to_thread.run_sync(receiver.finish)
    finally:
        receiver.close()


class Receiver:
    """A form as far as it has come; `take` and `finish` block on the disk."""

    def __init__(self, content_type: str, folder: Path, limits: UploadLimits) -> None:
        kind, parameters = parse_options_header(content_type)
        boundary = parameters.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise UploadBroken(reason="not_multipart")
        self._folder, self._limits = folder, limits
        self._size = 0
        self._ended = False
        self._form = Form()
        self._part = _Part(folder / "0")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._all,
                },
            )
        except FormParserError as error:
            raise UploadBroken(reason="not_multipart") from error

    def take(self, piece: bytes) -> None:
        """Take what came in next."""
        self._size += len(piece)
        if self._size > self._limits.upload_bytes:
            raise UploadTooLarge(
                file=self._part.filename or FILES, limit_mb=self._limits.upload_bytes // MB
            )
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise UploadBroken(reason="bad_multipart") from error

    def finish(self) -> Form:
        """Return the form, which has come in whole."""
        if not self._ended:
            raise UploadBroken(reason="cut_off_upload")
        return self._form

    def close(self) -> None:
        """Let go of a file that has not come to its end."""
        self._part.close()

    def _begin(self) -> None:
        self._part = _Part(self._folder / str(len(self._form.files)))

    def _header_field(self, piece: bytes, start: int, end: int) -> None:
        self._part.header += piece[start:end]

    def _header_value(self, piece: bytes, start: int, end: int) -> None:
        self._part.value += piece[start:end]

    def _header_end(self) -> None:
        if self._part.header.lower() == b"content-disposition":
            self._part.describe(bytes(self._part.value))
        self._part.header.clear()
        self._part.value.clear()

    def _headers_finished(self) -> None:
        part = self._part
        if part.filename is None:
            _refuse_again(part.name, self._form)
            if part.name == FILES:
                raise BadOption(option=FILES, value="", reason="no_file")
            return
        if part.name != FILES:
            raise BadOption(option=part.name, value=part.filename, reason="unknown_option")
        if len(self._form.files) >= self._limits.files:
            raise TooManyFiles(files=len(self._form.files) + 1, limit=self._limits.files)
        part.open()

    def _data(self, piece: bytes, start: int, end: int) -> None:
        part = self._part
        part.write(piece[start:end])
        if part.filename is None and part.size > self._limits.field_bytes:
            raise BadOption(option=part.name, value="…", reason="too_long")

    def _end(self) -> None:
        part = self._part
        if part.filename is None:
            self._form.fields[part.name] = decoded(bytes(part.text))
            return
        part.close()
        # A form on a page sends an empty file where none was chosen.
        if part.filename or part.size:
            self._form.files.append(
                ReceivedFile(part.filename, part.path, part.digest.hexdigest(), part.size)
            )

    def _all(self) -> None:
        self._ended = True


class _Part:
    """The part that is coming in; it is a file if it has a `filename`, which is written to `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = ""
        self.filename: str | None = None
        self.header = bytearray()
        self.value = bytearray()
        self.text = bytearray()
        self.digest = hashlib.sha256()
        self.size = 0
        self._file: BinaryIO | None = None

    def describe(self, disposition: bytes) -> None:
        """Take the names from a `Content-Disposition`."""
        _, parameters = parse_options_header(disposition)
        self.name = decoded(parameters.get(b"name", b""))
        extended = _EXTENDED_NAME.search(disposition)
        if b"filename" in parameters:
            self.filename = decoded(parameters[b"filename"])
        elif extended is not None:
            self.filename = decoded(unquote_to_bytes(extended[1]))

    def open(self) -> None:
        self._file = self.path.open("wb")

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self._file is None:
            self.text += piece
        else:
            self.digest.update(piece)
            self._file.write(piece)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


def _refuse_again(name: str, form: Form) -> None:
    if name in form.fields:
        raise BadOption(option=name, value="…", reason="given_twice")
