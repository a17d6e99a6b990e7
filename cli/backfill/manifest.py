"""The manifest of a folder or an archive: a row for each file, one at a time, nothing kept.

Two walks over the same files give the same paths in the same order, so a row finds its bytes again.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.uploads.archive import expand
from api.uploads.limits import UploadLimits
from api.uploads.multipart import ReceivedFile
from api.uploads.names import decoded, steps_of
from cli.backfill.guesses import guessed
from cli.inputs import SUFFIXES
from core.errors import DanganError, UnreadableFile, UnsupportedType
from core.store.items import ManifestRow
from core.vocabulary import Vocabulary

INSIDE = "!/"
"""Between the path of an archive and the name of a file in it."""

ARCHIVE = ".zip"
# A disk of scans in one archive is the client's own: only what bounds memory stays as for uploads.
LIMITS = replace(UploadLimits(), files=100_000, expanded_bytes=1 << 40)

_PIECE_BYTES = 1 << 20


def manifest(
    root: Path, vocabulary: Vocabulary, limits: UploadLimits = LIMITS
) -> Iterator[ManifestRow]:
    """Yield the rows of a folder, or of one file or archive, in the order of the names.

    Paths are relative to `root`, with the folder's own name in front; so are the guesses. What
    cannot be read is a row `refused`, `vanished` or `changed`; other kinds of files and hidden ones
    are passed over, links to folders are not followed.
    """
    top = root.absolute()
    for found in _walk(top):
        path = Path(found.filename) if isinstance(found, OSError) else found
        name = _text(path.relative_to(top.parent))
        if isinstance(found, OSError):
            yield _refused(name, _unreadable(name, found))
        elif path.suffix.lower() == ARCHIVE:
            yield from _members(path, name, vocabulary, limits)
        else:
            yield _row(name, _looked_at(path, name), vocabulary)


def _walk(top: Path) -> Iterator[Path | OSError]:
    """Yield files, and an error for each folder that cannot be listed."""
    if not top.is_dir():
        yield top
        return
    closed: list[OSError] = []
    for parent, folders, names in os.walk(top, onerror=closed.append):
        yield from closed
        closed.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in {*SUFFIXES, ARCHIVE} and not name.startswith("."):
                yield path
    yield from closed


def _looked_at(path: Path, name: str) -> dict[str, Any]:
    """Return size and hash of a file, or what became of it while they were taken."""
    try:
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            return _trouble(UnreadableFile(file=name, reason="device"))
        digest = _digest(path)
        after = path.stat()
    except FileNotFoundError:
        return {"standing": "vanished"}
    except OSError as error:
        return _trouble(_unreadable(name, error))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return {"standing": "changed"}
    return {"size": after.st_size, "sha256": digest}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def _members(
    path: Path, name: str, vocabulary: Vocabulary, limits: UploadLimits
) -> Iterator[ManifestRow]:
    """Yield the rows of an archive; where it breaks off, a row of its own says why."""
    seen: Counter[str] = Counter()
    try:
        with TemporaryDirectory(prefix="dangan-") as folder:
            archive = ReceivedFile(name, path, "", path.stat().st_size)
            # The members have names of their own, which begin with the archive's.
            for member in expand(archive, Path(folder), limits, 0, 0):
                inside = "/".join(member.steps)
                suffix = Path(inside).suffix.lower()
                if isinstance(member.content, ReceivedFile):
                    member.content.path.unlink()
                if suffix not in {*SUFFIXES, ARCHIVE}:
                    continue
                seen[inside] += 1
                again = f" ({seen[inside]})" if seen[inside] > 1 else ""
                full = f"{name}{INSIDE}{inside}{again}"
                yield _row(full, _of_member(member.content, full, suffix), vocabulary)
    except FileNotFoundError:
        yield ManifestRow(path=name, standing="vanished")
    except OSError as error:
        yield _refused(name, _unreadable(name, error))
    except DanganError as error:
        yield _refused(name, error)


def _of_member(content: ReceivedFile | DanganError, name: str, suffix: str) -> dict[str, Any]:
    if isinstance(content, DanganError):
        return _trouble(content)
    if suffix == ARCHIVE:
        return _trouble(UnsupportedType(file=name, found="ZIP"))
    return {"size": content.size, "sha256": content.sha256}


def _row(name: str, looked_at: dict[str, Any], vocabulary: Vocabulary) -> ManifestRow:
    guess = guessed(steps_of(name.replace(INSIDE, "/")), vocabulary)
    return ManifestRow(path=name, **looked_at, **guess._asdict())


def _refused(name: str, error: DanganError) -> ManifestRow:
    return ManifestRow(path=name, **_trouble(error))


def _trouble(error: DanganError) -> dict[str, Any]:
    return {"standing": "refused", "code": error.code}


def _unreadable(name: str, error: OSError) -> UnreadableFile:
    return UnreadableFile(file=name, reason=os.strerror(error.errno or 0))


def _text(path: Path) -> str:
    return decoded(os.fsencode(path.as_posix()))
