"""Start processes, start them again when they die, end them all.

No process outlives the supervisor, however that ends: the kernel kills each with its parent
(PR_SET_PDEATHSIG, which setpriv asks for), and a Celery pool asks the same for its own children.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cli.service.programs import Program
from core.errors import MissingProgram, ProcessGone

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How a supervisor waits, in seconds.

    A process that dies is started again after `again_s`, then after twice that, up to `longest_s`;
    one that lived for `well_s` starts over with its first pause. A program that is not ready within
    `ready_s` ends the start of the service.
    """

    again_s: float = 0.5
    longest_s: float = 30.0
    well_s: float = 60.0
    ready_s: float = 60.0
    look_s: float = 0.1


@dataclass
class Supervised:
    """A program and its process."""

    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pause_s: float
    again_at: float | None = None


@dataclass
class Supervisor:
    """The processes of a service. Use from one thread: they die with the thread that started them."""

    environment: Mapping[str, str]
    patience: Patience = field(default_factory=Patience)
    _running: list[Supervised] = field(default_factory=list, init=False)

    def start(self, programs: Sequence[Program]) -> None:
        """Start each program and wait until it is ready; raises `ProcessGone`."""
        for program in programs:
            child = Supervised(
                program, self._spawn(program), time.monotonic(), self.patience.again_s
            )
            self._running.append(child)
            self._wait_until_ready(child)

    def look_after(self) -> None:
        """Start again what has died and has waited long enough; call often."""
        for child in self._running:
            if child.process.poll() is None:
                continue
            now = time.monotonic()
            if child.again_at is None:
                self._plan_again(child, now)
            elif now >= child.again_at:
                child.process = self._spawn(child.program)
                child.started = now
                child.again_at = None

    def end(self, hurry: Callable[[], bool]) -> None:
        """End all processes; those that others need end last. In a `hurry`, nothing is waited for."""
        for outlives in (False, True):
            ending = [child for child in self._running if child.program.outlives is outlives]
            for child in ending:
                if child.process.poll() is None:
                    child.process.send_signal(child.program.stop)
            end = time.monotonic() + max((child.program.stop_s for child in ending), default=0)
            while any(child.process.poll() is None for child in ending):
                if hurry() or time.monotonic() > end:
                    break
                time.sleep(self.patience.look_s)
        self.kill()

    def kill(self) -> None:
        """End what is left without further ado."""
        for child in self._running:
            if child.process.poll() is None:
                logger.warning("killing %s", child.program.name)
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        self._running.clear()

    def _plan_again(self, child: Supervised, now: float) -> None:
        if now - child.started > self.patience.well_s:
            child.pause_s = self.patience.again_s
        logger.warning(
            "%s died (%s), starting it again in %.1f s",
            child.program.name,
            status_of(child.process),
            child.pause_s,
        )
        child.again_at = now + child.pause_s
        child.pause_s = min(2 * child.pause_s, self.patience.longest_s)

    def _wait_until_ready(self, child: Supervised) -> None:
        end = time.monotonic() + self.patience.ready_s
        while not child.program.ready():
            if child.process.poll() is not None or time.monotonic() > end:
                raise ProcessGone(process=child.program.name, status=status_of(child.process))
            time.sleep(self.patience.look_s)

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches us alone, and we say who ends when.
        return subprocess.Popen(
            [_tether(), "--pdeathsig", "KILL", "--", *program.command],
            env={**self.environment, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=2,
            start_new_session=True,
        )


def status_of(process: subprocess.Popen[bytes]) -> str:
    """Return how a process ended, in words."""
    code = process.poll()
    if code is None:
        return "not ready"
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _tether() -> str:
    found = shutil.which("setpriv")
    if found is None:
        raise MissingProgram(program="setpriv", package="util-linux")
    return found
