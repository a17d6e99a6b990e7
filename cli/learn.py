"""`dangan learn`: a file of an unknown kind of form in, the draft of a vocabulary file out."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cli.display import Display
from cli.documents import DocumentFailed, Request, read_documents
from cli.extract import OK, Work, exit_code, failure_line, perform, pin_threads
from cli.inputs import find_inputs
from cli.outputs import check_writable, replacing
from cli.pool import PoolLimits
from core.errors import DanganError, OneFileOnly, OutputIsFolder, OutputIsInput
from core.messages import Language
from core.vocabulary import of_folder
from core.vocabulary.draft_file import to_toml
from core.vocabulary.drafting import draft
from worker.steps import FormOptions, ReadOptions


@dataclass(frozen=True)
class LearnOrder:
    """What was asked for on the command line."""

    file: str
    limits: PoolLimits
    options: ReadOptions
    forms: FormOptions
    out: Path | None = None
    jobs: int = 1
    language: Language = "zh"


def learn(
    order: LearnOrder, display: Display, told: Callable[[str], None], work: Work = perform
) -> int:
    """Write the draft for one file, to `told` where no output is named, and return the exit code.

    Raises `UsageError`, or `OutputFailed`, before anything is read.
    """
    vocabulary = of_folder(order.forms.vocabulary)
    inputs = find_inputs([order.file])
    if len(inputs.files) > 1:
        raise OneFileOnly(format="toml", files=len(inputs.files))
    _check_out(order)
    failures: list[DanganError] = list(inputs.errors)
    text = ""
    pin_threads(os.environ)
    request = Request(order.options, language=order.language, keep_readings=True, forms=order.forms)
    ends = read_documents(inputs.files, request, work, order.jobs, order.limits, display.step)
    with display.shown(), closing(ends):
        for end in ends:
            if isinstance(end, DocumentFailed):
                failures.append(end.error)
                continue
            failures += end.lost
            found = draft(end.readings, vocabulary)
            text = to_toml(found, vocabulary, end.file.path.name, order.language)
    for error in failures:
        display.line(failure_line(error, order.language))
    if text and order.out is None:
        told(text)
    elif text and order.out is not None:
        with replacing(order.out) as out:
            out.write(text.encode())
    return exit_code(failures) if failures else OK


def _check_out(order: LearnOrder) -> None:
    if order.out is None:
        return
    if order.out.is_dir():
        raise OutputIsFolder(path=str(order.out))
    if order.out.resolve() == Path(order.file).resolve():
        raise OutputIsInput(path=str(order.out))
    check_writable(order.out.parent)
