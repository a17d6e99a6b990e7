"""docs/api.md is true: a service on an empty folder, and every block of the page run in order."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import openpyxl
import pikepdf
import pytest

from core.extraction import Extraction
from tests.service.installation import ROOT
from tests.service.test_serve import Serving

PAGE = ROOT / "docs" / "api.md"
MARK = "=== end of a block ==="


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    service = Serving(tmp_path / "data")
    assert "http://" in service.announced()
    yield service
    service.process.send_signal(signal.SIGINT)
    service.process.send_signal(signal.SIGINT)
    service.process.communicate(timeout=60)


def run(blocks: list[str], folder: Path, data: Path) -> list[str]:
    """Run the blocks in one shell that stops at the first failure; return what each printed."""
    script = f"\necho; echo '{MARK}'\n".join(blocks)
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "DANGAN_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return [said.strip() for said in ran.stdout.split(MARK)]


def first_page(folder: Path) -> Path:
    """Return the first page of the sample: all of it takes a minute, and shows no more here."""
    with pikepdf.open(ROOT / "samples" / "songjiang-2023.pdf") as sample:
        del sample.pages[1:]
        sample.save(folder / "scan.pdf")
    return folder / "scan.pdf"


def test_every_block_of_the_page_does_what_it_says(serving: Serving, tmp_path: Path) -> None:
    text = PAGE.read_text()
    here = {
        "http://127.0.0.1:8760": f"http://127.0.0.1:{serving.port}",
        "bin/dangan keys": f"{ROOT}/bin/dangan keys",
        "bin/dangan submit": f"{ROOT}/bin/dangan submit",
        "samples/songjiang-2023.pdf": str(first_page(tmp_path)),
    }
    for stated, used in here.items():
        assert stated in text
        text = text.replace(stated, used)
    blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    said = iter(run(blocks, tmp_path, serving.data))
    _, uploaded, events, ended, _, again = islice(said, 6)
    cancelled, retried, deleted, *campaign = islice(said, 7)
    problem, listed, refused, submitted = said

    job = json.loads(uploaded)
    assert job["state"] in {"queued", "running"}
    assert job["options"]["fiscal_year"] == 2023
    told = [json.loads(line[5:]) for line in events.splitlines() if line.startswith("data:")]
    assert told[-1]["state"] in {"succeeded", "needs_review"}
    assert json.loads(ended)["progress"]["pages_done"] == 1
    extraction = Extraction.model_validate_json((tmp_path / "result.json").read_text())
    assert [page.number for page in extraction.pages] == [1]
    assert len(extraction.forms) == 1
    assert "Projects" in openpyxl.load_workbook(tmp_path / "result.xlsx").sheetnames
    assert json.loads(again)["finished"] is not None
    assert json.loads(again)["id"] != job["id"]
    assert json.loads(cancelled)["state"] == "cancelled"
    assert json.loads(retried)["state"] in {"queued", "running"}
    assert json.loads(deleted)["job_id"] == json.loads(cancelled)["id"]
    made, entered, taken, progress = map(json.loads, campaign)
    assert (made["name"], entered["new"], taken["path"]) == ("2018-2023", 1, "2023/songjiang.pdf")
    assert progress["states"][taken["state"]] == progress["pages_done"] == progress["records"] == 1
    assert json.loads(problem)["code"] == "job_not_found"
    # The jobs so far came without a key: this one is let in, and does not see them.
    assert json.loads(listed)["jobs"] == []
    assert json.loads(refused)["code"] == "key_needed"
    assert re.fullmatch(r"[0-9a-f]{32}", submitted)
    written = (tmp_path / "records" / "scan.json").read_text()
    assert Extraction.model_validate_json(written).forms == extraction.forms
