"""The application in a process of its own, for the tests that end it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from core.settings import Settings
from tests.parts import eventually

ROOT = Path(__file__).parents[2]


class Server:
    """The application in a process of its own."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        environment = {
            "PATH": os.environ["PATH"],
            "DANGAN_DATA": str(settings.data),
            "DANGAN_BROKER_URL": str(settings.broker_url),
        }
        uvicorn = ("-m", "uvicorn", "--factory", "api.app:create_app", "--log-level", "critical")
        self.process = subprocess.Popen(
            [sys.executable, *uvicorn, "--port", str(self.port)], env=environment, cwd=ROOT
        )
        eventually(self.answers, 60, "the server answers")

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", "/api/v1/campaigns")
            return connection.getresponse().status == 200
        return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
