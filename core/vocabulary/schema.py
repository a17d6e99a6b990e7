"""The shape of a vocabulary file, `dangan.vocabulary/1`.

All Chinese wording that the reconstruction knows stands in such files; the code names roles only.
docs/vocabulary.md explains them to the people who write them.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from core.checks.outcome import RuleName
from core.readings import Frozen

Group = Literal[
    "header",
    "funding_block",
    "funding_column",
    "funding_row",
    "goals_block",
    "goals_caption",
    "indicator_block",
    "indicator_column",
    "total",
    "tail",
]
HeaderRole = Literal["project_name", "department", "implementing_unit", "form_number", "extra"]
FundingColumn = Literal[
    "initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score", "extra"
]
FundingItem = Literal["total", "appropriation", "carryover", "other"]
GoalRole = Literal["expected", "actual", "extra"]
IndicatorColumn = Literal[
    "level1",
    "level2",
    "level3",
    "comparator",
    "target",
    "unit",
    "actual",
    "weight",
    "score",
    "deviation",
    "extra",
]
Kind = Literal["self_evaluation", "target_application", "evaluation", "monitoring", "other"]
BlockName = Literal["funding", "goals", "indicators", "total"]
HeadField = Literal["project_name", "department", "implementing_unit"]
LevelName = Literal["level1", "level2"]
PatternName = Literal[
    "title_continued",
    "year",
    "year_line",
    "year_damaged",
    "year_behind",
    "year_of_file",
    "page_number",
    "page_over_value",
    "contents",
    "contents_entry",
    "cover",
    "table_title",
    "project_level",
    "money_unit",
    "placeholder",
    "instruction",
    "office_code",
    "office_of_folder",
    "component_prefix",
    "ordinal_prefix",
    "weight_bracket",
    "qualitative",
]
WordList = Literal["overlays"]

Words = tuple[Annotated[str, Field(min_length=1)], ...]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


Patterns = tuple[Annotated[str, AfterValidator(_compiles)], ...]


class Labels(Frozen):
    """Printed labels by group and role."""

    header: dict[HeaderRole, Words] = {}
    funding_block: dict[Literal["block"], Words] = {}
    funding_column: dict[FundingColumn, Words] = {}
    funding_row: dict[FundingItem, Words] = {}
    goals_block: dict[Literal["block"], Words] = {}
    goals_caption: dict[GoalRole, Words] = {}
    indicator_block: dict[Literal["block"], Words] = {}
    indicator_column: dict[IndicatorColumn, Words] = {}
    total: dict[Literal["total"], Words] = {}
    tail: dict[Literal["tail"], Words] = {}


class Levels(Frozen):
    """The closed lists of the level columns; `suffix` may be missing from a printed word."""

    level1: Words = ()
    level2: Words = ()
    suffix: str = ""


class Template(Frozen):
    """One kind of form.

    `titles` are whole titles, `endings` regular expressions for the end of others; of several that
    match, the longest counts. `head` are the fields of the head that every such form has, `blocks` what it
    consists of: what is not found of them is reported. `checks` are the rules that hold on it. `labels` are
    wordings that mean something else in these forms than elsewhere.
    """

    kind: Kind | None = None
    titles: Words = ()
    endings: Patterns = ()
    head: tuple[HeadField, ...] | None = None
    blocks: tuple[BlockName, ...] | None = None
    checks: tuple[RuleName, ...] | None = None
    labels: Labels = Labels()


class Department(Frozen):
    """An office of the register: its name today, and what else it is or was called."""

    name: Annotated[str, Field(min_length=2)]
    aliases: Words = ()
    former: Words = ()


class VocabularyFile(Frozen):
    """One file; any section may be missing."""

    schema_: Literal["dangan.vocabulary/1"] = Field(alias="schema")
    templates: dict[Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")], Template] = {}
    labels: Labels = Labels()
    levels: Levels = Levels()
    patterns: dict[PatternName, Patterns] = {}
    words: dict[WordList, Words] = {}
    departments: tuple[Department, ...] = ()
