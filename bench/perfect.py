"""What a perfect reader would say of generated pages: the generator's geometry as page readings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.geometry import Box
from core.readings import PageReading, ReadCell, Reading, ReadTable, TextLine

PX_PER_PT = 300 / 72
CONFIDENT = 0.9999


def line_of(text: str, box: Box, confidence: float = CONFIDENT) -> TextLine:
    """Return a line that was read as `text`, every character equally sure, and a witness agrees."""
    reading = Reading(
        text=text,
        confidence=confidence,
        engine="ppocr",
        characters=(confidence,) * len(text),
    )
    witness = reading.model_copy(update={"engine": "ppocr-tiny"})
    return TextLine(reading=reading, box=box, upright=box, others=(witness,))


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
            box=box_of(cell["box"]),
            upright=box_of(cell["box"]),
            lines=tuple(_line(line) for line in cell["lines"]),
        )
        for cell in table["cells"]
    ]
    return ReadTable(
        rows=len(rows) - 1,
        cols=len(cols) - 1,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.col))),
        box=box_of(table["box"]),
        upright=box_of(table["box"]),
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
    return line_of(line["text"], box_of(line["box"]))


def box_of(points: Sequence[float]) -> Box:
    """Return a box of page points in pixels."""
    left, top, right, bottom = (round(point * PX_PER_PT) for point in points)
    return Box(left, top, right, bottom)
