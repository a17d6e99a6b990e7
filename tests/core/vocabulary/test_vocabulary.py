from pathlib import Path

import pytest

from core.errors import BadVocabulary
from core.vocabulary import SourceFile, load, of_folder, standard
from core.vocabulary.schema import Group


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
        ("财政项目支出绩效自评表", "project-self-evaluation"),
        ("2020年度城市维护项目绩效自评表", "project-self-evaluation"),
        ("部门预算项目支出绩效自评表（2023年度)", "project-self-evaluation"),
        ("财政项目支出绩效自评衰", "project-self-evaluation"),
        ("财政项目支出绩效目标申报表", "target-application"),
        ("2021年度部门整体支出绩效自评情况表", "department-self-evaluation"),
        ("2019年度某专项绩效评价得分表", "evaluation"),
        ("项目支出绩效运行监控表", "monitoring"),
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


def further(text: str) -> SourceFile:
    return SourceFile("own.toml", f'schema = "dangan.vocabulary/1"\n{text}')


def test_further_files_are_merged_over_the_packaged_ones() -> None:
    assert standard().label("归口管理处室", "header") is None
    vocabulary = load([further('[labels.header]\ndepartment = ["归口管理处室"]')])
    match = vocabulary.label("归口管理处室", "header")
    assert match is not None
    assert match.role == "department"
    assert vocabulary.label("主管部门", "header") is not None


def test_later_file_takes_a_wording_from_its_role() -> None:
    vocabulary = load([further('[labels.indicator_column]\nactual = ["指标值"]')])
    match = vocabulary.label("指标值", "indicator_column")
    assert match is not None
    assert match.role == "actual"


TEMPLATE = """
[templates.district-2018]
kind = "self_evaluation"
titles = ["民生实事绩效自查表"]
checks = ["scores_sum"]
[templates.district-2018.labels.indicator_column]
actual = ["指标值"]
"""


def test_labels_of_a_template_hold_in_its_forms_only() -> None:
    vocabulary = load([further(TEMPLATE)])
    title = vocabulary.title("民生实事绩效自查表")
    assert title is not None
    assert title.role == "district-2018"
    assert vocabulary.template(title.role).checks == ("scores_sum",)
    own, other = (
        it.label("指标值", "indicator_column") for it in (vocabulary.of(title.role), vocabulary)
    )
    assert own is not None
    assert other is not None
    assert (own.role, other.role) == ("actual", "target")


def test_checks_of_a_template_are_replaced() -> None:
    vocabulary = load([further('[templates.project-self-evaluation]\nchecks = ["execution_rate"]')])
    template = vocabulary.template("project-self-evaluation")
    assert template.checks == ("execution_rate",)
    assert template.titles == standard().template("project-self-evaluation").titles


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ('schema = "dangan.vocabulary/2"', 1, "schema"),
        (
            'schema = "dangan.vocabulary/1"\n\n[labels.header]\nofice = ["单位"]',
            4,
            "labels.header.ofice",
        ),
        ('schema = "dangan.vocabulary/1"\n[patterns]\nyear = ["("]', 3, "patterns.year.0"),
        (
            'schema = "dangan.vocabulary/1"\n[templates.own]\ntitles = ["甲表"]',
            2,
            "templates.own.kind",
        ),
        (
            'schema = "dangan.vocabulary/1"\n[templates.own]\nkind = "none"',
            3,
            "templates.own.kind",
        ),
        ('schema = "dangan.vocabulary/1"\n[[departments]]\nnmae = "某局"', 2, "departments.0.name"),
        ("schema =", 1, ""),
        ('schema = "dangan.vocabulary/1"\n[labels\n', 2, ""),
    ],
)
def test_wrong_files_are_refused_with_their_place(
    tmp_path: Path, text: str, line: int, key: str
) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadVocabulary) as caught:
        of_folder(tmp_path)
    assert caught.value.details["file"] == str(tmp_path / "own.toml")
    assert (caught.value.details["line"], caught.value.details["key"]) == (line, key)


def test_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadVocabulary):
        of_folder(tmp_path / "none")


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2021年绩效自评表.pdf", 2021),
        ("自评2019.tif", 2019),
        ("2023年公开2022年度自评.pdf", None),
        ("20230105123.pdf", None),
        ("扫描.pdf", None),
    ],
)
def test_year_in_the_name_of_a_file(name: str, year: int | None) -> None:
    assert standard().year_in_name(name) == year
