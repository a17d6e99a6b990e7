"""Sections onto pages: lines are broken, rows find their height, and tables go on over the page's end.

Nothing of a file is cut off or lies over something else, as it can in the programs that wrote it: a row grows until its
text fits, paper until its columns do. A page ends between two rows; a row that is higher than a page ends between two
lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from core.errors import TooManyPages
from worker.office.blocks import Block, Cell, Grid, Image, PageBreak, Paper, Paragraph, Section
from worker.office.sheet import Item, Mark, Picture, Sheet, Stroke
from worker.office.typeset import ASCENT, LEADING, Line, advance, lines_of, measure


@dataclass(frozen=True)
class FlowParams:
    """Distances in points.

    `pad_x` and `pad_y` are between a cell's border and its text, `around_table` above and below a table. Below `least_body` of height, or `least_width`, paper is
    taken for a mistake in the file and is made larger; above `most_side` it ends. `split_room`: a row that is higher than
    a page begins on this page if there is so much room on it.
    """

    pad_x: float = 4.0
    pad_y: float = 3.5
    around_table: float = 8.0
    rule: float = 0.75
    least_body: float = 300.0
    least_width: float = 150.0
    most_side: float = 2_300.0
    split_room: float = 150.0
    least_size: float = 6.0
    most_size: float = 60.0


def set_sections(
    sections: Iterable[Section], file: str, most: int, params: FlowParams = FlowParams()
) -> tuple[Sheet, ...]:
    """Return the pages of all sections. Raises TooManyPages above `most` pages."""
    press = _Press(params, file, most)
    for section in sections:
        press.begin(_fitted(section, params))
        for block in section.blocks:
            _put(press, block)
        press.turn()
    return tuple(press.sheets)


def _fitted(section: Section, params: FlowParams) -> Paper:
    """Return the section's paper, wide enough for its tables and pictures."""
    paper = section.paper
    wide = [sum(_widths(block, params)) for block in section.blocks if isinstance(block, Grid)]
    body = max([params.least_width, paper.width - paper.left - paper.right, *wide])
    height = max(paper.height, paper.top + paper.bottom + params.least_body)
    return replace(
        paper,
        width=min(paper.left + body + paper.right, params.most_side),
        height=min(height, params.most_side),
    )


def _widths(grid: Grid, params: FlowParams) -> list[float]:
    """Return the columns' widths: as the file says, but for room for a character in each."""
    least = [2 * params.pad_x + 1.0] * len(grid.widths)
    for cell in grid.cells:
        if cell.col_span == 1:
            sizes = [_size(paragraph, params) for paragraph in cell.paragraphs if paragraph.text]
            wanted = max(sizes, default=0.0) * 1.05 + 2 * params.pad_x
            least[cell.col] = max(least[cell.col], wanted)
    return [max(*both) for both in zip(grid.widths, least, strict=True)]


def _size(paragraph: Paragraph, params: FlowParams) -> float:
    return min(max(paragraph.size, params.least_size), params.most_size)


@dataclass
class _Press:
    """The pages so far, and how far the last one is filled; lives within one call of `set_sections`."""

    params: FlowParams
    file: str
    most: int
    paper: Paper = field(default_factory=Paper)
    sheets: list[Sheet] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    y: float = 0.0

    def begin(self, paper: Paper) -> None:
        self.paper, self.items, self.y = paper, [], paper.top

    def turn(self) -> None:
        """End the page."""
        if len(self.sheets) == self.most:
            raise TooManyPages(file=self.file, pages=f">{self.most}", limit=self.most)
        self.sheets.append(Sheet(self.paper.width, self.paper.height, tuple(self.items)))
        self.items, self.y = [], self.paper.top

    @property
    def fresh(self) -> bool:
        return not self.items

    @property
    def bottom(self) -> float:
        return self.paper.height - self.paper.bottom

    @property
    def room(self) -> float:
        return self.bottom - self.y

    @property
    def body(self) -> float:
        return self.bottom - self.paper.top

    @property
    def width(self) -> float:
        return self.paper.width - self.paper.left - self.paper.right


