"""The bytes of a request onto the disk as they come in, hashed on the way."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from starlette.requests import ClientDisconnect

from api.uploads.limits import MB, UploadLimits
from core.errors import UploadBroken, UploadTooLarge

# Writing and hashing goes to a thread in pieces of this size; a server hands on 64 KB at a time.
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class ReceivedFile:
    """A file that lies on the disk whole; `name` is as the client sent it."""

    name: str
    path: Path
    sha256: str
    size: int


async def gathered(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Yield what comes in in pieces that are worth a thread; raises `UploadBroken`."""
    waiting = bytearray()
    try:
        async for piece in pieces:
            waiting += piece
            if len(waiting) >= PIECE_BYTES:
                yield bytes(waiting)
                waiting.clear()
    except ClientDisconnect as error:
        raise UploadBroken(reason="cut_off_upload") from error
    yield bytes(waiting)


async def receive_body(
    pieces: AsyncIterable[bytes], name: str, path: Path, limits: UploadLimits
) -> ReceivedFile:
    """Write a body that is one file to `path`; memory does not grow with it.

    Raises `UploadTooLarge` at the first byte too many, and `UploadBroken`.
    """
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as target:

        def take(piece: bytes) -> None:
            digest.update(piece)
            target.write(piece)

        async for piece in gathered(pieces):
            size += len(piece)
            if size > limits.upload_bytes:
                raise UploadTooLarge(file=name, limit_mb=limits.upload_bytes // MB)
            await to_thread.run_sync(take, piece)
    return ReceivedFile(name, path, digest.hexdigest(), size)
