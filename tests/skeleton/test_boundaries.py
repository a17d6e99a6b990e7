"""Which room may import which: a service that reads a web form must not start an OCR engine."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.skeleton.checkout import ROOMS, ROOT

CHECKOUT_ONLY = {"samples", "bench", "tests"}
PIXELS = {"cv2", "onnxocr", "onnxruntime", "rapidocr", "pytesseract", "pdf2image"}
FORBIDDEN = {
    # The api is built on core, so what api must not load, core must not either.
    "core": {"worker", "api", "cli"} | CHECKOUT_ONLY | PIXELS,
    "worker": {"api", "cli"} | CHECKOUT_ONLY,
    "api": {"worker", "cli"} | CHECKOUT_ONLY | PIXELS,
    "cli": CHECKOUT_ONLY,
}


def imported(source: str) -> Iterator[str]:
    """Yield the top-level name of every import, those inside functions included."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def crossings(room: str, folder: Path) -> list[str]:
    """Name the imports under `folder` that `room` must not make."""
    files = sorted(folder.rglob("*.py"))
    assert files, f"{folder} holds no code"
    return [
        f"{path.relative_to(folder)} imports {name}"
        for path in files
        for name in imported(path.read_text())
        if name in FORBIDDEN[room]
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_room_keeps_its_boundary(room: str) -> None:
    assert crossings(room, ROOT / room) == []


def test_crossings_are_seen_wherever_they_hide(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.py").write_text(
        "import json\nfrom core.geometry import Box\n"
        "def late():\n    import cv2.typing as t\n    from worker.page import Page\n"
    )
    assert crossings("api", tmp_path) == [
        "deep/page.py imports cv2",
        "deep/page.py imports worker",
    ]
