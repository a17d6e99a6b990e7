import re

import pytest

from core.extraction import Record
from core.readings import PageReading
from core.vocabulary import standard
from tests.worker.forms import EFFECT, HEAD, HEADER, OUTPUT, TITLE, TOTAL, WHOLE, side
from tests.worker.readings import drawn, page_of
from worker.cut import cut
from worker.rebuild import Rebuilt, rebuild


def rebuilt(*pages: PageReading) -> Rebuilt:
    (form,) = cut(pages, standard()).forms
    return rebuild(form, standard())


def of_rows(*rows: str, foot: tuple[str, ...] = ()) -> Rebuilt:
    return rebuilt(page_of(1, [drawn(rows)], TITLE, foot))


def reviewed(form: Rebuilt) -> dict[str, str | None]:
    return {pointer: field.why for pointer, field in form.fields.items() if field.status != "ok"}


def leaves(record: Record) -> set[str]:
    """Return the pointers of all leaves of a record that are not null."""

    def walk(node: object, path: str) -> set[str]:
        if isinstance(node, dict):
            return {
                leaf
                for key, child in node.items()
                for leaf in walk(child, f"{path}/{key.replace('~', '~0').replace('/', '~1')}")
            }
        if isinstance(node, list):
            return {leaf for at, child in enumerate(node) for leaf in walk(child, f"{path}/{at}")}
        return set() if node is None else {path}

    return walk(record.model_dump(mode="json"), "")


def test_labels_of_the_head_that_stand_below_it_are_kept() -> None:
    row = "立项依据 | < | 区政府常务会议纪要 | < | 联系人 | < | 李敏 | < | <"
    form = of_rows(*HEAD, row, HEADER, *OUTPUT, *EFFECT, TOTAL)
    assert form.record.extra == {"立项依据": "区政府常务会议纪要", "联系人": "李敏"}
    usual = of_rows(*WHOLE).record
    assert form.record.goals == usual.goals
    assert form.record.funding == usual.funding


def test_usual_form() -> None:
    form = of_rows(*WHOLE)
    record = form.record
    assert (record.title, record.fiscal_year, record.money_unit) == (
        "项目支出绩效自评表",
        2023,
        "元",
    )
    assert (record.project_name, record.project_level) == ("湖区保洁", "二级构成")
    assert (record.department, record.implementing_unit) == ("水务局", "湖管所")
    assert [row.item for row in record.funding] == ["total", "appropriation"]
    assert record.funding[0].executed == "1120.00"
    assert form.fields["/funding/0/executed"].raw == "1,120.00"
    assert record.funding[1].weight == "—"
    assert record.goals.expected == "保持湖面清洁。"
    assert [row.level1 for row in record.indicators] == [
        "产出指标",
        "产出指标",
        "效益指标",
        "满意度指标",
    ]
    assert record.indicators[3].level2 == "服务对象满意度指标"
    assert record.indicators[1].deviation == "暴雨"
    assert (record.total.weight, record.total.score) == ("100", "94.3")
    assert not reviewed(form)


def test_every_leaf_has_its_field() -> None:
    record, fields = (form := of_rows(*WHOLE, foot=("注：1.得分四舍五入",))).record, form.fields
    assert leaves(record) == set(fields)


def test_row_cut_by_the_page_has_the_box_of_its_first_half() -> None:
    above = side(EFFECT[0]).replace("湖区环境", "湖区环境持续").replace("20 | 20", " | ")
    below = " |  |  | 改善情况 |  |  | 20 | 20 | "
    form = rebuilt(
        page_of(1, [drawn((*HEAD, HEADER, *OUTPUT, above))], TITLE),
        page_of(2, [drawn((below, side(EFFECT[1]), TOTAL))]),
    )
    assert [row.level3 for row in form.record.indicators][2:] == [
        "湖区环境持续改善情况",
        "游客满意度",
    ]
    assert form.record.indicators[2].weight == "20"
    assert form.fields["/indicators/2/level3"].page == 1
    assert form.fields["/indicators/2/weight"].page == 2


