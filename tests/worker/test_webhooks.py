"""Callbacks to a real server: signed, tried again, led nowhere else."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from core.store import Store, open_store, upgrade
from core.store.database import sqlite_url
from core.store.deliveries import DeliveryView, job_deliveries
from core.store.jobs import find_job
from core.store.steering import delete_job
from tests.core.store.conftest import HandClock
from tests.core.store.orders import form, read_through
from tests.parts import eventually
from tests.worker.receiver import Receiver, certificate, dripping, endless, receiving, status
from worker.webhook_message import message_of
from worker.webhook_post import PostLimits
from worker.webhooks import Patience, Sender, run, send_due

SECRET = "0123456789abcdef"
HERE = (ip_network("127.0.0.0/8"),)
QUICK = PostLimits(connect_s=0.5, total_s=1.0)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    opened = open_store(sqlite_url(tmp_path / "dangan.db"), clock=clock)
    upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def sender(store: Store) -> Sender:
    return Sender(store, SECRET, allowed=HERE, limits=QUICK, look_s=0.02)


def told(store: Store, url: str, name: str = "a") -> str:
    """End a job that wants to be told of; return its id."""
    return read_through(store, name, form(), callback_url=url)


def delivery_of(store: Store, job_id: str) -> DeliveryView:
    (delivery,) = job_deliveries(store, job_id)
    return delivery


def test_what_is_sent_says_what_happened_and_proves_it(
    sender: Sender, receiver: Receiver, clock: HandClock
) -> None:
    job_id = told(sender.store, receiver.url("/told?token=1"))
    assert send_due(sender) == 1
    delivery = delivery_of(sender.store, job_id)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 1, 204)
    (got,) = receiver.received
    assert got.path == "/told?token=1"
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["Dangan-Delivery"] == delivery.id
    assert got.headers["Dangan-Event"] == "job.succeeded"
    parts = dict(part.split("=", 1) for part in got.headers["Dangan-Signature"].split(","))
    signed = parts["t"].encode() + b"." + got.body
    assert hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest() == parts["v1"]
    assert int(parts["t"]) == int(clock.time.timestamp())
    assert json.loads(got.body) == {
        "id": delivery.id,
        "event": "job.succeeded",
        "time": "2026-01-01T00:00:00+00:00",
        "job": {
            "id": job_id,
            "state": "succeeded",
            "finished": "2026-01-01T00:00:00+00:00",
            "progress": {
                "documents": 1,
                "documents_ended": 1,
                "pages": 1,
                "pages_done": 1,
                "pages_failed": 0,
                "forms": 1,
            },
            "status_url": f"/api/v1/jobs/{job_id}",
            "result_url": f"/api/v1/jobs/{job_id}/result",
        },
    }
    assert send_due(sender) == 0


def test_the_example_of_the_documentation_verifies_and_sees_forgery(
    sender: Sender, receiver: Receiver, clock: HandClock
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
    example = page.split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)
    told(sender.store, receiver.url())
    send_due(sender)
    (got,) = receiver.received
    header = got.headers["Dangan-Signature"]
    now = clock.time.timestamp()
    assert names["is_genuine"](SECRET, header, got.body, now)
    assert not names["is_genuine"](SECRET, header, got.body + b" ", now)
    assert not names["is_genuine"]("another", header, got.body, now)
    assert not names["is_genuine"](SECRET, header, got.body, now + 3600)
    assert not names["is_genuine"](SECRET, "v1=nonsense", got.body, now)


def test_a_server_in_trouble_is_called_again_later(
    sender: Sender, receiver: Receiver, clock: HandClock
) -> None:
    job_id = told(sender.store, receiver.url())
    receiver.answer = status(503, b"come\nback later\x1b[2J" + b"." * 9000)
    send_due(sender)
    delivery = delivery_of(sender.store, job_id)
    assert (delivery.state, delivery.last_status) == ("waiting", 503)
    assert delivery.last_error is not None
    assert delivery.last_error.startswith("come\\nback later\\x1b[2J...")
    assert len(delivery.last_error) < 300
    pause = (delivery.next_at - clock.time).total_seconds()
    assert 8 <= pause <= 12
    assert send_due(sender) == 0
    clock.pass_by(pause + 1)
    receiver.answer = status(200)
    assert send_due(sender) == 1
    assert delivery_of(sender.store, job_id).state == "delivered"
    first, second = receiver.received
    assert first.headers["Dangan-Delivery"] == second.headers["Dangan-Delivery"]
    assert first.headers["Dangan-Signature"] != second.headers["Dangan-Signature"]


def test_after_a_day_it_is_given_up(sender: Sender, receiver: Receiver, clock: HandClock) -> None:
    receiver.answer = status(500)
    job_id = told(sender.store, receiver.url())
    begun = clock.time
    while (delivery := delivery_of(sender.store, job_id)).state == "waiting":
        clock.time = max(clock.time, delivery.next_at)
        assert send_due(sender) == 1
    assert (delivery.state, delivery.attempts) == ("given_up", 17)
    assert 20 * 3600 < (clock.time - begun).total_seconds() < 32 * 3600


def test_pauses_grow_up_to_their_bound_and_spread() -> None:
    patience = Patience()
    pauses = [patience.pause_s(attempts, 0.5) for attempts in range(1, 18)]
    assert pauses[:3] == [10, 20, 40]
    assert pauses[-2:] == [4 * 3600, None]
    assert patience.pause_s(1, 0.0) == pytest.approx(8)
    assert patience.pause_s(1, 1.0) == pytest.approx(12)


@pytest.mark.parametrize("kind", ["dripping", "endless"])
def test_a_server_that_never_ends_is_left(sender: Sender, receiver: Receiver, kind: str) -> None:
    behave = {"dripping": dripping, "endless": endless}[kind]
    receiver.answer = behave(receiver.over)
    job_id = told(sender.store, receiver.url())
    send_due(sender)
    delivery = delivery_of(sender.store, job_id)
    assert delivery.state == "waiting"
    if kind == "dripping":
        assert (delivery.last_status, delivery.last_error) == (None, "timeout")
    else:
        assert (delivery.last_status, delivery.last_error) == (500, "x" * 200)


def test_a_slow_server_delays_no_other(sender: Sender, receiver: Receiver) -> None:
    slow, quick = (told(sender.store, receiver.url(f"/{name}"), name) for name in ("slow", "quick"))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        (dripping(receiver.over) if handler.path == "/slow" else status(200))(handler)

    receiver.answer = answer
    assert send_due(sender) == 2
    assert delivery_of(sender.store, slow).last_error == "timeout"
    assert delivery_of(sender.store, quick).state == "delivered"


def test_a_redirect_is_not_followed(sender: Sender, receiver: Receiver) -> None:
    receiver.answer = status(302, Location=receiver.url("/elsewhere"))
    job_id = told(sender.store, receiver.url())
    send_due(sender)
    delivery = delivery_of(sender.store, job_id)
    assert (delivery.state, delivery.last_status) == ("waiting", 302)
    assert [got.path for got in receiver.received] == ["/told"]


def test_nobody_listening_is_told_and_tried_again(sender: Sender) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    job_id = told(sender.store, f"http://127.0.0.1:{port}/")
    send_due(sender)
    delivery = delivery_of(sender.store, job_id)
    assert delivery.state == "waiting"
    assert delivery.last_error is not None
    assert delivery.last_error.startswith("ConnectError")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_for_good(store: Store, receiver: Receiver, host: str) -> None:
    sender = Sender(store, SECRET, limits=QUICK)
    job_id = told(store, receiver.url(host=host))
    send_due(sender)
    delivery = delivery_of(store, job_id)
    assert (delivery.state, delivery.last_error) == ("given_up", "callback_private")
    assert receiver.received == []


@pytest.mark.parametrize(
    "places", [["127.0.0.1"], ["::ffff:127.0.0.1"], ["93.184.216.34", "127.0.0.1"]]
)
def test_a_public_name_for_a_private_address_is_refused(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, places: list[str]
) -> None:
    names(monkeypatch, [places])
    job_id = told(store, receiver.url(host="callbacks.example.org"))
    send_due(Sender(store, SECRET, limits=QUICK))
    delivery = delivery_of(store, job_id)
    assert (delivery.state, delivery.last_error) == ("given_up", "callback_private")
    assert receiver.received == []


def test_a_name_is_looked_up_once_and_its_checked_address_called(
    store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means something else when it is asked again gains nothing by it."""
    asked = names(monkeypatch, [["127.0.0.1"], ["10.0.0.1"]])
    sender = Sender(store, SECRET, allowed=(ip_network("127.0.0.1/32"),), limits=QUICK)
    job_id = told(store, receiver.url(host="callbacks.example.org"))
    send_due(sender)
    assert delivery_of(store, job_id).state == "delivered"
    assert asked == ["callbacks.example.org"]
    assert receiver.received[0].headers["Host"] == f"callbacks.example.org:{receiver.port}"


