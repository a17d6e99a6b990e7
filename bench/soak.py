"""Whether the service grows: `python -m bench.soak [--pages 20000]`.

Runs `dangan serve` over a pipeline that reads nothing (`bench.idle_worker`) and sends pages through it by
the API, the events of each job followed to their end. Printed are, by process, the slope of the resident
memory in MB per 1,000 pages after a first fifth, and the open files at its beginning and end; and what the
broker holds before and after. Pool processes are replaced every 200 tasks, so their memory is given as
the largest seen.
"""

from __future__ import annotations

import argparse
import dataclasses
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import numpy as np
import redis

from cli.service.programs import Program, programs
from cli.service.serve import Addresses, serve
from core.places import broker_socket
from core.settings import Settings

PAGES_A_JOB = 100
WARM = 0.2
ROLES = {
    b"front@": "front pool",
    b"back@": "back pool",
    b"worker.scheduler": "scheduler",
    b"uvicorn": "API",
    b"redis-server": "broker",
}


@dataclass(frozen=True)
class Sample:
    """A process after so many pages: its resident memory in MB, and its open files."""

    pages: int
    rss_mb: float
    files: int


def main() -> None:
    """Run the soak, or be the service that it looks at."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--hold", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.hold is not None:
        hold(asked.hold)
        return
    with tempfile.TemporaryDirectory(prefix="dangan-soak-") as name:
        soak(Path(name), asked.pages)


def soak(folder: Path, pages: int) -> None:
    """Send pages through a service and print how it changes meanwhile."""
    samples: defaultdict[str, list[Sample]] = defaultdict(list)
    children_mb = 0.0
    with serving(folder) as (client, pid):
        job(client, 0)
        base = broker_state(folder)
        begun = time.monotonic()
        for number in range(1, pages // PAGES_A_JOB + 1):
            job(client, number)
            for role, process in processes(pid):
                samples[role].append(Sample(number * PAGES_A_JOB, rss_mb(process), files(process)))
                children_mb = max([children_mb, *map(rss_mb, children(process))])
        took = time.monotonic() - begun
        time.sleep(2)
        end = broker_state(folder)
    print(f"{pages} pages in {took:.0f} s; largest pool process {children_mb:.0f} MB")
    for role, seen in samples.items():
        print(f"{role:12} {told(seen)}")
    print(
        f"broker keys {base[0]} → {end[0]}, waiting {end[1]}, memory {base[2]:.2f} → {end[2]:.2f} MB"
    )


def told(seen: Sequence[Sample]) -> str:
    """Say how a process changed after the first fifth."""
    later = seen[int(len(seen) * WARM) :]
    slope = float(np.polyfit([it.pages for it in later], [it.rss_mb for it in later], 1)[0])
    return (
        f"{later[0].rss_mb:6.1f} → {later[-1].rss_mb:6.1f} MB, {1000 * slope:+.2f} MB per 1,000 pages; "
        f"open files {later[0].files} → {later[-1].files}"
    )


def job(client: httpx2.Client, number: int) -> None:
    """Hand in a document and follow it to its end."""
    scan = f"%PDF-1.7 pages={PAGES_A_JOB} number={number}\n".encode()
    accepted = client.post("/api/v1/jobs", files={"files": (f"{number}.pdf", scan)})
    accepted.raise_for_status()
    address = accepted.json()["status_url"]
    with client.stream("GET", f"{address}/events") as events:
        for _ in events.iter_lines():
            continue
    ended = client.get(address).json()
    if ended["state"] != "succeeded" or ended["progress"]["pages_done"] != PAGES_A_JOB:
        raise SystemExit(f"the job did not succeed: {ended}")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[httpx2.Client, int]]:
    """Run the service; give a client of it and the process of its supervisor."""
    command = [sys.executable, "-m", "bench.soak", "--hold", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        try:
            with httpx2.Client(base_url=url, trust_env=False, timeout=600) as client:
                yield client, process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGINT)


def hold(folder: Path) -> None:
    """Run the service until it is told to end; its address is the first line."""

    def table(settings: Settings, place: Path | None, count: int) -> Sequence[Program]:
        return [idle(program) for program in programs(settings, place, count)]

    serve(Settings(data=folder, port=0), lambda told: print(_url(told), flush=True), table)


def idle(program: Program) -> Program:
    """Have a pool read nothing."""
    command = tuple("bench.idle_worker" if it == "worker.app" else it for it in program.command)
    return dataclasses.replace(program, command=command)


def _url(addresses: Addresses) -> str:
    return addresses.url


def processes(pid: int) -> Iterator[tuple[str, int]]:
    """Yield the processes of a supervisor by what they are."""
    for child in children(pid):
        command = Path(f"/proc/{child}/cmdline").read_bytes()
        role = next((role for mark, role in ROLES.items() if mark in command), None)
        if role is not None:
            yield role, child


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in listed for child in path.read_text().split()]


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process, 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except FileNotFoundError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def files(pid: int) -> int:
    """Return how many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def broker_state(folder: Path) -> tuple[int, int, float]:
    """Return how many keys the broker holds, how many bells wait, and its memory in MB."""
    with redis.Redis(unix_socket_path=str(broker_socket(folder))) as client:
        waiting = sum(int(client.llen(f"dangan:{name}")) for name in ("interactive", "bulk"))
        return int(client.dbsize()), waiting, client.info("memory")["used_memory"] / 1e6


if __name__ == "__main__":
    main()
