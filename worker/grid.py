"""From rules to grids: which tables a page holds, and the cells of each.

Rules enter, and the page that they were found on; `Grid`s leave. Positions are pixels of the upright page. What stands
in the cells is not asked.

Five small steps: rules that touch belong to one table; rules at one place are one edge; edges that the
scan has cut off are put back; an elementary cell's side is a border where a rule covers it; elementary
cells without a border between them are one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from core.geometry import Box
from worker.faint_rules import FaintParams, darkness, shown
from worker.lattice import Borders, close_regions, rectangles
from worker.page import Pixels
from worker.rulings import Ruling, Rulings


@dataclass(frozen=True)
class GridParameters:
    """Tolerances, in ems.

    `touch`: ends of rules that were drawn to meet do so within this, broken corners included. `same_edge`:
    rules nearer than this are one edge (columns of these forms are two ems wide at the least). `overhang`:
    rules that run this far past the last rule across them show that an edge is missing there. `covered`
    is the share (0–1) of a side that a rule must cover to be a border, and begin at one end or cover `shown`; where no rule was found, a line must show
    along `shown` of it: on 18 pages of faint, faded and copied forms 21 such borders showed along all of their length, no
    other side along more than .93. One that shows over the `beginning` at both of its ends is one too, but in doubt, as is
    a side that shows at one end only, and a border that shows along less than `hardly`. So is an upright one that
    shows along `fading` and that a rule runs into for `running`, which no stroke of a line of print does. A rule that is clear
    beside a row of print, while the `margin` above and below the print has less than `paper` of its darkness, does not run
    through that row. `stroke` is the
    share that strokes of a heading's line of print do not reach along a table's width. A table is at least `narrowest` wide,
    its columns `least_column` and its rows `least_row` on average; one lower than `low`
    is at least `wide`. Where a page break tore a line of print,
    it reaches past the rules: an edge that is put back lies `beyond` their ends.
    """

    touch: float = 0.7
    same_edge: float = 0.45
    overhang: float = 0.8
    covered: float = 0.8
    shown: float = 0.96
    hardly: float = 0.72
    beginning: float = 1.4
    fading: float = 0.7
    running: float = 0.4
    margin: float = 0.45
    paper: float = 0.25
    faint: FaintParams = field(default_factory=FaintParams)
    in_margin: FaintParams = field(default_factory=lambda: FaintParams(shortest=0.15))
    stroke: float = 0.4
    beyond: float = 0.5
    low: float = 4.0
    wide: float = 20.0
    narrowest: float = 6.0
    least_column: float = 1.2
    least_row: float = 1.0


@dataclass(frozen=True)
class GridCell:
    """A cell by its place in the grid; `box` lies between the middles of its rules.

    `unsound`: whether one of its sides is a border, or there is a border inside it, is in doubt.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    unsound: bool = False


@dataclass(frozen=True)
class Grid:
    """A table's lattice: cells in reading order whose spans tile `rows × cols` exactly once.

    `row_edges` (rows + 1) and `column_edges` (cols + 1) are the positions of the rules in the middle of the
    table. `open_top` and `open_bottom`: no rule closes the table there.
    """

    row_edges: tuple[float, ...]
    column_edges: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open_top: bool
    open_bottom: bool

    @property
    def rows(self) -> int:
        return len(self.row_edges) - 1

    @property
    def cols(self) -> int:
        return len(self.column_edges) - 1

    @property
    def box(self) -> Box:
        return Box.around(cell.box for cell in self.cells)