def test_header_cut_by_the_page() -> None:
    form = rebuilt(
        page_of(
            1,
            [drawn((*HEAD, " |  |  |  | 年度指 | 实际完 |  |  | 偏差原因分析"))],
            TITLE,
        ),
        page_of(
            2,
            [
                drawn(
                    (
                        "绩/效/指/标 | 一级指标 | 二级指标 | 三级指标 | 标值 | 成值 | 分值 | 得分 | 及改进措施",
                        *OUTPUT,
                        *EFFECT,
                        TOTAL,
                    )
                )
            ],
        ),
    )
    assert [row.target for row in form.record.indicators] == [">=12次", ">=95%", "改善", ">=90%"]
    assert form.record.goals.actual == "湖面清洁。"


def test_repeated_header_is_no_indicator() -> None:
    form = rebuilt(
        page_of(1, [drawn((*HEAD, HEADER, *OUTPUT))], TITLE),
        page_of(2, [drawn((HEADER, *EFFECT, TOTAL))]),
    )
    assert len(form.record.indicators) == 4


def test_rows_that_nobody_filled_in_are_passed_over() -> None:
    empty = tuple(f"^ | ^ | ^ | {text} |  |  |  |  | " for text in ("指标2：", "……", "一"))
    form = of_rows(*HEAD, HEADER, *OUTPUT, *empty, *EFFECT, TOTAL)
    assert [row.level3 for row in form.record.indicators] == [
        "保洁次数",
        "水质达标率",
        "湖区环境",
        "游客满意度",
    ]


def test_columns_that_the_form_lacks_are_null_without_field() -> None:
    rows = (
        "资金情况/(万元) |  | 全年预算数(A) | 全年执行数(B) | 执行率(B/A)",
        "^ | 年度资金总额: | 10 | 9 | 90%",
        "年度总体/目标 | 年初设定目标 | < | 全年实际完成情况 | <",
        "^ | 甲 | < | 乙 | <",
        "二级指标 | 三级指标 | 年度指标值 | 全年完成值 | 未完成原因和改进措施",
        "数量指标 | 次数 | >=3次 | 4次 | ",
    )
    form = of_rows("专项资金名称 | 湖区 | < | < | <", *rows)
    assert form.record.funding[0].initial_budget is None
    assert form.record.indicators[0].weight is None
    assert form.record.total.score is None
    assert not [pointer for pointer in form.fields if re.search("weight|score|initial", pointer)]
    assert form.record.money_unit == "万元"


def test_target_of_three_cells_is_joined() -> None:
    form = of_rows(
        HEAD[0],
        "绩/效 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 完成值 | 权重",
        "^ | 产出指标 | 数量指标 | 次数 | ≥ | 95 | % | 96 | 10",
        "^ | ^ | 质量指标 | 环境 | 定性 | 优 |  | 优 | 10",
    )
    assert [row.target for row in form.record.indicators] == ["≥95%", "优"]


def test_labelled_prose_without_a_place_is_extra() -> None:
    form = of_rows(
        *WHOLE,
        "评价结论 | < | 完成较好 | < | < | < | < | < | <",
        foot=("注：1.得分四舍五入", "填报人：张三  联系电话：021-123"),
    )
    extra = form.record.extra
    assert extra["评价结论"] == "完成较好"
    assert extra["注"] == "1.得分四舍五入"
    assert extra["填报人"] == "张三"


def test_a_list_beside_a_label_is_kept_cell_by_cell_under_its_heads() -> None:
    form = of_rows(
        *WHOLE,
        "评价意见 | < | 姓名 | < | 职务 | < | 联系电话 | < | <",
        "^ | ^ | 沈国梁 | < | 科长 | < | 6621408 | < | <",
        "^ | ^ | 马秀兰 | < | 科员 | < |  | < | <",
        "备注 | < | 无 | < | < | < | < | < | <",
    )
    assert form.record.extra == {
        "评价意见 姓名 1": "沈国梁",
        "评价意见 职务 1": "科长",
        "评价意见 联系电话 1": "6621408",
        "评价意见 姓名 2": "马秀兰",
        "评价意见 职务 2": "科员",
        "备注": "无",
    }
    assert form.fields["/extra/评价意见 姓名 2"].raw == "马秀兰"
    assert (form.record.total.weight, form.record.total.score) == ("100", "94.3")
    assert not reviewed(form)


def test_rows_beside_a_label_that_are_no_list_are_kept_row_by_row() -> None:
    form = of_rows(
        *WHOLE,
        "评价意见 | < | 资料齐全。 | < | < | < | < | < | <",
        "^ | ^ | 同意自评得分。 | < | < | < | < | < | <",
        "备注 | < | 填报人 | < | 张三 | < | < | < | <",
        "^ | ^ | 联系电话 | < | 6621408 | < | < | < | <",
    )
    assert form.record.extra == {
        "评价意见": "资料齐全。",
        "评价意见 2": "同意自评得分。",
        "填报人": "张三",
        "联系电话": "6621408",
    }


