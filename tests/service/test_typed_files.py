"""Typed files all the way: through the API, a queue and real workers, to a record."""

from __future__ import annotations

import io
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx2
import pytest

from bench.scoring import judge
from core.extraction import Extraction
from samples.generator.content import seed_forms
from samples.generator.drawing import lay_out
from samples.generator.layouts import LAYOUTS, choose_captions
from samples.generator.ofd import write_ofd
from samples.generator.office import write_docx, write_xlsx
from samples.generator.paginate import paginate
from samples.generator.style import PLAIN
from samples.generator.typeset import Recipe, set_blocks
from tests.parts import eventually
from tests.service.test_serve import Serving

ENDED = {"succeeded", "needs_review", "failed"}


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    service = Serving(tmp_path / "data")
    assert "http://" in service.announced()
    yield service
    service.process.send_signal(signal.SIGINT)
    service.process.send_signal(signal.SIGINT)
    service.process.communicate(timeout=60)


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return file.getvalue()


def test_typed_files_become_records(serving: Serving) -> None:
    layout = LAYOUTS["sh2023"]
    form = seed_forms()[3]
    blocks = [lay_out(layout, form, choose_captions(layout.name, Random(0)))]
    pages = paginate([(set_blocks(blocks[0], PLAIN, Recipe()), PLAIN, ())])
    files = [
        ("files", ("表.docx", write_docx(blocks))),
        ("files", ("表.ofd", write_ofd(pages, [PLAIN]))),
        ("files", ("包.zip", packed(里面_xlsx=write_xlsx(blocks), 旧_doc=b"\xd0\xcf\x11\xe0"))),
    ]
    with httpx2.Client(
        base_url=f"http://127.0.0.1:{serving.port}/api/v1", timeout=30, trust_env=False
    ) as client:
        answer = client.post("/jobs", files=files)
        assert answer.status_code == 202, answer.text
        job = answer.json()
        assert [(one["name"], one["media_type"][-8:]) for one in job["documents"]] == [
            ("表.docx", "document"),
            ("表.ofd", "tion/ofd"),
            ("里面.xlsx", "ml.sheet"),
        ]
        path = f"/jobs/{job['id']}"
        eventually(lambda: client.get(path).json()["state"] in ENDED, 300, "the job ends")
        assert client.get(path).json()["state"] != "failed"
        documents = client.get(f"{path}/result").json()
        pdf = client.get(f"{path}/documents/0/result", params={"format": "pdf"})
    judged = [
        value
        for document in documents
        for one in judge([form.truth()], Extraction.model_validate(document).forms)
        for value in one.values
    ]
    assert len(judged) > 210
    assert [value for value in judged if not value.right or value.flagged] == []
    assert pdf.status_code in {202, 409}
