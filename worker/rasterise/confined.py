"""Run the child that parses and renders, and survive whatever becomes of it.

A request goes in, an answer or one error of the tree comes out, within `Limits.wall_s`. The child
leads a process group of its own, which is killed as a whole; what it writes stays in anonymous
memory, so that nothing is left behind even when this process is killed.
"""

from __future__ import annotations

import logging
import mmap
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import DamagedFile, DanganError, RenderFailed, RenderTimeout
from worker.rasterise.limits import Limits
from worker.rasterise.protocol import Answer, Request, read_answer

logger = logging.getLogger(__name__)

SOURCE_ROOT = Path(__file__).resolve().parents[2]


def ask(request: Request) -> Answer:
    """Return the child's answer, never an error.

    Raises what the child raised; RenderTimeout or RenderFailed where it died over a page, and
    DamagedFile where it died over counting them.
    """
    with _memory("answer") as answer, _memory("complaints") as complaints:
        try:
            child = _start(request, answer, complaints)
        except OSError as error:
            raise RenderFailed(
                file=request.file, page=request.page, reason=os.strerror(error.errno or 0)
            ) from error
        exceeded = _see_through(child, request.limits)
        said = read_answer(_view(answer)) if child.returncode == 0 else None
        if said is None:
            # The text may quote the document: it is for the operator's log, never for a message.
            logger.info(
                "the child's %s of page %d ended with %s: %s",
                request.task,
                request.page,
                child.returncode,
                bytes(_view(complaints)[-2000:]).decode("utf-8", "replace"),
            )
            raise _death(request, exceeded)
    if isinstance(said, DanganError):
        raise said
    return said


def _start(request: Request, answer: int, complaints: int) -> subprocess.Popen[bytes]:
    # -P: a module lying in the working directory must not stand in for one of ours.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "worker.rasterise.child", request.to_json()],
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=complaints,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": _search_path()},
    )


def _search_path() -> str:
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([str(SOURCE_ROOT), *filter(os.path.isabs, inherited)])


def _see_through(child: subprocess.Popen[bytes], limits: Limits) -> float | None:
    """Wait for the end of the child, and end all it started.

    Return the limit of time that it ran into, in seconds, or None.
    """
    exited = select.poll()
    # The child is watched without being reaped: until it is, its group id cannot be given away.
    handle = os.pidfd_open(child.pid)
    try:
        exited.register(handle, select.POLLIN)
        in_time = exited.poll(limits.wall_s * 1000)
    finally:
        os.close(handle)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    if not in_time:
        return limits.wall_s
    return limits.cpu_s if child.returncode == -signal.SIGXCPU else None


def _death(request: Request, exceeded: float | None) -> DanganError:
    if request.task == "count":
        return DamagedFile(file=request.file, reason="too_slow" if exceeded else "unreadable")
    if exceeded:
        return RenderTimeout(file=request.file, page=request.page, limit_s=f"{exceeded:g}")
    return RenderFailed(file=request.file, page=request.page, reason="crashed")


@contextmanager
def _memory(name: str) -> Iterator[int]:
    handle = os.memfd_create(name)
    try:
        yield handle
    finally:
        os.close(handle)


def _view(handle: int) -> memoryview:
    """Return what was written; the view outlives the handle."""
    if os.fstat(handle).st_size == 0:
        return memoryview(b"")
    return memoryview(mmap.mmap(handle, 0, access=mmap.ACCESS_READ))
