"""The program that `confined` runs: it bounds itself, answers one request, and ends.

Whatever the bytes of a document do to the libraries that parse them, they do it here: an exception
that nobody expected, an abort or an exhausted limit ends this process and no other.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from core.errors import DanganError, RenderFailed
from core.kind import OFFICE, Kind
from worker.rasterise.limits import Limits
from worker.rasterise.protocol import Answer, Request, write_answer


def main() -> None:
    """Answer the request given as the only argument on what was standard output."""
    request = Request.from_json(sys.argv[1])
    channel = _claim_output()
    _confine(request.limits)
    with channel:
        channel.writelines(write_answer(_answer(request)))


def _claim_output() -> BinaryIO:
    """Return standard output, and send to standard error what anyone else prints."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return channel


def _confine(limits: Limits) -> None:
    """Bound this process, and by inheritance every program that it starts."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_s + 1),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        allowed = resource.getrlimit(what)[1]
        bound = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        # One second between them lets SIGXCPU tell that time ran out; the hard limit is SIGKILL.
        grace = bound - 1 if what == resource.RLIMIT_CPU else bound
        resource.setrlimit(what, (grace, bound))


def _answer(request: Request) -> Answer:
    try:
        return _work(request)
    except DanganError as error:
        return error
    except MemoryError:
        return RenderFailed(file=request.file, page=request.page, reason="out_of_memory")


def _work(request: Request) -> Answer:
    """Do the task with what the kind of file needs; only that is imported."""
    if request.kind in OFFICE:
        from worker.rasterise import office  # noqa: PLC0415

        tasks: dict[str, Callable[[Request], Answer]] = {
            "count": office.count,
            "render": office.render,
            "text": office.text,
        }
    elif request.kind is Kind.PDF:
        from worker.rasterise import pdf  # noqa: PLC0415

        tasks = {"count": pdf.count, "render": pdf.render, "text": pdf.text}
    else:
        from worker.rasterise import picture  # noqa: PLC0415

        tasks = {"count": picture.count, "render": picture.render}
    return tasks[request.task](request)


if __name__ == "__main__":
    main()
