"""Strips in, pages out: where tables are cut, and what each side of a cut shows.

A cut goes between two rows, or between two lines of one cell. By default every line of text stays on the side where it falls, so a
label that spans rows can stand before the cut, after it, or be torn in two, as it happens in real print-outs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from samples.generator.style import Style
from samples.generator.typeset import Line, PlacedCell, Strip


@dataclass(frozen=True)
class Cut:
    """A forced page break in a form's table: before row `row`, or after `lines` lines of that row's highest cell.

    `side_lines` of a side label stand before it; None leaves each where it falls.
    """

    row: int
    lines: int = 0
    side_lines: int | None = None


@dataclass(frozen=True)
class Piece:
    """The part of a table on one page, in page points. `open_top`, `open_bottom`: a cut without a border."""

    form: int
    cells: tuple[PlacedCell, ...]
    row_edges: tuple[float, ...]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> tuple[float, float, float, float]:
        return (
            min(cell.box[0] for cell in self.cells),
            self.row_edges[0],
            max(cell.box[2] for cell in self.cells),
            self.row_edges[-1],
        )


@dataclass(frozen=True)
class Heading:
    """A text block on a page."""

    form: int
    lines: tuple[Line, ...]
    field: str


@dataclass(frozen=True)
class Page:
    """`size_pt` is width, height; `forms` are the numbers of the forms that stand on it."""

    number: int
    size_pt: tuple[float, float]
    headings: tuple[Heading, ...] = ()
    pieces: tuple[Piece, ...] = ()
    footer: tuple[Line, ...] = ()

    @property
    def forms(self) -> tuple[int, ...]:
        return tuple(sorted({h.form for h in self.headings} | {p.form for p in self.pieces}))


@dataclass
class _Press:
    """The pages so far and the height used on the last; lives within one call of `paginate`."""

    style: Style
    pages: list[Page]
    used: float = 0.0

    def turn(self) -> None:
        self.pages.append(Page(len(self.pages) + 1, self.style.page_pt))
        self.used = self.style.margin_top_pt

    @property
    def room(self) -> float:
        return self.style.page_pt[1] - self.style.margin_bottom_pt - self.used

    def put(self, part: Heading | Piece, height: float) -> None:
        page = self.pages[-1]
        if isinstance(part, Heading):
            self.pages[-1] = replace(page, headings=(*page.headings, part))
        else:
            self.pages[-1] = replace(page, pieces=(*page.pieces, part))
        self.used += height


def paginate(
    forms: Iterable[tuple[Sequence[Strip], Style, Sequence[Cut]]], first_number: int = 1
) -> tuple[Page, ...]:
    """Fill pages with forms in order. Each begins on a new page, unless its style lets forms share pages."""
    press: _Press | None = None
    for number, (strips, style, cuts) in enumerate(forms):
        if press is None:
            press = _Press(style, [])
            press.turn()
        else:
            press.style = style
            # A heading with a few rows must fit, or nobody would begin a form there.
            gap = 24.0
            if style.share_pages and press.room > 0.3 * style.page_pt[1]:
                press.used += gap
            else:
                press.turn()
        for strip in strips:
            _put_strip(press, number, strip, cuts)
    pages = press.pages if press else []
    return tuple(replace(page, number=page.number + first_number - 1) for page in pages)


def _put_strip(press: _Press, form: int, strip: Strip, cuts: Sequence[Cut]) -> None:
    if not strip.cells:
        if strip.height > press.room:
            press.turn()
        lines = tuple(_shift_line(line, press.used) for line in strip.lines)
        press.put(Heading(form, lines, strip.field), strip.height)
        return
    rest = Piece(form, strip.cells, strip.row_edges)
    forced = list(cuts)
    while True:
        height = rest.row_edges[-1] - rest.row_edges[0]
        order = forced.pop(0) if forced else None
        cut = _forced(rest, order) if order else None
        if cut is None and height > press.room:
            cut = _natural(rest, rest.row_edges[0] + press.room, press.style)
        if cut is None:
            press.put(_shift_piece(rest, press.used - rest.row_edges[0]), height)
            return
        if cut == rest.row_edges[0]:
            press.turn()
            continue
        head, rest = _cut(rest, cut, press.style, order.side_lines if order else None)
        press.put(_shift_piece(head, press.used - head.row_edges[0]), 0.0)
        press.turn()


# -- where to cut --------------------------------------------------------------------------------------------------------------


def _forced(piece: Piece, cut: Cut) -> float:
    if not cut.lines:
        return piece.row_edges[cut.row]
    lines = _highest(piece, cut.row).lines
    return (lines[cut.lines - 1].bottom + lines[cut.lines].top) / 2


def _natural(piece: Piece, limit: float, style: Style) -> float:
    """Give the y of the last good break above `limit`; the piece's top if there is none and another page may help."""
    row = max(r for r, edge in enumerate(piece.row_edges) if edge <= limit)
    between = piece.row_edges[row]
    whole_page = style.page_pt[1] - style.margin_top_pt - style.margin_bottom_pt
    too_high = piece.row_edges[row + 1] - between > whole_page
    if style.split == "lines" or too_high:
        lines = [line for line in _highest(piece, row).lines if not line.stray]
        ends = [
            (line.bottom + after.top) / 2
            for line, after in pairwise(lines)
            if line.bottom + style.pad_y_pt <= limit and line.top >= between
        ]
        if ends:
            return ends[-1]
    return between


