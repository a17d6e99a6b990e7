"""Tests of the cards in a terminal: what they say, and that they fit."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from core.exports.folding import Folded
from core.exports.to_table import print_tables, write_tables
from core.exports.wording import grouped
from core.extraction import Extraction, Form, Record
from core.messages import Language
from tests.core.exports.doubtful import doubtful_extraction
from tests.core.exports.seed import field, seed_extraction, truth


def printed(
    extraction: Extraction, width: int = 100, language: Language = "zh", *, colour: bool = False
) -> str:
    out = io.StringIO()
    # Named, since a dumb terminal (TERM) has no colours whatever is forced.
    console = Console(
        file=out,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
    print_tables([extraction], console, language)
    return out.getvalue()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("width", [40, 79, 80, 100, 160])
def test_everything_is_said_at_every_width_and_no_line_is_too_long(width: int) -> None:
    text = printed(seed_extraction(), width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    for form in truth():
        assert squeezed(form["project_name"]) in squeezed(text)
        # A goal stands by itself on its lines; the indicators share theirs with other columns.
        for indicator in form["indicators"]:
            assert indicator["target"][:4] in text
    assert text.count("其中：当年") == 10


def test_long_prose_is_complete() -> None:
    text = printed(seed_extraction(), 80)
    prose = re.sub(r"^ *(预期目标|实际完成情况)?", "", text, flags=re.MULTILINE)
    for form in truth():
        assert squeezed(form["goals"]["expected"]) in squeezed(prose)


def test_a_card_shows_amounts_grouped_levels_once_and_the_total() -> None:
    text = printed(seed_extraction(forms=1))
    assert "1,031,336.77" in text
    assert text.count("产出指标") == 1
    assert text.count("时效指标") == 1
    assert re.search(r"总分 +100 +100.00", text)
    assert "偏差" not in text


def test_doubts_are_marked_without_colour_and_listed() -> None:
    text = printed(doubtful_extraction())
    assert "1,031,336.77?" in text
    assert "完成?" in text
    assert "10〔缺〕" in text
    assert "〔缺〕指标第3行得分：未找到" in text
    assert "100.00*" in text
    assert "✓ 1 项校验通过" in text
    assert "× 原表有误：分值合计应为 100" in text
    assert "? 资金第1行全年执行数：读作“1,031,336.77”，可信度低" in text
    assert "! 注意：第 3 页：年度与表头不一致" in text
    assert "空白页：5、7" in text
    assert "无法识别的页：6" in text
    assert "7 页，2 张表，待核对 3 处，校验未通过 1 项" in text


def test_doubts_are_marked_in_narrow_terminals_too() -> None:
    text = printed(doubtful_extraction(), 50)
    assert "1,031,336.77?" in text
    assert re.search(r"得分 \S*〔缺〕", text)


def test_colours_are_for_terminals() -> None:
    assert "\x1b[1;33m1,031,336.77" in printed(doubtful_extraction(), colour=True)
    assert "\x1b" not in printed(doubtful_extraction())


def test_markup_and_control_codes_in_a_name_are_only_text() -> None:
    extraction = seed_extraction(forms=1)
    record = Record(project_name="[red]项目[/red] \x1b[31m[link=x]")
    form = extraction.forms[0].model_copy(update={"record": record})
    text = printed(extraction.model_copy(update={"forms": (form,)}), colour=False)
    assert "[red]项目[/red]" in text
    assert "\x1b" not in text


def test_a_form_with_almost_nothing_on_it() -> None:
    extraction = seed_extraction(forms=1)
    form = Form(id="x", pages=(1,), template="t", record=Record(), fields={}, checks=())
    text = printed(extraction.model_copy(update={"forms": (form,)}))
    assert "1/1" in text
    assert "总分" not in text


def test_a_file_is_plain_text_in_utf8() -> None:
    out = io.BytesIO()
    write_tables([seed_extraction(forms=1)], out, "en")
    assert "Department" in out.getvalue().decode()


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("1031336.77", "1,031,336.77"),
        ("-1000", "-1,000"),
        ("0", "0"),
        ("999.5", "999.5"),
        ("约1000", "约1000"),
        ("10000000000000000.10", "10,000,000,000,000,000.10"),
    ],
)
def test_grouped(number: str, shown: str) -> None:
    assert grouped(number) == shown


@given(st.text(alphabet="项目G60 ab，。（）—≥%\n", max_size=60), st.integers(2, 30))
def test_folding_keeps_the_text_and_the_width(text: str, width: int) -> None:
    out = io.StringIO()
    Console(file=out, width=width).print(Folded(Text(text)))
    lines = out.getvalue().split("\n")
    assert squeezed("".join(lines)) == squeezed(text)
    assert max(map(cell_len, lines)) <= width


def test_a_doubtful_level_is_marked_where_the_one_above_is_the_same() -> None:
    text = printed(
        seed_extraction(
            forms=1,
            fields={
                "/indicators/1/level1": field("review", "产出指标"),
                "/indicators/3/level2": field("review", "时效指标"),
            },
        )
    )
    lines = [line.split() for line in text.splitlines()]
    assert [line for line in lines if line and line[0].startswith("产出指标")] == [
        ["产出指标"],
        ["产出指标?"],
        ["产出指标"],
    ]
    assert any(line[:2] == ["?", "工作开展及时性"] for line in lines)