@pytest.mark.parametrize("owner", ["callbacks.example.org", "another.example.org"])
def test_the_certificate_has_to_be_that_of_the_name(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, owner: str
) -> None:
    pem = certificate(owner, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    names(monkeypatch, [["127.0.0.1"]])
    with receiving(tls) as receiver:
        url = receiver.url(host="callbacks.example.org").replace("http:", "https:")
        job_id = told(sender.store, url)
        send_due(sender)
    genuine = owner == "callbacks.example.org"
    assert len(receiver.received) == int(genuine)
    delivery = delivery_of(sender.store, job_id)
    assert delivery.state == ("delivered" if genuine else "waiting")
    assert genuine or "CERTIFICATE_VERIFY_FAILED" in str(delivery.last_error)


def test_of_several_addresses_one_that_listens_is_enough(
    sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, [["127.0.0.9", "127.0.0.1"]])
    job_id = told(sender.store, receiver.url(host="callbacks.example.org"))
    send_due(sender)
    assert delivery_of(sender.store, job_id).state == "delivered"


def test_a_name_that_nobody_knows_is_tried_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, [])
    job_id = told(sender.store, "https://callbacks.example.org/")
    send_due(sender)
    delivery = delivery_of(sender.store, job_id)
    assert delivery.state == "waiting"
    assert delivery.last_error is not None
    assert delivery.last_error.startswith("gaierror")


