"""A draft of a vocabulary file from forms that the vocabulary does not understand: a person finishes it.

Tables as they were read and the known vocabulary enter; titles and labels leave, each unknown one with a guess
of what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, NamedTuple, get_args

from core.readings import PageReading, ReadCell, ReadTable
from core.vocabulary import Group, Kind, Vocabulary, squash
from core.vocabulary.matching import split_bracket

GROUPS: tuple[Group, ...] = get_args(Group)
# The order in which the known forms print their columns.
_ORDER: Final[dict[Group, tuple[str, ...]]] = {
    "indicator_column": (
        "level1", "level2", "level3", "target", "actual", "weight", "score", "deviation",
    ),
    "funding_column": (
        "initial_budget", "annual_budget", "executed", "weight", "execution_rate", "score",
    ),
}  # fmt: skip
# An amount, rate or score, or the dash of a cell that has none; quantities have comparators and units.
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?|[-—–/]+", re.ASCII)
# Groups whose place tells more than that a wording is known, or nearly, with another meaning.
_PLACED: Final = frozenset({"goals_caption", "funding_block", "indicator_block"})
_POINTS: Final = frozenset({"weight", "score"})
_ELSEWHERE: Final[dict[Group, str]] = {
    "header": "extra",
    "funding_row": "other",
    "goals_caption": "expected",
}


@dataclass(frozen=True)
class DraftParams:
    """What counts as a label, as a header and as alike.

    `label_characters`: the longest known label has 14. `header_labels`: fewer cells in a row are pairs of label
    and value; so they are over fewer than `header_figures`: a telephone number stands alone. `alike_ratio`: shared characters of both texts; 得分 and 考核得分 share 0.67, labels of different
    roles such as 指标值 and 分值 0.4. `figures_ratio`: under heads of funds all but a remark are figures, under those
    of indicators level, name and target are not. `title_rows` are the first rows of a table in which a title stands.
    """

    label_characters: int = 20
    header_labels: int = 4
    header_figures: int = 2
    alike_ratio: float = 0.5
    figures_ratio: float = 0.7
    title_rows: int = 3


class Seen(NamedTuple):
    """A title or label as printed, without its brackets, and the page (from 1) where it was first seen."""

    text: str
    page: int


class Proposal(NamedTuple):
    """What an unknown label may be: by a known label that it resembles (`alike`), else by its place."""

    seen: Seen
    group: Group
    role: str
    alike: str = ""


class Known(NamedTuple):
    """A label that the vocabulary understands as `role` of `group`."""

    seen: Seen
    group: Group
    role: str


@dataclass(frozen=True)
class Draft:
    """What was found: titles that no template has, titles that one has, proposals, and what is understood.

    `kind` is what the structure says that the forms of the new titles are.
    """

    titles: tuple[Seen, ...]
    known_titles: tuple[tuple[Seen, str], ...]
    kind: Kind
    proposals: tuple[Proposal, ...]
    known: tuple[Known, ...]


def draft(
    pages: Sequence[PageReading], vocabulary: Vocabulary, params: DraftParams = DraftParams()
) -> Draft:
    """Return what the tables of `pages` print, beside what `vocabulary` says of it."""
    drafting = _Drafting(vocabulary, params)
    found: list[Proposal | Known] = []
    titles: list[Seen] = []
    running = False
    for page in pages:
        titles_here = [seen for table in page.tables[:1] for seen in drafting.title(page, table)]
        titles += titles_here
        for table in page.tables:
            found += drafting.labels(page.number, table, running=running and not titles_here)
            running = drafting.runs_on(table, running=running and not titles_here)
    # Print that goes on over several pages is one proposal, from where it was seen first.
    first = {(it.seen.text, it.group): it for it in reversed(found)}
    ordered = sorted(first.values(), key=found.index)
    roles = {it.role for it in ordered}
    named = {seen.text: seen for seen in reversed(titles)}
    matches = [(seen, vocabulary.title(seen.text)) for seen in reversed(named.values())]
    return Draft(
        titles=tuple(seen for seen, match in matches if match is None),
        known_titles=tuple((seen, match.role) for seen, match in matches if match),
        kind="self_evaluation" if roles & {"actual", "score"} else "target_application",
        proposals=tuple(it for it in ordered if isinstance(it, Proposal)),
        known=tuple(it for it in ordered if isinstance(it, Known)),
    )


class _Header(NamedTuple):
    row: int
    group: Group
    cells: tuple[ReadCell, ...]
    below: tuple[ReadCell, ...] = ()

    def heads_figures(self, head: ReadCell) -> bool:
        """Tell whether a figure stands right under the head."""
        return any(cell.col == head.col and _has_figure(cell) for cell in self.below)

    def heads_share(self, head: ReadCell) -> bool:
        """Tell whether a percentage stands right under the head."""
        return any(cell.col == head.col and squash(cell.text).endswith("%") for cell in self.below)


class _Drafting:
    """Asks the vocabulary about the cells of one table after the other."""

    def __init__(self, vocabulary: Vocabulary, params: DraftParams) -> None:
        self._vocabulary = vocabulary
        self._params = params

    def title(self, page: PageReading, table: ReadTable) -> Iterator[Seen]:
        """Yield the largest line above the table, else a wide cell in its first rows."""
        above = [
            line
            for line in page.lines
            if line.upright.bottom <= table.upright.top and self._may_be_title(line.text)
        ]
        wide = [
            cell.text
            for cell in table.cells
            if cell.row < self._params.title_rows
            and cell.col_span == table.cols
            and self._may_be_title(cell.text)
        ]
        if above:
            largest = max(above, key=lambda line: line.upright.height)
            yield Seen(self._without_year(largest.text), page.number)
        elif wide:
            yield Seen(self._without_year(wide[0]), page.number)

    def _may_be_title(self, text: str) -> bool:
        asked = self._vocabulary
        head = text.replace("：", ":").split(":")[0]
        return (
            squash(text).endswith("表")
            and asked.search("title_continued", text) is None
            and asked.label(head, "header") is None
        )

    def _without_year(self, text: str) -> str:
        bare = squash(text)
        for match in self._vocabulary.every("year", text):
            bare = bare.replace(match.group(), "")
        return bare.replace("()", "").strip("()_-") or squash(text)

    def runs_on(self, table: ReadTable, *, running: bool) -> bool:
        """Tell whether a table on the next page may go on with the indicators of this one."""
        headers = self._headers(table)
        return headers[-1].group == "indicator_column" if headers else running

    def labels(
        self, page: int, table: ReadTable, *, running: bool = False
    ) -> Iterator[Proposal | Known]:
        """Yield the labels of a table: those of headers, of the rows under them, and of pairs.

        `running`: rows above its first header go on with the indicators of the page before.
        """
        headers = self._headers(table)
        if running:
            headers = [_Header(-1, "indicator_column", ()), *headers]
        for header in headers:
            yield from self._columns(page, header)
        start = headers[0].row if headers else table.rows
        sums = min((row for row in range(table.rows) if _is_sum(table, row)), default=table.rows)
        for cell in table.cells:
            if not self._is_label(cell) or any(cell in header.cells for header in headers):
                continue
            group = self._group(cell, table, headers, start, sums)
            known = self._known(cell, (group,) if group else GROUPS)
            if known:
                yield Known(_seen(cell, page), *known)
            elif group and (group in _PLACED or not self._known(cell, GROUPS)):
                role, alike = self._alike(cell, group)
                role = role or _ELSEWHERE.get(group) or self._only_role(group)
                yield Proposal(Seen(self._printed(cell, group), page), group, role, alike)

    def _headers(self, table: ReadTable) -> list[_Header]:
        """Return the rows of column heads: labels from the first to the last, with values under them."""
        found = []
        for row in range(table.rows - 1):
            cells = [cell for cell in table.cells if cell.row == row and cell.text]
            heads = [cell for cell in cells if not _is_side(cell)]
            below = [cell for cell in table.cells if cell.row == row + 1]
            if (
                len(heads) >= self._params.header_labels
                and all(self._is_label(cell) for cell in heads)
                and sum(_has_figure(cell) for cell in below) >= self._params.header_figures
            ):
                found.append(
                    _Header(row, self._columns_of(heads, below), tuple(heads), tuple(below))
                )
        return found

    def _columns_of(self, heads: Sequence[ReadCell], below: Sequence[ReadCell]) -> Group:
        """Return whether heads are those of indicators or of funds.

        Words of levels or labels of funds under them say it, else what is known of the heads, else what stands
        under them: nearly nothing but figures under heads of funds, names under those of indicators.
        """
        asked = self._vocabulary
        if any(
            asked.level(cell.text, "level1") or asked.level(cell.text, "level2") for cell in below
        ):
            return "indicator_column"
        if any(asked.label(cell.text, "funding_row") for cell in below):
            return "funding_column"
        known = {
            group: sum(asked.label(cell.text, group) is not None for cell in heads)
            for group in _ORDER
        }
        funds, indicators = known["funding_column"], known["indicator_column"]
        if funds == indicators:
            funds += self._is_figures(heads, below)
        return "funding_column" if funds > indicators else "indicator_column"

    def _is_figures(self, heads: Sequence[ReadCell], below: Sequence[ReadCell]) -> bool:
        """Tell whether hardly anything but plain figures stands under the heads, without the first: it names the rows."""
        first = min(cell.col for cell in heads)
        under = [cell for cell in below if cell.col > first and cell.text]
        figures = [cell for cell in under if _FIGURE.fullmatch(squash(cell.text))]
        return len(figures) >= self._params.figures_ratio * len(under) > 0

    def _columns(self, page: int, header: _Header) -> Iterator[Proposal | Known]:
        """Yield the heads of columns: known ones, then alike ones, then by what stands beside them."""
        group, order = header.group, _ORDER[header.group]
        if group == "funding_column" and not header.heads_figures(header.cells[0]):
            header = header._replace(cells=header.cells[1:])  # it heads the labels of the rows
        known = {
            at: it for at, cell in enumerate(header.cells) if (it := self._known(cell, (group,)))
        }
        roles = {at: it[1] for at, it in known.items()}
        alike: dict[int, str] = {}
        for at, cell in enumerate(header.cells):
            role, word = self._alike(cell, group)
            if group == "funding_column" and header.heads_share(cell):
                role, word = "execution_rate", ""
            fits = role not in _POINTS or header.heads_figures(cell)
            if at not in roles and role and fits and role not in roles.values():
                roles[at] = role
                alike |= {at: word} if word else {}
        for at, cell in enumerate(header.cells):
            if at in known:
                yield Known(_seen(cell, page), *known[at])
                continue
            if at not in roles:
                before = order.index(roles[at - 1]) + 1 if roles.get(at - 1) in order else 0
                rest = (*order[before:], *(order[:before] if group == "funding_column" else ()))
                free = [role for role in rest if role not in roles.values()]
                # Before any known column only the first column of the order is likely.
                roles[at] = free[0] if free and (before or at == 0) else "extra"
            yield Proposal(_seen(cell, page), group, roles[at], alike.get(at, ""))

    def _group(
        self, cell: ReadCell, table: ReadTable, headers: Sequence[_Header], start: int, sums: int
    ) -> Group | None:
        """Return of which group a label outside of column heads is by its place; None where it tells nothing.

        From `start` there are headers, in row `sums` a total.
        """
        inside = [it for it in headers if cell.row <= it.row < cell.row + cell.row_span]
        above = [it for it in headers if it.row < cell.row]
        if above and above[-1].group == "indicator_column" and cell.col == 0 and cell.row >= sums:
            return "total" if cell.row == sums else "tail"
        if _is_side(cell):
            if inside:
                return "funding_block" if inside[0].group == "funding_column" else "indicator_block"
            return None if above and above[-1].group == "indicator_column" else "goals_block"
        if above:
            aims = above[-1].group == "funding_column" and not inside
            if aims and any(it.row == cell.row and _is_side(it) for it in table.cells):
                return "goals_caption"
            return self._of_row(cell, table, above[-1].group)
        left = [it for it in table.cells if it.row == cell.row and it.col < cell.col]
        pair = len(left) % 2 == 0 and cell.row < start
        return "header" if pair and cell.col_span < table.cols else None

    def _of_row(self, cell: ReadCell, table: ReadTable, block: Group) -> Group | None:
        """Return of which group the label of a row under column heads is."""
        beside = [it for it in table.cells if it.row == cell.row and it.col > cell.col and it.text]
        leads = min(it.col for it in table.cells if it.row == cell.row and not _is_side(it))
        if block == "funding_column" and cell.col == leads and any(map(_has_figure, beside)):
            return "funding_row"
        if cell.row == table.rows - 1 and cell.col == 0 and any(map(_has_figure, beside)):
            return "total"
        return None

    def _only_role(self, group: Group) -> str:
        return next(iter(self._words(group)))[0]

    def _words(self, group: Group) -> list[tuple[str, str]]:
        roles: dict[str, tuple[str, ...]] = getattr(self._vocabulary.content.labels, group)
        return [(role, word) for role, words in roles.items() for word in words]

    def _known(self, cell: ReadCell, groups: Iterable[Group]) -> tuple[Group, str] | None:
        for group in groups:
            match = self._vocabulary.label(self._printed(cell, group), group)
            if match:
                return group, match.role
        return None

    def _printed(self, cell: ReadCell, group: Group) -> str:
        """Return the label of the cell as the vocabulary has it: of the first part of the funds without its prefix."""
        body = split_bracket(cell.text).body
        prefix = self._vocabulary.search("component_prefix", body)
        return body[prefix.end() :] if prefix and group == "funding_row" else body

    def _alike(self, cell: ReadCell, group: Group) -> tuple[str, str]:
        """Return role and wording of the known label most like the cell; empty where none is."""
        text = self._printed(cell, group)
        rated = [
            (SequenceMatcher(None, text, squash(word), autojunk=False).ratio(), role, word)
            for role, word in self._words(group)
            if role != "extra"
        ]
        ratio, role, word = max(rated, key=lambda it: it[0], default=(0.0, "", ""))
        return (role, word) if ratio >= self._params.alike_ratio else ("", "")

    def _is_label(self, cell: ReadCell) -> bool:
        body = split_bracket(cell.text).body
        asked = self._vocabulary
        return (
            1 < len(body) <= self._params.label_characters
            and not any(char.isdecimal() or char in "。；;，" for char in body)
            and any(char.isalpha() for char in body)
            and asked.level(cell.text, "level1") is None
            and asked.level(cell.text, "level2") is None
        )


def _is_side(cell: ReadCell) -> bool:
    """Tell whether the cell stands at the left beside several rows."""
    return cell.col == 0 and cell.row_span > 1


def _is_sum(table: ReadTable, row: int) -> bool:
    """Tell whether the row has a cell over several columns at the left and nothing but figures beside it."""
    cells = sorted((cell for cell in table.cells if cell.row == row), key=lambda cell: cell.col)
    figures = [squash(cell.text) for cell in cells[1:] if cell.text]
    wide = bool(cells) and cells[0].col == 0 and cells[0].col_span > 1
    return wide and bool(figures) and all(map(_FIGURE.fullmatch, figures))


def _has_figure(cell: ReadCell) -> bool:
    return any(char.isdecimal() for char in cell.text)


def _seen(cell: ReadCell, page: int) -> Seen:
    return Seen(split_bracket(cell.text).body, page)