@dataclass(frozen=True)
class Edge:
    """Rules at one place: one line of the lattice. `position` is its place in the table's middle.

    `lean` is the slope that the table's rules of this direction have in common. Where the table goes on
    without a rule, its cells reach `beyond` the edge, in pixels.
    """

    position: float
    rules: tuple[Ruling, ...]
    beyond: float = 0.0
    lean: float = 0.0

    def at(self, along: float) -> float:
        """Return the position at `along` of the nearest rule, carried on past its ends at the common lean.

        The lean of a short rule, or of a stroke that looks like one, would carry it over into other edges.
        """
        nearest = min(self.rules, key=lambda rule: max(rule.start - along, along - rule.end, 0.0))
        inside = min(max(along, nearest.start), nearest.end)
        return nearest.at(inside) + self.lean * (along - inside)

    def runs_into(self, start: float, end: float, touch: float) -> float:
        """Return for which share (0–1) of the stretch a rule goes on that comes from beyond one of its ends."""
        shares = [
            (min(rule.end, end) - max(rule.start, start)) / (end - start)
            for rule in self.rules
            if rule.start < start - touch or rule.end > end + touch
        ]
        return max(shares, default=0.0)

    def covered(self, start: float, end: float) -> float:
        """Return the share (0–1) of the stretch `start`–`end` along which a rule runs."""
        if end <= start:
            return 0.0
        stretches = sorted((max(start, r.start), min(end, r.end)) for r in self.rules)
        total, reached = 0.0, start
        for left, right in stretches:
            total += max(0.0, right - max(left, reached))
            reached = max(reached, right)
        return total / (end - start)


@dataclass(frozen=True)
class Sight:
    """The page that the rules were found on, to look again at stretches of edges; without `grey` nothing shows."""

    grey: Pixels | None
    em: float
    params: GridParameters

    def shows(self, edge: Edge, start: float, end: float) -> float:
        """Return along which share (0–1) of the stretch a line is to be seen."""
        if self.grey is None:
            return 0.0
        ends = (start, edge.at(start)), (end, edge.at(end))
        return shown(self.grey, edge.rules[0].direction, *ends, self.em, self.params.faint)

    def begins(self, edge: Edge, start: float, end: float) -> int:
        """Return at how many of its two ends the stretch begins like a line."""
        piece = self.params.beginning * self.em
        if end - start < 2 * piece:
            return 0
        pieces = (start, start + piece), (end - piece, end)
        return sum(self.shows(edge, *ends) >= self.params.shown for ends in pieces)

    def tells(self, start: float, end: float) -> bool:
        """Tell whether the stretch is long enough to be seen to begin at neither end."""
        return self.grey is not None and end - start >= 2 * self.params.beginning * self.em

    def bridged(self, edge: Edge, stretches: Sequence[tuple[float, float]]) -> list[bool]:
        """Tell along which stretches no rule runs, but strokes of print between two pieces of one.

        The rule is clear along the next stretch, and there is nothing like it at either end of this one.
        """
        shows = [self.shows(edge, *stretch) for stretch in stretches]
        clear = [
            self._darkness(edge, *stretch) if share >= self.params.shown else 0.0
            for share, stretch in zip(shows, stretches, strict=True)
        ]
        beside = [max(pair) for pair in zip([0.0, *clear[:-1]], [*clear[1:], 0.0], strict=True)]
        return [
            share < self.params.shown
            and dark > 0.0
            and edge.covered(*stretch) >= self.params.covered
            and self._is_open(edge, *stretch, dark)
            for share, stretch, dark in zip(shows, stretches, beside, strict=True)
        ]

    def _is_open(self, edge: Edge, start: float, end: float, dark: float) -> bool:
        """Tell whether nothing as dark as a line shows between the rules across and a line of print."""
        margin = self.params.margin * self.em
        if end - start < 3 * margin:
            return False
        margins = (start, start + margin), (end - margin, end)
        return all(self._darkness(edge, *ends) < self.params.paper * dark for ends in margins)

    def _darkness(self, edge: Edge, start: float, end: float) -> float:
        """Return how dark the middling pixel of the stretch is against the paper, grey levels."""
        if self.grey is None:
            return 0.0
        ends = (start, edge.at(start)), (end, edge.at(end))
        faint = self.params.in_margin
        found = darkness(self.grey, edge.rules[0].direction, *ends, self.em, faint)
        return float(np.median(found)) if found.size else 0.0


