"""A pool that is alive and takes no work ends, for its supervisor to start it anew."""

from __future__ import annotations

from core.store.attendance import present
from tests.parts import eventually
from tests.service.fake_worker import FROZEN, PATIENCE
from tests.service.installation import Installation
from worker.watchdog import WEDGED_EXIT


def test_a_wedged_pool_ends_and_the_next_one_does_the_work(installation: Installation) -> None:
    wedged = installation.worker(processes=1, **{FROZEN: "1", PATIENCE: "3"})
    eventually(lambda: len(present(installation.store)) == 1, 60, "the pool is there")
    submission = installation.submit({"pages": 2})
    assert wedged.wait(60) == WEDGED_EXIT
    assert "work waits and none was begun" in installation.tail()
    assert installation.job(submission).state == "queued"
    installation.worker(processes=1)
    assert installation.wait(submission).state == "succeeded"


def test_an_idle_pool_stays(installation: Installation) -> None:
    pool = installation.worker(processes=1, **{PATIENCE: "3"})
    eventually(lambda: len(present(installation.store)) == 1, 60, "the pool is there")
    (before,) = present(installation.store)
    eventually(
        lambda: (present(installation.store)[0].seen - before.seen).total_seconds() > 4,
        60,
        "the pool outlives its patience",
    )
    assert pool.poll() is None
