"""How many pages a file has, as far as that is quickly told. The service counts anew when it reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from core.errors import DanganError
from core.kind import OFFICE, Kind
from worker.rasterise import tiff

MOST = 10_000
LIMIT_S = 5.0
"""pdfinfo takes milliseconds; a file that keeps it longer is one for the service to judge."""

_PAGES = re.compile(rb"^Pages:\s+(\d+)$", re.MULTILINE)


def count_pages(path: Path | None, kind: Kind | None) -> int | None:
    """Return the number of pages; None where it cannot be told, or not without a path or Poppler."""
    if kind is None or kind in OFFICE:
        return None
    if kind not in {Kind.PDF, Kind.TIFF}:
        return 1
    if path is None:
        return None
    return _of_pdf(path) if kind is Kind.PDF else _of_tiff(path)


def _of_pdf(path: Path) -> int | None:
    if not _has_poppler():
        return None
    try:
        ran = subprocess.run(
            ["pdfinfo", "--", path], check=False, capture_output=True, timeout=LIMIT_S
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    found = _PAGES.search(ran.stdout)
    return min(int(found[1]), MOST) or None if found else None


def _of_tiff(path: Path) -> int | None:
    try:
        return tiff.count(str(path), path.name, MOST)
    except (DanganError, OSError):
        return None


@cache
def _has_poppler() -> bool:
    return shutil.which("pdfinfo") is not None
