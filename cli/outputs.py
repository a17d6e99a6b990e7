"""Where results go: names that never collide, and files that are whole or not there."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from cli.inputs import InputFile
from core.errors import OutputClash, OutputFailed

Name = Callable[[InputFile], Path]


def output_names(files: Sequence[InputFile]) -> dict[Path, Path]:
    """Return for each input path a relative path without suffix, no two of them alike.

    What was found below a folder stays below its subfolders. Where two would get the same name, as
    `a.pdf` and `a.png` do, both keep their suffix; where they still do, as `2022/a.pdf` and
    `2023/a.pdf` named one by one, both get the folders that tell them apart. Names that differ in
    case only count as the same, for the file systems that see them so. Raises `OutputClash` where
    that does not help.
    """
    names = {file.path: file.relative.with_suffix("") for file in files}
    for rename in (_with_suffix, _below_common_folder(files)):
        for file in _clashing(files, names):
            names[file.path] = rename(file)
    clashing = _clashing(files, names)
    if clashing:
        first = clashing[0]
        second = next(
            file for file in clashing[1:] if _folded(names[file.path]) == _folded(names[first.path])
        )
        raise OutputClash(
            path=str(names[first.path]), first=str(first.path), second=str(second.path)
        )
    return {path: _printable(name) for path, name in names.items()}


def _clashing(files: Sequence[InputFile], names: dict[Path, Path]) -> list[InputFile]:
    count = Counter(_folded(name) for name in names.values())
    return [file for file in files if count[_folded(names[file.path])] > 1]


def _folded(name: Path) -> str:
    return str(_printable(name)).casefold()


def _with_suffix(file: InputFile) -> Path:
    return file.relative


def _below_common_folder(files: Sequence[InputFile]) -> Name:
    absolute = {file.path: file.path.resolve() for file in files}
    common = os.path.commonpath([path.parent for path in absolute.values()]) if files else ""
    return lambda file: absolute[file.path].relative_to(common)


def _printable(name: Path) -> Path:
    """Return the name with line breaks and the like as `_`: lists of files are read by lines."""
    return Path("".join(char if char.isprintable() else "_" for char in str(name)))


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of `path` when the block ends, whole and on the disk.

    When the block raises, `path` is as it was. Raises `OutputFailed` where the system refuses.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".dangan-", suffix=".tmp")
    except OSError as error:
        raise OutputFailed(path=str(path), reason=str(error.strerror)) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            yield out
            out.flush()
            os.fchmod(out.fileno(), _usual_mode())
            os.fsync(out.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputFailed(path=str(path), reason=str(error.strerror)) from error
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def check_writable(folder: Path) -> None:
    """Raises `OutputFailed` where no file can be made in `folder`: before the work, not after."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputFailed(path=str(folder), reason=str(error.strerror)) from error


def make_folder(folder: Path) -> None:
    """Make a folder with its parents; raises `OutputFailed`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(path=str(folder), reason=str(error.strerror)) from error


def _usual_mode() -> int:
    """Return the mode of a new file; mkstemp makes it private."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
