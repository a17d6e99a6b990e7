"""A form with words that nobody knows, the draft for it, and the same form after a person finished the draft."""

from __future__ import annotations

import re

from core.readings import PageReading
from core.vocabulary import SourceFile, Vocabulary, load, standard
from core.vocabulary.draft_file import to_toml
from core.vocabulary.drafting import Draft, draft
from tests.worker.forms import EFFECT, OUTPUT, TITLE, WHOLE
from tests.worker.readings import drawn, page_of
from worker.cut import cut
from worker.rebuild import Rebuilt, rebuild

RENAMED = (
    "事项全名 | < | 湖区保洁 | < | < | < | < | < | <",
    "归口管理处室 | < | 水务局 | < | 具体实施单位 | < | 湖管所 | < | <",
    "经/费/安/排 | | < | 年初安排数 | 调整后安排数 | 全年支出数 | 分值 | 支出比率 | 得分",
    "^ | 年度资金总额 | < | 100.00 | 120.00 | 112.00 | 10 | 93.33% | 9.3",
    "考/核/内/容 | 甲类 | 乙类 | 丙类 | 预定值 | 达成值 | 满分 | 考核得分 | 差异说明",
    *OUTPUT,
    *EFFECT,
    "汇总得分 | < | < | < | < | < | 100 | 94.3 | ",
)
PAGES = (page_of(1, [drawn(RENAMED)], ("民生实事办理成效核查表", "(2023 年度)")),)


def found(pages: tuple[PageReading, ...] = PAGES) -> Draft:
    return draft(pages, standard())


def text() -> str:
    return to_toml(found(), standard(), "a.pdf", "en")


def read(vocabulary: Vocabulary) -> list[Rebuilt]:
    return [rebuild(form, vocabulary) for form in cut(PAGES, vocabulary).forms]


def merged(draft_text: str) -> Vocabulary:
    return load([SourceFile("draft.toml", draft_text)])


def test_a_draft_as_written_loads_and_adds_a_title_but_no_label() -> None:
    own = merged(text())
    assert standard().title("民生实事办理成效核查表") is None
    title = own.title("2023年度民生实事办理成效核查表")
    assert title is not None
    assert own.template(title.role).kind == "self_evaluation"
    assert own.content.labels == standard().content.labels


def test_each_unknown_label_is_proposed_with_its_page_and_reason() -> None:
    proposals = {it.seen.text: it for it in found().proposals}
    assert proposals["考核得分"].role == "score"
    assert proposals["考核得分"].alike == "得分"
    assert proposals["事项全名"].group == "header"
    assert proposals["经费安排"].group == "funding_block"
    assert {it.seen.page for it in proposals.values()} == {1}
    assert "得分" not in proposals
    assert "湖管所" not in proposals


FUNDS = (
    "工程名称 | < | 供水管网改造 | < | < | < | < | < | <",
    "资金/安排 | 资金渠道 | < | 满分 | 支付金额 | 核定金额 | 增减后金额 | 支付比例 | 评定分",
    "^ | 全部资金 | < | 10 | 190.00 | 180.00 | 200.00 | 95.00% | 9.50",
    "^ | 单位自筹 | < | — | 0.00 | 0.00 | 0.00 | — | —",
    "考核/明细 | 考核维度 | 考核类别 | 考核内容 | 计划数 | 完成数 | 满分 | 评定分 | 差距说明",
    "^ | 建设任务 | 工程量 | 改造管网长度 | ≥12公里 | 12公里 | 20 | 20 | ",
    "^ | ^ | 工程质量 | 验收合格率 | 100% | 100% | 20 | 20 | ",
)


def test_heads_over_figures_are_those_of_funds_whatever_their_words() -> None:
    proposals = found((page_of(1, [drawn(FUNDS)]),)).proposals
    groups = {(it.seen.text, it.group) for it in proposals}
    assert {("核定金额", "funding_column"), ("支付比例", "funding_column")} <= groups
    assert ("满分", "funding_column") in groups
    assert ("满分", "indicator_column") in groups
    assert ("完成数", "indicator_column") in groups
    assert ("完成数", "funding_column") not in groups
    assert {("全部资金", "funding_row"), ("单位自筹", "funding_row")} <= groups
    assert ("资金安排", "funding_block") in groups


