"""What `dangan backfill` takes as its files grow in number: `python -m bench.manifest --rows 10000 100000`.

Files of some bytes each, in folders of a thousand and one archive in ten, and a catalogue with a line for
each. They go to a service that keeps nothing in memory either and wants the first `--sent` of them. Prints
time and peak memory of the client for each number of rows: the peaks must be alike.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

IN_A_FOLDER = 1_000
PAGE = 1_000


def main() -> None:
    """Run the numbers of rows one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--sent", type=int, default=1_000)
    asked = parser.parse_args()
    for rows in asked.rows:
        with tempfile.TemporaryDirectory(prefix="dangan-bench-") as folder:
            catalogue = _lay_down(Path(folder, "scans"), rows)
            service = _Service(asked.sent)
            with service:
                for name, more in (("plain", ()), ("catalogue", ("--manifest", str(catalogue)))):
                    begun = time.monotonic()
                    peak_mb = _run(Path(folder), service.url, *more)
                    took = time.monotonic() - begun
                    print(
                        f"{rows:8,} rows  {name:9}  {took:7.1f} s  {peak_mb:6.1f} MB"
                        f"  entered {service.entered:,}  sent {service.put:,}",
                        flush=True,
                    )


def _lay_down(root: Path, rows: int) -> Path:
    """Make `rows` scans below a folder and a catalogue of them."""
    catalogue = root.with_name("catalogue.csv")
    with catalogue.open("w", encoding="utf-8") as lines:
        lines.write("路径,年度,部门,件号\n")
        for number, first in enumerate(range(0, rows, IN_A_FOLDER)):
            names = [f"{it:06}.png" for it in range(first, min(first + IN_A_FOLDER, rows))]
            place = root / str(2010 + number % 10) / f"第{number:03}盒"
            place.mkdir(parents=True)
            inside = "box.zip!/" if number % 10 == 9 else ""
            if inside:
                with zipfile.ZipFile(place / "box.zip", "w") as archive:
                    for name in names:
                        archive.writestr(name, _content(name))
            else:
                for name in names:
                    (place / name).write_bytes(_content(name))
            below = place.relative_to(root).as_posix()
            lines.writelines(
                f"{below}/{inside}{name},2009,市教育局,{item}\n" for item, name in enumerate(names)
            )
    return catalogue


def _content(name: str) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + name.encode()


def _run(folder: Path, url: str, *more: str) -> float:
    """Run the client and return the peak of its resident memory."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from cli.main import app; app()", "backfill"),
            *(str(folder / "scans"), "--campaign", "bench", "--server", url, *more),
        ],
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the client ended with {process.returncode}")
    return used.ru_maxrss / 1000


class _Service:
    """As much of the API of campaigns as the client calls, over a database in a temporary file."""

    def __init__(self, wanted: int) -> None:
        self.entered = self.put = 0
        self._wanted = wanted
        self._lock = threading.Lock()
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute("CREATE TABLE items (path TEXT PRIMARY KEY, item TEXT, taken INT)")
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answered(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                told = json.dumps(service.answer(self.command, self.path, body)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_GET = do_POST = do_PUT = answered  # noqa: N815

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._database.close()

    def answer(self, method: str, target: str, body: bytes) -> object:
        """Answer a call."""
        url = urlsplit(target)
        step = url.path.removeprefix("/api/v1/campaigns").removeprefix("/1").strip("/")
        with self._lock:
            if method == "PUT":
                return self._take(int(step.split("/")[1]))
            match step:
                case "manifest":
                    return self._enter(json.loads(body)["rows"])
                case "wanted":
                    return self._page(parse_qs(url.query))
                case "progress":
                    return self._progress()
                case "failures" | "items":
                    return {"items": [], "next": None}
        return {"id": "1", "name": "x", "state": "running", "priority": "bulk", "items": 0}

    def _enter(self, rows: list[dict[str, Any]]) -> object:
        self.entered += len(rows)
        self._database.executemany(
            "INSERT OR IGNORE INTO items VALUES (?, ?, 0)",
            ((row["path"], json.dumps(row)) for row in rows),
        )
        return {"new": len(rows), "changed": 0, "known": 0}

    def _page(self, asked: dict[str, list[str]]) -> object:
        after = int(asked.get("cursor", ["0"])[0])
        found = self._database.execute(
            "SELECT rowid, item FROM items WHERE NOT taken AND rowid > ? AND rowid <= ?"
            " ORDER BY rowid LIMIT ?",
            (after, self._wanted, PAGE),
        ).fetchall()
        items = [self._view(number, item) for number, item in found]
        return {"items": items, "next": str(found[-1][0]) if len(found) == PAGE else None}

    def _take(self, number: int) -> object:
        self.put += 1
        self._database.execute("UPDATE items SET taken = 1 WHERE rowid = ?", (number,))
        query = "SELECT item FROM items WHERE rowid = ?"
        (item,) = self._database.execute(query, (number,)).fetchone()
        return self._view(number, item)

    def _view(self, number: int, item: str) -> object:
        return {**json.loads(item), "id": str(number), "state": "planned", "job_id": None} | {
            "trouble": None
        }

    def _progress(self) -> object:
        pages = {"pages": 0, "pages_done": 0, "pages_failed": 0, "records": 0}
        return {**pages, "states": {}, "pages_per_hour": None, "seconds_left": None}


if __name__ == "__main__":
    main()
