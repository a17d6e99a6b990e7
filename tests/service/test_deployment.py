"""What docker-compose.yml describes, as processes: TCP with a password, PostgreSQL, S3, two machines.

The second machine knows three addresses and nothing else. Both have the real Celery application, over a
pipeline that reads no pixels.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import fsspec
import httpx2
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from core.blobs import open_blobs
from tests.parts import eventually, missing
from tests.service.composed import Machine
from tests.service.fake_worker import JOURNAL

PASSWORD = secrets.token_hex(24)
FAKE_APP = {"worker.app": "tests.service.fake_worker"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def database(postgresql_url: str) -> str:
    name = f"deployed_{secrets.token_hex(4)}"
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgresql_url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Give the .env lines of an object store with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    given = {
        "BLOBS_URL": "s3://archive/scans",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in given.items():
        if name.startswith("AWS"):
            monkeypatch.setenv(name, value)
    # It keeps those that it made before, and does not see that the endpoint is another now.
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    open_blobs("s3://archive/scans").filesystem.mkdir("archive")  # type: ignore[attr-defined]
    yield given
    server.stop()


@pytest.fixture
def two_machines(
    tmp_path: Path, database: str, bucket: dict[str, str]
) -> Iterator[tuple[Machine, Machine]]:
    if not any(Path(folder, "redis-server").exists() for folder in os.get_exec_path()):
        missing("redis-server")
    given = {
        "REDIS_PASSWORD": PASSWORD,
        "POSTGRES_PASSWORD": PASSWORD,
        "WEBHOOK_SECRET": PASSWORD,
        **bucket,
    }
    redis_port, api_port = free_port(), free_port()
    there = f"postgresql://dangan:{PASSWORD}@postgres/dangan"
    places = {
        there: database,
        "@redis:6379": f"@127.0.0.1:{redis_port}",
        "redis-cli ping": f"redis-cli -p {redis_port} ping",
        "--port 6379": f"--port {redis_port}",
        "--bind '*'": "--bind 127.0.0.1",
        "0.0.0.0": "127.0.0.1",
        "8760": str(api_port),
        **FAKE_APP,
    }
    one = Machine(
        tmp_path / "one", given, {**places, "/tmp/redis.conf": str(tmp_path / "redis.conf")}
    )
    two = Machine(tmp_path / "two", given, places)
    yield one, two
    two.close()
    one.close()


@pytest.mark.filterwarnings("ignore")
def test_a_second_machine_joins_by_addresses_alone(
    two_machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    one, two = two_machines
    journal = {JOURNAL: str(tmp_path / "journal"), "AWS_DEFAULT_REGION": "us-east-1"}
    one.start("redis")
    eventually(lambda: one.is_healthy("redis"), 20, "Redis is healthy")
    assert one.start("migrate").wait(60) == 0
    assert one.start("migrate").wait(60) == 0
    one.start("api", **journal)
    one.start("scheduler", **journal)
    one.start("worker-bulk", **journal)
    eventually(lambda: one.is_healthy("api"), 60, f"the API is healthy: {one.log.read_text()}")

    api = httpx2.Client(base_url=f"http://127.0.0.1:{one.elsewhere['8760']}", trust_env=False)
    scan = json.dumps({"pages": 60, "page_s": 0.25, "is": "%PDF-"}).encode()
    accepted = api.post("/api/v1/jobs", files=[("files", ("一.pdf", scan))])
    assert accepted.status_code == 202, accepted.text
    status_url = accepted.json()["status_url"]

    def readers() -> set[str]:
        read = [line.split() for line in (tmp_path / "journal").read_text().splitlines()]
        return {words[3] for words in read if words[0] == "end"}

    eventually(lambda: (tmp_path / "journal").exists() and len(readers()) == 1, 60, "one reads")
    second = two.start("worker", **journal)
    eventually(lambda: len(readers()) == 2, 60, f"the second joins: {two.log.read_text()}")
    assert two.is_healthy("worker")
    assert one.is_healthy("scheduler")

    eventually(lambda: api.get(status_url).json()["finished"] is not None, 90, "the job ends")
    ended = api.get(status_url).json()
    assert (ended["state"], ended["progress"]["pages_done"]) == ("succeeded", 60)
    second.send_signal(signal.SIGQUIT)
    assert second.wait(60) == 0
    api.close()
