"""Tests of the processes that outlive their accidents, with real deaths."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from cli.pool import Crashed, Done, Finished, Outcome, PoolLimits, Raised, run
from core.errors import DamagedFile, RenderFailed
from tests.cli.watching import is_running, wait_until

Act = tuple[str, str]


def act(task: Act) -> str:
    """Do what the first word says; the second is a path, or just a name."""
    what, name = task
    match what:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "kill_once" if not Path(name).exists():
            Path(name).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            os._exit(7)
        case "hang":
            time.sleep(600)
        case "start a program and hang":
            program = subprocess.Popen(["sleep", "600"])
            Path(name).write_text(f"{os.getpid()} {program.pid}\n")
            program.wait()
        case "defect":
            raise ZeroDivisionError("first line\nsecond line")
        case "input_error":
            raise DamagedFile(file=name, reason="cut off")
        case "service_error_once" if not Path(name).exists():
            Path(name).touch()
            raise RenderFailed(file=name, page=1, reason="busy")
    return f"{name} done"


def pull_from(tasks: Iterable[Act]) -> Callable[[], Act | None]:
    waiting = iter(tasks)
    return lambda: next(waiting, None)


def ends(tasks: Iterable[Act], jobs: int = 2, task_s: float = 60.0) -> list[Finished[Act, str]]:
    return list(run(pull_from(tasks), act, jobs, PoolLimits(task_s=task_s)))


def outcome_of(name: str, finished: Iterable[Finished[Act, str]]) -> Outcome[str]:
    (outcome,) = (end.outcome for end in finished if end.task[1] == name)
    return outcome


def test_a_killed_process_costs_its_own_task_only() -> None:
    good = [("", f"page {number}") for number in range(6)]
    finished = ends([*good[:2], ("kill", "poison"), *good[2:], ("exit", "quits")])
    assert outcome_of("poison", finished) == Crashed("killed by SIGKILL", retryable=True)
    assert outcome_of("quits", finished) == Crashed("exit code 7", retryable=True)
    for task in good:
        assert outcome_of(task[1], finished) == Done(f"{task[1]} done")


def test_a_task_whose_process_was_killed_is_tried_again(tmp_path: Path) -> None:
    marker = str(tmp_path / "was here")
    assert outcome_of(marker, ends([("kill_once", marker)], jobs=1)) == Done(f"{marker} done")


def test_a_process_killed_while_idle_costs_nothing() -> None:
    known: list[int] = []

    def pull() -> Act | None:
        if len(known) == 1:
            os.kill(known[0], signal.SIGKILL)
            assert wait_until(lambda: not is_running(known[0]))
        return ("", f"task {len(known)}") if len(known) < 2 else None

    for finished in run(pull, act, 1):
        known.append(finished.pid)
        assert isinstance(finished.outcome, Done)
    assert len(set(known)) == 2


def test_a_process_that_hangs_is_ended_and_its_task_given_up() -> None:
    finished = ends([("hang", "for ever"), ("", "quick")], task_s=3.0)
    assert outcome_of("for ever", finished) == Crashed("no answer within 3 s")
    assert outcome_of("quick", finished) == Done("quick done")


def test_errors_and_defects_come_back_and_the_process_lives_on(tmp_path: Path) -> None:
    busy = str(tmp_path / "busy")
    tasks = [
        ("input_error", "a.pdf"),
        ("defect", "b.pdf"),
        ("service_error_once", busy),
        ("", "last"),
    ]
    finished = ends(tasks, jobs=1)
    damaged = outcome_of("a.pdf", finished)
    assert isinstance(damaged, Raised)
    assert isinstance(damaged.error, DamagedFile)
    assert damaged.error.details == {"file": "a.pdf", "reason": "cut off"}
    defect = outcome_of("b.pdf", finished)
    assert isinstance(defect, Crashed)
    assert defect.reason == "ZeroDivisionError: first line"
    assert "in act" in defect.traceback
    assert outcome_of(busy, finished) == Done(f"{busy} done")
    assert len({end.pid for end in finished}) == 1
    assert all(end.memory.process > 1_000_000 for end in finished)


def test_there_are_no_more_processes_than_jobs() -> None:
    finished = ends([("", f"page {number}") for number in range(12)], jobs=2)
    assert len(finished) == 12
    assert len({end.pid for end in finished}) <= 2


def test_closing_ends_the_processes_and_the_programs_they_started(tmp_path: Path) -> None:
    noted = tmp_path / "pids"
    tasks = [("", "quick"), ("start a program and hang", str(noted))]
    with closing(run(pull_from(tasks), act, 2)) as finished:
        assert next(finished).task[1] == "quick"
        assert wait_until(lambda: noted.exists() and noted.read_text().endswith("\n"))
    pids = [int(pid) for pid in noted.read_text().split()]
    assert len(pids) == 2
    assert wait_until(lambda: not any(map(is_running, pids)))
