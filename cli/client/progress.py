"""What a person sees while files are sent and jobs go on, all of it on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from cli.client.views import Job
from cli.display import LINE_EVERY_S
from core.messages import Language, say

MEGABYTE = 1e6


class Progresses:
    """Bars on a terminal; elsewhere a line now and then."""

    def __init__(self, language: Language, every_s: float = LINE_EVERY_S) -> None:
        self._language = language
        self._every_s = every_s
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        self._told = monotonic()
        self._ended: dict[str, str] = {}

    def line(self, text: str) -> None:
        """Print one line, above the bars."""
        self._console.print(text)

    @contextmanager
    def upload(self, total: int) -> Iterator[Callable[[], Callable[[int], None]]]:
        """Show how much of `total` bytes is sent; the value begins anew and returns what counts."""
        columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with self._bars(*columns) as bars:
            bar = bars.add_task(say("client", "sending", self._language), total=total)

            def begin() -> Callable[[int], None]:
                bars.reset(bar)
                return sent

            def sent(size: int) -> None:
                bars.advance(bar, size)
                done = bars.tasks[0].completed / MEGABYTE
                self._now_and_then("sent", done=done, total=total / MEGABYTE)

            yield begin

    @contextmanager
    def jobs(self) -> Iterator[Callable[[Job], None]]:
        """Show how far jobs are; the value is told of each as it changes."""
        with self._bars(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bars:
            known: dict[str, TaskID] = {}

            def show(job: Job) -> None:
                if job.id not in known:
                    known[job.id] = bars.add_task("", total=None)
                pages, done = job.progress.pages, pages_ended(job)
                label = f"{job.id[-8:]} {say('job_states', job.state, self._language)}"
                bars.update(known[job.id], description=label, total=pages or None, completed=done)
                self._now_and_then("so_far", job=job.id, done=done, pages=pages)

            yield show

    @contextmanager
    def phase(self, code: str) -> Iterator[Callable[[Mapping[str, float]], None]]:
        """Show a phase of a back-fill, `code` being its message; the value is told its numbers.

        `done` of `total` makes the bar; without a terminal the last numbers are told at the end,
        unless that is what they were at the end before.
        """
        last: list[Mapping[str, float]] = []

        def show(numbers: Mapping[str, float]) -> None:
            last[:] = [numbers]
            text = say("backfill", code, self._language, **numbers)
            bars.update(
                bar, description=text, total=numbers.get("total"), completed=numbers["done"]
            )
            self._every_so_often(text)

        with self._bars(BarColumn(), TimeElapsedColumn()) as bars:
            bar = bars.add_task("", total=None)
            yield show
        if last and not self._console.is_terminal:
            text = say("backfill", code, self._language, **last[0])
            if self._ended.get(code) != text:
                self.line(text)
            self._ended[code] = text

    @contextmanager
    def _bars(self, *columns: ProgressColumn) -> Iterator[Progress]:
        with Progress(
            TextColumn("{task.description}"),
            *columns,
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        ) as bars:
            yield bars

    def _now_and_then(self, code: str, **details: object) -> None:
        self._every_so_often(say("client", code, self._language, **details))

    def _every_so_often(self, text: str) -> None:
        if not self._console.is_terminal and monotonic() - self._told >= self._every_s:
            self._told = monotonic()
            self.line(text)


def pages_ended(job: Job) -> int:
    """Return how many pages of a job need no more work."""
    return job.progress.pages_done + job.progress.pages_failed
