"""The server at the other end: each call a method, foreign errors translated here and nowhere else."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from cli.client.patience import LATER, Patience, seconds_asked
from cli.client.told import ServerSaid
from cli.client.upload import MEDIA_TYPE, Sent, StreamedFile, parts
from cli.client.views import Document, Job, JobList, Page, Problem
from cli.inputs import InputFile
from core.errors import BadServer, DanganError, KeyNeeded, ServerStrange, ServerUnreachable
from core.exposure import is_loopback
from core.extraction import Extraction
from core.messages import Language

JOBS = "api/v1/jobs"
TIMEOUT = httpx2.Timeout(connect=10, write=60, read=120, pool=10)
# Between two events of a job that is being watched; then it is asked for anyhow.
SILENCE = httpx2.Timeout(connect=10, write=10, read=45, pool=10)

Model = TypeVar("Model", bound=BaseModel)
Trouble = DanganError | ServerSaid
Again = Callable[[Trouble, float], None]
"""Told that a call failed and of the pause, in seconds, after which it is tried again."""


@dataclass(frozen=True)
class Address:
    """Where a server is, and the key that it wants; `key` is in no text that anybody sees."""

    url: str
    key: str | None
    language: Language

    def __repr__(self) -> str:
        return f"Address({self.url!r})"


@contextmanager
def connected(
    address: Address, again: Again, nap: Callable[[float], None] = time.sleep
) -> Iterator[Server]:
    """Give a server until the block ends; raises `BadServer`, `KeyNeeded` for what cannot be sent.

    `nap` is called for the pauses between tries, and may end them by an exception of its own.
    """
    headers: dict[str, str] = {"Accept-Language": address.language}
    if address.key is not None:
        if not (address.key.isascii() and address.key.isprintable()):
            raise KeyNeeded
        headers["Authorization"] = f"Bearer {address.key}"
    base = _base(address.url)
    # Proxies of the environment are for other machines than this one.
    elsewhere = not is_loopback(base.host)
    with httpx2.Client(
        base_url=base, headers=headers, timeout=TIMEOUT, trust_env=elsewhere
    ) as client:
        yield Server(client, again, nap)


@dataclass(frozen=True)
class Answer:
    """A job, and all that the server says of it, as JSON."""

    job: Job
    text: str


class Server:
    """The calls of the API that the client makes.

    All raise `ServerSaid` where the server refuses, `ServerUnreachable` where it does not answer, and
    `ServerStrange` where what answers is no server of ours.
    """

    def __init__(
        self, client: httpx2.Client, again: Again, nap: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._again = again
        self._nap = nap

    def upload(
        self,
        files: Sequence[InputFile],
        options: Mapping[str, str],
        key: str,
        begin: Callable[[], Sent],
        patience: Patience,
    ) -> Answer:
        """Send files; the same `key` makes a second try no second job. Raises `UnreadableFile`.

        `begin` is called at each try, and what it returns with the size of each piece.
        """

        def send() -> httpx2.Response:
            return self._client.post(
                JOBS,
                data=dict(options),
                files=parts(files, begin()),
                headers={"Idempotency-Key": key},
            )

        return self._answer(self._patiently(send, patience))

    def job(self, job_id: str, patience: Patience) -> Answer:
        """Ask for a job with its documents."""
        return self._answer(self._get(f"{JOBS}/{_step(job_id)}", patience))

    def jobs(self, patience: Patience) -> tuple[Answer, ...]:
        """Ask for the latest jobs, which come without their documents."""
        response = self._get(JOBS, patience)
        listed = self._read(JobList, response).jobs
        texts = map(json.dumps, response.json()["jobs"])
        return tuple(Answer(job, text) for job, text in zip(listed, texts, strict=True))

    def pages(self, document: Document, patience: Patience) -> tuple[Page, ...]:
        """Ask for the pages of a document."""
        response = self._get(document.pages_url.lstrip("/"), patience)
        try:
            return TypeAdapter(tuple[Page, ...]).validate_json(response.content)
        except ValidationError as error:
            raise self._strange(response) from error

    def result(self, document: Document, patience: Patience) -> Extraction:
        """Ask for the extraction of a document that has one."""
        assert document.result_url is not None
        return self._read(Extraction, self._get(document.result_url.lstrip("/"), patience))

    def events(self, job: Job) -> Iterator[None]:
        """Yield whenever the server says that something has changed; end when it says no more.

        Ends at once where it does not tell of events at all: then who watches has to ask.
        """
        try:
            with self._client.sse(job.events_url.lstrip("/"), timeout=SILENCE) as events:
                if events.response.status_code == HTTPStatus.OK:
                    for _ in events:
                        yield
        except httpx2.TransportError:
            return

    def ask(
        self, path: str, model: type[Model], patience: Patience, **wanted: str | int | None
    ) -> Model:
        """Ask for what stands at `path`; what is None is not asked with."""
        given = {name: value for name, value in wanted.items() if value is not None}
        response = self._patiently(lambda: self._client.get(path, params=given), patience)
        return self._read(model, response)

    def tell(self, path: str, content: object, model: type[Model], patience: Patience) -> Model:
        """Tell `path` something that may be told twice."""
        send = partial(self._client.post, path, json=content)
        return self._read(model, self._patiently(send, patience))

    def put(
        self,
        path: str,
        file: Path,
        begin: Callable[[], Sent],
        model: type[Model],
        patience: Patience,
    ) -> Model:
        """Put the bytes of a file at `path`; raises `UnreadableFile`. `begin` as for `upload`."""

        def send() -> httpx2.Response:
            streamed = StreamedFile(file, begin())
            headers = {"Content-Length": str(streamed.size), "Content-Type": MEDIA_TYPE}
            with closing(streamed):
                return self._client.put(path, content=streamed.pieces(), headers=headers)

        return self._read(model, self._patiently(send, patience))

    def _answer(self, response: httpx2.Response) -> Answer:
        return Answer(self._read(Job, response), response.text)

    def _read(self, model: type[Model], response: httpx2.Response) -> Model:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise self._strange(response) from error

    def _get(self, path: str, patience: Patience) -> httpx2.Response:
        return self._patiently(lambda: self._client.get(path), patience)

    def _patiently(
        self, send: Callable[[], httpx2.Response], patience: Patience
    ) -> httpx2.Response:
        for pause in patience.pauses():
            try:
                response = send()
            except httpx2.TransportError as error:
                self._wait(self._unreachable(error), pause)
                continue
            asked = seconds_asked(response.headers.get("retry-after"))
            if response.status_code not in LATER or (asked or 0) > patience.asked_s:
                return self._accepted(response)
            # Those that are told the same moment do not come back in the same.
            later = asked + patience.chance(patience.first_s) if asked is not None else pause
            self._wait(self._said(response), later)
        try:
            return self._accepted(send())
        except httpx2.TransportError as error:
            raise self._unreachable(error) from error

    def _wait(self, trouble: Trouble, seconds: float) -> None:
        self._again(trouble, seconds)
        self._nap(seconds)

    def _accepted(self, response: httpx2.Response) -> httpx2.Response:
        if response.is_success:
            return response
        raise self._said(response)

    def _said(self, response: httpx2.Response) -> Trouble:
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            return self._strange(response)
        return ServerSaid(problem.code, problem.detail, response.status_code)

    def _strange(self, response: httpx2.Response) -> ServerStrange:
        return ServerStrange(server=str(self._client.base_url), status=response.status_code)

    def _unreachable(self, error: httpx2.TransportError) -> ServerUnreachable:
        reason = str(error) or type(error).__name__
        return ServerUnreachable(server=str(self._client.base_url), reason=reason)


def _base(url: str) -> httpx2.URL:
    try:
        base = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise BadServer(server=url) from error
    if base.scheme not in {"http", "https"} or not base.host or base.userinfo:
        raise BadServer(server=base.scheme + "://" + base.host if base.userinfo else url)
    return base


def _step(text: str) -> str:
    """Return an id as one step of a path, whatever a person has typed."""
    return "".join(char for char in text if char.isalnum() or char in "-_") or "-"
