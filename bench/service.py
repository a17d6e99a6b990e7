"""How the service behaves on this machine, as ratios.

    python -m bench.service pools [SCAN]             two reading processes against one
    python -m bench.service latency [SCAN]           a one-page upload during a back-fill of 500 pages
    python -m bench.service upload [--mb 1000]       memory of the API: 10 MB against a large upload

Each starts `dangan serve` on an empty folder and talks to it over HTTP. What loads models and caches is
done once before anything is measured. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx2
import pikepdf

from cli.service.programs import Program, programs
from cli.service.serve import Addresses, serve
from core.settings import Settings

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "songjiang-2023.pdf"
BACK_FILL_PAGES = 500
ROUNDS = 3
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Service:
    """A service that runs, and a client of it."""

    client: httpx2.Client
    pid: int

    def submit(self, path: Path, **fields: str) -> dict[str, Any]:
        """Upload a file; return its job as it was accepted."""
        with path.open("rb") as scan:
            answer = self.client.post(
                "/api/v1/jobs", files={"files": (path.name, scan)}, data=fields
            )
        answer.raise_for_status()
        accepted: dict[str, Any] = answer.json()
        return accepted

    def seconds(self, path: Path, **fields: str) -> float:
        """Return the time from the upload to the end of its job."""
        begun = time.monotonic()
        job = self.submit(path, force="true", **fields)
        while job["finished"] is None:
            # A call costs the API some 5 ms: asking twenty times a second slowed what was measured.
            time.sleep(0.25)
            job = self.client.get(job["status_url"]).json()
        if job["progress"]["pages_failed"] or job["state"] == "failed":
            raise SystemExit(f"the job failed: {job['trouble']}")
        return time.monotonic() - begun

    def api_pid(self) -> int:
        """Return the process of the HTTP server."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed}
        return next(pid for pid, command in commands.items() if b"uvicorn" in command)


@contextmanager
def serving(folder: Path, pools: int) -> Iterator[Service]:
    """Run a service with one reading process, or with two of which one takes back-fills first."""
    data = folder / f"data-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "bench.service", "hold", str(data), "--pools", str(pools)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            with httpx2.Client(base_url=url, trust_env=False, timeout=600) as client:
                yield Service(client, process.pid)
        finally:
            # A second signal does not wait for pages.
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)


def hold(data: Path, pools: int) -> None:
    """Run a service until it is told to end; its address is the first line."""

    def table(settings: Settings, place: Path | None, _: int) -> Sequence[Program]:
        chosen = programs(settings, place, 1)
        return [it for it in chosen if pools > 1 or it.name != "back"]

    def announce(addresses: Addresses) -> None:
        print(addresses.url, flush=True)

    serve(Settings(data=data, port=0), announce, table)


def pages_of(scan: Path, numbers: Sequence[int], target: Path) -> Path:
    """Write pages of a scan, counted from 0 and as often as they are named, as a file of their own."""
    with pikepdf.open(scan) as source, pikepdf.new() as made:
        for number in numbers:
            made.pages.append(source.pages[number % len(source.pages)])
        made.save(target)
    return target


def pools(scan: Path, folder: Path) -> None:
    """Print the ratio of wall times, measured in turns: what else the machine does hits both alike."""
    warm = pages_of(scan, [-1, -2, -1, -2], folder / "warm.pdf")
    ratios = []
    with serving(folder, 1) as one, serving(folder, 2) as two:
        for service in (one, two):
            service.seconds(warm)
        for _ in range(ROUNDS):
            alone, together = one.seconds(scan), two.seconds(scan)
            ratios.append(together / alone)
            print(f"one reading process: {alone:.1f} s, two: {together:.1f} s")
    print(f"two against one: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def latency(scan: Path, folder: Path) -> None:
    """Print how much longer a one-page upload takes while a back-fill runs."""
    page = pages_of(scan, [0], folder / "page.pdf")
    back_fill = pages_of(scan, range(BACK_FILL_PAGES), folder / "back-fill.pdf")
    with serving(folder, 2) as service:
        service.seconds(pages_of(scan, [-1, -2, -1, -2], folder / "warm.pdf"))
        alone = [service.seconds(page) for _ in range(ROUNDS)]
        job = service.submit(back_fill, priority="bulk")
        while job["progress"]["pages_done"] < 4:
            time.sleep(0.2)
            job = service.client.get(job["status_url"]).json()
        loaded = [service.seconds(page) for _ in range(ROUNDS)]
        job = service.client.get(job["status_url"]).json()
        done, all_ = job["progress"]["pages_done"], job["progress"]["pages"]
        service.client.post(f"{job['status_url']}/cancel")
    print(f"alone: {median(alone):.1f} s; with {all_ - done} of {all_} pages waiting: ", end="")
    print(f"{median(loaded):.1f} s (at most {max(loaded):.1f} s)")
    print(f"loaded against alone: {median(loaded) / median(alone):.2f}")


def upload(megabytes: int, folder: Path) -> None:
    """Print the peak memory of the API after a small and after a large upload."""
    with serving(folder, 1) as service:
        peaks = {}
        for size in (10, megabytes):
            path = folder / f"{size}.pdf"
            with path.open("wb") as made:
                made.write(b"%PDF-1.7\n")
                made.truncate(size * MEGABYTE)
            service.submit(path)
            peaks[size] = peak_mb(service.api_pid())
            print(f"after {size} MB: the API's peak is {peaks[size]:.0f} MB")
    print(f"large against small: {peaks[megabytes] / peaks[10]:.2f}")


def peak_mb(pid: int) -> float:
    """Return the largest resident size of a process so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024


def main() -> None:
    """Run one of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("pools", "latency"):
        commands.add_parser(name).add_argument("scan", nargs="?", type=Path, default=SAMPLE)
    commands.add_parser("upload").add_argument("--mb", type=int, default=1000)
    holding = commands.add_parser("hold")
    holding.add_argument("data", type=Path)
    holding.add_argument("--pools", type=int, required=True)
    asked = parser.parse_args()
    if asked.command == "hold":
        hold(asked.data, asked.pools)
        return
    measure = {"pools": pools, "latency": latency}
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as name:
        folder = Path(name)
        if asked.command == "upload":
            upload(asked.mb, folder)
        else:
            measure[asked.command](asked.scan, folder)


if __name__ == "__main__":
    main()
