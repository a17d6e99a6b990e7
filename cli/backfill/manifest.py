"""The manifest of a shelf: a row for each file and each member of an archive, one at a time.

Nothing is kept: memory does not grow with the number of files. What was hashed before is recalled.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from api.uploads.archive import OpenedArchive, opened_archive
from api.uploads.limits import UploadLimits
from api.uploads.names import steps_of
from cli.backfill.guesses import guessed
from cli.backfill.pages import count_pages
from cli.backfill.shelf import Closed, Found, Shelf, Stamp
from cli.inputs import SUFFIXES
from core.errors import (
    DanganError,
    EmptyFile,
    EncryptedMember,
    OldOfficeFile,
    UnreadableFile,
    UnsupportedMember,
    UnsupportedType,
)
from core.kind import HEAD_BYTES, OFFICE, ZIP_MAGIC, Kind, kind_of, recognise
from core.store.items import ManifestRow
from core.vocabulary import Vocabulary

INSIDE = "!/"
"""Between the path of an archive and the name of a file in it."""

ARCHIVE = ".zip"
TYPED = frozenset(f".{kind.lower()}" for kind in OFFICE)
# A disk of scans in one archive is the client's own: only what bounds memory and a bomb stays.
LIMITS = replace(UploadLimits(), files=100_000, expanded_bytes=1 << 40)

JUDGED = (EmptyFile, OldOfficeFile, UnsupportedType)
"""What is wrong with a file by its content."""

_PIECE_BYTES = 1 << 20


class Digest(NamedTuple):
    """What the bytes of a file are; `pages` is None where nobody has counted them."""

    size: int
    sha256: str
    pages: int | None = None


class Sighting(NamedTuple):
    """A row, and where its bytes are: a place of the shelf, and which file of the archive there."""

    row: ManifestRow
    place: str
    member: int | None = None
    stamp: Stamp | None = None


Recall = Callable[[Sighting], Digest | None]
"""Asked with a row that has no bytes yet whether these were hashed before, with the same stamp."""


def _no_recall(_: Sighting) -> None:
    return None


def _all_ready(_: Found, __: Stamp) -> bool:
    return True


@dataclass(frozen=True)
class Look:
    """How to look at files. `passed_over` counts by suffix what is no scan; `besides` are places to leave.

    `ready` tells whether a file may be taken yet; what is not leaves no row.
    """

    vocabulary: Vocabulary
    limits: UploadLimits = LIMITS
    recall: Recall = _no_recall
    ready: Callable[[Found, Stamp], bool] = _all_ready
    passed_over: Counter[str] = field(default_factory=Counter)
    besides: frozenset[str] = frozenset()


def manifest(shelf: Shelf, look: Look) -> Iterator[Sighting]:
    """Yield the files of a shelf in the order of their names, those of archives in their order.

    What cannot be read is a row `refused`, `vanished` or `changed`. Names may come twice.
    """
    for found in shelf.walk():
        if isinstance(found, Closed):
            yield _refused(found.name, _unreadable(found.name, found.error))
            continue
        if found.place in look.besides:
            continue
        suffix = _suffix(found.name)
        if suffix not in {*SUFFIXES, ARCHIVE}:
            look.passed_over[suffix] += 1
        else:
            yield from _seen(shelf, found, look, archive=suffix == ARCHIVE)


def digest_of(pieces: Iterable[bytes], name: str, path: Path | None = None) -> Digest:
    """Return size and hash of what a scan holds; raises what is `JUDGED`.

    Pages are counted where the scan is a file of this machine, at `path`, or a picture.
    """
    digest, size, head = hashlib.sha256(), 0, b""
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        head = (head + piece)[:HEAD_BYTES] if len(head) < HEAD_BYTES else head
    if not size:
        raise EmptyFile(file=name)
    return Digest(size, digest.hexdigest(), count_pages(path, _kind(head, name, path)))


def _kind(head: bytes, name: str, path: Path | None) -> Kind | None:
    """Return what a scan is; None for what may be a typed file, which takes the whole file to judge."""
    if not head.startswith(ZIP_MAGIC):
        return recognise(head, name)
    if path is not None:
        return kind_of(path, name)
    if _suffix(name) in TYPED:
        return None
    raise UnsupportedType(file=name, found="ZIP")


def pieces_of(shelf: Shelf, place: str) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with shelf.open(place) as opened:
        while piece := opened.read(_PIECE_BYTES):
            yield piece


def _seen(shelf: Shelf, found: Found, look: Look, *, archive: bool) -> Iterator[Sighting]:
    """Yield what a file gives: its row, or those of its members and where it breaks off one more."""
    try:
        stamp = found.stamp or shelf.stamp(found.place)
        if not look.ready(found, stamp):
            return
        if archive:
            yield from _members(shelf, found, stamp, look)
        else:
            yield _file(shelf, found, stamp, look)
    except FileNotFoundError:
        yield Sighting(ManifestRow(path=found.name, standing="vanished"), found.place)
    except OSError as error:
        yield _refused(found.name, _unreadable(found.name, error))
    except DanganError as error:
        yield _refused(found.name, error)


def _file(shelf: Shelf, found: Found, stamp: Stamp, look: Look) -> Sighting:
    blank = Sighting(_row(found.name, {"standing": "changed"}, look), found.place, None, stamp)
    known = look.recall(blank)
    if known is None:
        path = shelf.local(found.place)
        known = digest_of(pieces_of(shelf, found.place), found.name, path)
        if shelf.stamp(found.place) != stamp:
            return blank
    return _taken(blank, known)


def _members(shelf: Shelf, found: Found, stamp: Stamp, look: Look) -> Iterator[Sighting]:
    with (
        shelf.open(found.place) as raw,
        opened_archive(raw, found.name, stamp.size, look.limits) as archive,
    ):
        for number, steps in enumerate(archive.names):
            name = f"{found.name}{INSIDE}{'/'.join(steps)}"
            suffix = _suffix(name)
            if suffix in SUFFIXES:
                blank = Sighting(
                    _row(name, {"standing": "changed"}, look), found.place, number, stamp
                )
                yield _member(archive, blank, look)
            elif suffix == ARCHIVE:
                yield _refused(name, UnsupportedType(file=name, found="ZIP"))
            else:
                look.passed_over[suffix] += 1


def _member(archive: OpenedArchive, blank: Sighting, look: Look) -> Sighting:
    assert blank.member is not None
    known = look.recall(blank)
    try:
        return _taken(blank, known or digest_of(archive.pieces(blank.member), blank.row.path))
    except (*JUDGED, EncryptedMember, UnsupportedMember) as error:
        row = _row(blank.row.path, {"standing": "refused", "code": error.code}, look)
        return blank._replace(row=row)


def _taken(blank: Sighting, digest: Digest) -> Sighting:
    told = {**digest._asdict(), "standing": "planned"}
    return blank._replace(row=blank.row.model_copy(update=told))


def _row(name: str, told: dict[str, Any], look: Look) -> ManifestRow:
    guess = guessed(steps_of(name.replace(INSIDE, "/")), look.vocabulary)
    return ManifestRow(path=name, **told, **guess._asdict())


def _refused(name: str, error: DanganError) -> Sighting:
    return Sighting(ManifestRow(path=name, standing="refused", code=error.code), "")


def _unreadable(name: str, error: OSError) -> UnreadableFile:
    return UnreadableFile(file=name, reason=os.strerror(error.errno or 0))


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
