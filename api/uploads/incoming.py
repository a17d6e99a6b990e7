"""A folder for each upload that is under way, which does not outlive it.

Whoever works in such a folder holds a lock on it, and the system lets go of the lock with the process:
what a killed process left behind can be told from what is in use, and goes at the next start.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "upload-"


@contextmanager
def incoming_place(parent: Path) -> Iterator[Path]:
    """Give a new, locked folder below `parent`; it goes with all that it holds."""
    folder = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def clear_abandoned(parent: Path) -> int:
    """Remove the folders below `parent` that nobody works in; return how many there were."""
    return sum(_clear(folder) for folder in parent.glob(f"{PREFIX}*") if folder.is_dir())


def _clear(folder: Path) -> bool:
    try:
        lock = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(lock)
