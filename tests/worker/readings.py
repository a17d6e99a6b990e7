"""Page readings for tests: from the generator's exact geometry, or drawn by hand."""

from collections.abc import Sequence
from typing import Any

from core.geometry import Box
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine
from worker.sheet import Part

PX_PER_PT = 300 / 72
CONFIDENT = 0.99


def line_of(text: str, box: Box, confidence: float = CONFIDENT) -> TextLine:
    reading = Reading(
        text=text,
        confidence=confidence,
        engine="ppocr",
        characters=(confidence,) * len(text),
    )
    return TextLine(reading=reading, box=box, upright=box)


def pages_of(geometry: dict[str, Any]) -> list[PageReading]:
    """Return what a perfect reader would say of pages that the samples generator describes."""
    return [_page(page) for page in geometry["pages"]]


def _page(page: dict[str, Any]) -> PageReading:
    width, height = round(page["width"] * PX_PER_PT), round(page["height"] * PX_PER_PT)
    loose = [line for heading in page["headings"] for line in heading["lines"]] + page["footer"]
    return PageReading(
        number=page["number"],
        width=width,
        height=height,
        upright_width=width,
        upright_height=height,
        dpi=300,
        em=9 * PX_PER_PT,
        tables=tuple(_table(table) for table in page["tables"]),
        lines=tuple(_line(line) for line in loose),
        blank=not loose and not page["tables"],
    )


def _table(table: dict[str, Any]) -> ReadTable:
    """Return the table on the lattice that its own edges make, as a grid finder would."""
    lefts = {at: x for cell in table["cells"] for at, x in _sides(cell, "col", 0)}
    tops = {at: y for cell in table["cells"] for at, y in _sides(cell, "row", 1)}
    cols, rows = sorted(lefts), sorted(tops)
    cells = [
        ReadCell(
            row=rows.index(cell["row"]),
            col=cols.index(cell["col"]),
            row_span=rows.index(cell["row"] + cell["row_span"]) - rows.index(cell["row"]),
            col_span=cols.index(cell["col"] + cell["col_span"]) - cols.index(cell["col"]),
            box=_box(cell["box"]),
            upright=_box(cell["box"]),
            lines=tuple(_line(line) for line in cell["lines"]),
        )
        for cell in table["cells"]
    ]
    return ReadTable(
        rows=len(rows) - 1,
        cols=len(cols) - 1,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))),
        box=_box(table["box"]),
        upright=_box(table["box"]),
        column_edges=tuple(lefts[col] * PX_PER_PT for col in cols),
        row_edges=tuple(tops[row] * PX_PER_PT for row in rows),
        open_top=table["open_top"],
        open_bottom=table["open_bottom"],
    )


def _sides(cell: dict[str, Any], axis: str, side: int) -> list[tuple[int, float]]:
    """Return (lattice number, position in points) of both edges of a cell along an axis."""
    first = cell[axis]
    return [(first, cell["box"][side]), (first + cell[f"{axis}_span"], cell["box"][side + 2])]


def _line(line: dict[str, Any]) -> TextLine:
    return line_of(line["text"], _box(line["box"]))


def _box(points: Sequence[float]) -> Box:
    left, top, right, bottom = (round(point * PX_PER_PT) for point in points)
    return Box(left, top, right, bottom)


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
