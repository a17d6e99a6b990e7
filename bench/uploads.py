"""How much memory the API takes while files come in: `python -m bench.uploads [MB …]`.

Uploads files of the given sizes (by default 10, 100 and 500 MB) to a server of its own and prints the
peak of its resident memory after each: it must not grow with the file.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from core.places import open_settled_store
from core.settings import Settings
from core.store import upgrade

MB = 1_000_000
HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
TAIL = b"\r\n--b--\r\n"


def main() -> None:
    """Run the sizes one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", metavar="MB", type=int, nargs="*", default=[10, 100, 500])
    sizes = parser.parse_args().sizes
    with tempfile.TemporaryDirectory(prefix="dangan-bench-") as folder:
        data = Path(folder)
        store = open_settled_store(Settings(data=data))
        upgrade(store)
        store.close()
        port = _free_port()
        server = _start(data, port)
        try:
            _wait(port)
            print(f"at rest {_peak_mb(server.pid):7.1f} MB")
            for size in sizes:
                begun = time.monotonic()
                status = _upload(port, size * MB)
                took = time.monotonic() - begun
                print(
                    f"{size:5} MB {_peak_mb(server.pid):7.1f} MB  {status}  {size / took:.0f} MB/s"
                )
        finally:
            server.terminate()
            server.wait()


def _start(data: Path, port: int) -> subprocess.Popen[bytes]:
    settings = {"DANGAN_DATA": str(data), "DANGAN_BROKER_URL": f"redis+socket://{data}/none.sock"}
    command = ("uvicorn", "--factory", "api.app:create_app", "--log-level", "critical")
    return subprocess.Popen(
        [sys.executable, "-m", *command, "--port", str(port)], env={**os.environ, **settings}
    )


def _wait(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


def _upload(port: int, size: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Content-Length": str(len(HEAD) + size + len(TAIL)),
    }
    connection.request("POST", "/api/v1/jobs", _body(size), headers)
    return connection.getresponse().status


def _body(size: int) -> Iterator[bytes]:
    yield HEAD
    piece = os.urandom(MB)
    for _ in range(size // MB):
        yield piece
    yield TAIL


def _peak_mb(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) / 1000


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
