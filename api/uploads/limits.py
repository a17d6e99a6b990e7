"""How much one upload may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from core.errors import UploadTooLarge
from core.settings import Settings

MB = 1_000_000


@dataclass(frozen=True)
class UploadLimits:
    """Limits of one upload, in bytes and counts.

    `upload_bytes` bounds the request, `files` the files in it, those inside of archives too, and
    `expanded_bytes` what comes out of its archives. An archive may also not grow by more than
    `expansion_ratio` once it gave `free_bytes`: scans hardly shrink in a ZIP, and white bitmaps
    about a hundredfold, while deflate can be made to give 1,032 times its input. `directory_bytes`
    bounds what has to be in memory to open an archive (46 bytes an entry and its name).
    `field_bytes` is the most that a field other than a file may hold.
    """

    upload_bytes: int = 2_000 * MB
    files: int = 1_000
    expanded_bytes: int = 4_000 * MB
    expansion_ratio: int = 200
    free_bytes: int = 100 * MB
    directory_bytes: int = 4 * MB
    field_bytes: int = 4_096

    @classmethod
    def of(cls, settings: Settings, upload_mb: int | None = None) -> Self:
        """Return the limits of an installation, `upload_mb` before its own for one who has that."""
        return cls(
            upload_bytes=(upload_mb or settings.upload_mb) * MB,
            files=settings.upload_files,
            expanded_bytes=settings.expanded_mb * MB,
        )


def refuse_announced(headers: Mapping[str, str], file: str, limits: UploadLimits) -> None:
    """Raise `UploadTooLarge` for what says itself that it is too long, before a byte of it is sent."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limits.upload_bytes:
        raise UploadTooLarge(file=file, limit_mb=limits.upload_bytes // MB)