def find_grids(
    rulings: Rulings,
    em: float,
    params: GridParameters = GridParameters(),
    *,
    grey: Pixels | None = None,
) -> tuple[Grid, ...]:
    """Return the tables of a page from top to bottom, then from left to right.

    Where no rule was found along an edge, `grey`, the page itself, may still show one. A single box is no table, and what lies inside a table's cell is part of that cell.
    """
    sight = Sight(grey, em, params)
    grids = [
        grid
        for horizontal, vertical in _tables(rulings, params.touch * em)
        for grid in _grid(horizontal, vertical, sight, params)
        if len(grid.cells) > 1 and _is_roomy(grid, em, params)
    ]
    outermost = [
        grid
        for grid in grids
        if not any(grid is not other and _lies_in(grid.box, other.box) for other in grids)
    ]
    return tuple(sorted(outermost, key=lambda grid: (grid.box.top, grid.box.left)))


def _is_heading(rows: list[Edge], columns: list[Edge], em: float, params: GridParameters) -> bool:
    """Tell strokes of a heading, which cross like rules, from a table of a row or two.

    However little of a table a page holds, it is as wide as ever.
    """
    height = rows[-1].position - rows[0].position
    width = columns[-1].position - columns[0].position
    return height < params.low * em and width < params.wide * em


def _is_roomy(grid: Grid, em: float, params: GridParameters) -> bool:
    """Tell whether print fits into the cells: strokes of a heading cross like rules, but closely."""
    box = grid.box
    return (
        box.width >= params.narrowest * em
        and box.width >= params.least_column * em * grid.cols
        and box.height >= params.least_row * em * grid.rows
    )


def _lies_in(inner: Box, outer: Box) -> bool:
    return inner.area < outer.area and inner.intersection(outer).area > inner.area / 2


def _tables(rulings: Rulings, touch: float) -> Iterable[tuple[list[Ruling], list[Ruling]]]:
    """Part the rules into sets that hang together, as (horizontal, vertical)."""
    rules = [*rulings.horizontal, *rulings.vertical]
    parent = list(range(len(rules)))

    def root(index: int) -> int:
        while parent[index] != index:
            index = parent[index]
        return index

    offset = len(rulings.horizontal)
    for i, lying in enumerate(rulings.horizontal):
        for j, standing in enumerate(rulings.vertical):
            if _touch(lying, standing, touch):
                parent[root(offset + j)] = root(i)
    groups: dict[int, tuple[list[Ruling], list[Ruling]]] = {}
    for index, rule in enumerate(rules):
        group = groups.setdefault(root(index), ([], []))
        group[rule.direction == "vertical"].append(rule)
    return groups.values()


def _touch(lying: Ruling, standing: Ruling, touch: float) -> bool:
    x, y = standing.position, lying.position
    x, y = standing.at(y), lying.at(x)
    return (
        lying.start - touch <= x <= lying.end + touch
        and standing.start - touch <= y <= standing.end + touch
    )


def _grid(
    horizontal: Sequence[Ruling],
    vertical: Sequence[Ruling],
    sight: Sight,
    params: GridParameters,
) -> Iterable[Grid]:
    """Yield the grid of one set of rules, or nothing where they enclose no cell."""
    em = sight.em
    rows, columns = edges_of(horizontal, em, params), edges_of(vertical, em, params)
    rows, open_top, open_bottom = _with_lost_edges(rows, vertical, em, params)
    columns, _, _ = _with_lost_edges(columns, horizontal, em, params)
    if len(rows) < 2 or len(columns) < 2 or _is_heading(rows, columns, em, params):
        return
    rows = _without_strokes(_without_strokes(rows, columns, params)[::-1], columns, params)[::-1]
    rows, columns, below, right = _lattice(rows, columns, sight)
    if len(rows) < 2 or len(columns) < 2:
        return
    cells = tuple(
        GridCell(
            *span,
            _cell_box(rows, columns, *span),
            unsound=_is_doubtful(span, below.doubtful, right.doubtful),
        )
        for span in rectangles(below.ruled, right.ruled)
    )
    yield Grid(
        tuple(edge.position for edge in rows),
        tuple(edge.position for edge in columns),
        cells,
        open_top,
        open_bottom,
    )


