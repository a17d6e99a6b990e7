"""Files made ready to be sent: those of this machine as they are, all others in a file for the time."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from api.uploads.archive import OpenedArchive, opened_archive
from api.uploads.limits import UploadLimits
from cli.backfill.manifest import LIMITS, Sighting, pieces_of
from cli.backfill.shelf import Shelf, Stamp
from core.errors import UnreadableFile


class Parcel(NamedTuple):
    """A file to be sent; one that is `passing` goes with whoever sends it."""

    path: Path
    passing: bool


class Parcels:
    """Makes files of a shelf ready. Keeps the last archive open: its files are wanted in a row."""

    def __init__(self, shelf: Shelf, folder: Path, limits: UploadLimits = LIMITS) -> None:
        self._shelf, self._folder, self._limits = shelf, folder, limits
        self._open = ExitStack()
        self._archive: tuple[str, Stamp, OpenedArchive] | None = None

    def ready(self, seen: Sighting) -> Parcel:
        """Return a file to send. Raises OSErrors, `UnreadableFile`, and what its archive raises."""
        stamp = self._shelf.stamp(seen.place)
        if stamp != seen.stamp:
            raise UnreadableFile(file=seen.row.path, reason="changed")
        if seen.member is not None:
            archive = self._opened(seen.place, stamp)
            return Parcel(self._written(archive.pieces(seen.member)), passing=True)
        local = self._shelf.local(seen.place)
        if local is not None:
            return Parcel(local, passing=False)
        return Parcel(self._written(pieces_of(self._shelf, seen.place)), passing=True)

    def close(self) -> None:
        """Close what is open."""
        self._archive = None
        self._open.close()

    def _opened(self, place: str, stamp: Stamp) -> OpenedArchive:
        if self._archive is None or self._archive[:2] != (place, stamp):
            self.close()
            raw = self._open.enter_context(self._shelf.open(place))
            archive = self._open.enter_context(opened_archive(raw, place, stamp.size, self._limits))
            self._archive = place, stamp, archive
        return self._archive[2]

    def _written(self, pieces: Iterable[bytes]) -> Path:
        path = self._folder / secrets.token_hex(8)
        try:
            with path.open("wb") as target:
                target.writelines(pieces)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path


@contextmanager
def parcels_of(shelf: Shelf) -> Iterator[Parcels]:
    """Give what makes the files of a shelf ready, until the block ends."""
    with TemporaryDirectory(prefix="dangan-") as folder:
        parcels = Parcels(shelf, Path(folder))
        try:
            yield parcels
        finally:
            parcels.close()
