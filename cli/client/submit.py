"""`dangan submit`: files to a server, one job, and its results if they are waited for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from cli.client.follow import follow
from cli.client.outcome import Wanted, settle
from cli.client.patience import Patience
from cli.client.progress import Progresses
from cli.client.server import Address, Answer, Server, Trouble, connected
from cli.client.told import ServerSaid
from cli.client.views import Job
from cli.extract import INTERRUPTED, exit_code, failure_line
from cli.inputs import InputFile, find_inputs
from core.errors import DanganError
from core.messages import Language, say

Out = Callable[[str], None]


@dataclass(frozen=True)
class SubmitOrder:
    """What was asked for on the command line; `options` are the fields of the form."""

    arguments: tuple[str, ...]
    options: Mapping[str, str]
    wait: bool
    json: bool
    wanted: Wanted


def submit(order: SubmitOrder, address: Address, progresses: Progresses, out: Out) -> int:
    """Carry out `order` and return the exit code; `out` prints on standard output.

    Raises `UsageError`, `OutputFailed`, and what `Server` raises. What is interrupted before the
    server has answered may be sent again; afterwards the job goes on by itself.
    """
    language = address.language
    order.wanted.check()
    inputs = find_inputs(order.arguments)
    for error in inputs.errors:
        progresses.line(failure_line(error, language))
    code = exit_code(inputs.errors)
    if not inputs.files:
        return code
    with connected(address, tells_again(progresses, language)) as server:
        try:
            answer = _upload(server, inputs.files, order, progresses)
        except KeyboardInterrupt:
            progresses.line(say("client", "interrupted_upload", language))
            return INTERRUPTED
        with leaving([answer], progresses, language):
            if not (order.json or order.wanted.on_stdout):
                out(answer.job.id)
            progresses.line(
                say("client", "accepted", language, job=answer.job.id, files=len(inputs.files))
            )
            if order.wait:
                (answer,), ended = watch(server, [answer], progresses, order.wanted, array=False)
                code = max(code, ended)
        if order.json:
            out(answer.text)
    return code


def watch(
    server: Server,
    answers: Sequence[Answer],
    progresses: Progresses,
    wanted: Wanted,
    *,
    array: bool,
) -> tuple[list[Answer], int]:
    """Follow jobs to their ends; return them as they are then, and the exit code."""
    ended = []
    with progresses.jobs() as show:
        for answer in answers:
            show(answer.job)
        for answer in answers:
            *_, last = shown(follow(server, answer), show)
            ended.append(last)
    jobs = [answer.job for answer in ended]
    return ended, settle(server, jobs, wanted, progresses, array=array)


def shown(answers: Iterator[Answer], show: Callable[[Job], None]) -> Iterator[Answer]:
    """Pass on what is known of a job, and show it."""
    for answer in answers:
        show(answer.job)
        yield answer


@contextmanager
def leaving(
    answers: Sequence[Answer], progresses: Progresses, language: Language
) -> Iterator[None]:
    """Tell how to come back to jobs that go on, where the block is left before its end."""
    try:
        yield
    except (KeyboardInterrupt, DanganError, ServerSaid):
        going_on = " ".join(answer.job.id for answer in answers if not answer.job.ended)
        if going_on:
            progresses.line(say("client", "goes_on", language, jobs=going_on))
        raise


def tells_again(progresses: Progresses, language: Language) -> Callable[[Trouble, float], None]:
    """Return what tells a person that a call is going to be tried again."""

    def again(trouble: Trouble, seconds: float) -> None:
        why = trouble.line if isinstance(trouble, ServerSaid) else failure_line(trouble, language)
        progresses.line(say("client", "again", language, why=why, seconds=seconds))

    return again


def _upload(
    server: Server, files: Sequence[InputFile], order: SubmitOrder, progresses: Progresses
) -> Answer:
    key = secrets.token_hex(16)
    total = sum(file.path.stat().st_size for file in files)
    with progresses.upload(total) as begin:
        return server.upload(files, order.options, key, begin, Patience())
