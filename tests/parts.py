"""The real parts of a service for the tests: PostgreSQL and Redis, each in a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis


def missing(part: str) -> None:
    """Skip where a developer lacks a part; in CI nothing may be lacking."""
    if os.environ.get("CI"):
        pytest.fail(f"{part} is missing; bin/setup dev installs it")
    pytest.skip(f"{part} is missing; bin/setup dev installs it")


def eventually(
    check: Callable[[], bool], within_s: float, what: str, every_s: float = 0.05
) -> None:
    """Wait until `check` holds; fail after `within_s`."""
    end = time.monotonic() + within_s
    while not check():
        if time.monotonic() > end:
            raise AssertionError(f"not within {within_s} s: {what}")
        time.sleep(every_s)


class PostgresServer:
    """A PostgreSQL on a Unix socket in a folder, which can be crashed and started again.

    It refuses to run as root, so it runs as nobody there.
    """

    def __init__(self, folder: Path) -> None:
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not programs:
            missing("PostgreSQL")
        self.programs = programs[-1]
        self.folder = folder
        self.url = f"postgresql://dangan@/postgres?host={folder}"
        self.user = "nobody" if os.geteuid() == 0 else None
        self.environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.process: subprocess.Popen[bytes] | None = None
        if self.user is not None:
            shutil.chown(folder, self.user)
        subprocess.run(
            [
                *(self.programs / "initdb", "-D", folder / "data"),
                *("-U", "dangan", "-A", "trust", "--no-sync"),
            ],
            check=True,
            capture_output=True,
            user=self.user,
            env=self.environment,
            cwd=folder,
        )

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *(self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder),
                *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=50"),
            ],
            user=self.user,
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(self.answers, 30, "PostgreSQL answers")

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """End it; SIGQUIT is the immediate mode, which recovers from its log at the next start."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server of one's own."""
    with tempfile.TemporaryDirectory(prefix="dangan-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server; give the URL of its database `postgres`."""
    with postgres_server() as server:
        yield server.url


class RedisServer:
    """A redis-server with an append-only file, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            missing("redis-server")
        self.folder = folder
        self.socket = folder / "redis.sock"
        self.url = f"redis+socket://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                *("redis-server", "--port", "0", "--unixsocket", str(self.socket)),
                *("--dir", str(self.folder), "--appendonly", "yes", "--save", ""),
            ],
            stdout=subprocess.DEVNULL,
        )
        eventually(self.answers, 10, "Redis answers")

    def answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.exceptions.ConnectionError:
            return False

    def client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket))

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)
