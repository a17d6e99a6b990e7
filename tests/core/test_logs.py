"""Log lines: one an entry, with what they are about, and nothing that stands in a document."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core.errors import RenderFailed
from core.extraction import Total
from core.logs import JsonLines, TextLines, about, configure_logging, name_subjects
from core.settings import Settings, read_settings
from core.store import Store

SECRET = "道路养护专项资金"
LOGGER = "worker.somewhere"


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    names = [None, "uvicorn", "uvicorn.access", "core", "worker", "celery.app.trace"]
    loggers = [logging.getLogger(name) for name in names]
    before = [(each, each.level, each.handlers[:], each.propagate) for each in loggers]
    yield
    for each, level, handlers, propagate in before:
        each.setLevel(level)
        each.handlers[:] = handlers
        each.propagate = propagate


def line_of(
    formatter: logging.Formatter, message: str = "x", error: BaseException | None = None
) -> str:
    record = logging.LogRecord(LOGGER, logging.INFO, __file__, 1, message, None, None)
    if error is not None:
        record.exc_info = (type(error), error, error.__traceback__)
    return formatter.format(record)


def test_a_json_line_tells_what_it_is_about() -> None:
    formatter = JsonLines("worker")
    with about(task="read_page"):
        name_subjects(job=("j1", "j2"), document="d", run="r", page=3)
        told = json.loads(line_of(formatter, "read"))
    expected = {
        "level": "info",
        "process": "worker",
        "logger": LOGGER,
        "message": "read",
        "task": "read_page",
        "job": ["j1", "j2"],
        "document": "d",
        "run": "r",
        "page": 3,
    }
    assert told.items() >= {**expected, "job": told["job"]}.items()
    assert told["job"] == ["j1", "j2"]
    assert told["time"].endswith("+00:00")
    assert "job" not in json.loads(line_of(formatter))


def test_subjects_named_outside_of_a_block_end_nowhere_and_are_not_told() -> None:
    name_subjects(job=("j1",), page=3)
    assert "page" not in json.loads(line_of(JsonLines("worker")))
    with about():
        name_subjects(page=3)
        assert json.loads(line_of(JsonLines("worker")))["page"] == 3
    assert "page" not in json.loads(line_of(JsonLines("worker")))


def test_a_text_line_stays_one_line() -> None:
    with about(job=("j1", "j2"), page=3):
        told = line_of(TextLines("api"), "a\nforged line\r")
    assert told.endswith(f"INFO api {LOGGER}: a\\nforged line\\r [job=j1,j2 page=3]")


@pytest.mark.parametrize("formatter", [JsonLines("w"), TextLines("w")])
def test_messages_that_may_quote_a_document_are_not_told(formatter: logging.Formatter) -> None:
    with pytest.raises(ValueError, match="could not convert") as caught:
        float(SECRET)
    told = line_of(formatter, error=caught.value)
    assert SECRET not in told
    assert "builtins.ValueError" in told
    assert "test_messages_that_may_quote" in told


def test_a_cause_that_may_quote_a_document_is_not_told() -> None:
    with pytest.raises(RenderFailed) as caught:
        _fail_over_a_value()
    told = line_of(TextLines("w"), error=caught.value)
    assert SECRET not in told
    assert "signal 9" in told
    assert "ValidationError" in told


def _fail_over_a_value() -> None:
    try:
        Total.model_validate({"weight": [SECRET]})
    except ValidationError as error:
        raise RenderFailed(file="a.pdf", page=3, reason="signal 9") from error


def test_errors_of_the_database_do_not_quote_its_rows(store: Store) -> None:
    orphan = text("INSERT INTO page_results (page_id, reading) VALUES ('none', :reading)")
    with store.writing() as session, pytest.raises(SQLAlchemyError) as caught:
        session.execute(orphan, {"reading": SECRET})
    assert SECRET not in str(caught.value)
    assert SECRET not in line_of(JsonLines("w"), error=caught.value)


def test_all_loggers_write_lines_of_one_form(capsys: pytest.CaptureFixture[str]) -> None:
    server = logging.getLogger("uvicorn.access")
    server.addHandler(logging.StreamHandler(sys.stderr))
    server.propagate = False
    configure_logging(read_settings({"DANGAN_LOG": "json"}), "api")
    configure_logging(read_settings({"DANGAN_LOG": "json"}), "api")
    server.warning("from the server")
    logging.getLogger("celery.app.trace").error("Task raised: %s", SECRET)
    logging.getLogger("core.queue").info("ours")
    logging.getLogger("botocore").info("theirs")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["logger"], line["process"]) for line in lines] == [
        ("uvicorn.access", "api"),
        ("core.queue", "api"),
    ]


def test_text_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(), "serve")
    logging.getLogger("cli.service").warning("killing %s", "broker")
    assert capsys.readouterr().err.endswith("WARNING serve cli.service: killing broker\n")


def test_a_scheduler_writes_json(tmp_path: Path) -> None:
    """A real process, on a database that is not there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.scheduler"],
        env={"DANGAN_LOG": "json", "DANGAN_DATA": str(tmp_path), "PYTHONWARNINGS": "ignore"},
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stderr is not None
    told = json.loads(process.stderr.readline())
    process.terminate()
    process.communicate(timeout=30)
    assert told["process"] == "scheduler"
    assert told["level"] == "warning"
