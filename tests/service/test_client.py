"""`dangan submit` and `dangan status` as processes, against a real API with real workers behind it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.service.programs import api_answers
from core.settings import Settings
from core.store.keys import create_key
from tests.parts import RedisServer, eventually
from tests.service.installation import ROOT, Installation
from tests.service.test_deployment import free_port


class Online(Installation):
    """An installation with its API, and the command line that talks to it."""

    def __init__(self, folder: Path, broker: RedisServer) -> None:
        super().__init__(folder, broker)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def api(self) -> subprocess.Popen[bytes]:
        process = self._start(
            self.environment,
            *("uvicorn", "--factory", "api.app:create_app", "--port", str(self.port)),
            *("--log-level", "warning", "--timeout-graceful-shutdown", "1"),
        )
        settings = Settings(port=self.port)
        eventually(lambda: api_answers(settings), 60, f"the API answers: {self.tail()}")
        return process

    def dangan(self, *arguments: str, key: str = "") -> subprocess.Popen[str]:
        """Start a command of the client."""
        return subprocess.Popen(
            [sys.executable, "-c", "from cli.main import app; app()", *arguments],
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "DANGAN_LANG": "en",
                "DANGAN_SERVER": self.url,
                "DANGAN_KEY": key,
                "XDG_CACHE_HOME": str(self.folder / "cache"),
            },
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ran(self, *arguments: str, key: str = "") -> tuple[int, str, str]:
        process = self.dangan(*arguments, key=key)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def scan(self, name: str, **asked: object) -> str:
        """Write a file that the API takes for a PDF, and the fake pipeline for an order."""
        path = self.folder / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"is": "%PDF-", "pages": 1, **asked}))
        return str(path)


@pytest.fixture
def online(tmp_path: Path, redis_server: RedisServer) -> Iterator[Online]:
    made = Online(tmp_path, redis_server)
    yield made
    made.close()


def test_files_go_in_and_results_come_out(online: Online) -> None:
    online.api()
    online.worker()
    online.scan("2023/一.pdf", pages=3, n=1)
    online.scan("2023/二.pdf", pages=2, n=2)
    online.scan("2022/一.pdf", pages=1, n=3)
    code, out, err = online.ran("submit", "scans", "--fiscal-year", "2023", "--out-dir", "records")
    assert code == 0, err
    job = out.strip()
    assert f"Job {job} accepted, files: 3." in err
    assert "6 pages read, 0 not, 3 forms" in err
    written = sorted((online.folder / "records").rglob("*.json"))
    assert len(written) == 3
    assert {json.loads(path.read_text())["source"]["pages"] for path in written} == {1, 2, 3}

    code, out, _ = online.ran("status", job, "--json")
    assert code == 0
    assert json.loads(out)["options"]["fiscal_year"] == 2023
    code, out, _ = online.ran("status")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "6 / 6 pages" in out


def test_what_fails_is_told_and_counts_as_in_extract(online: Online) -> None:
    online.api()
    online.scheduler()
    online.worker()
    locked = online.scan("locked.pdf", open="encrypted")
    code, _, err = online.ran("submit", locked, "--wait")
    assert code == 3
    assert "encrypted_file: locked.pdf" in err
    crashing = online.scan("crashing.pdf", pages=3, **{"2": "bug"})
    code, _, err = online.ran("submit", crashing, "missing.pdf", "--wait", "--json")
    assert code == 4
    assert "file_not_found: missing.pdf" in err
    assert "page_crashed: crashing.pdf page 2" in err
    code, _, err = online.ran("submit", str(online.folder / "log"))
    assert (code, err.splitlines()[-1].partition(":")[0]) == (3, "unsupported_type")
    assert online.ran("status", "nothing")[0] == 3


def test_an_interrupted_wait_leaves_the_job_and_a_restart_of_the_api_is_survived(
    online: Online,
) -> None:
    api = online.api()
    online.worker(processes=1)
    waiting = online.dangan("submit", online.scan("a.pdf", pages=30, page_s=0.2), "--wait")
    assert waiting.stdout is not None
    job = waiting.stdout.readline().strip()
    waiting.send_signal(signal.SIGINT)
    _, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 130
    assert f"dangan status {job} --watch" in err

    watching = online.dangan("status", job, "--watch")
    time.sleep(1)
    api.kill()
    api.wait()
    online.api()
    out, err = watching.communicate(timeout=60)
    assert watching.returncode == 0, err
    assert "30 / 30 pages" in out
    online.check_history()


def test_a_key_is_taken_from_the_environment_and_never_shown(online: Online) -> None:
    online.api()
    new = create_key(online.store, "office", ["upload", "read"])
    scan = online.scan("a.pdf")
    refused, *said = online.ran("submit", scan)
    assert refused == 3
    assert "key_needed" in said[1]
    taken, *said = online.ran("submit", scan, key=new.secret)
    assert taken == 0
    wrong, *more = online.ran("submit", scan, key=new.secret[:-1] + "?")
    assert wrong == 3
    assert new.secret[:-1] not in "".join(said + more)
