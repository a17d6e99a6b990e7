"""What a part of a form says about itself by its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.readings import ReadCell
from core.vocabulary import Group, Vocabulary, squash
from worker.sheet import Part
from worker.titles import TITLES, titles_above, titles_in


@dataclass(frozen=True)
class SignParams:
    """`head_signs` labels of the head make a form even where title and project name are unreadable.

    `label_characters` is the longest text that may be a label.
    """

    head_signs: int = 2
    label_characters: int = 30


SIGNS = SignParams()


@dataclass(frozen=True)
class Signs:
    """What a part says about itself; `template` is the one that its title names."""

    template: str | None = None
    project_name: bool = False
    heads: frozenset[str] = frozenset()
    levels: bool = False
    indicators: bool = False
    total: bool = False
    tail: bool = False

    def begins(self, params: SignParams, seen: frozenset[str] | None) -> bool:
        """Tell whether a form begins here.

        `seen` are the head labels of the form that is not finished yet, None where there is none: a form cut
        in its head goes on with others, a second form repeats them.
        """
        if self.template is not None or self.project_name:
            return True
        return len(self.heads) >= params.head_signs and (seen is None or bool(self.heads & seen))

    @property
    def of_a_form(self) -> bool:
        return self.levels or self.indicators or self.total


def signs_of(part: Part, vocabulary: Vocabulary, params: SignParams) -> Signs:
    """Return what the labels of the part, and the lines above it, say it is."""
    texts = [cell.text for cell in part.table.cells]
    labels = [text for text in texts if 0 < len(squash(text)) <= params.label_characters]
    titles = [*titles_above(part, vocabulary, TITLES), *titles_in(part, vocabulary, TITLES)]

    def roles(group: Group) -> set[str]:
        found = (vocabulary.label(text, group) for text in labels)
        return {match.role for match in found if match}

    header, funding = roles("header"), roles("funding_column")
    columns = roles("indicator_column")
    heads = {
        "department": "department" in header,
        "implementing_unit": "implementing_unit" in header,
        "funding": len(funding & {"initial_budget", "annual_budget", "executed"}) >= 2,
        "goals": {"expected", "actual"} <= roles("goals_caption"),
    }
    return Signs(
        template=_template(titles, vocabulary),
        project_name="project_name" in header,
        heads=frozenset(name for name, found in heads.items() if found),
        levels=any(
            vocabulary.level(text, "level1") or vocabulary.level(text, "level2") for text in labels
        ),
        indicators=len(columns & {"level1", "level2", "level3"}) >= 2,
        total=_has_total(part, vocabulary),
        tail=bool(roles("tail")),
    )


def is_labelled(line: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a loose line begins with a label that a form has above or below its table."""
    label, colon, _ = squash(line).partition(":")
    groups: tuple[Group, ...] = ("header", "tail")
    found = (vocabulary.label(label, group) for group in groups)
    return bool(colon) and any(match and not match.distance for match in found)


def _template(names: Sequence[str], vocabulary: Vocabulary) -> str | None:
    """Return the template that the titles name; a self-evaluation goes before what stands beside it."""
    own = [name for name in names if vocabulary.template(name).kind == "self_evaluation"]
    return next(iter([*own, *names]), None)


def _has_total(part: Part, vocabulary: Vocabulary) -> bool:
    """Tell whether a row begins with the label of the total; the funding block's own sum is none."""
    leading: dict[int, ReadCell] = {}
    for cell in part.table.cells:
        if cell.lines and (cell.row not in leading or cell.col < leading[cell.row].col):
            leading[cell.row] = cell
    return any(
        cell.col == 0 and vocabulary.label(cell.text, "total") is not None
        for cell in leading.values()
    )
