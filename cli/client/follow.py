"""Follow a job until it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cli.client.patience import WATCHING
from cli.client.server import Answer, Server

POLL_S = 2.0
"""Between two questions to a server that does not tell by itself."""


def follow(server: Server, answer: Answer, poll_s: float = POLL_S) -> Iterator[Answer]:
    """Yield a job as it is known, and anew whenever it may have changed, until it has ended.

    Events are only a reason to ask: what the job is, its own address says.
    """
    yield answer
    while not answer.job.ended:
        for _ in server.events(answer.job):
            answer = server.job(answer.job.id, WATCHING)
            yield answer
            if answer.job.ended:
                return
        time.sleep(poll_s)
        answer = server.job(answer.job.id, WATCHING)
        yield answer
