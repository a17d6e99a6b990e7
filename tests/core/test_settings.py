"""Tests of the deployment settings and of their documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.errors import BadSetting, UnknownSetting
from core.settings import Settings, known_settings, read_settings

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "settings.md"


def test_nothing_set_gives_the_defaults() -> None:
    assert read_settings({"PATH": "/bin", "DANGAN_JOBS": ""}) == Settings()


def test_what_is_set_is_taken() -> None:
    settings = read_settings({"DANGAN_LANG": "en", "DANGAN_JOBS": "3", "DANGAN_TASK_LIMIT_S": "9"})
    assert settings == Settings(lang="en", jobs=3, task_limit_s=9.0)


def test_a_misspelt_name_is_refused_and_the_right_ones_named() -> None:
    with pytest.raises(UnknownSetting) as caught:
        read_settings({"DANGAN_JOB": "3"})
    assert caught.value.details["name"] == "DANGAN_JOB"
    assert "DANGAN_JOBS" in str(caught.value.details["known"])


@pytest.mark.parametrize(
    ("name", "value"), [("DANGAN_JOBS", "0"), ("DANGAN_JOBS", "many"), ("DANGAN_LANG", "fr")]
)
def test_a_value_that_does_not_fit_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read_settings({name: value})
    assert caught.value.details["name"] == name
    assert caught.value.details["value"] == value


def test_every_setting_is_documented_and_no_other() -> None:
    rows = re.findall(
        r"^\| `(DANGAN_\w+)`", DOCUMENTATION.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(rows) == sorted(known_settings())
