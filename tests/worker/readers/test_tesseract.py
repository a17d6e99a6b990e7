from pathlib import Path

import pytest

from core.errors import MissingProgram, ReaderFailed
from tests.worker.drawing import drawn_lines
from worker.readers import tesseract
from worker.readers.tesseract import (
    TesseractParams,
    TesseractReader,
    Word,
    reading_of,
    words_of,
)

HEAD = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
PAGE = "1\t{0}\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n"
WORD = "5\t{0}\t1\t1\t1\t1\t0\t0\t9\t9\t{1}\t{2}\n"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a program that stands in for Tesseract; it has both languages."""
    monkeypatch.setattr(tesseract, "_require", lambda _: None)
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(tmp_path / "tesseract"))
    return tmp_path / "tesseract"


def _install(program: Path, script: str) -> None:
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def test_words_go_to_the_page_they_follow() -> None:
    table = HEAD + PAGE.format(1) + PAGE.format(2) + WORD.format(2, 91.5, "甲") + PAGE.format(3)

    assert list(words_of(table, 3)) == [Word(1, "甲", 0.915)]


def test_a_missing_page_is_a_failure_and_not_a_shift() -> None:
    table = HEAD + PAGE.format(1) + WORD.format(1, 90, "甲")

    with pytest.raises(ReaderFailed):
        list(words_of(table, 2))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["项目", "名称"], "项目名称"),
        (["1", "2"], "1 2"),
        (["|", "98.62", "|"], "98.62"),
        (["|98", "%"], "98 %"),
        (["|"], ""),
        ([], ""),
    ],
)
def test_words_are_joined_without_the_rules(words: list[str], text: str) -> None:
    reading = reading_of([Word(0, word, 0.9) for word in words], TesseractParams())

    assert reading.text == text
    assert len(reading.characters) == len(text)
    assert reading.confidence == (0.9 if text else 0.0)


def test_more_lines_than_a_run_takes() -> None:
    reader = TesseractReader(TesseractParams(lines_a_run=2))
    texts = ["1234", "5678", "9012", "3456", "7890"]

    readings = reader.read([drawn_lines([text], margin=0.25) for text in texts])

    assert [reading.text for reading in readings] == texts


def test_a_missing_program_is_named(fake: Path) -> None:
    with pytest.raises(MissingProgram) as caught:
        TesseractReader().read([drawn_lines(["1"])])

    assert fake.name == "tesseract"
    assert caught.value.details["package"] == "tesseract-ocr"


def test_a_missing_language_is_named() -> None:
    with pytest.raises(MissingProgram) as caught:
        TesseractReader(TesseractParams(languages=("no_such",))).read([drawn_lines(["1"])])

    assert caught.value.details["package"] == "tesseract-ocr-no-such"


@pytest.mark.parametrize("script", ["exit 1", "kill -SEGV $$"])
def test_a_crash_is_told(fake: Path, script: str) -> None:
    _install(fake, script)

    with pytest.raises(ReaderFailed):
        TesseractReader().read([drawn_lines(["1"])])


def test_a_program_that_hangs_is_ended(fake: Path) -> None:
    _install(fake, "exec sleep 60")

    with pytest.raises(ReaderFailed):
        TesseractReader(TesseractParams(start_s=1, line_s=0)).read([drawn_lines(["1"])])


def test_an_answer_without_pages_is_told(fake: Path) -> None:
    _install(fake, f"printf '{HEAD[:-1]}\\n' > $2.tsv")

    with pytest.raises(ReaderFailed):
        TesseractReader().read([drawn_lines(["1"])])
