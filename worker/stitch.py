"""Tables over page breaks become one sheet.

Enters: the parts of one form in reading order. Leaves: a sheet on which columns line up and cells that
a page break cut are whole again. Which parts belong together is decided in `worker.cut`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from worker.sheet import Part, Piece, Sheet, SheetCell

Role = str


@dataclass(frozen=True)
class StitchParams:
    """How far the columns of two pages may differ and still be the same columns.

    Pages of one document are scanned at slightly different places, turned and stretched a little by
    the feeder; 4 % of stretch and a quarter of the page's width of shift are more than any feeder does.
    An edge is found again within `edge_tolerance_em` glyphs: half the narrowest column (a two-letter
    label with its margins is about 2.5 em wide).
    """

    stretch_ratio: float = 0.04
    shift_ratio: float = 0.25
    edge_tolerance_em: float = 0.9
    edge_tolerance_ratio: float = 0.012


@dataclass(frozen=True)
class Alignment:
    """Maps x of one page onto x of another: `x * scale + shift`; `fit` is the share of edges met."""

    scale: float = 1.0
    shift: float = 0.0
    fit: float = 0.0

    def __call__(self, x: float) -> float:
        return x * self.scale + self.shift


def tolerance(part: Part, params: StitchParams) -> float:
    """Return how far apart two edges may lie and still be one, px of the part's page."""
    by_width = part.page_width * params.edge_tolerance_ratio
    return min(part.em * params.edge_tolerance_em, 2 * by_width) if part.em else by_width


def align(reference: Sequence[float], part: Part, width: int, params: StitchParams) -> Alignment:
    """Find the shift and stretch that lay the part's columns on `reference`.

    `reference` are column edges on a page `width` px wide. Every pair of edges is tried against
    every pair; the map that most edges agree with wins, and among equals the least change.
    """
    edges = part.table.column_edges
    nominal = width / part.page_width
    limit = tolerance(part, params) * nominal
    best, best_score = Alignment(nominal), -1.0
    for (low, high), (left, right) in (
        (ours, theirs) for ours in combinations(reference, 2) for theirs in combinations(edges, 2)
    ):
        if right - left < limit or high - low < limit:
            continue
        scale = (high - low) / (right - left)
        shift = low - left * scale
        stretch = abs(scale / nominal - 1)
        if stretch > params.stretch_ratio or abs(shift) > params.shift_ratio * width:
            continue
        met = sum(_near(edge * scale + shift, reference) <= limit for edge in edges)
        score = met - stretch / params.stretch_ratio - abs(shift) / (params.shift_ratio * width)
        if score > best_score:
            best, best_score = Alignment(scale, shift, met / len(edges)), score
    return best


def _near(x: float, edges: Sequence[float]) -> float:
    return min(abs(x - edge) for edge in edges)


def lay(parts: Sequence[Part], params: StitchParams) -> Sheet:
    """Lay the parts one under the other on common columns; nothing is joined yet."""
    first = parts[0]
    edges = list(first.table.column_edges)
    limit = tolerance(first, params)
    alignments = [Alignment()]
    for part in parts[1:]:
        alignment = align(edges, part, first.page_width, params)
        alignments.append(alignment)
        mapped = [alignment(edge) for edge in part.table.column_edges]
        edges = sorted([*edges, *(edge for edge in mapped if _near(edge, edges) > limit)])
    cells: list[SheetCell] = []
    breaks: list[tuple[int, bool]] = []
    rows = 0
    for number, (part, alignment) in enumerate(zip(parts, alignments, strict=True)):
        if number and part.page != parts[number - 1].page:
            breaks.append((rows, parts[number - 1].table.open_bottom and part.table.open_top))
        cells += _placed(part, alignment, edges, rows)
        rows += part.table.rows
    return Sheet(rows, len(edges) - 1, tuple(cells), tuple(breaks))


def _placed(
    part: Part, alignment: Alignment, edges: Sequence[float], offset: int
) -> list[SheetCell]:
    places = [
        min(range(len(edges)), key=lambda i: abs(edges[i] - alignment(edge)))
        for edge in part.table.column_edges
    ]
    return [
        SheetCell(
            row=cell.row + offset,
            col=places[cell.col],
            row_span=cell.row_span,
            col_span=places[cell.col + cell.col_span] - places[cell.col],
            pieces=(Piece(part.page, cell),),
        )
        for cell in part.table.cells
        if places[cell.col + cell.col_span] > places[cell.col]
    ]


@dataclass(frozen=True)
class Seam:
    """What a row on either side of a break says, by the role of its columns (text, NFKC, no spaces)."""

    above: Mapping[Role, str]
    below: Mapping[Role, str]
    open: bool


@dataclass(frozen=True)
class Roles:
    """The columns of the indicator table as ranges of sheet columns, and which of them are labels."""

    columns: Mapping[Role, range]
    levels: tuple[Role, ...] = ("side", "level1", "level2")
    numbers: tuple[Role, ...] = ("weight", "score")
    values: tuple[Role, ...] = ("target", "actual")
    name: Role = "level3"


