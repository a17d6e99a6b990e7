"""The shape of a vocabulary file, `dangan.vocabulary/1`, and how files are merged.

All Chinese wording that the reconstruction knows stands in such files; the code names roles only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, cast

from pydantic import AfterValidator, Field

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
TitleKind = Literal["self_evaluation", "other"]
LevelName = Literal["level1", "level2"]
PatternName = Literal[
    "title_ending",
    "other_title_ending",
    "title_continued",
    "year",
    "year_line",
    "year_damaged",
    "page_number",
    "project_level",
    "money_unit",
    "placeholder",
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


class VocabularyFile(Frozen):
    """One file; any section may be missing."""

    schema_: Literal["dangan.vocabulary/1"] = Field(alias="schema")
    titles: dict[TitleKind, Words] = {}
    labels: Labels = Labels()
    levels: Levels = Levels()
    patterns: dict[PatternName, Patterns] = {}
    words: dict[WordList, Words] = {}


def merge(files: Iterable[VocabularyFile]) -> VocabularyFile:
    """Return one file that says what all say; lists are joined in order, without repeats."""
    merged: object = {}
    for file in files:
        merged = _joined(merged, file.model_dump(by_alias=True))
    return VocabularyFile.model_validate(merged)


def _joined(first: object, second: object) -> object:
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        keys = [*first, *(key for key in second if key not in first)]
        return {
            key: _joined(first[key], second[key])
            if key in first and key in second
            else first.get(key, second.get(key))
            for key in keys
        }
    if isinstance(first, tuple) and isinstance(second, tuple):
        return tuple(dict.fromkeys([*cast("tuple[str, ...]", first), *second]))
    return second or first
