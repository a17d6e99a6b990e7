"""Signs of life of processes that no request reaches: a file each, touched by the loop that does the work.

    python -m core.pulse        exit code 0 while a process of this data folder is alive

A process that is there may be stuck; a question over the broker costs the broker, and answers for the
wrong thing. The file is on this machine, and only a loop that turns keeps it young.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from core.settings import Settings, read_settings

EVERY_S = 5.0
SILENT_S = 60.0
"""A pool's loop turns within a second also while its processes are busy, the scheduler's every ten."""


def pulse_file(settings: Settings, name: str) -> Path:
    """Return the file of a process, in a folder that is made if need be."""
    folder = pulse_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def pulse_folder(settings: Settings) -> Path:
    """Return the folder with a file for each process."""
    return settings.data / "pulse"


def is_alive(folder: Path, silent_s: float = SILENT_S) -> bool:
    """Return whether one of the processes has turned lately; in a container there is one."""
    files = folder.iterdir() if folder.is_dir() else ()
    return any(time.time() - file.stat().st_mtime < silent_s for file in files)


if __name__ == "__main__":
    sys.exit(not is_alive(pulse_folder(read_settings(os.environ))))
