"""Parts that are away, frozen, full or told to end: nothing is lost, and work goes on by itself."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

from core.store.attendance import present
from core.store.jobs import job_pages
from core.store.steering import cancel_job
from core.store.submission import Submission
from tests.parts import RedisServer, eventually, postgres_server
from tests.service.installation import Installation, children_of


def read(installation: Installation, pages: int) -> None:
    """Wait until so many pages have been read."""
    eventually(
        lambda: len(installation.entries("end")) >= pages, 90, f"{pages} pages are read", 0.02
    )


def check(installation: Installation, submission: Submission) -> None:
    assert installation.wait(submission, 90).state == "succeeded"
    installation.check_history()
    assert len(installation.entries("assemble")) == 1


def named(pid: int, part: str) -> list[int]:
    """Return the children of a process whose command holds `part`."""
    commands = {child: Path(f"/proc/{child}/cmdline") for child in children_of(pid)}
    return [child for child, path in commands.items() if part in path.read_text()]


def test_workers_and_their_supervisor_are_killed(installation: Installation) -> None:
    serve = installation.start("tests.service.fake_serve", DANGAN_JOBS="2")
    submission = installation.submit({"pages": 60, "page_s": 0.05}, priority="bulk")
    read(installation, 5)
    (pool,) = named(serve.pid, "fake_worker")
    os.kill(children_of(pool)[0], signal.SIGKILL)
    read(installation, 15)
    os.kill(pool, signal.SIGKILL)
    read(installation, 25)
    serve.kill()
    serve.wait()
    eventually(lambda: not Path(f"/proc/{pool}").exists(), 10, "nothing is left")
    serve = installation.start("tests.service.fake_serve", DANGAN_JOBS="2")
    check(installation, submission)
    serve.terminate()
    assert serve.wait(60) == 0


def test_postgresql_is_restarted_in_its_immediate_mode(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    with postgres_server() as server:
        installation = Installation(tmp_path, redis_server, server.url)
        try:
            installation.scheduler()
            installation.worker()
            submission = installation.submit({"pages": 40, "page_s": 0.1}, priority="bulk")
            for pages in (5, 20):
                read(installation, pages)
                server.stop(signal.SIGQUIT)
                server.start()
            check(installation, submission)
            views = job_pages(installation.store, submission.job_id, 0)
            # The pages that were being read are innocent.
            assert {view.crashes for view in views} == {0}
        finally:
            installation.close()


def test_a_frozen_broker_wedges_nobody(installation: Installation) -> None:
    installation.scheduler()
    installation.worker()
    submission = installation.submit({"pages": 60, "page_s": 0.05}, priority="bulk")
    later = []
    for round_, pages in enumerate((5, 20, 35)):
        read(installation, pages)
        installation.broker.signal(signal.SIGSTOP)
        # A client gets its answer while the broker is frozen: ringing gives up.
        later.append(installation.submit({"pages": 1, "n": round_}))
        installation.broker.signal(signal.SIGCONT)
    for each in (submission, *later):
        assert installation.wait(each, 90).state == "succeeded"
    installation.check_history()


def test_a_full_broker_loses_nothing(installation: Installation) -> None:
    installation.scheduler()
    worker = installation.worker()
    submission = installation.submit({"pages": 40, "page_s": 0.1}, priority="bulk")
    read(installation, 5)
    broker = installation.broker.client()
    broker.config_set("maxmemory", "1")
    # Not even an acknowledgement is accepted: the pool ends over it.
    worker.wait(60)
    later = installation.submit({"pages": 1, "n": "later"})
    assert installation.job(later).state == "queued"
    broker.config_set("maxmemory", "0")
    installation.worker()
    for each in (submission, later):
        assert installation.wait(each, 90).state == "succeeded"
    installation.check_history()


def test_a_worker_that_is_told_to_end_finishes_its_pages(installation: Installation) -> None:
    worker = installation.worker(DANGAN_LOG="json")
    submission = installation.submit({"pages": 4, "page_s": 1.0})
    eventually(lambda: len(installation.entries("begin")) == 2, 60, "two pages are begun", 0.02)
    worker.terminate()
    worker.wait(60)
    assert len(installation.entries("end")) == len(installation.entries("begin"))
    assert present(installation.store) == ()
    lines = [json.loads(line) for line in installation.tail().splitlines() if line.startswith("{")]
    told = [line for line in lines if line["message"].startswith("read in")]
    assert [line["job"] for line in told] == [[submission.job_id]] * len(told)
    assert {line["page"] for line in told} == {
        entry.number for entry in installation.entries("end")
    }
    installation.worker()
    check(installation, submission)
    assert set(Counter(entry.number for entry in installation.entries("begin")).values()) == {1}
    pages = job_pages(installation.store, submission.job_id, 0)
    assert {page.attempts for page in pages} == {1}


def test_of_a_cancelled_job_only_pages_in_hand_are_read(installation: Installation) -> None:
    processes = 2
    installation.scheduler()
    installation.worker(processes=processes)
    submission = installation.submit({"pages": 200, "page_s": 0.05}, priority="bulk")
    read(installation, 30)
    cancel_job(installation.store, submission.job_id)
    begun = len(installation.entries("begin"))
    after = installation.submit({"pages": 1, "n": "after"})
    assert installation.wait(after).state == "succeeded"
    # Two sweeps would have rung for what was left.
    time.sleep(2.5)
    assert len(installation.entries("begin")) <= begun + processes + 1
    job = installation.job(submission)
    assert (job.state, job.progress.pages_done < 100) == ("cancelled", True)
    assert installation.job(submission).version == job.version
