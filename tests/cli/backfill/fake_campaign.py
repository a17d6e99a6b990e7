"""A service that knows one campaign, over real HTTP, and goes wrong as it is told to."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

NAMES = (
    *("path", "size", "sha256", "pages", "fiscal_year", "department", "project_name"),
    *("box", "item_number", "archive_number", "declared"),
)

Reply = tuple[int, object, dict[str, str]]
Fault = Callable[[str, str], Reply | None]
"""Told of a call by its method and path, before it is done; what it returns is answered instead."""


def problem(status: int, code: str, **headers: str) -> Reply:
    content = {"code": code, "detail": f"about {code}", "status": status}
    return status, content, {name.replace("_", "-"): it for name, it in headers.items()}


class FakeCampaign:
    """Items by their paths, and what was put."""

    def __init__(self, page: int = 3) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.puts: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.state = "running"
        self.made = False
        self.page = page
        self._lock = threading.Lock()

    def states(self) -> dict[str, str]:
        return {path: item["state"] for path, item in self.items.items()}

    def answer(self, method: str, target: str, body: bytes) -> Reply:
        url = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        step = url.path.removeprefix("/api/v1/campaigns").removeprefix("/1").strip("/")
        if (method, url.path) == ("GET", "/api/v1/campaigns"):
            step = "all"
        for fault in self.faults:
            reply = fault(method, step)
            if reply is not None:
                return reply
        with self._lock:
            self.calls[f"{method} {step.partition('/')[0]}"] += 1
            if method == "PUT":
                return self._put(step.split("/")[1], body)
            return self._told(method, step, asked, json.loads(body or b"{}"))

    def _told(self, method: str, step: str, asked: dict[str, str], told: dict[str, Any]) -> Reply:
        if step in {"pause", "resume"}:
            self.state = "paused" if step == "pause" else "running"
        answers: dict[str, Callable[[], object]] = {
            "POST ": self._begun,
            "GET ": self._view,
            "GET all": lambda: [self._view()] if self.made else [],
            "POST manifest": lambda: self._entered(told["rows"]),
            "GET wanted": lambda: self._page(
                [it for it in self._under(asked) if _wanted(it)], asked
            ),
            "GET items": lambda: self._page(self._under(asked), asked),
            "GET progress": self._progress,
            "GET failures": self._failures,
            "POST pause": self._view,
            "POST resume": self._view,
            "POST priority": lambda: {**self._view(), **told},
            "POST rerun": lambda: {"started": 2, "left": 0},
        }
        return 200, answers[f"{method} {step}"](), {}

    def _begun(self) -> dict[str, object]:
        self.made = True
        return self._view()

    def _view(self) -> dict[str, object]:
        told = {"id": "1", "name": "x", "state": self.state, "priority": "bulk"}
        return {**told, "items": len(self.items), "of_a_later_version": 1}

    def _entered(self, rows: list[dict[str, Any]]) -> dict[str, int]:
        for row in rows:
            known = self.items.get(row["path"])
            blank: dict[str, Any] = {
                "id": f"{len(self.items):032}",
                "job_id": None,
                "trouble": None,
            }
            item = known if known is not None else blank
            same = row["sha256"] in {None, item.get("sha256")}
            item.update({name: row[name] for name in NAMES if name != "sha256"})
            self.items[row["path"]] = item
            if not same:
                item["job_id"] = None
            if not (same and item["job_id"]):
                item["sha256"] = row["sha256"] or item.get("sha256")
                item["state"] = row["standing"]
                item["trouble"] = {"code": row["code"]} if row["code"] else None
        return {"new": len(rows), "changed": 0, "known": 0}

    def _put(self, item_id: str, body: bytes) -> Reply:
        item = next(it for it in self.items.values() if it["id"] == item_id)
        if hashlib.sha256(body).hexdigest() != item["sha256"]:
            return problem(409, "item_changed")
        self.puts[item["path"]] += 1
        for it in self.items.values():
            same = it["sha256"] == item["sha256"] and it["job_id"] is None
            if same and it["state"] in {"planned", "changed"}:
                it["job_id"] = "j"
                it["state"] = "done" if it is item else "duplicate"
        return 201, item, {}

    def _under(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        under = asked.get("under", "")
        states = {asked["state"]} if "state" in asked else set(self.states().values())
        items = self.items.items()
        return [it for path, it in items if path.startswith(under) and it["state"] in states]

    def _page(self, items: list[dict[str, Any]], asked: dict[str, str]) -> dict[str, object]:
        later = [it for it in items if it["id"] > asked.get("cursor", "")]
        page = later[: self.page]
        return {"items": page, "next": page[-1]["id"] if len(later) > self.page else None}

    def _progress(self) -> dict[str, object]:
        counts = Counter(self.states().values())
        pages = {"pages": len(self.items), "pages_done": counts["done"], "pages_failed": 0}
        return {
            **pages,
            "states": dict(counts),
            "records": 0,
            "pages_per_hour": 60.0,
            "seconds_left": 0.0,
        }

    def _failures(self) -> dict[str, object]:
        failed = [it for it in self.items.values() if it["state"] == "refused"]
        codes = Counter(it["trouble"]["code"] for it in failed)
        paths = {
            code: [it["path"] for it in failed if it["trouble"]["code"] == code] for code in codes
        }
        return {
            "items": [
                {"code": code, "files": count, "pages": 0, "paths": paths[code]}
                for code, count in codes.items()
            ]
        }


def _wanted(item: dict[str, Any]) -> bool:
    return item["job_id"] is None and item["state"] == "planned"


@contextmanager
def serving(campaign: FakeCampaign) -> Iterator[str]:
    """Give the address of a service with one campaign."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answered(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content, headers = campaign.answer(self.command, self.path, body)
            told = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(told))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = answered  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