def test_goals_beside_their_labels() -> None:
    goals = (
        "年度总体目标 | 预期目标 | < | 保持湖面清洁 | < | < | < | < | <",
        "^ | 实际完成情况 | < | 湖面清洁 | < | < | < | < | <",
    )
    form = of_rows(*HEAD[:5], *goals, HEADER, *OUTPUT, *EFFECT, TOTAL)
    assert form.record.goals.expected == "保持湖面清洁"
    assert form.record.goals.actual == "湖面清洁"


@pytest.mark.parametrize(
    ("printed", "spoiled", "pointers"),
    [
        ("30 | 30 | ", "30 | ? | ", {"/indicators/0/score"}),
        ("12次 | 30", "12次30 | <", {"/indicators/0/actual", "/indicators/0/weight"}),
        ("得分 | 偏差", "得分偏差 | <", {"/indicators/0/score", "/total/score"}),
        ("主管部门 | <", "? | <", {"/department"}),
        ("年初预算数", "?", {"/funding/0/initial_budget"}),
        ("质量指标", "?", {"/indicators/1/level2"}),
        ("总分 | <", "息共 | <", {"/total/weight", "/total/score"}),
    ],
)
def test_what_a_spoiled_grid_may_have_changed_goes_to_review(
    printed: str, spoiled: str, pointers: set[str]
) -> None:
    rows = [row.replace(printed, spoiled) for row in WHOLE]
    assert rows != list(WHOLE)
    form = of_rows(*rows)
    assert pointers <= set(reviewed(form))


def test_two_rows_in_one_cell_are_told_apart_and_reviewed() -> None:
    """The rule between two rows is missing in one column: each row takes the line level with it."""
    rows = list(WHOLE)
    first, second = rows.index(OUTPUT[0]), rows.index(OUTPUT[1])
    rows[first] = OUTPUT[0].replace("30 | 30", "30/25 | 30")
    rows[second] = OUTPUT[1].replace("30 | 25", "^ | 25")
    form = of_rows(*rows)
    assert [row.weight for row in form.record.indicators[:2]] == ["30", "25"]
    assert {"/indicators/0/weight", "/indicators/1/weight"} <= set(reviewed(form))


def test_rule_through_a_name_makes_no_second_indicator() -> None:
    cells = OUTPUT[0].split(" | ")
    lower = ["^"] * 9
    lower[3] = "次数"
    cells[3] = "保洁"
    rows = (*HEAD, HEADER, " | ".join(cells), " | ".join(lower), OUTPUT[1], *EFFECT, TOTAL)
    form = of_rows(*rows)
    assert [row.level3 for row in form.record.indicators][:2] == ["保洁次数", "水质达标率"]
    assert reviewed(form)["/indicators/0/level3"] == "grid"


def test_year_misread_beside_its_figures_is_reviewed() -> None:
    form = rebuilt(page_of(1, [drawn(WHOLE)], (TITLE[0], "(2023 年店)")))
    assert form.record.fiscal_year == 2023
    assert form.fields["/fiscal_year"].status == "review"


def test_title_that_wraps_is_one() -> None:
    lines = ("中央对地方专项转移支付", "绩效目标自评表", "（2022年度）")
    form = rebuilt(page_of(1, [drawn(WHOLE)], lines))
    assert form.record.title == "中央对地方专项转移支付绩效目标自评表"
    assert form.record.fiscal_year == 2022


def test_forms_with_an_indicator_table_for_each_goal() -> None:
    header = "一级指标 | 二级指标 | 三级指标 | 年初目标值(A) | 实际完成值(B) | 得分"
    form = of_rows(
        "项目名称 | < | 禁捕补助 | < | < | <",
        "年度绩效目标1(40分) | < | 完成禁捕 | < | < | <",
        header,
        "产出指标 | 数量指标 | 船数 | 10艘 | 10艘 | 40",
        "年度绩效目标2(40分) | < | 加强宣传 | < | < | <",
        header,
        "效益指标 | 社会效益指标 | 知晓率 | 90% | 92% | 40",
        "总分 | < | < | < | < | 80",
    )
    assert [row.level3 for row in form.record.indicators] == ["船数", "知晓率"]
    assert form.record.goals.expected == "完成禁捕"
    assert form.record.extra["年度绩效目标2(40分)"] == "加强宣传"
    assert (form.record.total.weight, form.record.total.score) == (None, "80")


