"""Every code can be said in every language, with the same places."""

from __future__ import annotations

from string import Formatter
from typing import get_args

import pytest

from core.checks import RuleName
from core.checks.funding import MoneyColumn
from core.errors import every_error
from core.extraction import Verdict
from core.findings import FindingCode
from core.messages import LANGUAGES, Language, catalogue
from worker.cut import FindingCode as PageFindingCode


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("errors", {error.code for error in every_error()}),
        ("checks", set(get_args(RuleName))),
        ("verdicts", set(get_args(Verdict))),
        ("columns", set(get_args(MoneyColumn))),
    ],
)
def test_the_catalogue_has_every_code_and_no_other(
    language: Language, section: str, codes: set[str]
) -> None:
    assert set(catalogue(language)[section]) == codes


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_finding(language: Language) -> None:
    found = set(get_args(FindingCode)) | set(get_args(PageFindingCode))
    assert found <= set(catalogue(language)["issues"])


def test_the_languages_say_the_same_things() -> None:
    shapes = [
        {
            (section, code): places(template)
            for section, templates in catalogue(language).items()
            for code, template in templates.items()
        }
        for language in LANGUAGES
    ]

    assert all(shape == shapes[0] for shape in shapes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_finding_names_its_form(language: Language) -> None:
    issues = catalogue(language)["issues"]

    assert all("form" in places(issues[code]) for code in get_args(FindingCode))