COUNTY = (
    "事项名称 | < | 堤防加固 | < | < | < | < | < | <",
    "归口单位 | < | 水务局 | < | 承办科室 | < | 河湖科 | < | <",
    "经办人 | < | 沈国梁 | < | 联系方式 | < | 0837-6621408 | < | <",
    "经/费/使/用 | 经费渠道 | < | 资金安排 | 调整后安排 | 实际支出 | 满分 | 支出进度 | 自评分",
    "^ | 经费合计 | < | 680.00 | 712.50 | 698.25 | 10 | 98.00% | 9.8",
    "^ | 其中：县本级安排 | < | 400.00 | 400.00 | 392.75 | — | 98.19% | —",
    "任/务/要/求 | 完成情况 | < | < | < | 年初打算 | < | < | <",
    "^ | 堤防加固已经完工。 | < | < | < | 加固堤防。 | < | < | <",
    "评/分/内/容 | 大类 | 分项 | 考核要点 | 目标值 | 满分 | 完成值 | 扣分缘由 | 自评分",
    "^ | 办成事项 | 做了多少 | 堤防加固长度 | ≥6.8公里 | 8 | 6.8公里 |  | 8",
)
SECOND = (
    " | 带来变化 | 社会方面 | 防洪标准 | 二十年一遇 | 6 | 二十年一遇 |  | 6",
    "^ | ^ | 长远影响 | 堤防管护 | 落实到村 | 4 | 落实到村 |  | 4",
    "得分合计 | < | < | < | < | 100 |  |  | 97.8",
    "自查小/组成员 | < | 姓名 | 职务 | < | < | 分工 | < | <",
    "^ | ^ | 沈国梁 | 科长 | < | < | 总体协调 | < | <",
    "自查小组意见 | < | 资料齐全，同意自评得分。 | < | < | < | < | < | <",
)


def test_what_goes_on_over_a_page_break_is_proposed_by_its_place() -> None:
    first = page_of(1, [drawn(COUNTY)], ("财政专项资金绩效自查评分表", "(2021年度)"))
    proposals = found((first, page_of(2, [drawn(SECOND)]))).proposals
    places = {(it.seen.text, it.group, it.role) for it in proposals}
    assert places >= {
        ("经办人", "header", "extra"),
        ("联系方式", "header", "extra"),
        ("实际支出", "funding_column", "executed"),
        ("支出进度", "funding_column", "execution_rate"),
        ("县本级安排", "funding_row", "other"),
        ("完成情况", "goals_caption", "actual"),
        ("年初打算", "goals_caption", "expected"),
        ("评分内容", "indicator_block", "block"),
        ("分项", "indicator_column", "level2"),
        ("满分", "indicator_column", "weight"),
        ("得分合计", "total", "total"),
        ("自查小组成员", "tail", "tail"),
        ("自查小组意见", "tail", "tail"),
    }
    assert {it.group for it in proposals if it.seen.page == 2} == {"total", "tail"}
    assert not {"水务局", "经费渠道", "社会方面", "沈国梁"} & {it.seen.text for it in proposals}


def test_a_finished_draft_has_the_form_read() -> None:
    before = read(standard())
    assert not any(form.record.indicators for form in before)
    (form,) = read(merged(finished(text())))
    record = form.record
    assert record.title == "民生实事办理成效核查表"
    assert (record.project_name, record.department) == ("湖区保洁", "水务局")
    assert record.implementing_unit == "湖管所"
    funds = record.funding[0]
    assert (funds.initial_budget, funds.annual_budget, funds.executed) == (
        "100.00",
        "120.00",
        "112.00",
    )
    assert (funds.execution_rate, funds.score) == ("93.33", "9.3")
    assert [(row.level3, row.target, row.actual) for row in record.indicators][1] == (
        "水质达标率",
        ">=95%",
        "90%",
    )
    assert [row.score for row in record.indicators] == ["30", "25", "20", "10"]
    assert record.indicators[1].deviation == "暴雨"
    assert record.total.score == "94.3"


def test_a_form_that_is_understood_leaves_nothing_to_learn() -> None:
    nothing = found((page_of(1, [drawn(WHOLE)], TITLE),))
    assert not nothing.proposals
    assert not nothing.titles
    assert [template for _, template in nothing.known_titles] == ["project-self-evaluation"]


def finished(draft_text: str) -> str:
    """Do what a person does: take the # away, and put the one label that was guessed wrong under its role."""
    moved = draft_text.replace(
        'extra = [\n    # "归口管理处室', 'department = [\n    # "归口管理处室'
    )
    return re.sub(r'^    # "', '    "', moved, flags=re.MULTILINE)
