import tomllib

import pytest
from pydantic import ValidationError

from core.vocabulary import load, standard
from core.vocabulary.schema import Group

FURTHER = """
schema = "dangan.vocabulary/1"
[labels.header]
department = ["归口管理处室"]
"""


@pytest.mark.parametrize(
    ("text", "group", "role"),
    [
        ("项目名称", "header", "project_name"),
        ("专项（项目）名称", "header", "project_name"),
        ("主管部门及代码", "header", "department"),
        ("实施单位 (盖章)", "header", "implementing_unit"),
        ("调整后预算数", "funding_column", "annual_budget"),
        ("执行率（B/A）", "funding_column", "execution_rate"),
        ("年度财政资金总额：", "funding_row", "total"),
        ("年度总体目标完成情况综述", "goals_caption", "actual"),
        ("项\n目\n资\n金\n（万\n元）", "funding_block", "block"),
        ("全年实际值(B)", "indicator_column", "actual"),
        ("计量单位", "indicator_column", "unit"),
        ("未完成原因及拟采取的改进措施", "indicator_column", "deviation"),
        ("合计", "total", "total"),
    ],
)
def test_known_wordings(text: str, group: Group, role: str) -> None:
    match = standard().label(text, group)
    assert match is not None
    assert match.role == role


def test_labels_of_one_group_do_not_shadow_each_other() -> None:
    """Every wording finds its own role: no list holds what another role's list holds too."""
    vocabulary = standard()
    groups = vocabulary.content.labels.model_dump()
    for group, roles in groups.items():
        for role, wordings in roles.items():
            for wording in wordings:
                match = vocabulary.label(wording, group)
                assert match is not None, (group, wording)
                assert match.role == role, (group, wording)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("财政项目支出绩效自评表", "self_evaluation"),
        ("2020年度城市维护项目绩效自评表", "self_evaluation"),
        ("部门预算项目支出绩效自评表（2023年度)", "self_evaluation"),
        ("财政项目支出绩效自评衰", "self_evaluation"),
        ("财政项目支出绩效目标申报表", "other"),
    ],
)
def test_titles(text: str, kind: str) -> None:
    match = standard().title(text)
    assert match is not None
    assert match.role == kind


def test_year_line_is_no_title() -> None:
    assert standard().title("(2023 年度)") is None


def test_level_near_two_words_is_none() -> None:
    assert standard().level("效量指标", "level2") is None
    match = standard().level("产出指栎", "level1")
    assert match is not None
    assert match.wording == "产出指标"


@pytest.mark.parametrize(
    ("text", "unit"), [("项目资金（元）", "元"), ("资金情况(万元)", "万元"), ("单位：万元", "万元")]
)
def test_money_unit(text: str, unit: str) -> None:
    found = standard().search("money_unit", text)
    assert found is not None
    assert found.group(1) == unit


def test_further_files_are_merged_over_the_packaged_ones() -> None:
    assert standard().label("归口管理处室", "header") is None
    vocabulary = load([FURTHER])
    match = vocabulary.label("归口管理处室", "header")
    assert match is not None
    assert match.role == "department"
    assert vocabulary.label("主管部门", "header") is not None


@pytest.mark.parametrize(
    "text",
    [
        'schema = "dangan.vocabulary/2"',
        'schema = "dangan.vocabulary/1"\n[labels.header]\nofice = ["单位"]',
        'schema = "dangan.vocabulary/1"\n[patterns]\nyear = ["("]',
    ],
)
def test_wrong_files_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        load([text])


def test_broken_toml_is_refused() -> None:
    with pytest.raises(tomllib.TOMLDecodeError):
        load(["schema ="])
