"""When a pool counts as wedged."""

from __future__ import annotations

from worker.watchdog import Watch, priorities_of


def test_a_pool_that_begins_work_is_well() -> None:
    watch = Watch(patience_s=30, since=0)
    for begun, now in enumerate(range(0, 300, 20), start=1):
        assert not watch.is_wedged(now, begun=begun, waits=True)


def test_a_pool_that_begins_nothing_while_work_waits_is_wedged() -> None:
    watch = Watch(patience_s=30, since=0)
    assert not watch.is_wedged(10, begun=1, waits=True)
    assert not watch.is_wedged(40, begun=1, waits=True)
    assert watch.is_wedged(41, begun=1, waits=True)


def test_a_pool_that_never_began_anything_is_wedged() -> None:
    assert Watch(patience_s=30, since=0).is_wedged(31, begun=0, waits=True)


def test_an_idle_pool_is_well_and_has_all_its_time_when_work_comes() -> None:
    watch = Watch(patience_s=30, since=0)
    assert not watch.is_wedged(10_000, begun=1, waits=False)
    assert not watch.is_wedged(10_029, begun=1, waits=True)
    assert watch.is_wedged(10_031, begun=1, waits=True)


def test_only_queues_that_hold_work_of_the_database_count() -> None:
    assert priorities_of(["maintenance", "interactive", "bulk"]) == ("bulk", "interactive")
    assert priorities_of(["maintenance"]) == ()
