from dataclasses import replace

import pytest

from core.extraction import Field
from core.vocabulary import standard
from tests.worker.readings import drawn, page_of, part_of
from worker.cut import FormParts
from worker.rebuild import Rebuilt, rebuild
from worker.rebuild.lost import with_blanks_doubted
from worker.sheet import PageLine

FUNDING = (
    "项目名称 | < | < | 湖区保洁 | < | < | <",
    "项目资金（元） | < | 年初预算数 | 全年预算数 | 全年执行数 | 执行率 | <",
    "^ | 年度资金总额 | 100.00 | 100.00 | 50.00 | 50.00% | <",
)
SCORED_FUNDING = (
    "项目名称 | < | < | 湖区保洁 | < | < | <",
    "项目资金（元） | < | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分",
    "^ | 年度资金总额 | 100.00 | 50.00 | 10 | 50.00% | 5",
)
UNSCORED = (
    "一级指标 | < | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 偏差原因分析",
    "产出指标 | < | 数量指标 | 船数 | 10艘 | 10艘 | 无",
)


def of_rows(*rows: str) -> Rebuilt:
    page = page_of(1, [drawn(rows)])
    part = part_of(page.tables[0])
    return rebuild(FormParts(parts=(part,)), standard())


def missing(form: Rebuilt) -> set[str]:
    return {pointer for pointer, field in form.fields.items() if field.status == "missing"}


def test_a_form_without_points_lacks_nothing() -> None:
    assert not {p for p in missing(of_rows(*FUNDING, *UNSCORED)) if p.endswith(("weight", "score"))}


@pytest.mark.parametrize(
    ("rows", "pointers"),
    [
        pytest.param(
            (*SCORED_FUNDING, *UNSCORED),
            {"/indicators/0/weight", "/indicators/0/score", "/total/weight", "/total/score"},
            id="scored by its funding",
        ),
        pytest.param(
            (*FUNDING, *UNSCORED, "总分 10095 | < | < | < | < | < | "),
            {
                "/funding/0/weight",
                "/funding/0/score",
                "/indicators/0/weight",
                "/indicators/0/score",
                "/total/weight",
                "/total/score",
            },
            id="scored by its total",
        ),
    ],
)
def test_points_that_a_form_should_have_are_missing(
    rows: tuple[str, ...], pointers: set[str]
) -> None:
    found = {p for p in missing(of_rows(*rows)) if p.endswith(("weight", "score"))}

    assert found == pointers


def test_a_funding_block_that_was_not_found_is_missing() -> None:
    form = of_rows("项目名称 | < | < | 湖区保洁 | < | < | <", *UNSCORED)

    assert form.record.funding[0].executed is None
    assert {"/funding/0/executed", "/funding/0/annual_budget"} <= missing(form)


@pytest.mark.parametrize(
    "merged",
    [
        pytest.param(
            "年初预算数全年预算数全年执行数分值执行率得分/年度资金总额：5,916.075,916.072,897.901049.0%4.9"
            "/(万其中：当年财政拨款5,916.075,916.072,897.90—/上年结转资金000",
            id="whole rows in one cell",
        ),
        pytest.param("上年结转资金/年度资金总额：/其中：当年财政拨款", id="labels in one cell"),
    ],
)
def test_each_funding_row_whose_label_was_read_in_no_row_is_missing(merged: str) -> None:
    form = of_rows(f"{merged} | < | < | < | < | < | <", *UNSCORED)

    items = {row.item for row in form.record.funding}
    assert form.record.funding[0].item == "total"
    assert items == {"total", "appropriation", "carryover"}
    assert len(form.record.funding) == 3
    assert {f"/funding/{row}/executed" for row in range(3)} <= missing(form)


def test_prose_that_names_a_source_of_money_is_no_lost_row() -> None:
    form = of_rows("项目概况 | < | < | 上年结转资金已用完。 | < | < | <", *UNSCORED)

    assert len(form.record.funding) == 1


def test_goals_whose_captions_stand_merged_are_missing() -> None:
    form = of_rows(
        "上年结转资金000/预期目标实际完成情况/保持湖面清洁。 | < | < | < | < | < | <", *UNSCORED
    )

    assert {"/goals/expected", "/goals/actual"} <= missing(form)


