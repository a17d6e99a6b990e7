"""Signs of life: a young file of any process of the folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

from core.pulse import SILENT_S, is_alive, pulse_file, pulse_folder
from core.settings import Settings


def test_only_a_young_file_is_a_sign_of_life(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    assert not is_alive(pulse_folder(settings))
    for name in ("one", "two"):
        pulse_file(settings, name).touch()
        os.utime(pulse_file(settings, name), (0, 0))
    assert not is_alive(pulse_folder(settings))
    pulse_file(settings, "two").touch()
    assert is_alive(pulse_folder(settings))
    old = time.time() - SILENT_S - 1
    os.utime(pulse_file(settings, "two"), (old, old))
    assert not is_alive(pulse_folder(settings))
