"""`dangan serve`: one command, and nothing left when it ends, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.places import broker_socket
from core.queue import Doorbell
from core.store.database import open_store, sqlite_url
from core.store.schema import is_current
from tests.parts import eventually, missing
from tests.service.installation import ROOT, children_of

EXTRA = ("--jobs", "1")


class Serving:
    """A service that runs on a folder."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.port = _free_port()
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DANGAN_")
        }
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from cli.main import app; app()", "serve"),
                *("--data", str(data), "--port", str(self.port), *EXTRA, *options),
            ],
            env={**environment, "DANGAN_LANG": "en", "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def announced(self) -> str:
        assert self.process.stdout is not None
        return "".join(self.process.stdout.readline() for _ in range(3))

    def family(self) -> dict[int, str]:
        """Return all processes below, with their commands."""
        found: dict[int, str] = {}
        open_ = [self.process.pid]
        while open_:
            for child in children_of(open_.pop()):
                found[child] = command_of(child)
                open_.append(child)
        return found


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    if not any(Path(folder, "redis-server").exists() for folder in os.get_exec_path()):
        missing("redis-server")
    service = Serving(tmp_path / "data")
    yield service
    service.process.kill()
    if service.process.stdout is not None and not service.process.stdout.closed:
        service.process.communicate()


def test_it_starts_restarts_and_ends_cleanly(serving: Serving) -> None:
    said = serving.announced()
    assert f"http://127.0.0.1:{serving.port}" in said
    assert str(serving.data) in said
    store = open_store(sqlite_url(serving.data / "dangan.db"))
    assert is_current(store)
    store.close()
    place = broker_socket(serving.data)
    assert place.parent.stat().st_mode & 0o777 == 0o700
    doorbell = Doorbell(f"redis+socket://{place}")
    assert doorbell.depths() == {"interactive": 0, "bulk": 0}

    with urllib.request.urlopen(f"http://127.0.0.1:{serving.port}/docs") as answer:
        assert answer.status == 200

    on_its_port = Serving(serving.data.parent / "other", "--port", str(serving.port))
    _, told = on_its_port.process.communicate(timeout=30)
    assert on_its_port.process.returncode == 4
    assert told.startswith("port_taken: ")

    second = Serving(serving.data)
    _, told = second.process.communicate(timeout=30)
    assert second.process.returncode == 4
    assert told.startswith("data_in_use: ")

    eventually(lambda: len(serving.family()) >= 6, 30, "pools have their processes")
    brokers = [pid for pid, command in serving.family().items() if "redis-server" in command]
    os.kill(brokers[0], signal.SIGKILL)
    eventually(lambda: doorbell.depths() is not None, 20, "the broker is back")
    doorbell.close()

    family = serving.family()
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(60) == 0
    eventually(lambda: not alive(family), 5, "nothing is left")


def test_nothing_outlives_a_killed_supervisor(serving: Serving) -> None:
    serving.announced()
    eventually(lambda: len(serving.family()) >= 6, 30, "pools have their processes")
    family = serving.family()
    serving.process.kill()
    serving.process.communicate()
    eventually(lambda: not alive(family), 10, "nothing is left")
    time.sleep(0.2)
    again = Serving(serving.data)
    assert "http://" in again.announced()
    again.process.send_signal(signal.SIGTERM)
    again.process.send_signal(signal.SIGTERM)
    again.process.communicate(timeout=60)
    assert again.process.returncode == 0


def alive(family: dict[int, str]) -> list[str]:
    return [command for pid, command in family.items() if command and command_of(pid) == command]
