"""A campaign under blows: `python -m bench.backfill chaos [--files 2000]`.

A folder of small scans (`bench.small_scans`: real pages that are really read, but small, so that the
machinery is what is tried: 0.3 s of a core a form) is sent with `dangan backfill` to `dangan serve`. Meanwhile
reading processes are killed at random, the broker is killed twice, once with all that it holds, the API once, and
the client once and started again. At the end the server's list is compared with the generator's own: the
state of every path, the code of every failure, the number of records, none twice. Any difference is printed and
makes the exit code 1.

Printed are, too, the memory of API and scheduler over the run, the client's peak, and the bytes of the
database a page. `--keep DIR` works in a folder that stays, logs in it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import redis

from bench.service import peak_mb
from bench.small_scans import Fate, Written, write_scans
from bench.soak import Sample, children, files, processes, rss_mb, told
from cli.service.serve import free_port
from core.places import broker_socket

CAMPAIGN = "2018-2023"
DANGAN = (sys.executable, "-c", "from cli.main import app; app()")
LOOK_S = 0.5
OPEN = ("planned", "queued", "running")


@dataclass(frozen=True)
class Chaos:
    """What is done. A reading process is killed every `worker_s` on an average.

    A page that three processes died of is given up, so they must not die so often that one meets that by chance.
    `within_s` bounds the whole; leases are short, so that what a dead worker held is soon read by another.
    """

    files: int = 2_000
    seed: int = 1
    worker_s: float = 30.0
    within_s: float = 4 * 3600.0


@dataclass(frozen=True)
class Blow:
    """Something is struck once this share of the paths has been taken in, or has ended."""

    share: float
    of: str
    name: str


BLOWS = (
    Blow(0.15, "taken", "client"),
    Blow(0.3, "taken", "broker"),
    Blow(0.5, "taken", "API"),
    Blow(0.6, "ended", "broker and all it holds"),
)


@dataclass
class Service:
    """`dangan serve` on a folder, which starts again what is killed."""

    folder: Path
    port: int = field(default_factory=lambda: free_port("127.0.0.1", 0))
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.process = self._run("serve", "--data", self.data, "--port", self.port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, scans: Path) -> subprocess.Popen[bytes]:
        """Start the client; it waits until all is read, and then writes its report."""
        options = ("--campaign", CAMPAIGN, "--server", self.url, "--report", self.report)
        return self._run("backfill", scans, "--wait", *options)

    @property
    def report(self) -> Path:
        return self.folder / "report.json"

    def role(self, name: str) -> int:
        """Return the process that has this part."""
        return next(pid for role, pid in processes(self.process.pid) if role == name)

    def kill_reader(self, rng: Random) -> bool:
        """Kill one of the processes that read; return whether there was one."""
        pools = [pid for role, pid in processes(self.process.pid) if role.endswith("pool")]
        readers = [child for pid in pools for child in children(pid)]
        return bool(readers) and _killed(rng.choice(readers))

    def empty_broker(self) -> None:
        """Have the broker lose all that it holds, in memory and on the disk."""
        with redis.Redis(unix_socket_path=str(broker_socket(self.data))) as client:
            client.flushall()

    def stop(self) -> None:
        """End the service, at once."""
        self.process.send_signal(signal.SIGINT)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def _run(self, command: str, *options: object) -> subprocess.Popen[bytes]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("DANGAN_")
        }
        environment |= {
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "DANGAN_LANG": "en",
            "DANGAN_LEASE_S": "10",
            "DANGAN_SWEEP_S": "2",
        }
        with (self.folder / f"{command}.log").open("ab") as log:
            return subprocess.Popen(
                [*DANGAN, command, *map(str, options)], env=environment, stdout=log, stderr=log
            )


def _killed(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


@dataclass
class Run:
    """A campaign that runs, and what was seen of it."""

    service: Service
    scans: Path
    chaos: Chaos
    api: httpx2.Client
    rng: Random
    client: subprocess.Popen[bytes]
    blows: list[Blow] = field(default_factory=lambda: list(BLOWS))
    struck: Counter[str] = field(default_factory=Counter)
    samples: defaultdict[str, list[Sample]] = field(default_factory=lambda: defaultdict(list))
    client_mb: float = 0.0

    def follow(self, written: Written) -> bool:
        """Strike and watch until the client has ended; return whether it did in time."""
        end = time.monotonic() + self.chaos.within_s
        reader_at = time.monotonic() + self._pause()
        while time.monotonic() < end:
            time.sleep(LOOK_S)
            if self.client.poll() is None:
                self.client_mb = max(self.client_mb, _peak_mb(self.client.pid))
            elif not self.blows:
                return True
            counts = self._counts(len(written.fates))
            if counts is not None:
                self._sample(counts["ended"])
                self._strike(counts, len(written.fates))
            if time.monotonic() > reader_at and counts is not None and counts["taken"]:
                self.struck["reader"] += self.service.kill_reader(self.rng)
                reader_at = time.monotonic() + self._pause()
        return False

    def _pause(self) -> float:
        return self.rng.expovariate(1 / self.chaos.worker_s)

    def _counts(self, total: int) -> dict[str, int] | None:
        """Return how many paths were taken, and how many have ended; None while the API is away."""
        with contextlib.suppress(httpx2.TransportError):
            answer = self.api.get(f"/api/v1/campaigns/{CAMPAIGN}/progress")
            if answer.is_success:
                states = answer.json()["states"]
                rows = sum(states.values())
                unread = sum(states[state] for state in OPEN)
                return {
                    "taken": rows - states["planned"],
                    "ended": min(rows - unread, total),
                }
        return None

    def _sample(self, ended: int) -> None:
        for role, pid in processes(self.service.process.pid):
            if role in {"API", "scheduler"} and (mb := rss_mb(pid)):
                with contextlib.suppress(FileNotFoundError):
                    self.samples[role].append(Sample(ended, mb, files(pid)))

    def _strike(self, counts: dict[str, int], total: int) -> None:
        for blow in [it for it in self.blows if counts[it.of] >= it.share * total]:
            self.blows.remove(blow)
            self.struck[blow.name] += 1
            print(f"{counts['taken']} taken, {counts['ended']} ended: {blow.name}", flush=True)
            self._hit(blow.name)

    def _hit(self, name: str) -> None:
        if name == "client":
            self.client.kill()
            self.client.wait()
            self.client = self.service.client(self.scans)
        elif name == "API":
            _killed(self.service.role("API"))
        else:
            if name != "broker":
                self.service.empty_broker()
            _killed(self.service.role("broker"))


def _peak_mb(pid: int) -> float:
    with contextlib.suppress(FileNotFoundError, ValueError):
        return peak_mb(pid)
    return 0.0


def run_chaos(folder: Path, chaos: Chaos) -> list[str]:
    """Run a campaign under blows in `folder`; print what was measured, return the differences."""
    scans = folder / "扫描"
    scans.mkdir()
    written = write_scans(scans, chaos.files, chaos.seed)
    service = Service(folder)
    service.start()
    begun = time.monotonic()
    try:
        with httpx2.Client(base_url=service.url, trust_env=False, timeout=120) as api:
            _await_answer(api, service)
            run = Run(service, scans, chaos, api, Random(chaos.seed), service.client(scans))
            in_time = run.follow(written)
            took = time.monotonic() - begun
            found = list(differences(api, written))
            if in_time:
                found += reported(service.report, written)
            else:
                found.append(f"not at its end within {chaos.within_s:.0f} s")
            if run.client.poll() is None:
                run.client.kill()
    finally:
        service.stop()
    _print(run, written, took)
    return found


def differences(api: httpx2.Client, written: Written) -> Iterator[str]:
    """Yield where the server's list and the generator's differ."""
    campaign = f"/api/v1/campaigns/{CAMPAIGN}"
    items = list(_listed(api, f"{campaign}/items", "items"))
    stands = {item["path"]: _fate(item) for item in items}
    if len(items) != len(stands):
        yield f"{len(items) - len(stands)} paths stand twice"
    for path in sorted({*stands, *written.fates}):
        if stands.get(path) != written.fates.get(path):
            yield f"{path}: {stands.get(path)}, and not {written.fates.get(path)}"
    codes = Counter(fate.code for fate in written.fates.values() if fate.code)
    failures = api.get(f"{campaign}/failures").json()["items"]
    if codes != {failure["code"]: failure["files"] for failure in failures}:
        yield f"failures: {failures}, and not {codes}"
    records = list(_listed(api, "/api/v1/records", "records"))
    documents = Counter(record["sha256"] for record in records)
    if len(records) != written.records or len(documents) != written.records:
        yield f"{len(records)} records of {len(documents)} documents, and not {written.records}"
    progress = api.get(f"{campaign}/progress").json()
    if (progress["records"], progress["pages_done"]) != (written.records, written.pages):
        yield f"{progress}, and not {written.records} records of {written.pages} pages"


def reported(report: Path, written: Written) -> Iterator[str]:
    """Yield where the client's report and the generator's list differ."""
    told_states = json.loads(report.read_text())["states"]
    states = Counter(fate.state for fate in written.fates.values())
    if {state: count for state, count in told_states.items() if count} != states:
        yield f"the client reports {told_states}, and not {states}"


def _fate(item: dict[str, Any]) -> Fate:
    trouble = item["trouble"] if item["state"] in {"failed", "refused"} else None
    return Fate(item["state"], trouble and trouble["code"])


def _listed(api: httpx2.Client, path: str, name: str) -> Iterator[dict[str, Any]]:
    cursor: dict[str, str] = {}
    while True:
        page = api.get(path, params={"limit": 200, **cursor}).json()
        yield from page[name]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def _await_answer(api: httpx2.Client, service: Service) -> None:
    while service.process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if api.get("/healthz").is_success:
                return
        time.sleep(LOOK_S)
    raise SystemExit("the service does not come up")


def _print(run: Run, written: Written, took: float) -> None:
    states = Counter(fate.state for fate in written.fates.values())
    print(f"{len(written.fates)} paths in {took:.0f} s: {dict(states)}, {written.records} records")
    print(f"killed: {dict(run.struck)}")
    for role, seen in run.samples.items():
        print(f"{role:12} {told(seen)}")
    size = sum(path.stat().st_size for path in run.service.data.glob("dangan.db*"))
    print(f"client's peak {run.client_mb:.0f} MB; database {size / written.pages:.0f} bytes a page")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it, and say whether anything is amiss."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    commands = parser.add_subparsers(dest="command", required=True)
    asked_chaos = commands.add_parser("chaos")
    asked_chaos.add_argument("--files", type=int, default=Chaos.files)
    asked_chaos.add_argument("--seed", type=int, default=Chaos.seed)
    asked_chaos.add_argument("--keep", type=Path)
    asked = parser.parse_args(arguments)
    chaos = Chaos(files=asked.files, seed=asked.seed)
    with contextlib.ExitStack() as stack:
        folder = asked.keep
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dangan-chaos-")))
        folder.mkdir(parents=True, exist_ok=True)
        found = run_chaos(folder.absolute(), chaos)
    print("\n".join(found) or "as the generator's list has it")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
