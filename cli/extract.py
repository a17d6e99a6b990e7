"""`dangan extract`: files in, documents out, and one line for each file that failed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from cli.deliver import Failed, Shape, Sink, targets_in, to_file, to_folder, to_stdout
from cli.display import Display
from cli.documents import (
    DocumentEnd,
    DocumentFailed,
    DocumentRead,
    Request,
    StepEnd,
    Tally,
    read_documents,
)
from cli.inputs import Inputs, find_inputs
from cli.outputs import check_writable, make_folder, output_names
from cli.page_range import ALL_PAGES, PageRange
from cli.pool import PoolLimits
from cli.timings import Ledger
from core.errors import (
    DanganError,
    FormatUnclear,
    InputError,
    OneFileOnly,
    OutputIsFolder,
    OutputIsInput,
    TwoOutputs,
    UsageError,
)
from core.exports import FORMAT_OF_SUFFIX, Format
from core.exports.to_parquet import require_parquet
from core.messages import Language, explain
from core.vocabulary import of_folder
from worker.steps import UNTOLD, FormOptions, ReadOptions, Step, StepResult

OK, BAD_USAGE, BAD_INPUT, SERVICE_AT_FAULT, INTERRUPTED = 0, 2, 3, 4, 130

Work = Callable[[Step], StepResult]


@dataclass(frozen=True)
class Order:
    """What was asked for on the command line."""

    arguments: tuple[str, ...]
    options: ReadOptions
    limits: PoolLimits
    format: Format | None = None
    out: Path | None = None
    out_dir: Path | None = None
    pages: PageRange = ALL_PAGES
    overlay: Path | None = None
    jobs: int = 1
    language: Language = "zh"
    links: str | None = None
    timings: bool = False
    forms: FormOptions = UNTOLD


def perform(step: Step) -> StepResult:
    """Perform a step of the real pipeline, in a process of the pool."""
    # Only there: the parent needs no OpenCV and no model, and starts and stays light.
    from worker.extract import perform as perform_here  # noqa: PLC0415

    return perform_here(step)


def extract(order: Order, display: Display, work: Work = perform) -> int:
    """Carry out `order` and return the exit code.

    Raises `UsageError`, or `OutputFailed`, before anything is read; afterwards what goes wrong with
    one file costs that file only.
    """
    inputs = find_inputs(order.arguments)
    shape = Shape(_format(order), order.language, _is_array(order), order.links)
    sink = _sink(order, shape, inputs, display)
    # A flawed vocabulary is found before anything is read.
    of_folder(order.forms.vocabulary)
    request = Request(
        order.options,
        order.pages,
        order.language,
        _overlays(order, inputs),
        keep_readings=shape.format == "pdf",
        forms=order.forms,
    )
    ledger = Ledger()
    failures: list[DanganError] = []

    def watch(finished: StepEnd, tally: Tally) -> None:
        ledger.note(finished)
        display.step(finished, tally)

    def failed(error: DanganError) -> None:
        failures.append(error)
        display.line(failure_line(error, order.language))

    for error in inputs.errors:
        failed(error)
    pin_threads(os.environ)
    ends = read_documents(inputs.files, request, work, order.jobs, order.limits, watch)
    with display.shown(), closing(ends):
        sink(_read(ends, failed), failed)
    if order.timings:
        for line in ledger.lines(order.language):
            display.line(line)
    return exit_code(failures)


def _read(ends: Iterator[DocumentEnd], failed: Failed) -> Iterator[DocumentRead]:
    """Pass on the documents, and report what was lost."""
    for end in ends:
        if isinstance(end, DocumentFailed):
            failed(end.error)
        else:
            for error in end.lost:
                failed(error)
            yield end


def _sink(order: Order, shape: Shape, inputs: Inputs, display: Display) -> Sink:
    """Decide where the documents go, and see to it that they can go there."""
    if shape.format == "parquet":
        require_parquet()
    if order.out_dir is not None:
        targets = targets_in(order.out_dir, output_names(inputs.files), shape.format)
        _spare_inputs(targets.values(), inputs)
        make_folder(order.out_dir)
        check_writable(order.out_dir)
        return to_folder(targets, replace(shape, array=False))
    if shape.format == "pdf" and len(inputs.files) > 1:
        raise OneFileOnly(format=shape.format, files=len(inputs.files))
    if order.out is None:
        return to_stdout(shape, display)
    if order.out.is_dir():
        raise OutputIsFolder(path=str(order.out))
    _spare_inputs([order.out], inputs)
    check_writable(order.out.parent)
    return to_file(order.out, shape)


def _spare_inputs(targets: Iterable[Path], inputs: Inputs) -> None:
    """Raises `OutputIsInput` where an output would take the place of a scan."""
    sources = {file.path.resolve() for file in inputs.files}
    for target in targets:
        if target.resolve() in sources:
            raise OutputIsInput(path=str(target))


def _format(order: Order) -> Format:
    if order.out is not None and order.out_dir is not None:
        raise TwoOutputs
    if order.format is not None:
        return order.format
    if order.out is None:
        return "table" if order.out_dir is None else "json"
    try:
        return FORMAT_OF_SUFFIX[order.out.suffix.lower()]
    except KeyError as error:
        raise FormatUnclear(path=str(order.out)) from error


def _is_array(order: Order) -> bool:
    """Tell whether JSON is an array: unless the command line names exactly one file."""
    return len(order.arguments) != 1 or not Path(order.arguments[0]).is_file()


def _overlays(order: Order, inputs: Inputs) -> dict[Path, Path]:
    """Return a folder for each file's pictures."""
    if order.overlay is None:
        return {}
    make_folder(order.overlay)
    check_writable(order.overlay)
    names = output_names(inputs.files)
    return {path: order.overlay / name for path, name in names.items()}


def failure_line(error: DanganError, language: Language) -> str:
    """Return the one line that tells of a failure, its code in front."""
    return f"{error.code}: {explain(error, language)}"


def exit_code(failures: Sequence[DanganError]) -> int:
    """Return the code for what went wrong; a fault of ours outweighs one of the input."""
    codes = [_code(error) for error in failures]
    return max(codes, default=OK)


def _code(error: DanganError) -> int:
    match error:
        case UsageError():
            return BAD_USAGE
        case InputError():
            return BAD_INPUT
        case _:
            return SERVICE_AT_FAULT


def pin_threads(environment: MutableMapping[str, str]) -> None:
    """Have the libraries in the processes to come use one thread: there is one process a core."""
    for name in (
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    ):
        environment.setdefault(name, "1")
