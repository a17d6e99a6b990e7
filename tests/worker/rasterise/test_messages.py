"""Every cause that rasterising can name is said in every language."""

import re
from pathlib import Path

import pytest

import core.kind
import worker.rasterise
from core.errors import DamagedFile
from core.messages import LANGUAGES, Language, catalogue, explain

SOURCES = [
    Path(core.kind.__file__),
    *sorted(Path(worker.rasterise.__file__).parent.glob("*.py")),
]


def named_causes() -> set[str]:
    found = r'(?:reason|found)=(?:"(\w+)"|"(\w+)" if [^,)]*(?:\([^)]*\))?[^,)]* else "(\w+)")'
    matches = [match for path in SOURCES for match in re.findall(found, path.read_text())]
    return {cause for match in matches for cause in match if cause}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_has_its_words(language: Language) -> None:
    causes = named_causes()
    assert {"cut_off", "folder", "wrong_size"} <= causes
    assert causes <= catalogue(language)["causes"].keys()


def test_catalogues_agree() -> None:
    assert catalogue("zh")["causes"].keys() == catalogue("en")["causes"].keys()


def test_cause_is_said_in_the_language() -> None:
    error = DamagedFile(file="a", reason="cut_off")
    assert catalogue("zh")["causes"]["cut_off"] in explain(error, "zh")
    assert "cut_off" not in explain(error, "en")


def test_file_named_like_a_cause_keeps_its_name() -> None:
    assert explain(DamagedFile(file="cut_off", reason="x"), "zh").startswith("cut_off")
