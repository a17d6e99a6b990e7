"""A server that is killed while files come in: no job without its file, no answer without its job."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import socket
from collections.abc import Iterator

import pytest

from api.parts import Parts
from api.uploads.incoming import PREFIX
from core.settings import Settings
from core.store.jobs import job_documents, list_jobs
from tests.api.serving import Server

SEED = 3
# The suite is content with few; TEST_KILLS=50 is what a release is tried with.
ROUNDS = int(os.environ.get("TEST_KILLS", "6"))
SIZE = 600_000


@pytest.fixture
def server(settings: Settings, parts: Parts) -> Iterator[list[Server]]:
    """Give a place for the server that runs."""
    del parts
    running = [Server(settings)]
    yield running
    running[0].kill()


def test_kills_at_any_byte_lose_nothing_that_was_answered(
    server: list[Server], settings: Settings, parts: Parts
) -> None:
    draw = random.Random(SEED)
    answered = set()
    for number in range(ROUNDS):
        body = form(b"%PDF-1.7 " + draw.randbytes(SIZE))
        # The last two are killed when all bytes are there: before, in or after the work with them.
        place = len(body) if number >= ROUNDS - 2 else draw.randrange(1, len(body))
        patience_s = draw.choice((0.0, 0.01, 0.05))
        answer = upload_and_kill(server[0], body, place, patience_s)
        if answer is not None:
            answered.add(answer)
        server[0] = Server(settings)
        assert not list((settings.data / "incoming").glob(f"{PREFIX}*"))
    complete = upload(server[0].port, form(b"%PDF-1.7 whole"))
    jobs = list_jobs(parts.store, limit=200).jobs
    assert answered | {complete} <= {job.id for job in jobs}
    for job in jobs:
        for document in job_documents(parts.store, job.id):
            with parts.blobs.open(document.sha256) as stored:
                assert len(stored.read()) == document.size


def form(content: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n'
    return head + content + b"\r\n--b--\r\n"


def request(port: int, length: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", "/api/v1/jobs")
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    return connection


def upload(port: int, body: bytes) -> str:
    with contextlib.closing(request(port, len(body))) as connection:
        connection.send(body)
        answer = connection.getresponse()
        assert answer.status == 202
        return str(json.loads(answer.read())["id"])


def upload_and_kill(server: Server, body: bytes, place: int, patience_s: float) -> str | None:
    """Send the bytes before `place`, kill the server, return the id that it may have answered."""
    connection = request(server.port, len(body))
    assert connection.sock is not None
    connection.sock.sendall(body[:place])
    connection.sock.settimeout(patience_s or 0.001)
    with contextlib.suppress(TimeoutError):
        connection.sock.recv(1, socket.MSG_PEEK)
    server.kill()
    connection.sock.settimeout(5)
    try:
        answer = connection.getresponse()
        return str(json.loads(answer.read())["id"]) if answer.status == 202 else None
    except (http.client.HTTPException, OSError, ValueError):
        return None
    finally:
        connection.close()