def test_total_in_the_head() -> None:
    form = of_rows(
        "主管部门 | 某局 | < | 自评总分(分) | 97.6",
        "指标名称 | 年初指标值 | 全年完成值 | 指标权重(分) | 指标得分(分)",
        "招商数 | 10个 | 12个 | 50 | 50",
    )
    assert form.record.total.score == "97.6"
    assert form.record.total.weight is None


def test_caption_that_runs_into_the_side_label() -> None:
    goals = (
        "预期目标 | < | < | < | < | 实际完成情况 | < | < | <",
        "年度/总体/目标 | 保持湖面清洁 | < | < | < | 湖面清洁 | < | < | <",
    )
    form = of_rows(*HEAD[:5], *goals, HEADER, *OUTPUT, *EFFECT, TOTAL)
    assert form.record.goals.expected == "保持湖面清洁"


def test_kind_without_a_title_is_told_by_the_structure() -> None:
    form = rebuilt(page_of(1, [drawn(WHOLE)]))
    assert (form.template, form.sure) == ("project-self-evaluation", False)
    plan = [" | ".join(row.split(" | ")[:5]) for row in (HEADER, *OUTPUT)]
    form = rebuilt(page_of(1, [drawn(("项目名称 | < | 湖区保洁 | < | <", *plan))]))
    assert (form.template, form.sure) == ("target-application", False)
    assert form.record.project_name == "湖区保洁"
    assert not form.record.indicators


def test_title_that_the_structure_contradicts_is_not_sure() -> None:
    form = rebuilt(page_of(1, [drawn(WHOLE)], ["项目支出绩效目标申报表"]))
    assert (form.template, form.sure) == ("target-application", False)


def test_year_behind_the_title_is_not_the_titles() -> None:
    form = rebuilt(page_of(1, [drawn(WHOLE)], ["项目支出绩效自评表（2021年度）"]))
    assert (form.record.title, form.record.fiscal_year) == ("项目支出绩效自评表", 2021)


def test_title_that_leans_is_print_and_a_year_by_itself_may_be_written() -> None:
    page = page_of(1, [drawn(WHOLE)], ("项目支出绩效自评表", "（2021年度）"))
    leaning = tuple(line.model_copy(update={"hand": True}) for line in page.lines)
    form = rebuilt(page.model_copy(update={"lines": leaning}))
    assert form.fields["/title"].status == "ok"
    assert form.fields["/fiscal_year"].why == "handwritten"


def test_sections_have_their_own_columns() -> None:
    form = of_rows(
        "项目名称 | < | 湖区保洁 | < | < | <",
        "项目决策 | 评价内容 | < | 分值 | 自评分 | 复核分",
        "^ | 立项依据充分 | < | 10 | 9 | 8",
        "项/目/绩/效 | 一级指标 | 三级指标 | 年初指标值 | 年终完成值 | 自评分",
        "^ | 产出指标 | 保洁次数 | 12次 | 12次 | 40",
    )
    first, second = form.record.indicators
    assert (first.level1, first.level3, first.weight, first.score) == (
        "项目决策",
        "立项依据充分",
        "10",
        "9",
    )
    assert (first.target, first.actual) == (None, None)
    assert (second.level1, second.weight, second.score) == ("产出指标", None, "40")
    assert form.record.extra == {"复核分 1": "8"}
    assert not [pointer for pointer in reviewed(form) if pointer.startswith("/indicators")]


def test_labelled_prose_between_the_blocks_is_extra() -> None:
    prose = "资金管理情况 | < | 使用规范。 | < | < | < | < | < | <"
    form = of_rows(*HEAD[:5], prose, *HEAD[5:], HEADER, *OUTPUT, *EFFECT, TOTAL)
    assert form.record.extra["资金管理情况"] == "使用规范。"
    assert len(form.record.funding) == 2


def test_columns_beside_the_record_are_named_by_row() -> None:
    header = HEADER.replace("偏差原因分析/及改进措施", "得分计算方法")
    rows = [OUTPUT[0] + "按比例", *OUTPUT[1:]]
    form = of_rows(*HEAD, header, *rows, *EFFECT, TOTAL)
    assert form.record.extra == {"得分计算方法 1": "按比例", "得分计算方法 2": "暴雨"}