def test_the_log_tells_of_each_attempt_and_not_of_the_address(
    sender: Sender, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "worker.webhooks")
    told(sender.store, receiver.url("/told?token=geheim"))
    send_due(sender)
    assert "job.succeeded told, attempt 1: 204" in caplog.text
    assert "geheim" not in caplog.text


def test_a_job_that_is_deleted_takes_its_news_with_it(sender: Sender, receiver: Receiver) -> None:
    delete_job(sender.store, told(sender.store, receiver.url()))
    assert send_due(sender) == 0
    assert receiver.received == []


def test_it_runs_until_it_is_over(sender: Sender, receiver: Receiver) -> None:
    over = Event()
    thread = Thread(target=run, args=(sender, over))
    thread.start()
    told(sender.store, receiver.url())
    eventually(lambda: bool(receiver.received), 10, "the job is told of")
    over.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_job_that_goes_on_is_told_as_it_ended(store: Store) -> None:
    job_id = told(store, "https://example.org/")
    delivery = delivery_of(store, job_id).model_copy(update={"event": "job.failed"})
    now = datetime.fromtimestamp(time.time(), UTC)
    message = message_of(delivery, find_job(store, job_id), now, SECRET)
    assert json.loads(message.body)["job"]["state"] == "failed"


def names(monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> list[str]:
    """Have names looked up to these addresses, one answer after another; return what is asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: object, *_: object, **__: object) -> list[Any]:
        if host != "callbacks.example.org":
            return real(host, port)  # type: ignore[arg-type]
        asked.append(host)
        if not answers:
            raise socket.gaierror(-2, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in place else socket.AF_INET, 1, 6, "", (place, 0))
            for place in answers.pop(0)
        ]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