def one_row(
    seam: Seam, roles: Roles, *, placeholder: Callable[[str], bool], known: Callable[[str], bool]
) -> bool:
    """Tell whether the row below a break is the rest of the row above it.

    A row that could not stand as an indicator by itself (no name, or no figures though the table has
    columns for them) is half of one. Two rows that both carry figures never are. Where the contents
    leave it open, the rules at the break decide.
    """
    above, below = seam.above, seam.below
    if any(above.get(role) and below.get(role) for role in roles.numbers):
        return False
    if _new_level(seam, roles, known):
        return False
    if any(_is_placeholder(row, roles, placeholder) for row in (above, below)):
        return False
    if all(_full(row, roles) for row in (above, below)):
        return seam.open and not all(_whole(row, roles) for row in (above, below))
    return not all(_whole(row, roles) for row in (above, below))


def _new_level(seam: Seam, roles: Roles, known: Callable[[str], bool]) -> bool:
    return any(
        seam.above.get(role)
        and known(seam.below.get(role, ""))
        and seam.below[role] != seam.above[role]
        and known(seam.above[role])
        and not known(seam.above[role] + seam.below[role])
        for role in roles.levels
    )


def _is_placeholder(
    row: Mapping[Role, str], roles: Roles, placeholder: Callable[[str], bool]
) -> bool:
    others = any(row.get(role) for role in (*roles.numbers, *roles.values))
    return not others and placeholder(row.get(roles.name, ""))


def _full(row: Mapping[Role, str], roles: Roles) -> bool:
    """Tell whether name and values all stand in the row."""
    return all(row.get(role) for role in (roles.name, *roles.values) if role in roles.columns)


def _whole(row: Mapping[Role, str], roles: Roles) -> bool:
    """Tell whether the row could be an indicator by itself."""
    figures = [role for role in roles.numbers if role in roles.columns] or roles.values
    return bool(row.get(roles.name)) and any(row.get(role) for role in figures)


def mend(
    sheet: Sheet,
    roles: Roles,
    header_rows: frozenset[int],
    *,
    placeholder: Callable[[str], bool],
    known: Callable[[str], bool],
    text: Callable[[SheetCell], str],
) -> Sheet:
    """Join what page breaks cut in the indicator table.

    At each break the level labels carry on (printed before the break, after it, or half on either
    side), and the first row below joins the last one above when `one_row` says so. Rows in
    `header_rows` are headers repeated on the new page and are passed over.
    """
    for row, is_open in sheet.breaks:
        below = row
        while below in header_rows:
            below += 1
        if below >= sheet.rows or row == 0:
            continue
        seam = Seam(
            _row_texts(sheet, row - 1, roles, text), _row_texts(sheet, below, roles, text), is_open
        )
        whole_row = one_row(seam, roles, placeholder=placeholder, known=known)
        sheet = _close(sheet, (row, below), roles, whole_row=whole_row, known=known, text=text)
    return sheet


def _row_texts(
    sheet: Sheet, row: int, roles: Roles, text: Callable[[SheetCell], str]
) -> dict[Role, str]:
    return {
        role: "".join(text(cell) for cell in sheet.within(range(row, row + 1), columns))
        for role, columns in roles.columns.items()
    }


def _close(
    sheet: Sheet,
    rows: tuple[int, int],
    roles: Roles,
    *,
    whole_row: bool,
    known: Callable[[str], bool],
    text: Callable[[SheetCell], str],
) -> Sheet:
    """Join cells over one break: `rows` are its first row and the first row of content below it."""
    start, below = rows
    joined: dict[int, SheetCell] = {}
    gone: set[int] = set()
    new_level = False
    for cell in sheet.starting(below):
        partner = _partner(sheet, cell, start - 1)
        if partner is None:
            continue
        if level := _level_of(cell, roles):
            joins = not new_level and carries_on(text(partner), text(cell), known)
            new_level = new_level or (level == "level1" and not joins)
        else:
            joins = whole_row
        if joins:
            joined[id(partner)] = joined.get(id(partner), partner).joined(cell)
            gone.add(id(cell))
    return replace(
        sheet,
        cells=tuple(joined.get(id(cell), cell) for cell in sheet.cells if id(cell) not in gone),
    )


def _partner(sheet: Sheet, cell: SheetCell, row: int) -> SheetCell | None:
    """Return the cell of `row` that shares most of its columns with `cell`."""
    columns = range(cell.col, cell.col_end)
    candidates = sheet.within(range(row, row + 1), columns)
    return max(
        candidates,
        key=lambda other: min(other.col_end, cell.col_end) - max(other.col, cell.col),
        default=None,
    )


def _level_of(cell: SheetCell, roles: Roles) -> Role | None:
    middle = (cell.col + cell.col_end - 1) // 2
    return next(
        (role for role in roles.levels if middle in roles.columns.get(role, range(0))), None
    )


def carries_on(above: str, below: str, known: Callable[[str], bool]) -> bool:
    """Tell whether two level labels at a break are one: one of them blank, or two halves of a word."""
    if not above or not below:
        return True
    return known(above + below) and not (known(above) and known(below))
