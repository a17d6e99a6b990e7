"""The sign of life of a pool (`core.pulse`)."""

from __future__ import annotations

from typing import Any

from celery import bootsteps

from core.pulse import EVERY_S, pulse_file
from core.settings import Settings


def pulse(settings: Settings) -> type[bootsteps.StartStopStep]:
    """Return the part of a pool's main process that touches its file."""

    class Pulse(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Timer",)

        def start(self, parent: Any) -> None:  # noqa: ANN401  Celery's worker
            self.file = pulse_file(settings, str(parent.hostname))
            self.file.touch()
            # The timer runs in the loop that takes messages and watches the pool.
            self.beat = parent.timer.call_repeatedly(EVERY_S, self.file.touch)

        def stop(self, parent: Any) -> None:  # noqa: ANN401, ARG002  Celery's worker
            self.beat.cancel()
            self.file.unlink(missing_ok=True)

    return Pulse
