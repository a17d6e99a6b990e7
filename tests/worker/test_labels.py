import pytest

from core.vocabulary import standard
from tests.worker.forms import EFFECT, HEAD, HEADER, OUTPUT, TOTAL, WHOLE
from tests.worker.readings import drawn, part_of
from worker.headers import funding_header, indicator_headers
from worker.labels import Labels
from worker.rebuild.blocks import blocks
from worker.sheet import Sheet
from worker.stitch import STANDARD, lay

LABELS = Labels(standard())


def sheet_of(*rows: str) -> Sheet:
    return lay([part_of(drawn(rows))], STANDARD)


def roles(sheet: Sheet) -> list[str]:
    return [column.role for column in indicator_headers(sheet, LABELS)[0].columns]


def test_blocks_of_the_usual_form() -> None:
    where = blocks(sheet_of(*WHOLE), LABELS)
    assert where.head == range(2)
    assert where.funding == range(2, 5)
    assert where.goals == range(5, 7)
    assert where.indicators == range(7, 12)
    assert where.tail == range(12, 13)


def test_blocks_come_in_any_order() -> None:
    where = blocks(sheet_of(*HEAD[:2], *HEAD[5:], *HEAD[2:5], HEADER, *OUTPUT), LABELS)
    assert where.goals == range(2, 4)
    assert where.funding == range(4, 7)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "一级指标 | 二级指标 | 三级指标 | 分值 | 年度指标值(A) | 全年实际值(B) | 得分计算方法 | 得分 | 未完成原因分析",
            "level1 level2 level3 weight target actual extra score deviation",
        ),
        (
            "一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 完成值 | 权重 | 得分",
            "level1 level2 level3 comparator target unit actual weight score",
        ),
        (
            "指标名称 | 计量单位 | 指标性质 | 年初指标值 | 调整指标值 | 全年完成值 | 得分系数(%) | 指标权重(分) | 指标得分(分)",
            "level3 unit comparator target extra actual extra weight score",
        ),
    ],
)
def test_columns_in_the_orders_of_other_provinces(header: str, expected: str) -> None:
    assert roles(sheet_of(header, " | ".join(["甲"] * 9))) == expected.split()


def test_header_of_two_rows_gives_its_finest_columns() -> None:
    sheet = sheet_of(
        "绩效指标 | < | < | 年度指标值 | < | < | 实际完成值 | 分值 | 得分",
        "一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | ^ | ^ | ^",
        "产出指标 | 数量指标 | 次数 | ≥ | 95 | % | 96% | 10 | 10",
    )
    header = indicator_headers(sheet, LABELS)[0]
    assert header.rows == range(2)
    assert roles(sheet) == [
        "level1",
        "level2",
        "level3",
        "comparator",
        "target",
        "unit",
        "actual",
        "weight",
        "score",
    ]


@pytest.mark.parametrize("lost", ["一级指标", "三级指标", "实际完成值", "分值", "得分"])
def test_unreadable_column_is_told_by_its_neighbours(lost: str) -> None:
    sheet = sheet_of(HEADER.replace(lost, "?"), *OUTPUT)
    guessed = [column for column in indicator_headers(sheet, LABELS)[0].columns if column.guessed]
    assert roles(sheet) == roles(sheet_of(HEADER, *OUTPUT))
    assert len(guessed) == 1


def test_two_labels_in_one_cell_are_told_by_the_columns_below() -> None:
    sheet = sheet_of(HEADER.replace("分值 | 得分", "分值得分 | <"), *OUTPUT)
    columns = {column.role: column for column in indicator_headers(sheet, LABELS)[0].columns}
    assert columns["weight"].cols == range(6, 7)
    assert columns["score"].cols == range(7, 8)
    assert columns["weight"].guessed


def test_row_label_column_is_no_budget() -> None:
    header = funding_header(
        sheet_of(
            "资金情况/(万元) | ? | 全年预算数(A) | 全年执行数(B) | 分值 | 执行率(B/A) | 得分",
            "^ | 年度资金总额: | 10 | 9 | 10 | 90% | 9",
        ),
        LABELS,
    )
    assert header is not None
    assert header.of("initial_budget") is None
    assert header.of("annual_budget") is not None


def test_misread_total_is_known_by_its_shape() -> None:
    where = blocks(sheet_of(*HEAD, HEADER, *OUTPUT, *EFFECT, TOTAL.replace("总分", "息分")), LABELS)
    assert where.tail == range(12, 13)


def test_label_of_another_group_is_no_near_miss() -> None:
    """The label of the block differs from a caption of goals by two characters of ten."""
    sheet = sheet_of("年度/总体/目标/完成/情况 | 预期目标 | 实际完成情况", "^ | 甲 | 乙")
    captions = LABELS.captions(sheet, range(2))
    assert [caption.cell.text for caption in captions] == ["预期目标", "实际完成情况"]
