"""Note what a pool process cannot note itself: that it was ended over its work.

Runs in the parent process of a pool, which lives on. Where the parent is killed with it, nobody notes
anything, and that is right: the work may be innocent; its lease runs out and it is begun again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

from billiard.einfo import ExceptionInfo
from billiard.exceptions import Terminated, TimeLimitExceeded
from celery import Task
from celery.worker import state
from celery.worker.request import Request
from sqlalchemy.exc import SQLAlchemyError

from core.errors import FileCrashed, PageCrashed
from core.store.leases import Trouble
from core.store.pages import crash_page
from core.store.runs import crash_run
from worker.bench import Bench, holder

logger = logging.getLogger(__name__)


class WatchedRequest(Request):
    """A message that was delivered to this worker (Celery's user guide, Custom requests)."""

    def on_failure(
        self,
        exc_info: ExceptionInfo,
        send_failed_event: bool = True,  # noqa: FBT001, FBT002  Celery's signature
        return_ok: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Free the work before the message comes back, so that it can be claimed then."""
        error = exc_info.exception
        # The pool wraps what travelled between processes.
        error = getattr(error, "exc", error)
        if not isinstance(error, Terminated):
            self._note(_reason(error))
        super().on_failure(exc_info, send_failed_event=send_failed_event, return_ok=return_ok)

    def on_timeout(self, soft: bool, timeout: float) -> None:  # noqa: FBT001
        """Free the work of a process that is killed for its slowness."""
        if not soft:
            self._note(f"time limit ({timeout} s)")
        super().on_timeout(soft, timeout)

    def _note(self, reason: str) -> None:
        # A pool that is being shut down ends its processes: not the fault of the work.
        shutting_down: object = state.should_terminate
        if shutting_down or self.worker_pid is None:
            return
        task = cast("WatchedTask", self.task)
        (id_,) = self.args
        try:
            note_crash(task.bench(), task.name, id_, int(self.worker_pid), reason)
        except SQLAlchemyError:
            logger.warning("could not note the crash over %s; its lease will end", id_)


class WatchedTask(Task):  # type: ignore[type-arg]
    """A task whose argument is the id of the work that it may claim."""

    abstract = True
    Request = "worker.watching:WatchedRequest"
    bench: Callable[[], Bench]


def note_crash(bench: Bench, task: str, id_: str, pid: int, reason: str) -> None:
    """Write down that process `pid` of this machine ended over the work `id_`, if it held it."""
    work: dict[str, Any] = {"store": bench.store, "holder": holder(pid), "limits": bench.limits}
    if task == "read_page":
        ended = crash_page(page_id=id_, trouble=Trouble.of(PageCrashed(reason=reason)), **work)
    else:
        ended = crash_run(run_id=id_, trouble=Trouble.of(FileCrashed(reason=reason)), **work)
    bench.doorbell.ring(ended.bells)


def _reason(error: BaseException | None) -> str:
    if isinstance(error, TimeLimitExceeded):
        return "time limit"
    lines = str(error).splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"
