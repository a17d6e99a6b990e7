"""Page readings for tests, drawn by hand; those of generated pages come from `bench.perfect`."""

from collections.abc import Sequence

from bench.perfect import line_of, pages_of
from core.geometry import Box
from core.readings import PageReading, ReadCell, ReadTable, TextLine
from worker.sheet import Part

__all__ = ["drawn", "line_of", "page_of", "pages_of", "part_of"]

COLUMN_PX = 200
ROW_PX = 80
TOP_PX = 400
LEFT = "<"
UP = "^"


def drawn(
    rows: Sequence[str],
    *,
    shift: int = 0,
    scale: float = 1.0,
    top: int = TOP_PX,
    open_top: bool = False,
    open_bottom: bool = False,
) -> ReadTable:
    """Return a table drawn as text: cells between `|`, lines between `/`.

    `<` lengthens the cell to its left, `^` the one above, `?` is ink that nobody can read. `shift` (px)
    and `scale` move and stretch its columns.
    """
    grid = [[text.strip() for text in row.split("|")] for row in rows]
    columns = [shift + scale * COLUMN_PX * (1 + col) for col in range(len(grid[0]) + 1)]
    lines = [float(top + ROW_PX * row) for row in range(len(grid) + 1)]
    cells = tuple(
        _drawn_cell(grid, row, col, columns, lines)
        for row in range(len(grid))
        for col in range(len(grid[0]))
        if grid[row][col] not in {LEFT, UP}
    )
    box = Box(round(columns[0]), round(lines[0]), round(columns[-1]), round(lines[-1]))
    return ReadTable(
        rows=len(grid),
        cols=len(grid[0]),
        cells=cells,
        box=box,
        upright=box,
        column_edges=tuple(columns),
        row_edges=tuple(lines),
        open_top=open_top,
        open_bottom=open_bottom,
    )


def _drawn_cell(
    grid: Sequence[Sequence[str]],
    row: int,
    col: int,
    columns: Sequence[float],
    lines: Sequence[float],
) -> ReadCell:
    col_span = 1
    while col + col_span < len(grid[0]) and grid[row][col + col_span] == LEFT:
        col_span += 1
    row_span = 1
    while row + row_span < len(grid) and grid[row + row_span][col] == UP:
        row_span += 1
    box = Box(
        round(columns[col]),
        round(lines[row]),
        round(columns[col + col_span]),
        round(lines[row + row_span]),
    )
    text = grid[row][col]
    printed = [] if text in {"", "?"} else text.split("/")
    return ReadCell(
        row=row,
        col=col,
        row_span=row_span,
        col_span=col_span,
        box=box,
        upright=box,
        lines=_lines_in(box, printed),
        illegible=text == "?",
    )


def _lines_in(box: Box, texts: Sequence[str]) -> tuple[TextLine, ...]:
    height = box.height / max(1, len(texts))
    return tuple(
        line_of(
            text,
            Box(
                box.left + 5,
                round(box.top + height * number),
                box.right - 5,
                round(box.top + height * (number + 1)),
            ),
        )
        for number, text in enumerate(texts)
    )


def page_of(
    number: int,
    tables: Sequence[ReadTable] = (),
    lines: Sequence[str] = (),
    foot: Sequence[str] = (),
    *,
    trouble: str | None = None,
) -> PageReading:
    """Return a page with `lines` above its tables and `foot` below them."""
    above = [
        line_of(text, Box(900, 100 + 60 * at, 1500, 140 + 60 * at)) for at, text in enumerate(lines)
    ]
    below = [
        line_of(text, Box(250, 3200 + 50 * at, 1500, 3240 + 50 * at))
        for at, text in enumerate(foot)
    ]
    return PageReading(
        number=number,
        width=2480,
        height=3508,
        upright_width=2480,
        upright_height=3508,
        dpi=300,
        em=40,
        tables=tuple(tables),
        lines=(*above, *below),
        blank=not tables and not lines and not foot,
        trouble=trouble,
    )


def part_of(table: ReadTable, page: int = 1) -> Part:
    return Part(page, table, (), (), page_width=2480, em=40)
