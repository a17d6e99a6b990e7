"""How a job has ended: lines for what went wrong, results for what went well, and the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cli.client.patience import WATCHING
from cli.client.progress import Progresses
from cli.client.server import Server
from cli.client.told import exit_code_of, trouble_line
from cli.client.views import Document, Job, Trouble
from cli.deliver import Shape, Sink, targets_in, to_folder, to_stdout
from cli.display import Display
from cli.documents import DocumentRead
from cli.extract import OK, SERVICE_AT_FAULT, exit_code, failure_line
from cli.inputs import InputFile
from cli.outputs import check_writable, make_folder, output_names
from core.errors import DanganError
from core.exports import RecordFormat
from core.exports.to_parquet import require_parquet
from core.messages import Language, say

Lines = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """Where results are to go: into `folder`, or to standard output in a format, or nowhere."""

    format: RecordFormat | None
    folder: Path | None
    language: Language

    def check(self) -> None:
        """Raise `OutputFailed` or `MissingExtra` before the work, not after."""
        if self.format == "parquet":
            require_parquet()
        if self.folder is not None:
            make_folder(self.folder)
            check_writable(self.folder)

    @property
    def on_stdout(self) -> bool:
        return self.folder is None and self.format is not None


def settle(
    server: Server, jobs: Sequence[Job], wanted: Wanted, progresses: Progresses, array: bool
) -> int:
    """Report on jobs that have ended, deliver what they found, and return the exit code."""
    code = max((_report(server, job, wanted.language, progresses.line) for job in jobs), default=OK)
    return max(code, _deliver(server, jobs, wanted, progresses, array))


def _report(server: Server, job: Job, language: Language, line: Lines) -> int:
    progress = job.progress.model_dump()
    line(
        say(
            "client",
            "ended",
            language,
            job=job.id,
            state=say("job_states", job.state, language),
            **progress,
        )
    )
    troubles = [*_troubles(server, job)]
    for trouble in troubles:
        line(trouble_line(trouble.code, trouble.message))
    if job.state == "cancelled":
        return SERVICE_AT_FAULT
    code = max((exit_code_of(trouble.code) for trouble in troubles), default=OK)
    return code or (SERVICE_AT_FAULT if job.state == "failed" else OK)


def _troubles(server: Server, job: Job) -> Iterator[Trouble]:
    """Yield what went wrong in a job, once: of files, of their pages, or of the job itself."""
    yield from (refused.trouble for refused in job.refused)
    told = False
    for document in job.documents:
        if document.trouble is not None:
            told = True
            yield document.trouble
        elif document.pages_failed:
            told = True
            pages = server.pages(document, WATCHING)
            yield from (page.trouble for page in pages if page.trouble is not None)
    if job.trouble is not None and not told:
        yield job.trouble


def _deliver(
    server: Server, jobs: Sequence[Job], wanted: Wanted, progresses: Progresses, array: bool
) -> int:
    found = [document for job in jobs for document in job.documents if document.result_url]
    if not found or (wanted.folder is None and wanted.format is None):
        return OK
    failures: list[DanganError] = []

    def failed(error: DanganError) -> None:
        failures.append(error)
        progresses.line(failure_line(error, wanted.language))

    files = [_as_input(place, document) for place, document in enumerate(found)]
    reads = (
        DocumentRead(file, server.result(document, WATCHING), ())
        for file, document in zip(files, found, strict=True)
    )
    _sink(wanted, files, array)(reads, failed)
    return exit_code(failures)


def _as_input(place: int, document: Document) -> InputFile:
    """Return a document as a file of which no other has the path, so that names are told apart."""
    return InputFile(Path(str(place), document.name), Path(document.name))


def _sink(wanted: Wanted, files: Sequence[InputFile], array: bool) -> Sink:
    shape = Shape(wanted.format or "json", wanted.language, array)
    if wanted.folder is not None:
        targets = targets_in(wanted.folder, output_names(files), shape.format)
        return to_folder(targets, replace(shape, array=False))
    return to_stdout(shape, Display(wanted.language, verbose=False))