def test_lines_behind_the_last_page_belong_to_the_form() -> None:
    form = rebuilt(
        page_of(1, [drawn(WHOLE)], TITLE), page_of(2, lines=["项目负责人：张三  财务负责人：李四"])
    )
    assert form.record.extra == {"项目负责人": "张三", "财务负责人": "李四"}
    assert form.fields["/extra/财务负责人"].page == 2


def test_funding_rows_on_either_side_of_a_break_stay_two() -> None:
    rows = (*HEAD[:4], "^ | 其中：当年财政拨款 | < | 100 | 120 | 112 | / | | ")
    other = side(
        HEAD[4]
        .replace("其中：当年财政拨款", "其他资金")
        .replace("100 | 120 | 112 | —", " |  |  | /")
    )
    form = rebuilt(
        page_of(1, [drawn(rows)], TITLE),
        page_of(2, [drawn((other, *HEAD[5:], HEADER, *OUTPUT, *EFFECT, TOTAL))]),
    )
    assert [row.label for row in form.record.funding][1:] == ["其中:当年财政拨款", "其他资金"]


def test_form_may_be_cut_in_its_head() -> None:
    form = rebuilt(
        page_of(1, [drawn(HEAD[:1])], TITLE),
        page_of(2, [drawn((*HEAD[1:], HEADER, *OUTPUT, *EFFECT, TOTAL))]),
    )
    assert form.record.department == "水务局"
    assert len(form.record.indicators) == 4


def test_head_row_cut_in_the_middle() -> None:
    form = rebuilt(
        page_of(1, [drawn((HEAD[0], "主管部门 | < | 水务 | < |  | < | 湖管 | < | <"))], TITLE),
        page_of(
            2,
            [
                drawn(
                    (
                        " | < | 局 | < | 实施单位 | < | 所 | < | <",
                        *HEAD[2:],
                        HEADER,
                        *OUTPUT,
                        *EFFECT,
                        TOTAL,
                    )
                )
            ],
        ),
    )
    assert (form.record.department, form.record.implementing_unit) == ("水务局", "湖管所")


def test_word_with_a_stray_over_it_goes_to_review() -> None:
    form = of_rows(*(row.replace("改善 | 改善 |", "改善 | 改善合计: |") for row in WHOLE))
    assert form.fields["/indicators/2/actual"].why == "overlay"


def test_page_number_over_a_value() -> None:
    form = of_rows(*(row.replace("| 12次 |", "| 12次 第 1 页 |") for row in WHOLE))
    field = form.fields["/indicators/0/actual"]
    assert (form.record.indicators[0].actual, field.status) == ("12次", "ok")
    assert "12次 第 1 页" in field.alternatives


@pytest.mark.parametrize(("read", "said"), [("三级指标", "二级指标"), ("二级指标", "三级指标")])
def test_a_level_that_lost_a_stroke_is_told_by_its_place(read: str, said: str) -> None:
    usual, form = (
        of_rows(*WHOLE),
        of_rows(*HEAD, HEADER.replace(read, said), *OUTPUT, *EFFECT, TOTAL),
    )
    assert form.record == usual.record
    assert {why for why in reviewed(form).values() if why} == {"grid"}


def test_a_lone_one_among_the_points_of_a_component_is_for_a_person() -> None:
    lone = HEAD[4].replace("112 | — | |", "112 | 1 | | 1")
    form = of_rows(*HEAD[:4], lone, *HEAD[5:], HEADER, *OUTPUT, *EFFECT, TOTAL)
    doubts = {pointer: why for pointer, why in reviewed(form).items() if "/funding/1/" in pointer}
    assert doubts == {"/funding/1/weight": "doubtful", "/funding/1/score": "doubtful"}


def test_weights_that_no_row_has_are_for_a_person_where_there_are_scores() -> None:
    rows = [re.sub(r"\| \d+ (\| [\d.]+ \|)", r"| \1", row) for row in (*OUTPUT, *EFFECT, TOTAL)]
    form = of_rows(*HEAD, HEADER, *rows)
    doubts = reviewed(form)
    weights = [f"/indicators/{row}/weight" for row in range(4)]
    assert {doubts.get(pointer) for pointer in (*weights, "/total/weight")} == {"blank"}
