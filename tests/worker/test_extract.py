"""Tests of the steps of a document on the real pipeline, as far as no model is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import EmptyFile
from tests.worker.rasterise.files import blank_pdf
from worker.extract import perform
from worker.steps import Assemble, Assembled, Opened, OpenFile, PageRead, ReadOptions, ReadPage


def test_a_blank_page_goes_through_every_step(tmp_path: Path) -> None:
    path, options = blank_pdf(tmp_path / "two\nlines.pdf", pages=2), ReadOptions(dpi=100)
    opened = perform(OpenFile(path, options))
    assert isinstance(opened, Opened)
    assert opened.source.pages == 2
    assert opened.source.file == r"two\nlines.pdf"

    read = perform(ReadPage(path, opened.document, 2, options, tmp_path / "overlay"))
    assert isinstance(read, PageRead)
    assert read.reading.blank
    assert list(read.uses)[:2] == ["rasterise", "straighten"]
    assert (tmp_path / "overlay" / "0002-4-readings.jpg").exists()

    done = perform(
        Assemble(path, opened.source, (read.reading,), "zh", overlay=tmp_path / "overlay")
    )
    assert isinstance(done, Assembled)
    assert [(page.number, page.kind) for page in done.extraction.pages] == [(2, "blank")]
    assert done.extraction.source == opened.source
    assert (tmp_path / "overlay" / "0002-5-forms.jpg").exists()


def test_the_errors_of_a_stage_come_through(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(EmptyFile):
        perform(OpenFile(tmp_path / "empty.pdf", ReadOptions()))
