"""Whatever is killed: no page is lost, none is read twice into the result, each job ends."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

from sqlalchemy import select

from core.bells import Bell
from core.store.jobs import job_pages
from core.store.tables import Page
from tests.parts import eventually
from tests.service.installation import Installation, children_of


def test_a_back_fill_survives_kills_of_everything(installation: Installation) -> None:
    chance = random.Random(20260101)
    installation.scheduler()
    worker = installation.worker()
    submissions = [
        installation.submit({"pages": 30, "page_s": 0.08, "n": number}, priority="bulk")
        for number in range(5)
    ]
    eventually(lambda: bool(installation.entries("end")), 60, "the first page is read")
    for round_ in range(8):
        time.sleep(0.7)
        if round_ == 3:
            installation.broker.kill()
            time.sleep(1)
            installation.broker.start()
        elif round_ in {1, 5}:
            worker.kill()
            worker.wait()
            worker = installation.worker()
        elif pool := children_of(worker.pid):
            os.kill(chance.choice(pool), signal.SIGKILL)
    for submission in submissions:
        while not installation.job(submission).ended and worker.poll() is None:
            time.sleep(0.1)
        if worker.poll() is not None:
            # A pool whose processes are killed as they start ends itself; its supervisor starts it anew.
            worker = installation.worker()
        ended = installation.wait(submission, 90)
        lost = [page for page in job_pages(installation.store, ended.id, 0) if page.trouble]
        assert (ended.state, lost) == ("succeeded", [])
    installation.check_history()
    assembled = Counter(entry.sha256 for entry in installation.entries("assemble"))
    assert len(assembled) == len(submissions)


def test_without_a_sweeper_lost_bells_strand_and_with_it_they_do_not(
    installation: Installation,
) -> None:
    """The negative control: this test can see loss. Then the broker loses all in mid-job."""
    installation.worker()
    lost = installation.submit({"pages": 2, "n": 1}, ring=False)
    rung = installation.submit({"pages": 40, "page_s": 0.1, "n": 2}, priority="bulk")
    eventually(lambda: len(installation.entries("end")) >= 3, 60, "some pages are read")
    installation.broker.client().flushall()
    time.sleep(3)
    assert installation.job(lost).state == "queued"
    assert installation.job(rung).state == "running"
    read = len(installation.entries("end"))
    time.sleep(1)
    assert len(installation.entries("end")) == read

    installation.scheduler()
    assert installation.wait(lost).state == "succeeded"
    assert installation.wait(rung).state == "succeeded"
    installation.check_history()


def test_poison_pages_fail_after_three_crashes_and_the_rest_is_read(
    installation: Installation,
) -> None:
    poison = {
        "2": "kill",
        "4": "abort",
        "6": "bug",
        "8": "memory",
        "10": "loop",
        "12": "deaf",
        "14": "render",
        "16": "damaged",
    }
    installation.scheduler()
    installation.worker()
    submission = installation.submit({"pages": 20, **poison})
    assert installation.wait(submission, 120).state == "needs_review"
    installation.check_history()
    pages = job_pages(installation.store, submission.job_id, 0)
    failed = {
        str(page.number): (page.crashes, page.trouble.code, str(page.trouble.details))
        for page in pages
        if page.trouble is not None
    }
    assert failed.keys() == poison.keys()
    told = {poison[number]: code for number, (_, code, _) in failed.items()}
    assert told.pop("render") == "render_failed"
    assert told.pop("damaged") == "damaged_file"
    assert set(told.values()) == {"page_crashed"}
    crashes = {poison[number]: count for number, (count, _, _) in failed.items()}
    assert crashes.pop("damaged") == 0
    assert set(crashes.values()) == {3}
    reasons = {poison[number]: reason for number, (_, _, reason) in failed.items()}
    for how, part in {
        "kill": "SIGKILL",
        "bug": "ZeroDivisionError",
        "memory": "out of memory",
        "loop": "time limit",
        "deaf": "time limit",
    }.items():
        assert part in reasons[how]
    begun = Counter(entry.number for entry in installation.entries("begin"))
    innocent = {number: count for number, count in begun.items() if str(number) not in poison}
    assert len(innocent) == 12


def test_bells_that_ring_five_times_read_each_page_once(installation: Installation) -> None:
    submission = installation.submit({"pages": 25, "page_s": 0.02}, ring=False)
    installation.doorbell.ring(submission.bells * 5)
    installation.worker()
    eventually(lambda: len(installation.entries("end")) > 0, 60, "the first page is read")
    with installation.store.reading() as session:
        bells = [
            Bell("read_page", page_id, "interactive")
            for page_id in session.scalars(select(Page.id))
        ] * 5
    random.Random(3).shuffle(bells)
    installation.doorbell.ring(bells)
    assert installation.wait(submission).state == "succeeded"
    begun = Counter(entry.number for entry in installation.entries("begin"))
    assert begun == Counter(range(1, 26))
    assert len(installation.entries("assemble")) == 1
    installation.check_history()


def test_a_worker_that_slept_past_its_lease_changes_nothing(installation: Installation) -> None:
    # The pool must not end the sleeper for its slowness when both wake up.
    installation.environment |= {"DANGAN_PAGE_SOFT_S": "60", "DANGAN_PAGE_HARD_S": "90"}
    slow = installation.worker("slow", processes=1)
    submission = installation.submit({"pages": 1, "page_s": 1.0})
    eventually(lambda: bool(installation.entries("begin")), 60, "the page is begun")
    (sleeper,) = {entry.pid for entry in installation.entries("begin")}
    os.kill(sleeper, signal.SIGSTOP)
    os.kill(slow.pid, signal.SIGSTOP)
    installation.worker("fresh", processes=1)
    installation.scheduler()
    assert installation.wait(submission).state == "succeeded"
    before = installation.job(submission)
    os.kill(sleeper, signal.SIGCONT)
    os.kill(slow.pid, signal.SIGCONT)
    eventually(lambda: len(installation.entries("end")) == 2, 20, "the sleeper ends")
    time.sleep(0.5)
    assert installation.job(submission) == before
    assert len(installation.entries("assemble")) == 1
    installation.check_history()


def test_an_upload_overtakes_a_back_fill_and_the_back_fill_goes_on(
    installation: Installation,
) -> None:
    page_s = 0.2
    installation.worker("front", processes=1)
    installation.worker("back", processes=1, queues=("bulk", "unopened", "interactive"))
    installation.wait(installation.submit({"pages": 1, "n": "warm"}))

    def timed(name: str) -> float:
        begun = time.monotonic()
        installation.wait(installation.submit({"pages": 1, "page_s": page_s, "n": name}))
        return time.monotonic() - begun

    alone = min(timed(f"alone {number}") for number in range(3))
    back_fill = installation.submit({"pages": 500, "page_s": page_s}, priority="bulk")
    eventually(lambda: len(installation.entries("end")) > 8, 30, "the back-fill is at work")
    loaded = sorted(timed(f"loaded {number}") for number in range(3))[1]
    # Opening, reading and assembling may each find the only free process busy with one page.
    assert loaded <= 3 * alone + page_s

    many = installation.submit({"pages": 20, "page_s": page_s, "n": "many"})
    before = installation.job(back_fill).progress.pages_done
    installation.wait(many)
    assert installation.job(back_fill).progress.pages_done > before + 5
