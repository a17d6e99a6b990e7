"""Send the files that the server still wants: several at once, each from where it was seen.

What has become of a file that cannot be sent is told to the server as a row, so that every file is
accounted for there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import Event
from typing import Literal

from cli.backfill.ledger import Ledger
from cli.backfill.manifest import INSIDE, Sighting
from cli.backfill.parcels import Parcel, Parcels
from cli.client.campaigns import ROWS_AT_ONCE, CampaignCalls, Item
from cli.client.told import ServerSaid, is_known
from cli.extract import failure_line
from core.errors import (
    CampaignNotFound,
    DanganError,
    ItemChanged,
    ItemNotFound,
    UnreadableFile,
    UploadBroken,
)
from core.messages import Language
from core.store.items import ITEM_VALUES, ManifestRow

Standing = Literal["sent", "refused", "changed", "vanished", "left"]

# What the server says of a caller, and not of a file: nothing else will go better.
_OF_CALLER = frozenset((HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))
# What may go better the next time.
_LATER = frozenset((ItemNotFound.code, UploadBroken.code))


class Stopped(Exception):
    """A person, or a failure elsewhere, wants an end."""


@dataclass(frozen=True)
class Outcome:
    """What became of a wanted file. `code` and `line` say why it was `refused`, or `left` for later."""

    item: Item
    standing: Standing
    code: str | None = None
    line: str | None = None


@dataclass(frozen=True)
class Sending:
    """What sends to one campaign. `sent` is told of bytes on their way, from several threads."""

    calls: CampaignCalls
    ledger: Ledger
    parcels: Parcels
    at_once: int
    stop: Event
    language: Language
    sent: Callable[[int], None]

    def all_wanted(self, under: str) -> Iterator[Outcome]:
        """Send every wanted file below a path, once, and yield what became of each.

        Raises `ServerUnreachable`, `ServerStrange`, and `ServerSaid` where the server refuses the
        caller; what was not sent by then is still wanted.
        """
        rows: list[ManifestRow] = []
        for outcome in self._outcomes(under):
            if outcome.standing in {"refused", "changed", "vanished"}:
                self.ledger.untell(outcome.item.path)
                rows.append(self._row(outcome))
            if len(rows) == ROWS_AT_ONCE:
                self.calls.enter(rows)
                rows.clear()
            yield outcome
        if rows:
            self.calls.enter(rows)

    def _outcomes(self, under: str) -> Iterator[Outcome]:
        with _pool(self.at_once, self.stop) as pool:
            for page in self.calls.wanted(under):
                pending: set[Future[Outcome]] = set()
                # Of files with the same bytes the first: when it is taken, so are the others.
                firsts = {item.sha256: item for item in reversed(page.items)}
                for item in reversed(firsts.values()):
                    pending.add(self._begun(pool, item))
                    if len(pending) > self.at_once:
                        done, pending = wait(pending, return_when=FIRST_COMPLETED)
                        yield from (future.result() for future in done)
                yield from (future.result() for future in wait(pending).done)

    def _begun(self, pool: ThreadPoolExecutor, item: Item) -> Future[Outcome]:
        """Have a file sent; what is packed is unpacked here, one at a time."""
        try:
            seen = self._seen(item.path)
            if seen.row.standing != "planned":
                return _done(_as_told(item, seen.row))
            parcel = self.parcels.ready(seen)
        except (OSError, DanganError) as error:
            return _done(self._not_sent(item, error))
        return pool.submit(self._send, item, parcel)

    def _seen(self, path: str) -> Sighting:
        """Return what the walk has seen of a file, or of the archive that it is in."""
        seen = self.ledger.find(path) or self.ledger.find(path.partition(INSIDE)[0])
        if seen is None:
            raise FileNotFoundError
        return seen

    def _send(self, item: Item, parcel: Parcel) -> Outcome:
        try:
            self.calls.send(item.id, parcel.path, lambda: self._count)
        except UnreadableFile as error:
            return self._not_sent(item, error)
        except ServerSaid as said:
            return _refused(item, said)
        finally:
            if parcel.passing:
                parcel.path.unlink(missing_ok=True)
        return Outcome(item, "sent")

    def _count(self, size: int) -> None:
        if self.stop.is_set():
            raise Stopped
        self.sent(size)

    def _not_sent(self, item: Item, error: OSError | DanganError) -> Outcome:
        if isinstance(error, FileNotFoundError) or isinstance(error.__cause__, FileNotFoundError):
            return Outcome(item, "vanished")
        if isinstance(error, OSError):
            error = UnreadableFile(file=item.path, reason=str(error.strerror))
        if error.details.get("reason") == "changed":
            return Outcome(item, "changed")
        return Outcome(item, "refused", error.code, failure_line(error, self.language))

    def _row(self, outcome: Outcome) -> ManifestRow:
        """Return what to tell the server of a file that was not sent."""
        seen = self.ledger.find(outcome.item.path)
        row = seen.row if seen is not None else _known_row(outcome.item)
        return row.model_copy(update={"standing": outcome.standing, "code": outcome.code})


def _done(outcome: Outcome) -> Future[Outcome]:
    future: Future[Outcome] = Future()
    future.set_result(outcome)
    return future


def _as_told(item: Item, row: ManifestRow) -> Outcome:
    """Return what a row says that is no plan."""
    if row.standing == "refused":
        return Outcome(item, "refused", row.code)
    return Outcome(item, "changed" if row.standing == "changed" else "vanished")


@contextmanager
def _pool(at_once: int, stop: Event) -> Iterator[ThreadPoolExecutor]:
    """Give threads that end with the block; where it ends by an exception, at once."""
    stop.clear()
    pool = ThreadPoolExecutor(at_once)
    try:
        yield pool
    except BaseException:
        stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _refused(item: Item, said: ServerSaid) -> Outcome:
    if said.status in _OF_CALLER or said.code == CampaignNotFound.code:
        raise said
    if said.code == ItemChanged.code:
        return Outcome(item, "changed")
    if said.is_later or said.code in _LATER or not is_known(said.code):
        return Outcome(item, "left", said.code, said.line)
    return Outcome(item, "refused", said.code, said.line)


def _known_row(item: Item) -> ManifestRow:
    """Return a row that says of a file what the server knows already."""
    values = {name: getattr(item, name) for name in (*ITEM_VALUES, "size", "sha256", "pages")}
    return ManifestRow(path=item.path, standing="missing", **values)
