"""What is sent to a callback address: a body, and headers that prove where it comes from."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from core.store.deliveries import DeliveryView
from core.store.jobs import JobView

DELIVERY_HEADER = "Dangan-Delivery"
EVENT_HEADER = "Dangan-Event"
SIGNATURE_HEADER = "Dangan-Signature"


@dataclass(frozen=True)
class Message:
    """An HTTP request in the making."""

    body: bytes
    headers: dict[str, str]


def message_of(delivery: DeliveryView, job: JobView, now: datetime, secret: str) -> Message:
    """Return the message for one attempt of a delivery; each attempt is signed with its own time."""
    path = f"/api/v1/jobs/{job.id}"
    told = {
        "id": delivery.id,
        "event": delivery.event,
        "time": now.isoformat(),
        "job": {
            "id": job.id,
            # As it ended: it may have been taken up again since.
            "state": delivery.event.removeprefix("job."),
            "finished": delivery.created.isoformat(),
            "progress": job.progress.model_dump(),
            "status_url": path,
            "result_url": f"{path}/result",
        },
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Dangan/{version('dangan')}",
        # Nothing of the answer is needed but its first words.
        "Accept-Encoding": "identity",
        DELIVERY_HEADER: delivery.id,
        EVENT_HEADER: delivery.event,
        SIGNATURE_HEADER: f"t={timestamp},v1={signature(secret, timestamp, body)}",
    }
    return Message(body, headers)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the HMAC-SHA256 over `timestamp.body` in hexadecimal digits (RFC 2104)."""
    signed = f"{timestamp}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
