"""`dangan status`: how jobs stand, once or until they have ended."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cli.client.outcome import Wanted
from cli.client.patience import Patience
from cli.client.progress import Progresses, pages_ended
from cli.client.server import Address, Answer, Server, connected
from cli.client.submit import leaving, tells_again, watch
from cli.client.told import ServerSaid
from cli.client.views import Job
from cli.extract import OK
from core.messages import Language, say, visible

Out = Callable[[str], None]


@dataclass(frozen=True)
class StatusOrder:
    """What was asked for on the command line; without `jobs` the latest ones are meant."""

    jobs: tuple[str, ...]
    watch: bool
    json: bool
    wanted: Wanted


def status(order: StatusOrder, address: Address, progresses: Progresses, out: Out) -> int:
    """Carry out `order` and return the exit code; `out` prints on standard output."""
    language = address.language
    order.wanted.check()
    code = OK
    with connected(address, tells_again(progresses, language)) as server:
        answers, code = _ask(server, order, progresses)
        if order.watch:
            array = len(order.jobs) != 1
            with leaving(answers, progresses, language):
                answers, ended = watch(server, answers, progresses, order.wanted, array=array)
            code = max(code, ended)
    if order.json:
        out(_as_json(answers, array=len(order.jobs) != 1))
    elif not order.wanted.on_stdout:
        for answer in answers:
            out(job_line(answer.job, language))
    return code


def job_line(job: Job, language: Language) -> str:
    """Return a job on one line, and on lines of their own the documents that it was asked with."""
    head = say(
        "client",
        "job",
        language,
        job=job.id,
        state=say("job_states", job.state, language),
        created=f"{job.created.astimezone():%Y-%m-%d %H:%M}",
        done=pages_ended(job),
        pages=job.progress.pages,
        forms=job.progress.forms,
    )
    return "\n".join((head, *(f"    {visible(document.name)}" for document in job.documents)))


def _ask(
    server: Server, order: StatusOrder, progresses: Progresses
) -> tuple[Sequence[Answer], int]:
    if not order.jobs:
        return server.jobs(Patience()), OK
    answers, code = [], OK
    for job_id in order.jobs:
        try:
            answers.append(server.job(job_id, Patience()))
        except ServerSaid as said:
            progresses.line(said.line)
            code = max(code, said.exit_code)
    return answers, code


def _as_json(answers: Sequence[Answer], *, array: bool) -> str:
    values = [json.loads(answer.text) for answer in answers]
    chosen = values if array or not values else values[0]
    return json.dumps(chosen, ensure_ascii=False, indent=2)