def _highest(piece: Piece, row: int) -> PlacedCell:
    """Give the cell whose text makes a row as high as it is."""
    return max(
        (cell for cell in piece.cells if cell.row == row and cell.row_span == 1),
        key=lambda cell: len(cell.lines),
    )


# -- cutting -------------------------------------------------------------------------------------------------------------------


def _cut(piece: Piece, y: float, style: Style, side_lines: int | None) -> tuple[Piece, Piece]:
    """Cut a piece in two at `y`; both keep its frame. Inside a row both sides get some air at the cut."""
    edges = piece.row_edges
    inside = y not in edges
    air = style.pad_y_pt if inside else 0.0
    last = max(r for r, edge in enumerate(edges) if edge < y)
    first = last if inside else last + 1
    head, tail = [], []
    for cell in piece.cells:
        left, top, right, bottom = cell.box
        if bottom <= y:
            head.append(cell)
        elif top >= y:
            tail.append(replace(cell, row=cell.row - first))
        else:
            upper = side_lines if cell.role == "side" else None
            before, after = _part_lines(cell, y, (y + air, y - air), style, upper)
            head_box, tail_box = (left, top, right, y + air), (left, y - air, right, bottom)
            head.append(replace(cell, row_span=last + 1 - cell.row, box=head_box, lines=before))
            end = cell.row + cell.row_span
            tail.append(
                replace(
                    cell,
                    row=max(cell.row - first, 0),
                    row_span=end - max(first, cell.row),
                    box=tail_box,
                    lines=after,
                )
            )
    return (
        Piece(
            piece.form,
            tuple(head),
            (*edges[: last + 1], y + air),
            piece.open_top,
            not style.closed_bottom,
        ),
        Piece(
            piece.form,
            tuple(tail),
            (y - air, *edges[last + 1 + (not inside) :]),
            not style.closed_top,
            piece.open_bottom,
        ),
    )


def _part_lines(
    cell: PlacedCell, y: float, inner: tuple[float, float], style: Style, count: int | None
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Share a cut cell's lines between the two sides.

    `inner` are the y of the head's lower and the tail's upper edge; `count` forces that many lines before the cut.
    """
    head_end, tail_start = inner
    top, bottom = cell.box[1], cell.box[3]
    height = cell.lines[-1].bottom - cell.lines[0].top if cell.lines else 0.0
    before = _centred(cell.lines, top, head_end)
    after = _centred(cell.lines, tail_start, bottom)
    mode = style.spanning if cell.row_span > 1 else "flow"
    fits_before, fits_after = height <= head_end - top, height <= bottom - tail_start
    if mode == "every" and fits_before and fits_after:
        return before, after
    if mode == "first" and fits_before:
        return before, ()
    if mode == "last" and fits_after:
        return (), after
    # Text in the very middle of a cut label belongs to the side that names it first.
    tie = 0.5 if cell.row_span > 1 else -0.5
    if count is None:
        count = sum(line.middle <= y + tie for line in cell.lines)
    upper, lower = list(cell.lines[:count]), list(cell.lines[count:])
    if upper:
        over = max(upper[-1].bottom + 1 - head_end, 0.0)
        upper = [_shift_line(line, -over) for line in upper]
    if lower:
        over = max(tail_start + 1 - lower[0].top, 0.0)
        lower = [_shift_line(line, over) for line in lower]
    return tuple(upper), tuple(lower)


def _centred(lines: tuple[Line, ...], top: float, bottom: float) -> tuple[Line, ...]:
    if not lines:
        return ()
    shift = (top + bottom) / 2 - (lines[0].top + lines[-1].bottom) / 2
    return tuple(_shift_line(line, shift) for line in lines)


def _shift_line(line: Line, down: float) -> Line:
    return replace(line, top=line.top + down)


def _shift_piece(piece: Piece, down: float) -> Piece:
    cells = tuple(
        replace(
            cell,
            box=(cell.box[0], cell.box[1] + down, cell.box[2], cell.box[3] + down),
            lines=tuple(_shift_line(line, down) for line in cell.lines),
        )
        for cell in piece.cells
    )
    return replace(piece, cells=cells, row_edges=tuple(edge + down for edge in piece.row_edges))
