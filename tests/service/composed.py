"""The services of docker-compose.yml as processes of this machine: the same commands, other places.

Compose itself is not needed: its file says for each service a command, an environment and a health
check, with `${NAME}` filled in from an .env file. A test gives what differs outside of containers.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def filled_in(text: str, given: Mapping[str, str]) -> str:
    """Fill in `${NAME}`, `${NAME:-default}` and `${NAME:?why}` as Compose does, `$$` being a dollar."""

    def value(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, kind, rest = match[1], match[2], match[3] or ""
        if given.get(name):
            return given[name]
        assert kind != "?", f"{name} is not given: {rest}"
        return rest

    return re.sub(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}", value, text)


class Machine:
    """One computer: its own data folder, its own environment, the services it runs."""

    def __init__(
        self, folder: Path, given: Mapping[str, str], elsewhere: Mapping[str, str]
    ) -> None:
        """`given` is the .env file; `elsewhere` replaces pieces of the file by those of this machine."""
        folder.mkdir()
        self.folder = folder
        self.given = given
        self.elsewhere = {"/data": str(folder), **elsewhere}
        self.log = folder / "log"
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, service: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start what a service starts; `environment` is what a test needs besides."""
        command = [self._here(word) for word in COMPOSE["services"][service]["command"]]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                _by_this_python(command),
                env={**self._environment(service), **environment},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def is_healthy(self, service: str) -> bool:
        """Run a service's health check."""
        kind, *words = COMPOSE["services"][service]["healthcheck"]["test"]
        check = [self._here(word) for word in words]
        command = ["sh", "-c", *check] if kind == "CMD-SHELL" else _by_this_python(check)
        ran = subprocess.run(
            command, env=self._environment(service), cwd=ROOT, check=False, capture_output=True
        )
        return ran.returncode == 0

    def close(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _environment(self, service: str) -> dict[str, str]:
        stated = COMPOSE["services"][service].get("environment", {})
        named = {name: self._here(str(value)) for name, value in stated.items()}
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            **{name: value for name, value in named.items() if value},
        }

    def _here(self, text: str) -> str:
        text = filled_in(text, self.given)
        for there, here in self.elsewhere.items():
            text = text.replace(there, here)
        return text


def _by_this_python(command: list[str]) -> list[str]:
    """Have programs of the image's virtual environment run by that of the tests."""
    match command:
        case ["python", *rest]:
            return [sys.executable, *rest]
        case ["dangan", *rest]:
            return [sys.executable, "-c", "from cli.main import app; app()", *rest]
        case ["celery" | "uvicorn" as module, *rest]:
            return [sys.executable, "-m", module, *rest]
    return command
