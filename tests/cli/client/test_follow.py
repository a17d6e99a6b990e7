"""A job is followed to its end, with events and without them."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from cli.client.follow import follow
from cli.client.outcome import Wanted, settle
from cli.client.progress import Progresses
from cli.client.server import Answer
from cli.client.views import Job
from tests.cli.client.fake_server import JOB_ID, FakeServer, answer, document, events, job, problem
from tests.core.exports.seed import seed_extraction

JOB = f"/office/api/v1/jobs/{JOB_ID}"


def told(content: dict[str, object]) -> Answer:
    return Answer(Job.model_validate(content), json.dumps(content))


def test_events_are_reasons_to_ask() -> None:
    fake = FakeServer(events(3), answer(job("running")), answer(job("succeeded")))
    seen = [it.job.state for it in follow(fake.server(), told(job("queued")), poll_s=0)]
    assert seen == ["queued", "running", "succeeded"]
    assert fake.paths == [f"{JOB}/events", JOB, JOB]


@pytest.mark.parametrize(
    "silent", [problem(404, "not_found"), answer({}), httpx2.ReadTimeout("silence"), events(0)]
)
def test_without_events_it_is_asked_for(silent: httpx2.Response | Exception) -> None:
    fake = FakeServer(silent, answer(job("running")), silent, answer(job("failed")))
    seen = [it.job.state for it in follow(fake.server(), told(job("queued")), poll_s=0)]
    assert seen == ["queued", "running", "failed"]


def test_a_job_that_has_ended_is_not_asked_for_again() -> None:
    assert len([*follow(FakeServer().server(), told(job()), poll_s=0)]) == 1


ENCRYPTED = {"code": "encrypted_file", "message": "locked", "retryable": False}
CRASHED = {"code": "page_crashed", "message": "page 2\nlost", "retryable": True}


@pytest.mark.parametrize(
    ("ended", "pages", "code", "line"),
    [
        (job(), [], 0, None),
        (job("needs_review"), [], 0, None),
        (job("cancelled"), [], 4, None),
        (job("failed", documents=[document(trouble=ENCRYPTED)]), [], 3, "encrypted_file: locked"),
        (job("failed", trouble=ENCRYPTED), [], 3, "encrypted_file: locked"),
        (job(refused=[{"name": "a", "trouble": ENCRYPTED}]), [], 3, "encrypted_file: locked"),
        (
            job("needs_review", documents=[document(pages_failed=1)]),
            [{"number": 1, "trouble": None}, {"number": 2, "trouble": CRASHED}],
            4,
            "page_crashed: page 2\\nlost",
        ),
    ],
)
def test_the_end_of_a_job_makes_lines_and_the_exit_code_of_extract(
    ended: dict[str, object],
    pages: list[object],
    code: int,
    line: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake = FakeServer(*([answer(pages)] if pages else []))
    wanted = Wanted(None, None, "en")
    assert (
        settle(fake.server(), [Job.model_validate(ended)], wanted, Progresses("en"), array=False)
        == code
    )
    said = capsys.readouterr().err.splitlines()
    assert said[1:] == ([] if line is None else [line])


def test_results_go_into_files_whose_names_are_told_apart(tmp_path: Path) -> None:
    results = [json.loads(seed_extraction().model_dump_json(by_alias=True)) for _ in range(3)]
    fake = FakeServer(*(answer(result) for result in results))
    names = ["a.pdf", "a.png", "b.pdf"]
    ended = job(documents=[document(place, name=name) for place, name in enumerate(names)])
    wanted = Wanted("json", tmp_path / "out", "en")
    wanted.check()
    assert (
        settle(fake.server(), [Job.model_validate(ended)], wanted, Progresses("en"), array=False)
        == 0
    )
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["a.pdf.json", "a.png.json", "b.json"]
    assert json.loads((tmp_path / "out" / "b.json").read_text()) == results[2]