def _put(press: _Press, block: Block) -> None:
    match block:
        case Paragraph():
            _put_paragraph(press, block)
        case Grid():
            press.y += 0.0 if press.fresh else press.params.around_table
            _Table(press, block).put()
            press.y += press.params.around_table
        case Image():
            _put_image(press, block)
        case PageBreak():
            if not press.fresh:
                press.turn()


def _put_paragraph(press: _Press, paragraph: Paragraph) -> None:
    size = _size(paragraph, press.params)
    for line in lines_of(replace(paragraph, size=size), press.width):
        if size * LEADING > press.room and not press.fresh:
            press.turn()
        left = _left(line, press.paper.left, press.width, paragraph)
        press.items += _marks(line.text, left, press.y, size)
        press.y += size * LEADING


def _left(line: Line, left: float, width: float, paragraph: Paragraph) -> float:
    spare = max(0.0, width - line.width)
    return left + {"left": 0.0, "center": spare / 2, "right": spare}[paragraph.align]


def _marks(text: str, left: float, top: float, size: float) -> Iterator[Mark]:
    """Yield the characters of a line, whose upper edge is `top`; a space goes with the one before it."""
    baseline = top + (ASCENT + (LEADING - 1) / 2) * size
    for at, sign in enumerate(text):
        wide = advance(sign) * size
        if sign != " ":
            spaced = sign + " " if text[at + 1 : at + 2] == " " else sign
            yield Mark(spaced, left, baseline, size, wide)
        left += wide


def _put_image(press: _Press, image: Image) -> None:
    scale = min(1.0, press.width / image.width, press.body / image.height)
    width, height = image.width * scale, image.height * scale
    if height > press.room and not press.fresh:
        press.turn()
    corner = (press.paper.left, press.y)
    press.items.append(Picture(image.content, corner, (width, 0.0), (0.0, height)))
    press.y += height


@dataclass(frozen=True)
class _SetLine:
    """A line of a cell with what it was set for."""

    line: Line
    paragraph: Paragraph

    @property
    def height(self) -> float:
        return self.paragraph.size * LEADING


@dataclass
class _Open:
    """A cell that is being placed: the part of it that stands on this page begins at `top`."""

    cell: Cell
    lines: list[_SetLine]
    top: float
    whole: bool = True


