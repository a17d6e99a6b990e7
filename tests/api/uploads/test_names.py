"""Names are readable, lead nowhere, and no two are alike."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from api.uploads.names import LONGEST, decoded, steps_of, told_apart

STEP = st.text(string.ascii_letters + "档案.", min_size=1, max_size=4)


def test_names_are_told_apart_by_their_folders_then_by_numbers() -> None:
    paths = [("2022", "a.pdf"), ("2023", "a.pdf"), ("b.pdf",), ("c.pdf",), ("c.pdf",)]
    assert told_apart(paths) == ("2022_a.pdf", "2023_a.pdf", "b.pdf", "c.pdf", "c (2).pdf")


def test_a_long_name_keeps_its_suffix() -> None:
    (name,) = told_apart([("长" * 300 + ".pdf",)])
    assert len(name) == LONGEST
    assert name.endswith(".pdf")


@given(st.lists(st.lists(STEP, min_size=1, max_size=3), max_size=12))
def test_no_two_names_are_alike(paths: list[list[str]]) -> None:
    names = told_apart(paths)
    assert len(names) == len(paths)
    assert len({name.casefold() for name in names}) == len(names)


@given(st.text(max_size=40))
def test_steps_are_printable_and_lead_nowhere(path: str) -> None:
    for step in steps_of(path):
        assert step.isprintable()
        assert not set(step) & set("/\\")
        assert step.strip(".")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=9))
def test_chinese_in_utf_8_comes_back(text: str) -> None:
    assert decoded(text.encode()) == text


def test_chinese_in_gbk_comes_back() -> None:
    for text in ("联通", "项目支出绩效自评表.pdf", "二〇二三年度", "财政局"):
        assert decoded(text.encode("gbk")) == text
