"""A few processes that outlive their accidents.

Tasks are handed out one at a time, so that a process that dies takes exactly one task with it; the
task is tried again in a fresh process, and given up as `Crashed` when it fails again. The executors
of the standard library either fail all their tasks at that point or wait for ever.

Processes are spawned, never forked (OpenCV and ONNX Runtime have threads), each in a session of its
own: an interrupt from the terminal reaches the parent alone, and the programs that a process started
(Poppler, Tesseract) end with it.
"""

from __future__ import annotations

import os
import resource
import signal
import traceback
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Generic, TypeVar

from core.errors import DanganError

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Done(Generic[Result]):
    """The task's result."""

    result: Result


@dataclass(frozen=True)
class Raised:
    """The task ended with an error that says what is wrong."""

    error: DanganError


@dataclass(frozen=True)
class Crashed:
    """The process died, which another time it may not, or hung, or met a defect in the code."""

    reason: str
    traceback: str = ""
    retryable: bool = False


Outcome = Done[Result] | Raised | Crashed


@dataclass(frozen=True)
class Memory:
    """Largest resident sizes so far in bytes: of a process, and of any program that it started.

    `programs` is an upper bound: Linux counts for a program what its starter held before it started.
    """

    process: int = 0
    programs: int = 0


@dataclass(frozen=True)
class Finished(Generic[Task, Result]):
    """The end of a task, and what the process `pid` that did it had used by then."""

    task: Task
    outcome: Outcome[Result]
    pid: int
    memory: Memory


@dataclass(frozen=True)
class PoolLimits:
    """`attempts` for a task that fails in a retryable way; `task_s` is the wall time of each."""

    attempts: int = 2
    task_s: float = 300.0


def run(
    pull: Callable[[], Task | None],
    work: Callable[[Task], Result],
    jobs: int,
    limits: PoolLimits = PoolLimits(),
) -> Generator[Finished[Task, Result]]:
    """Do what `pull` hands out in up to `jobs` processes; yield each task as it ends.

    `pull` is asked whenever a process is free; None means nothing to do for now, and the run ends
    when that is so and no task is under way. `work` is imported by name in the processes. All
    processes are gone when the iterator ends or is closed.
    """
    children: list[_Child[Task, Result]] = []
    try:
        while True:
            _hand_out(pull, children, work, jobs)
            busy = [child for child in children if child.busy]
            if not busy:
                return
            for child in _answering(busy, limits.task_s):
                finished = child.finish(limits.task_s)
                if not child.alive:
                    children.remove(child)
                if child.attempt < limits.attempts and _is_retryable(finished.outcome):
                    again = child if child.alive else _added(children, work)
                    again.start(finished.task, child.attempt + 1)
                else:
                    yield finished
    finally:
        for child in children:
            child.end()


def peak_memory() -> Memory:
    """Return what this process, and the largest program that it started, have used at most."""
    kibibyte = 1024  # the unit of ru_maxrss on Linux
    return Memory(
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kibibyte,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * kibibyte,
    )


class _Child(Generic[Task, Result]):
    """One process and the pipe to it, as the parent sees them."""

    def __init__(self, work: Callable[[Task], Result]) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self._process.start()
        theirs.close()
        self._task: Task | None = None
        self.attempt = 0
        self.since = 0.0

    @property
    def busy(self) -> bool:
        return self._task is not None

    @property
    def alive(self) -> bool:
        return not self.pipe.closed

    def start(self, task: Task, attempt: int = 1) -> None:
        self._task, self.attempt, self.since = task, attempt, monotonic()
        with suppress(OSError):  # died while idle: the pipe then tells of its end
            self.pipe.send(task)

    def finish(self, limit_s: float) -> Finished[Task, Result]:
        """Take the answer; a process that has none has died, or has hung and is ended."""
        assert self._task is not None
        pid = self._process.pid or 0
        outcome: Outcome[Result]
        memory = Memory()
        try:
            if self.pipe.poll():
                outcome, memory = self.pipe.recv()
            else:
                self.end()
                outcome = Crashed(f"no answer within {limit_s:g} s")
        except (EOFError, OSError):
            self._process.join()
            outcome = Crashed(_ending(self._process.exitcode), retryable=True)
            self.end()
        task, self._task = self._task, None
        return Finished(task, outcome, pid, memory)

    def end(self) -> None:
        """Kill the process and all that it started."""
        if self._process.pid:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.pipe.close()


def _hand_out(
    pull: Callable[[], Task | None],
    children: list[_Child[Task, Result]],
    work: Callable[[Task], Result],
    jobs: int,
) -> None:
    idle = [child for child in children if not child.busy]
    while idle or len(children) < jobs:
        task = pull()
        if task is None:
            return
        (idle.pop(0) if idle else _added(children, work)).start(task)


def _added(
    children: list[_Child[Task, Result]], work: Callable[[Task], Result]
) -> _Child[Task, Result]:
    children.append(_Child(work))
    return children[-1]


def _answering(busy: list[_Child[Task, Result]], limit_s: float) -> list[_Child[Task, Result]]:
    """Wait until at least one has answered, died or run out of time; return those."""
    patience = min(child.since for child in busy) + limit_s - monotonic()
    answered = wait([child.pipe for child in busy], max(0.0, patience))
    late = monotonic() - limit_s
    return [child for child in busy if child.pipe in answered or child.since <= late]


def _is_retryable(outcome: Outcome[Result]) -> bool:
    match outcome:
        case Raised(error):
            return error.retryable
        case Crashed():
            return outcome.retryable
        case Done():
            return False


def _ending(exitcode: int | None) -> str:
    if exitcode is not None and exitcode < 0:
        return f"killed by {signal.Signals(-exitcode).name}"
    return f"exit code {exitcode}"


def _serve(pipe: Connection, work: Callable[[Task], Result]) -> None:
    """Answer tasks until the other end of the pipe is closed: the life of a process."""
    os.setsid()
    with suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send((_attempt(work, pipe.recv()), peak_memory()))


def _attempt(work: Callable[[Task], Result], task: Task) -> Outcome[Result]:
    try:
        return Done(work(task))
    except DanganError as error:
        return Raised(error)
    except Exception as error:  # noqa: BLE001  a defect met on one page must not end the others
        reason = traceback.format_exception_only(error)[-1].strip().splitlines()[0]
        return Crashed(reason, traceback.format_exc())