class _Table:
    """Places one table, row by row."""

    def __init__(self, press: _Press, grid: Grid) -> None:
        self.press = press
        self.params = press.params
        self.grid = grid
        self.edges = list(accumulate(_widths(grid, self.params), initial=press.paper.left))
        spare = press.width - (self.edges[-1] - self.edges[0])
        # Tables stand in the middle of what room there is, as those of forms do.
        self.edges = [edge + max(0.0, spare) / 2 for edge in self.edges]
        self.lines = {cell: self._set(cell) for cell in grid.cells}
        self.heights = self._heights()
        self.open: list[_Open] = []

    def put(self) -> None:
        """Place all rows."""
        starting: dict[int, list[Cell]] = {}
        for cell in self.grid.cells:
            starting.setdefault(cell.row, []).append(cell)
        for row in range(len(self.heights)):
            if row in self.grid.breaks and not self.press.fresh:
                self._cut()
            self._put_row(row, starting.get(row, ()))

    def _put_row(self, row: int, starting: Sequence[Cell]) -> None:
        press = self.press
        due = max([self.heights[row], self._due(row), *map(self._height, self._short(starting))])
        if due > press.room and not press.fresh:
            too_high = due > press.body
            if not too_high or press.room < self.params.split_room:
                self._cut()
        self.open += [_Open(cell, list(self.lines[cell]), press.y) for cell in starting]
        due = max(self.heights[row], self._due(row))
        while due > press.room:
            press.y = press.bottom
            self._cut()
            due = max(self._due(row), 0.0)
        press.y += due
        for state in [state for state in self.open if state.cell.row_end <= row + 1]:
            self._close(state, press.y)
            self.open.remove(state)

    def _short(self, cells: Sequence[Cell]) -> Iterator[Cell]:
        return (cell for cell in cells if cell.row_span == 1)

    def _due(self, row: int) -> float:
        """Return what the row still needs for the cells that end with it."""
        ending = [state for state in self.open if state.cell.row_end <= row + 1]
        return max(
            (self._rest(state) - (self.press.y - state.top) for state in ending), default=0.0
        )

    def _rest(self, state: _Open) -> float:
        return _height_of(state.lines) + 2 * self.params.pad_y

    def _height(self, cell: Cell) -> float:
        return _height_of(self.lines[cell]) + 2 * self.params.pad_y

    def _cut(self) -> None:
        """End the page in the middle of the table; cells that go on take up on the next one."""
        for state in self.open:
            if self.press.y > state.top:
                state.whole = False
                self._close(state, self.press.y)
        self.press.turn()
        for state in self.open:
            state.top = self.press.y

    def _close(self, state: _Open, bottom: float) -> None:
        """Draw the part of a cell that ends here, with as many of its lines as fit."""
        cell, top = state.cell, state.top
        left, right = self.edges[cell.col], self.edges[cell.col_end]
        if cell.ruled:
            self.press.items += _frame(left, top, right, bottom, self.params.rule)
        room = bottom - top - 2 * self.params.pad_y + 1e-6
        fitting = _fitting(state.lines, room)
        spare = max(0.0, room - _height_of(fitting)) if state.whole else 0.0
        y = top + self.params.pad_y + {"top": 0.0, "center": spare / 2, "bottom": spare}[cell.level]
        inner = left + self.params.pad_x, right - left - 2 * self.params.pad_x
        for line in fitting:
            start = _left(line.line, *inner, line.paragraph)
            self.press.items += _marks(line.line.text, start, y, line.paragraph.size)
            y += line.height
        del state.lines[: len(fitting)]

    def _set(self, cell: Cell) -> tuple[_SetLine, ...]:
        width = self.edges[cell.col_end] - self.edges[cell.col] - 2 * self.params.pad_x
        if not cell.ruled:
            # A heading above a table runs on over empty cells.
            width = max(width, self._beside(cell))
        sized = [replace(one, size=_size(one, self.params)) for one in cell.paragraphs]
        return tuple(_SetLine(line, one) for one in sized for line in lines_of(one, width))

    def _beside(self, cell: Cell) -> float:
        longest = max((measure(one.text) * one.size for one in cell.paragraphs), default=0.0)
        return longest if cell.paragraphs and cell.paragraphs[0].align == "left" else 0.0

    def _heights(self) -> list[float]:
        """Return rows' heights in which everything fits; what a merged cell needs more is shared by its rows."""
        heights = list(self.grid.heights)
        for cell in sorted(self.grid.cells, key=lambda cell: cell.row_span):
            rows = range(cell.row, cell.row_end)
            lacking = self._height(cell) - sum(heights[row] for row in rows)
            if lacking > 0:
                for row in rows:
                    heights[row] += lacking / cell.row_span
        # A row that is higher than a page has no height of its own: it ends with its text.
        return [height if height <= self.press.body else 0.0 for height in heights]


def _height_of(lines: Iterable[_SetLine]) -> float:
    return sum(line.height for line in lines)


def _fitting(lines: Sequence[_SetLine], room: float) -> list[_SetLine]:
    """Return the first lines that fit."""
    used = accumulate(line.height for line in lines)
    return [line for line, height in zip(lines, used, strict=True) if height <= room]


def _frame(left: float, top: float, right: float, bottom: float, rule: float) -> Iterator[Stroke]:
    corners = (left, top), (right, top), (right, bottom), (left, bottom), (left, top)
    for start, end in pairwise(corners):
        yield Stroke((start, end), rule)
