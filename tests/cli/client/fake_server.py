"""A server that answers as it is told to, behind a real client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

import httpx2

from cli.client.server import Server, Trouble

JOB_ID = "1" * 32


def job(state: str = "succeeded", **changes: object) -> dict[str, object]:
    ended = state not in {"queued", "running"}
    return {
        "id": JOB_ID,
        "state": state,
        "created": "2026-01-01T00:00:00Z",
        "finished": "2026-01-01T00:01:00Z" if ended else None,
        "progress": {
            "documents": 1,
            "documents_ended": int(ended),
            "pages": 2,
            "pages_done": 2 * int(ended),
            "pages_failed": 0,
            "forms": int(ended),
        },
        "trouble": None,
        "refused": [],
        "status_url": f"/api/v1/jobs/{JOB_ID}",
        "events_url": f"/api/v1/jobs/{JOB_ID}/events",
        "documents": [],
        "of_a_later_version": True,
        **changes,
    }


def document(position: int = 0, **changes: object) -> dict[str, object]:
    address = f"/api/v1/jobs/{JOB_ID}/documents/{position}"
    return {
        "position": position,
        "name": "a.pdf",
        "pages_failed": 0,
        "trouble": None,
        "result_url": f"{address}/result",
        "pages_url": f"{address}/pages",
        **changes,
    }


def answer(content: object, status: int = 200, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=content, headers=named)


def problem(status: int, code: str, **headers: str) -> httpx2.Response:
    content = {"code": code, "detail": f"about {code}", "status": status, "retryable": True}
    return answer(content, status, **headers)


def events(count: int) -> httpx2.Response:
    body = "".join(f"event: job\ndata: {json.dumps({'n': n})}\n\n" for n in range(count))
    return httpx2.Response(200, text=body, headers={"content-type": "text/event-stream"})


class FakeServer:
    """Gives its answers in turn (an exception is raised), and keeps the requests."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self._answers: Iterator[httpx2.Response | Exception] = iter(answers)
        self.requests: list[httpx2.Request] = []
        self.again: list[tuple[Trouble, float]] = []

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self.requests.append(request)
        given = next(self._answers)
        if isinstance(given, Exception):
            raise given
        return given

    def server(self) -> Server:
        client = httpx2.Client(
            transport=httpx2.MockTransport(self.handle), base_url="http://dangan.test/office"
        )
        return Server(client, lambda trouble, pause: self.again.append((trouble, pause)))

    @property
    def paths(self) -> Sequence[str]:
        return [request.url.path for request in self.requests]


Handler = Callable[[httpx2.Request], httpx2.Response]
