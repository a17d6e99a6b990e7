"""What our processes say of their work: a line for each thing that happened, as text or as JSON.

Built on the standard library's logging, which is what Celery, uvicorn and SQLAlchemy speak too: one
handler writes the lines of all of them alike (docs/decisions/0007). A line names what it is about: job,
document, page, run. What stands in a document is never in a line: of an exception whose message might
quote it, only its kind and its place in the code are told.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from core.errors import DanganError
from core.settings import Settings

Subject = str | int | tuple[str, ...]
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

ROOMS: Final = ("core", "worker", "api", "cli")
# Their own handlers would write lines of another form beside ours.
SERVERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "celery", "celery.task")
# Quotes the message of any exception of a task. The tasks tell of theirs themselves (`worker.tasks`).
QUOTING: Final = "celery.app.trace"
# Exceptions whose messages come from programs and systems, and hold nothing of a document. The values
# of a statement are hidden by the engine (`core.store.database`).
TOLD: Final = (DanganError, OSError, RedisError, DBAPIError)

_NOTHING: Final[Mapping[str, Subject]] = MappingProxyType({})
_subjects: ContextVar[Mapping[str, Subject]] = ContextVar("subjects", default=_NOTHING)


@contextmanager
def about(**subjects: Subject) -> Iterator[None]:
    """Have each line of the block tell what it is about: `job="…"`, `page=3`."""
    token = _subjects.set({**_subjects.get(), **subjects})
    try:
        yield
    finally:
        _subjects.reset(token)


def name_subjects(**subjects: Subject) -> None:
    """Have the lines of the rest of the surrounding `about` block tell these as well.

    Outside of any block nothing is named: nothing would end it.
    """
    if _subjects.get() is not _NOTHING:
        _subjects.set({**_subjects.get(), **subjects})


def configure_logging(settings: Settings, process: str) -> None:
    """Write the lines of this process, whatever library they come from, to stderr.

    `process` names it in every line. Our own lines count from INFO on, others from WARNING on. Call it
    once a process, after others have set up theirs; calling it again changes nothing.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process) if settings.log == "json" else TextLines(process))
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for room in ROOMS:
        logging.getLogger(room).setLevel(logging.INFO)
    for name in SERVERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)
    logging.getLogger(QUOTING).setLevel(logging.CRITICAL + 1)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, process, pid, logger, message, subjects, exception."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "process": self.process,
            "pid": os.getpid(),
            "logger": record.name,
            "message": record.getMessage(),
            **_subjects.get(),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = told_exception(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The same for people: `time LEVEL process logger: message [job=… page=…]`."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        head = f"{_time(record)} {record.levelname} {self.process} {record.name}"
        subjects = " ".join(f"{name}={_plain(it)}" for name, it in _subjects.get().items())
        line = f"{head}: {record.getMessage()}" + (f" [{subjects}]" if subjects else "")
        # A message of many lines, or a file name with a line break in it, stays one entry.
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        if record.exc_info and record.exc_info[0] is not None:
            line += f"\n{told_exception(record.exc_info)}"
        return line


def told_exception(exc_info: ExcInfo) -> str:
    """Return where an exception came from and of what kind it is; its message only where it is safe."""
    kind, error, place = exc_info
    frames = [
        f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(place)
    ]
    # The first line: in the next ones a database may quote a row.
    said = f": {_first_line(error)}" if isinstance(error, TOLD) else ""
    own = "\n".join([*frames, f"{kind.__module__}.{kind.__qualname__}{said}"])
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is None:
        return own
    return f"{told_exception((type(cause), cause, cause.__traceback__))}\nled to\n{own}"


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _plain(subject: Subject) -> str:
    return ",".join(subject) if isinstance(subject, tuple) else str(subject)
