"""Follow a job as it goes on: server-sent events.

However many listen, one query a tick looks after all jobs that anybody listens to.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Annotated, cast

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.exc import SQLAlchemyError

from api.callers import KEY_ERRORS, Caller, require
from api.languages import LanguageWanted
from api.parameters import Id
from api.parts import PartsNeeded
from api.problems import problems
from api.views import job_out
from core.errors import JobNotFound
from core.messages import Language
from core.store import Store
from core.store.jobs import JobView, find_job, find_jobs

router = APIRouter(prefix="/api/v1", tags=["jobs"])

MEDIA_TYPE = "text/event-stream"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How often to look, and after how long a silence to show that we are still there.

    Proxies cut connections that are silent for a minute or so. A client that lost us comes back after
    `return_ms`.
    """

    tick_s: float = 0.5
    heartbeat_s: float = 15.0
    return_ms: int = 2_000


@dataclass
class Watcher:
    """Looks after the jobs that somebody listens to. `over` ends all listening."""

    store: Store
    pace: Pace = field(default_factory=Pace)
    over: bool = False
    _listeners: Counter[str] = field(default_factory=Counter)
    _latest: dict[str, JobView | None] = field(default_factory=dict)
    _ticked: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(self.pace.tick_s)
            await self._look()
            self._ticked.set()
            self._ticked = asyncio.Event()

    async def follow(self, job_id: str) -> AsyncIterator[JobView | None]:
        """Yield the job at every tick until all is over; None once it is gone."""
        self._listeners[job_id] += 1
        try:
            while not self.over:
                await self._ticked.wait()
                if job_id in self._latest:
                    yield self._latest[job_id]
        finally:
            self._listeners[job_id] -= 1
            if not self._listeners[job_id]:
                # What it was then says nothing to who comes next, and a service runs for years.
                del self._listeners[job_id]
                self._latest.pop(job_id, None)

    async def _look(self) -> None:
        wanted = list(self._listeners)
        if not wanted:
            self._latest = {}
            return
        try:
            found = await to_thread.run_sync(find_jobs, self.store, wanted)
        except SQLAlchemyError as error:
            logger.warning("the database does not answer, looking again: %s", error)
            return
        self._latest = dict.fromkeys(wanted) | {job.id: job for job in found}


@asynccontextmanager
async def watching(store: Store) -> AsyncIterator[Watcher]:
    """Give a watcher that runs until the block ends, or until the server is told to end."""
    watcher = Watcher(store)
    task = asyncio.create_task(watcher.run())
    try:
        with _told_of_the_end(watcher):
            yield watcher
    finally:
        task.cancel()


@contextmanager
def _told_of_the_end(watcher: Watcher) -> Iterator[None]:
    """Have the watcher know of the signals that end the server, which waits for open connections."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def told(number: int, frame: object) -> None:
        watcher.over = True
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)  # type: ignore[arg-type]

    for number in before:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# Of one event; there is no better place for it before OpenAPI 3.2.
EVENT = {
    "type": "object",
    "properties": {
        "event": {"enum": ["progress", "end", "deleted"]},
        "id": {"type": "string", "description": "the job's `version`"},
        "data": {"type": "string", "description": "a `JobOut` as JSON"},
    },
}


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events, each with the job as data.",
            "content": {
                MEDIA_TYPE: {
                    "schema": EVENT,
                    "example": 'id: 7\nevent: progress\ndata: {"id": "…", "state": "running", …}\n\n',
                }
            },
        },
        204: {"description": "The job has ended, and its `Last-Event-ID` was the last."},
        **problems(*KEY_ERRORS, JobNotFound),
    },
)
def get_events(
    request: Request,
    job_id: Id,
    parts: PartsNeeded,
    caller: Annotated[Caller, Depends(require("read"))],
    language: LanguageWanted,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> Response:
    """Follow a job: `progress` at every change, `end` when it has ended, `deleted` if it is gone.

    The data of an event is the job, its id the job's `version`; who comes back with `Last-Event-ID`
    is told only what is new. After `end` and `deleted` the stream closes.
    """
    job = find_job(parts.store, job_id, caller.owner)
    if job.ended and last_event_id == str(job.version):
        return Response(status_code=204)
    watcher = cast("Watcher", request.app.state.watcher)
    return StreamingResponse(
        _events(watcher, job, language, last_event_id),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    watcher: Watcher, job: JobView, language: Language, told: str | None
) -> AsyncIterator[str]:
    yield f"retry: {watcher.pace.return_ms}\n\n"
    if str(job.version) != told:
        yield _event(job, language)
    if job.ended:
        return
    version = job.version
    silent_s = 0.0
    async for current in watcher.follow(job.id):
        silent_s += watcher.pace.tick_s
        if current is None:
            yield "event: deleted\ndata: {}\n\n"
            return
        if current.version != version:
            version, silent_s = current.version, 0.0
            yield _event(current, language)
        elif silent_s >= watcher.pace.heartbeat_s:
            silent_s = 0.0
            yield ": still here\n\n"
        if current.ended:
            return


def _event(job: JobView, language: Language) -> str:
    name = "end" if job.ended else "progress"
    return f"id: {job.version}\nevent: {name}\ndata: {job_out(job, language).model_dump_json()}\n\n"
