"""What a part of a form says about itself by its labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.readings import ReadCell
from core.vocabulary import Group, Vocabulary, squash
from core.vocabulary.schema import LevelName
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
_LEVELS: tuple[LevelName, ...] = ("level1", "level2")


@dataclass(frozen=True)
class Signs:
    """What a part says about itself.

    `template` is the one that its title names, `level1` the level-1 words in the order of print, `tails` the labels of what stands behind the total. `ends` says that the last row is one that
    forms end with, `titled` that the part has the title of some other table.
    """

    template: str | None = None
    project_name: bool = False
    heads: frozenset[str] = frozenset()
    level1: tuple[str, ...] = ()
    levels: bool = False
    indicators: bool = False
    total: bool = False
    tails: frozenset[str] = frozenset()
    ends: bool = False
    titled: bool = False

    def begins(self, params: SignParams, seen: frozenset[str] | None) -> bool:
        """Tell whether a form begins here.

        `seen` are the head labels of the form that is not finished yet, None where there is none: a form cut
        in its head goes on with others, a second form repeats them.
        """
        if self.template is not None or self.project_name:
            return True
        return len(self.heads) >= params.head_signs and (seen is None or bool(self.heads & seen))

    @property
    def tail(self) -> bool:
        return bool(self.tails)

    @property
    def of_a_form(self) -> bool:
        return self.levels or self.indicators or self.total


def signs_of(part: Part, vocabulary: Vocabulary, params: SignParams = SIGNS) -> Signs:
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
    indicators = len(columns & {"level1", "level2", "level3"}) >= 2
    total = _has_total(part, vocabulary)
    return Signs(
        template=_template(titles, vocabulary),
        project_name=_names_project(
            labels, vocabulary, supported=any(heads.values()) or indicators
        ),
        heads=frozenset(name for name, found in heads.items() if found),
        level1=tuple(_level1(part, vocabulary)),
        levels=any(
            vocabulary.level(text, "level1") or vocabulary.level(text, "level2") for text in labels
        ),
        indicators=indicators,
        total=total,
        tails=frozenset(squash(text) for text in labels if vocabulary.label(text, "tail")),
        ends=total or _ends_in_tail(part, vocabulary),
        titled=any(_is_other_title(line.text, vocabulary) for line in part.head),
    )


def _level1(part: Part, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the level-1 words of a part, each once where it stands several times in a row.

    Some words name a level 1 here and a level 2 there: such a one counts below one that is sure, or beside a level 2. Where
    sections stand left of the levels, the words of the sections do not count.
    """
    ones, twos = [], []
    for cell in part.table.cells:
        first, second = (_exactly(cell.text, name, vocabulary) for name in _LEVELS)
        ones += [(cell, first, not second)] if first else []
        twos += [cell] if second else []
    column = max((cell.col for cell, _, sure in ones if sure), default=None)
    last = None
    for cell, word, _ in ones:
        rows = range(cell.row, cell.row + cell.row_span)
        beside = any(other.row in rows and other.col > cell.col for other in twos)
        if cell.col == column or (column is None and beside):
            if word != last:
                yield word
            last = word


def _exactly(text: str, name: LevelName, vocabulary: Vocabulary) -> str | None:
    found = vocabulary.level(text, name)
    return found.role if found and not found.distance else None


def _names_project(labels: Sequence[str], vocabulary: Vocabulary, *, supported: bool) -> bool:
    """Tell whether the label of the project's name is printed; one that is only like it needs support.

    A budget has 科目名称 in its head, and a table of contents the very label.
    """
    found = (vocabulary.label(text, "header") for text in labels)
    return supported and any(match and match.role == "project_name" for match in found)


def _ends_in_tail(part: Part, vocabulary: Vocabulary) -> bool:
    """Tell whether the last row begins with a label that stands behind the total."""
    last = [cell for cell in part.table.cells if cell.row + cell.row_span == part.table.rows]
    leading = min(last, key=lambda cell: cell.col, default=None)
    return leading is not None and vocabulary.label(leading.text, "tail") is not None


def _is_other_title(line: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a line above a table is the title of a table that is none of the forms."""
    return (
        vocabulary.search("table_title", line) is not None
        and vocabulary.search("title_continued", line) is None
        and vocabulary.title(line) is None
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
