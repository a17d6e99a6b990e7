"""A form that no vocabulary of ours knows rebuilds by one file, written from docs/vocabulary.md alone."""

from pathlib import Path

from core.extraction import Extraction, Source
from core.vocabulary import Vocabulary, of_folder, standard
from tests.worker.readings import drawn, page_of
from worker.assemble import assemble

FOLDER = Path(__file__).parent / "variants"
TITLE = ("民生工程资金使用效果自查表", "（2021年度）")
# Other labels, another order of columns, a block of inspections between goals and indicators.
FIRST = (
    "承办股室 | < | 村镇建设股 | < | < | 归口科局 | < | 住房和城乡建设局 | <",
    "工程名称 | < | 老旧小区供水管网改造 | < | < | 分管领导 | < | 王建国 | <",
    "资金安/排与使/用（万/元） | 资金渠道 | < | 满分 | 支付金额 | 核定金额 | 增减后/金额 | 支付比例 | 评定分",
    "^ | 全部资金 | < | 10 | 190.00 | 180.00 | 200.00 | 95.00% | 9.50",
    "^ | 其中：本级安排 | < | — | 150.00 | 150.00 | 160.00 | 93.75% | —",
    "^ | 盘活存量 | < | — | 40.00 | 30.00 | 40.00 | 100.00% | —",
    "^ | 单位自筹 | < | — | 0.00 | 0.00 | 0.00 | — | —",
    "办成/什么事 | 年底结果 | < | < | < | 年初打算 | < | < | <",
    "^ | 改造管网12公里，/惠及居民3200户。 | < | < | < | 改造管网12公里，解决/3000户居民用水难。 | < | < | <",
    "检查次数 | < | 2次 | 发现问题 | < | 水压不足 | 整改到位 | < | 是",
    "考核/明细 | 考核维度 | 考核类别 | 满分 | 计划数 | 考核内容 | 完成数 | 差距说明 | 评定分",
    "^ | 建设任务 | 工程量 | 20 | ≥12公里 | 改造管网长度 | 12公里 |  | 20",
    "^ | ^ | 工程质量 | 20 | 100% | 验收合格率 | 100% |  | 20",
)
SECOND = (
    " |  | 工期 | 10 | 2021年10月底前 | 完工时间 | 2021年12月 | 雨季停工/两月 | 6",
    "^ | 服务成效 | 受益人口 | 30 | ≥3000户 | 受益居民户数 | 3200户 |  | 30",
    "^ | 群众认可 | 群众评价 | 10 | ≥90% | 居民满意率 | 93.6% |  | 10",
    "评定总分 | < | < | 100 |  |  |  |  | 95.50",
    "整改打算 | < | 完善雨季施工预案。 | < | < | < | < | < | <",
)


KEYS = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation")
INDICATORS = [
    ("建设任务", "工程量", "改造管网长度", "≥12公里", "12公里", "20", "20", ""),
    ("建设任务", "工程质量", "验收合格率", "100%", "100%", "20", "20", ""),
    ("建设任务", "工期", "完工时间", "2021年10月底前", "2021年12月", "10", "6", "雨季停工两月"),
    ("服务成效", "受益人口", "受益居民户数", "≥3000户", "3200户", "30", "30", ""),
    ("群众认可", "群众评价", "居民满意率", "≥90%", "93.6%", "10", "10", ""),
]
FUNDING = [
    ("total", "180.00", "200.00", "190.00", "10", "95.00", "9.50"),
    ("appropriation", "150.00", "160.00", "150.00", "—", "93.75", "—"),
    ("carryover", "30.00", "40.00", "40.00", "—", "100.00", "—"),
    ("other", "0.00", "0.00", "0.00", "—", "—", "—"),
]


def read(vocabulary: Vocabulary) -> Extraction:
    pages = [page_of(1, [drawn(FIRST)], TITLE), page_of(2, [drawn(SECOND)])]
    source = Source(file="a.pdf", sha256="0" * 64, pages=2, pipeline="test")
    return assemble(source, pages, vocabulary)


def test_one_file_rebuilds_a_form_that_nobody_knew() -> None:
    found = read(of_folder(FOLDER))
    (form,) = found.forms
    record = form.record
    assert form.template == "livelihood-2021"
    assert (record.title, record.fiscal_year, record.money_unit) == (TITLE[0], 2021, "万元")
    assert record.project_name == "老旧小区供水管网改造"
    assert (record.department, record.implementing_unit) == ("住房和城乡建设局", "村镇建设股")
    assert [tuple(row.model_dump(exclude={"label"}).values()) for row in record.funding] == FUNDING
    assert [tuple(getattr(row, key) for key in KEYS) for row in record.indicators] == INDICATORS
    assert record.goals.expected == "改造管网12公里，解决3000户居民用水难。"
    assert record.goals.actual == "改造管网12公里，惠及居民3200户。"
    assert (record.total.weight, record.total.score) == ("100", "95.50")
    assert record.extra == {
        "分管领导": "王建国",
        "检查次数": "2次",
        "发现问题": "水压不足",
        "整改到位": "是",
        "整改打算": "完善雨季施工预案。",
    }


def test_everything_is_sure_and_the_arithmetic_holds() -> None:
    found = read(of_folder(FOLDER))
    (form,) = found.forms
    assert not [pointer for pointer, field in form.fields.items() if field.status != "ok"]
    assert {check.verdict for check in form.checks} == {"pass"}
    assert {check.rule for check in form.checks} == {
        "execution_rate",
        "components_sum",
        "weights_sum",
        "scores_sum",
        "score_within_weight",
    }
    assert [issue.code for issue in found.issues] == ["unusual_level_weights"]


def test_without_the_file_it_is_another_document() -> None:
    found = read(standard())
    assert not found.forms
    assert [issue.code for issue in found.issues] == ["other_document", "other_document"]
    assert all(page.tables for page in found.pages)