def test_goals_whose_captions_stand_in_no_cell_are_missing() -> None:
    page = page_of(1, [drawn(UNSCORED)])
    caption = drawn(["预期目标"]).cells[0].lines[0]
    part = replace(part_of(page.tables[0]), head=(PageLine(1, caption),))

    form = rebuild(FormParts(parts=(part,)), standard())

    assert "/goals/expected" in missing(form)


def test_a_form_without_goals_lacks_none() -> None:
    form = of_rows(*FUNDING, *UNSCORED, "产出指标 | < | 质量指标 | 实现预期目标 | 是 | 是 | 无")

    assert not [pointer for pointer in form.fields if pointer.startswith("/goals")]


def test_levels_that_stand_under_no_header_are_missing() -> None:
    form = of_rows(
        *FUNDING,
        "？ | < | ？？ | 三级指标 | 年度指标值 | 实际完成值 | 偏差原因分析",
        "产出指标 | < | 数量指标 | 船数 | 10艘 | 10艘 | 无",
        "效益指标 | < | 社会效益指标 | 知晓率 | 90% | 92% | 无",
    )
    level1 = form.fields["/indicators/0/level1"]

    assert level1.status != "ok"


def test_values_of_a_row_whose_name_was_not_found_go_to_review() -> None:
    form = of_rows(
        *FUNDING,
        "一级指标 | < | 二级指标 | 年度指标值 | 实际完成值 | 分值 | 得分",
        "产出指标 | < | 数量指标 | 10艘 | 10艘 | 100 | 100",
    )

    assert form.fields["/indicators/0/level3"].status == "missing"
    assert form.fields["/indicators/0/score"].why == "grid"


@pytest.mark.parametrize("actual", ["10艘总", "10艘 属实"])
def test_a_stray_beside_an_actual_value_goes_to_review(actual: str) -> None:
    form = of_rows(*FUNDING, UNSCORED[0], f"产出指标 | < | 数量指标 | 船数 | 10艘 | {actual} | 无")

    assert form.fields["/indicators/0/actual"].status == "review"


@pytest.mark.parametrize(
    ("target", "actual", "status"),
    [
        ("持续优化总", "持续优化", "review"),
        ("持续优化", "持续优化", "ok"),
        ("3月前", "3月", "ok"),
        ("持续优化提升", "持续优化", "ok"),
    ],
)
def test_a_stray_beside_a_target_in_words_goes_to_review(
    target: str, actual: str, status: str
) -> None:
    form = of_rows(
        *FUNDING, UNSCORED[0], f"产出指标 | < | 数量指标 | 船数 | {target} | {actual} | 无"
    )

    assert form.fields["/indicators/0/target"].status == status


@pytest.mark.parametrize("actual", ["12艘", "10艘", "100艘"])
def test_other_actual_values_stand(actual: str) -> None:
    form = of_rows(*FUNDING, UNSCORED[0], f"产出指标 | < | 数量指标 | 船数 | 10艘 | {actual} | 无")

    assert form.fields["/indicators/0/actual"].status == "ok"


def test_a_blank_beside_dashes_goes_to_review() -> None:
    form = of_rows(
        *SCORED_FUNDING,
        "^ | 其中：当年财政拨款 | 50.00 | 30.00 | — | | ",
        "^ | 上年结转资金 | 50.00 | 20.00 | | | ",
        *UNSCORED,
    )

    assert form.fields["/funding/1/weight"].status == "ok"
    assert form.fields["/funding/2/weight"].why == "blank"
    assert form.fields["/funding/2/score"].status == "ok"


@pytest.mark.parametrize(("doubtful", "why"), [(3, "blank"), (1, None)])
def test_blanks_of_a_form_that_has_fallen_apart_are_for_a_person(
    doubtful: int, why: str | None
) -> None:
    sound = Field(raw="5", confidence=1.0, page=1, box=None, reader="ppocr", status="ok", why=None)
    spoilt = sound.model_copy(update={"status": "review", "why": "grid"})
    fields = {"/blank": sound.model_copy(update={"raw": ""}), "/sound": sound}
    fields |= {f"/{number}": spoilt for number in range(doubtful)}
    doubted = with_blanks_doubted(fields)
    assert doubted["/blank"].why == why
    assert {key: doubted[key] for key in fields if key != "/blank"} == {
        key: fields[key] for key in fields if key != "/blank"
    }