def _without_strokes(rows: list[Edge], columns: list[Edge], params: GridParameters) -> list[Edge]:
    """Leave out first edges that are strokes of a heading close to the table: hardly any rule runs along them or down a side.

    A table that is open at its sides has a whole rule above and below; one that a page break opened has its sides.
    """

    def is_stroke(outer: Edge, inner: Edge) -> bool:
        top, bottom = sorted((outer.position, inner.position))
        left, right = (columns[at].at(outer.position) for at in (0, -1))
        sides = (columns[at].covered(top, bottom) for at in (0, -1))
        return max(outer.covered(left, right), *sides) < params.stroke

    strokes = 0
    while len(rows) - strokes > 2 and is_stroke(*rows[strokes : strokes + 2]):
        strokes += 1
    return rows[strokes:]


def edges_of(
    rules: Sequence[Ruling], em: float, params: GridParameters = GridParameters()
) -> list[Edge]:
    """Cluster parallel rules into edges, in the order of their positions.

    Rules are compared in the middle of the table, carried there at the lean that they have in common.
    """
    if not rules:
        return []
    lengths = np.array([rule.length for rule in rules])
    lean = float(np.array([rule.slope for rule in rules]) @ lengths / lengths.sum())
    middle = (min(rule.start for rule in rules) + max(rule.end for rule in rules)) / 2
    placed = sorted(
        (rule.position + lean * (middle - (rule.start + rule.end) / 2), index)
        for index, rule in enumerate(rules)
    )
    clusters: list[list[tuple[float, int]]] = []
    for position, index in placed:
        if clusters and position - clusters[-1][-1][0] <= params.same_edge * em:
            clusters[-1].append((position, index))
        else:
            clusters.append([(position, index)])
    return [
        Edge(
            float(np.average([p for p, _ in cluster], weights=[lengths[i] for _, i in cluster])),
            tuple(rules[i] for _, i in cluster),
            lean=lean,
        )
        for cluster in clusters
    ]


def _with_lost_edges(
    edges: list[Edge], across: Sequence[Ruling], em: float, params: GridParameters
) -> tuple[list[Edge], bool, bool]:
    """Put back the first and the last edge where the rules across run on past what was found.

    A continued table has no rule at the page break, and a scan may lose one; the rules across still show
    how far the table went. Return the edges, and whether the first and the last had to be put back.
    """
    if not edges or len(across) < 2:
        return edges, False, False
    first, last = edges[0], edges[-1]
    reach = params.overhang * em
    before = [r.start for r in across if r.start < first.at(r.position) - reach]
    after = [r.end for r in across if r.end > last.at(r.position) + reach]
    crossing_first = [r for r in across if r.start < first.at(r.position) + reach]
    crossing_last = [r for r in across if r.end > last.at(r.position) - reach]
    lost_first = len(before) >= 2 and 2 * len(before) >= len(crossing_first)
    lost_last = len(after) >= 2 and 2 * len(after) >= len(crossing_last)
    direction = edges[0].rules[0].direction
    start, end = min(r.position for r in across), max(r.position for r in across)

    def put_back(position: float, beyond: float) -> Edge:
        return Edge(position, (Ruling(direction, start, end, position, 0.0, 1.0, 0.0),), beyond)

    beyond = params.beyond * em
    head = [put_back(min(before), -min(beyond, *before))] if lost_first else []
    tail = [put_back(max(after), beyond)] if lost_last else []
    return [*head, *edges, *tail], lost_first, lost_last


class Sides(NamedTuple):
    """The inner sides of the elementary cells in one direction: which are borders, and which may be either."""

    ruled: Borders
    doubtful: Borders


