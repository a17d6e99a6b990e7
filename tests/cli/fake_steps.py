"""A pipeline that does what its files tell it to, in the processes of the real pool.

A fake file is JSON: the number of its pages, and how a step is to end (`open`, `page_2` or
`assemble` → what happens).
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any, cast

from core.errors import every_error
from core.extraction import Extraction, Issue, Source
from core.messages import catalogue
from core.readings import PageReading
from tests.cli.watching import wait_until
from tests.core.exports.seed import page, seed_extraction
from worker.clock import Use
from worker.steps import (
    Assemble,
    Assembled,
    Opened,
    OpenFile,
    PageRead,
    ReadPage,
    Step,
    StepResult,
)


def fake_file(path: Path, pages: int = 1, happens: Mapping[str, str] | None = None) -> Path:
    """Write a fake file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pages": pages, "happens": dict(happens or {})}))
    return path


def perform(step: Step) -> StepResult:
    script = json.loads(step.path.read_text())
    match step:
        case OpenFile():
            _happen(script, "open", step.path)
            source = Source(
                file=step.path.name, sha256="0" * 64, pages=script["pages"], pipeline="fake"
            )
            return Opened(cast("Any", None), source, {"open": Use(0.5, 0)})
        case ReadPage():
            _happen(script, f"page_{step.number}", step.path)
            return PageRead(_reading(step), {"read": Use(2.0, 1_000_000)})
        case Assemble():
            _happen(script, "assemble", step.path)
            return Assembled(_extraction(step), {"assemble": Use(0.25, 0)})


def _happen(script: dict[str, Any], moment: str, path: Path) -> None:
    what = script["happens"].get(moment, "")
    if what.endswith("_once"):
        happened = path.with_name(f"{path.name}.{moment}.happened")
        what = "" if happened.exists() else what.removesuffix("_once")
        happened.touch()
    match what:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "defect":
            raise ZeroDivisionError(f"a defect\nof {moment}")
        case "hang":
            path.with_name(f"{path.name}.pid").write_text(str(os.getpid()))
            time.sleep(600)
        case "meet_3_others":
            path.with_name(f"{path.name}.{moment}.met").touch()
            assert wait_until(lambda: len(list(path.parent.glob("*.met"))) == 4)
        case "slow":
            time.sleep(1.0)
        case "":
            pass
        case code:
            raise error_of(code, path)


def error_of(code: str, path: Path) -> Exception:
    """Return the error with all the details that any message names."""
    (kind,) = (error for error in every_error() if error.code == code)
    named = (name for _, name, _, _ in Formatter().parse(catalogue("zh")["errors"][code]) if name)
    return kind(**{name: str(path) if name == "file" else "7" for name in named})


def _reading(step: ReadPage) -> PageReading:
    return PageReading(
        number=step.number,
        width=2480,
        height=3508,
        upright_width=2480,
        upright_height=3508,
        dpi=step.options.dpi,
    )


def _extraction(step: Assemble) -> Extraction:
    lost = [reading for reading in step.pages if reading.trouble]
    return seed_extraction(forms=1).model_copy(
        update={
            "source": step.source,
            "pages": tuple(
                page(reading.number, "unreadable" if reading.trouble else "form")
                for reading in step.pages
            ),
            "issues": tuple(
                Issue(code=str(it.trouble), severity="error", page=it.number, message="")
                for it in lost
            ),
        }
    )
