"""`dangan serve`: bring the database up to date, start everything, keep it up, end it."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from cli.service.migrate import migrate
from cli.service.programs import Program, own_url, programs
from cli.service.supervisor import Supervisor
from core.errors import DataInUse, OutputFailed, PortTaken
from core.exposure import check_exposure
from core.logs import configure_logging
from core.places import SOCKET_PATH_BYTES, broker_socket, open_settled_store
from core.settings import PREFIX, Settings
from core.threads import ONE_THREAD

Table = Callable[[Settings, Path | None, int], Sequence[Program]]


@dataclass(frozen=True)
class Addresses:
    """Where the service can be found."""

    url: str
    data: Path

    @property
    def docs(self) -> str:
        return f"{self.url}/docs"


def serve(
    settings: Settings, announce: Callable[[Addresses], None], table: Table = programs
) -> None:
    """Run the service until SIGINT or SIGTERM; a second signal does not wait for pages.

    Raises `DataInUse` where another one runs on the same folder, `PortTaken`, `MissingProgram`,
    `ProcessGone`, and `KeysMissing` for a host that others can reach while nobody needs a key.
    """
    configure_logging(settings, "serve")
    over = Event()
    hurry = Event()

    def told(*_: object) -> None:
        (hurry if over.is_set() else over).set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, told)
    with ExitStack() as stack:
        data = stack.enter_context(own_folder(settings.data))
        settings = settings.model_copy(update={"port": free_port(settings.host, settings.port)})
        migrate(settings)
        _check_exposure(settings)
        place = None if settings.broker_url else stack.enter_context(_broker_place(data))
        supervisor = Supervisor(_environment(settings, data, place))
        stack.callback(supervisor.kill)
        count = settings.jobs or len(os.sched_getaffinity(0))
        supervisor.start(table(settings, place, count))
        announce(Addresses(own_url(settings), data))
        while not over.wait(supervisor.patience.look_s):
            supervisor.look_after()
        supervisor.end(hurry.is_set)


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """Give the data folder, made if need be, that is nobody else's until the block ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / "lock").open("a")
    except OSError as error:
        raise OutputFailed(path=str(folder), reason=os.strerror(error.errno or 0)) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataInUse(folder=str(folder)) from error
        yield folder.absolute()


def free_port(host: str, port: int) -> int:
    """Return the port that can be listened on, any free one for 0; raises `PortTaken`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        with socket.socket(family) as probe:
            # As the server does: connections of an earlier one that still linger do not matter.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        reason = error.strerror or str(error)
        raise PortTaken(address=f"{host}:{port}", reason=reason) from error


def _check_exposure(settings: Settings) -> None:
    store = open_settled_store(settings)
    try:
        check_exposure(settings.host, store)
    finally:
        store.close()


@contextmanager
def _broker_place(data: Path) -> Iterator[Path]:
    """Give a place for the broker's socket that only we can reach."""
    place = broker_socket(data)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    place.parent.chmod(0o700)
    if len(os.fsencode(place)) <= SOCKET_PATH_BYTES:
        yield place
        return
    with tempfile.TemporaryDirectory(prefix="dangan-") as folder:
        yield Path(folder) / place.name


def _environment(settings: Settings, data: Path, place: Path | None) -> Mapping[str, str]:
    """Return the environment of all processes: the settings as they are here, one thread each."""
    given = {
        f"{PREFIX}DATA": str(data),
        f"{PREFIX}HOST": settings.host,
        f"{PREFIX}PORT": str(settings.port),
    }
    if place is not None:
        given[f"{PREFIX}BROKER_URL"] = f"redis+socket://{place}"
    return {**os.environ, **ONE_THREAD, **given}