def _lattice(
    rows: list[Edge], columns: list[Edge], sight: Sight
) -> tuple[list[Edge], list[Edge], Sides, Sides]:
    """Return the edges that are in use and which sides of the elementary cells are borders.

    The first sides are those below: [r, c] is the side between rows r and r + 1 (rows-1 × cols); the second those to
    the right, between columns c and c + 1 (rows × cols-1). An edge without a border anywhere inside was no edge.
    """
    while len(rows) >= 2 and len(columns) >= 2:
        below = _sides(rows, columns, sight)
        right = Sides(*(side.T for side in _sides(columns, rows, sight)))
        idle_rows = [r for r in range(1, len(rows) - 1) if not below.ruled[r - 1].any()]
        idle_columns = [c for c in range(1, len(columns) - 1) if not right.ruled[:, c - 1].any()]
        if not idle_rows and not idle_columns:
            return rows, columns, *_closed(below, right)
        rows = [edge for r, edge in enumerate(rows) if r not in idle_rows]
        columns = [edge for c, edge in enumerate(columns) if c not in idle_columns]
    nothing = Sides(np.zeros((0, 0), bool), np.zeros((0, 0), bool))
    return rows, columns, nothing, nothing


def _closed(below: Sides, right: Sides) -> tuple[Sides, Sides]:
    """Return the sides of cells that are rectangles; what had to be drawn for that is in doubt."""
    below_ruled, right_ruled = close_regions(below.ruled, right.ruled)
    return (
        Sides(below_ruled, below.doubtful | (below_ruled & ~below.ruled)),
        Sides(right_ruled, right.doubtful | (right_ruled & ~right.ruled)),
    )


def _sides(edges: list[Edge], across: list[Edge], sight: Sight) -> Sides:
    """Judge the stretches of the inner edges: (edges-2) × (across-1)."""
    judged: list[list[tuple[bool, bool]]] = []
    for edge in edges[1:-1]:
        stretches = [(a.at(edge.position), b.at(edge.position)) for a, b in pairwise(across)]
        row = [_judge(edge, *stretch, sight) for stretch in stretches]
        bridged = sight.bridged(edge, stretches)
        judged.append(
            [(False, True) if over else side for over, side in zip(bridged, row, strict=True)]
        )
    both = np.array(judged, bool).reshape(len(edges) - 2, len(across) - 1, 2)
    return Sides(both[..., 0], both[..., 1])


def _judge(edge: Edge, start: float, end: float, sight: Sight) -> tuple[bool, bool]:
    """Tell whether a stretch is ruled, and whether that is in doubt.

    Strokes of a line of print that fills its cell are found as a rule over most of the stretch, but they meet no other
    rule: on 8,000 stretches of hard scans no border did the like.
    """
    params = sight.params
    shows, covered = sight.shows(edge, start, end), edge.covered(start, end)
    if shows >= params.shown:
        return True, False
    upright = edge.rules[0].direction == "vertical"
    entered = upright and edge.runs_into(start, end, params.touch * sight.em) >= params.running
    if entered and shows >= params.fading:
        return True, True
    beginnings = sight.begins(edge, start, end)
    if covered >= params.covered and (
        covered >= params.shown or beginnings or not sight.tells(start, end)
    ):
        return True, 0.0 < shows < params.hardly
    return beginnings == 2, beginnings > 0


def _is_doubtful(span: tuple[int, int, int, int], below: Borders, right: Borders) -> bool:
    """Tell whether a side of the cell (row, column, row span, column span), or one inside it, is in doubt."""
    row, col, row_span, col_span = span
    rows, cols = slice(row, row + row_span), slice(col, col + col_span)
    return bool(
        below[max(0, row - 1) : row + row_span, cols].any()
        or right[rows, max(0, col - 1) : col + col_span].any()
    )


def _cell_box(
    rows: list[Edge], columns: list[Edge], row: int, col: int, row_span: int, col_span: int
) -> Box:
    """Return the box between the rules around a cell, where they run past its middle."""
    x = (columns[col].position + columns[col + col_span].position) / 2
    y = (rows[row].position + rows[row + row_span].position) / 2

    def place(edge: Edge, along: float) -> int:
        return round(edge.at(along) + edge.beyond)

    return Box(
        place(columns[col], y),
        place(rows[row], x),
        place(columns[col + col_span], y),
        place(rows[row + row_span], x),
    )
