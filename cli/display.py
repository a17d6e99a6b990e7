"""What a person sees while the work goes on, all of it on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cli.documents import StepEnd, Tally
from cli.pool import Crashed
from core.messages import Language, say

LINE_EVERY_S = 10.0
"""How often a verbose run without a terminal tells how far it is."""


class Display:
    """A progress bar on a terminal; elsewhere nothing, or with `verbose` a line now and then.

    `verbose` also shows where in the code a page crashed.
    """

    def __init__(self, language: Language, *, verbose: bool) -> None:
        self._language = language
        self._verbose = verbose
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._files = self._bar.add_task(say("cli", "files", language), total=None)
        self._pages = self._bar.add_task(say("cli", "pages", language), total=None)
        self._told = monotonic()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the bar during the block."""
        with self._bar:
            yield

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Clear the bar off the terminal during the block, which writes there."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def step(self, finished: StepEnd, tally: Tally) -> None:
        """Show that a step has ended."""
        self._bar.update(
            self._files,
            total=tally.files,
            completed=tally.files_done,
            visible=tally.files > 1,
        )
        self._bar.update(self._pages, total=tally.pages or None, completed=tally.pages_done)
        if self._verbose:
            self._tell(finished, tally)

    def line(self, text: str) -> None:
        """Print one line, above the bar."""
        self._console.print(text)

    def _tell(self, finished: StepEnd, tally: Tally) -> None:
        if isinstance(finished.outcome, Crashed) and finished.outcome.traceback:
            self.line(finished.outcome.traceback)
        if not self._console.is_terminal and monotonic() - self._told > LINE_EVERY_S:
            self._told = monotonic()
            self.line(say("cli", "so_far", self._language, **vars(tally)))
