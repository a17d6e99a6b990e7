"""The wheel: all of the rooms, their data files included, and nothing else of the checkout."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.skeleton.checkout import ROOMS, ROOT, repository_files


def test_wheel_holds_the_rooms_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    relative = (path.relative_to(ROOT) for path in repository_files())
    assert packed == {str(path) for path in relative if path.parts[0] in ROOMS}
