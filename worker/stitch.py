"""Tables over page breaks become one sheet.

Enters: the parts of one form in reading order. Leaves: a sheet on which columns line up and cells that
a page break cut are whole again. Which parts belong together is decided in `worker.cut`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from worker.sheet import Part, Piece, Sheet, SheetCell

Role = str


@dataclass(frozen=True)
class StitchParams:
    """How far the columns of two pages may differ and still be the same columns.

    Pages of one document are scanned at slightly different places, turned and stretched a little by
    the feeder or the hand that photographs them; 8 % of stretch and a quarter of the page's width of
    shift are more than either does.
    An edge is found again within `edge_tolerance_em` glyphs: half the narrowest column (a two-letter
    label with its margins is about 2.5 em wide).
    """

    stretch_ratio: float = 0.08
    shift_ratio: float = 0.25
    edge_tolerance_em: float = 0.9
    edge_tolerance_ratio: float = 0.012


STANDARD = StitchParams()


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
    every pair; the map that most edges agree with most closely wins, with the least change.
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
        misses = [_near(edge * scale + shift, reference) / limit for edge in edges]
        close = sum(max(0.0, 1 - miss**2) for miss in misses)
        score = close - stretch / params.stretch_ratio - abs(shift) / (params.shift_ratio * width)
        if score > best_score:
            met = sum(miss <= 1 for miss in misses)
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
class Roles:
    """The columns of a block as ranges of sheet columns, by what they hold.

    `levels` are label columns whose cells span rows, `numbers` hold one figure a row, `values` words or
    figures, `name` says what the row is about.
    """

    columns: Mapping[Role, range]
    levels: tuple[Role, ...] = ("side", "level1", "level2")
    numbers: tuple[Role, ...] = ("weight", "score")
    values: tuple[Role, ...] = ("target", "actual")
    name: Role = "level3"


@dataclass(frozen=True)
class Words:
    """What the vocabulary has to say about cells at a break.

    `text` is compared text (NFKC, no spaces); `known` tells whether a text is a label of the form,
    `placeholder` whether it is what the blank form prints in a row that nobody filled in, `row_name` whether it
    is the whole name of a row.
    """

    text: Callable[[SheetCell], str]
    known: Callable[[str], bool]
    placeholder: Callable[[str], bool]
    row_name: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True)
class Seam:
    """What the rows on either side of a break say, by role; `open` where no rule closes either side."""

    above: Mapping[Role, str]
    below: Mapping[Role, str]
    open: bool


def one_row(seam: Seam, roles: Roles, words: Words) -> bool:
    """Tell whether the row below a break is the rest of the row above it.

    Two rows with a figure in the same column never are, unless only both together have the name of a row. A row that could not stand by itself (no name,
    or no figures where the table has columns for them) is half of one. Where both have names and
    values and neither has figures, the rules at the break decide.
    """
    sides = (seam.above, seam.below)
    names = [side.get(roles.name, "") for side in sides]
    if words.row_name("".join(names)) and not all(map(words.row_name, names)):
        return True
    if _are_two(seam, roles, words):
        return False
    with_figures = sum(_has_figures(side, roles) for side in sides)
    if with_figures == 0 and all(_is_full(side, roles) for side in sides):
        return seam.open
    return with_figures < 2 or not all(names)


def _are_two(seam: Seam, roles: Roles, words: Words) -> bool:
    """Tell whether something on both sides stands once in a row: a figure, a label, the whole name."""
    sides = (seam.above, seam.below)
    return (
        any(all(side.get(role) for side in sides) for role in roles.numbers)
        or _new_label(seam, roles, words)
        or any(_is_placeholder(side, roles, words) for side in sides)
        or all(words.row_name(side.get(roles.name, "")) for side in sides)
    )


def _new_label(seam: Seam, roles: Roles, words: Words) -> bool:
    """Tell whether another level, or the row of the total, begins below the break."""
    labels = ((seam.above.get(role, ""), seam.below.get(role, "")) for role in roles.levels)
    return any(
        below
        and words.known(below)
        and words.known(above)
        and below != above
        and not words.known(above + below)
        for above, below in labels
    )


def _is_placeholder(row: Mapping[Role, str], roles: Roles, words: Words) -> bool:
    filled = any(row.get(role) for role in (*roles.numbers, *roles.values))
    return not filled and words.placeholder(row.get(roles.name, ""))


def _has_figures(row: Mapping[Role, str], roles: Roles) -> bool:
    figures = [role for role in roles.numbers if role in roles.columns] or roles.values
    return any(row.get(role) for role in figures)


def _is_full(row: Mapping[Role, str], roles: Roles) -> bool:
    return all(row.get(role) for role in (roles.name, *roles.values) if role in roles.columns)


def mend_break(
    sheet: Sheet,
    row: int,
    roles: Roles,
    words: Words,
    header_rows: frozenset[int],
    *,
    is_open: bool,
) -> Sheet:
    """Join what the break above `row` cut in a block.

    Level labels carry on (printed before the break, after it, or half on either side), and the first
    row below joins the last one above when `one_row` says so. `header_rows` repeated on the new page
    are passed over.
    """
    below = row
    while below in header_rows:
        below += 1
    if below >= sheet.rows or row - 1 in header_rows:
        return sheet
    seam = Seam(
        _row_texts(sheet, row - 1, roles, words), _row_texts(sheet, below, roles, words), is_open
    )
    starts_total = any(
        words.known(words.text(cell)) and _level_of(cell, roles) is None
        for cell in sheet.starting(below)[:1]
    )
    whole_row = not starts_total and one_row(seam, roles, words)
    pairs: list[tuple[SheetCell, SheetCell]] = []
    new_level = starts_total
    for cell, partner in _partners(sheet, row - 1, below):
        level = _level_of(cell, roles)
        if level is None:
            again = words.text(partner) == words.text(cell)
            joins = whole_row or (_is_tall_beside(partner, cell, roles) and not again)
        else:
            upper, lower = words.text(partner), words.text(cell)
            joins = not new_level and carries_on(upper, lower, words.known)
            # A label printed again on the new page begins no level.
            new_level = new_level or (level == "level1" and not joins and upper != lower)
        if joins:
            pairs.append((partner, cell))
    return _joined(sheet, pairs)


def join_rows(sheet: Sheet, row: int) -> Sheet:
    """Join every cell that starts in `row` to the one above it."""
    return _joined(sheet, [(partner, cell) for cell, partner in _partners(sheet, row - 1, row)])


def join_sides(
    sheet: Sheet,
    row: int,
    left: int,
    text: Callable[[SheetCell], str],
    known: Callable[[str], bool],
) -> Sheet:
    """Join the labels left of sheet column `left` that the break above `row` cut."""
    return _joined(
        sheet,
        [
            (partner, cell)
            for cell, partner in _partners(sheet, row - 1, row)
            if cell.col_end <= left and carries_on(text(partner), text(cell), known)
        ],
    )


def _row_texts(sheet: Sheet, row: int, roles: Roles, words: Words) -> dict[Role, str]:
    return {
        role: "".join(words.text(cell) for cell in sheet.within(range(row, row + 1), columns))
        for role, columns in roles.columns.items()
    }


def _partners(sheet: Sheet, above: int, below: int) -> Iterator[tuple[SheetCell, SheetCell]]:
    """Yield each cell that starts in row `below` with the cell of row `above` over most of it."""
    for cell in sheet.starting(below):
        over = sheet.within(range(above, above + 1), range(cell.col, cell.col_end))
        if over:
            yield (
                cell,
                max(
                    over,
                    key=lambda other: min(other.col_end, cell.col_end) - max(other.col, cell.col),
                ),
            )


def _joined(sheet: Sheet, pairs: Sequence[tuple[SheetCell, SheetCell]]) -> Sheet:
    joined: dict[int, SheetCell] = {}
    for partner, cell in pairs:
        joined[id(partner)] = joined.get(id(partner), partner).joined(cell)
    gone = {id(cell) for _, cell in pairs}
    return replace(
        sheet,
        cells=tuple(joined.get(id(cell), cell) for cell in sheet.cells if id(cell) not in gone),
    )


def _is_tall_beside(partner: SheetCell, cell: SheetCell, roles: Roles) -> bool:
    """Tell whether a cell over several rows, in a column that holds no value of its own, was cut."""
    taken = any(set(range(cell.col, cell.col_end)) & set(cols) for cols in roles.columns.values())
    return not taken and max(partner.row_span, cell.row_span) > 1


def _level_of(cell: SheetCell, roles: Roles) -> Role | None:
    """Return the label column that the cell stands in; a cell reaching beyond them is in none."""
    return next(
        (
            role
            for role in roles.levels
            if cell.col in (columns := roles.columns.get(role, range(0)))
            and cell.col_end <= columns.stop
        ),
        None,
    )


def carries_on(above: str, below: str, known: Callable[[str], bool]) -> bool:
    """Tell whether two level labels at a break are one: one of them blank, or two halves of a word."""
    if not above or not below:
        return True
    return known(above + below) and not (known(above) and known(below))
