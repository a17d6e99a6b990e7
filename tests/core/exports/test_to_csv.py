"""Tests of the CSV sheet."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exports.to_csv import guarded, unguarded, write_csv
from core.extraction import Extraction, Record
from core.messages import Language
from tests.core.exports.doubtful import doubtful_extraction
from tests.core.exports.seed import seed_extraction, truth


def rows(*extractions: Extraction, language: Language = "zh") -> list[dict[str, str]]:
    out = io.BytesIO()
    write_csv(extractions, out, language)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def test_every_indicator_of_the_seed_has_its_row() -> None:
    found = [row for row in rows(seed_extraction()) if row["部分"] == "指标"]
    said = [
        (
            row["项目名称"],
            row["一级指标"],
            row["三级指标/资金来源/内容"],
            unguarded(row["年度指标值"]),
            unguarded(row["实际完成值"]),
            row["分值"],
            row["得分"],
            row["偏差原因及改进措施"],
        )
        for row in found
    ]
    keys = ("level1", "level3", "target", "actual", "weight", "score", "deviation")
    assert said == [
        (form["project_name"], *(indicator[key] for key in keys))
        for form in truth()
        for indicator in form["indicators"]
    ]
    assert len(found) == 71


def test_the_other_parts_of_a_form_have_theirs() -> None:
    by_part: dict[str, list[dict[str, str]]] = {}
    for row in rows(seed_extraction(forms=1)):
        by_part.setdefault(row["部分"], []).append(row)
    counts = {part: len(found) for part, found in by_part.items()}
    assert counts == {"项目": 1, "资金": 4, "目标": 1, "指标": 8, "总分": 1, "其他": 1}
    total = by_part["资金"][0]
    assert total["三级指标/资金来源/内容"] == "年度资金总额"
    assert (total["全年执行数"], total["金额单位"]) == ("1031336.77", "元")
    assert by_part["目标"][0]["年度指标值"] == truth()[0]["goals"]["expected"]
    assert (by_part["总分"][0]["分值"], by_part["总分"][0]["得分"]) == ("100", "100.00")
    assert by_part["其他"][0]["实际完成值"] == "张三"


def test_doubts_stand_in_their_row_and_findings_have_rows() -> None:
    found = rows(doubtful_extraction())
    executed = next(row for row in found if row["部分"] == "资金")
    assert executed["待核对"] == "资金第1行全年执行数（可信度低）"
    last = [(row["部分"], row["页码"], row["偏差原因及改进措施"]) for row in found][-7:]
    assert last == [
        ("待核对", "1", "可信度低"),
        ("待核对", "1", "两次识别不一致"),
        ("未找到", "1-2", "未找到"),
        ("已更正", "1", "已更正"),
        ("原表有误", "1-2", "分值合计应为 100"),
        ("注意", "3", "年度与表头不一致"),
        ("错误", "6", "这一页没有读出"),
    ]


def test_headings_in_english() -> None:
    (first, *_) = rows(seed_extraction(forms=1), language="en")
    assert first["Project"] == "展示馆物业管理、能源和水电费项目"


@pytest.mark.parametrize(
    "text", ["=100%", ">=85%", "+1天", "-无", "@x", "＝100%", "=HYPERLINK(1)", "\tx", "'=1", "''=1"]
)
def test_nothing_that_looks_like_a_formula_is_left(text: str) -> None:
    shown = guarded(text)
    assert not re.match(r"[=+\-@＝＋－＠\t\r\n]", shown)
    assert unguarded(shown) == text


@pytest.mark.parametrize(
    "text", ["", "-", "--", "－", "100", "-3.50", "+7", "—", "完成", "'s", "2=3"]
)
def test_what_is_no_formula_is_left_alone(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet="=+-@'\t0a％ ", max_size=6))
def test_the_guard_can_always_be_taken_away(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_line_breaks_and_quotes_survive() -> None:
    extraction = seed_extraction(forms=1)
    record = Record(project_name='two "lines"\nof, text')
    form = extraction.forms[0].model_copy(update={"record": record})
    found = rows(extraction.model_copy(update={"forms": (form,)}))
    assert found[0]["项目名称"] == 'two "lines"\nof, text'
