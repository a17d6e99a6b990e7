"""XLSX as sections of one table each, read with openpyxl.

What is told is what the sheet shows: values in their number formats, results of formulas as they were saved. Hidden sheets, rows
and columns and what lies outside of a print area are left out, and so are charts, comments and pictures.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

import openpyxl
from openpyxl.cell.cell import Cell as Found
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import DamagedFile, TooMuchContent
from worker.office.blocks import Align, Cell, Grid, Level, Paper, Paragraph, Section
from worker.office.number_format import displayed
from worker.office.package import DAMAGED

_PAPERS = {
    "8": (841.9, 1190.6),
    "9": (595.3, 841.9),
    "11": (419.5, 595.3),
    "1": (612.0, 792.0),
    "5": (612.0, 1008.0),
}
_A4 = _PAPERS["9"]
_PIXEL = 0.75  # points
_DEFAULT_WIDTH = 8.43  # characters
_DEFAULT_HEIGHT = 13.5
_ALIGN: dict[str | None, Align] = {
    "center": "center",
    "centerContinuous": "center",
    "distributed": "center",
    "right": "right",
}
_LEVEL: dict[str | None, Level] = {"center": "center", "top": "top", "distributed": "center"}
_STACKED = 255
_LAST = 1 << 20  # no sheet has more rows

Place = tuple[int, int]


@dataclass(frozen=True)
class XlsxLimits:
    """`places` is rows times columns of a sheet, from its first cell to the last that holds something."""

    places: int = 200_000


def read_xlsx(
    content: BinaryIO, file: str, limits: XlsxLimits = XlsxLimits()
) -> tuple[Section, ...]:
    """Return the sheets of a workbook that hold something. Raises DamagedFile, TooMuchContent."""
    shown = _opened(content, file, results=False)
    formulas = any(
        cell.data_type == "f" for sheet in shown.worksheets for cell in _stored(sheet).values()
    )
    results = _opened(content, file, results=True) if formulas else shown
    sheets = [sheet for sheet in shown.worksheets if sheet.sheet_state == "visible"]
    sections = (_Sheet(sheet, results[sheet.title], file, limits).section() for sheet in sheets)
    return tuple(section for section in sections if section)


def _opened(content: BinaryIO, file: str, *, results: bool) -> Workbook:
    content.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that it does not know
            return openpyxl.load_workbook(content, data_only=results, keep_links=False)
    except DAMAGED as error:
        raise DamagedFile(file=file, reason="unreadable") from error


def _stored(sheet: Worksheet) -> Mapping[Place, Found | MergedCell]:
    """Return the cells that the file has, by row and column: to walk a sheet by rows makes all that it has not."""
    return sheet._cells  # noqa: SLF001


class _Sheet:
    """Reads one sheet; `saved` is the same sheet with the results of its formulas."""

    def __init__(self, sheet: Worksheet, saved: Worksheet, file: str, limits: XlsxLimits) -> None:
        self.sheet = sheet
        self.file = file
        self.limits = limits
        self.blocks: dict[Place, Place] = {
            (top, left): (bottom, right)
            for left, top, right, bottom in (block.bounds for block in sheet.merged_cells.ranges)
        }
        self.area = self._area()
        self.stored = {
            place: cell for place, cell in _stored(sheet).items() if self._is_shown(place)
        }
        results = {place: cell.value for place, cell in _stored(saved).items()}
        self.texts = {
            place: text
            for place, cell in self.stored.items()
            if (text := _text(cell, results.get(place)))
        }
        self.bordered = {place for place, cell in self.stored.items() if _is_bordered(cell)}

    def section(self) -> Section | None:
        """Return the sheet as a section, or None where there is nothing on it."""
        if not self.texts:
            return None
        ends = [self.blocks.get(place, place) for place in self.texts]
        top, left = (min(place[axis] for place in self.texts) for axis in (0, 1))
        bottom, right = (max(end[axis] for end in ends) for axis in (0, 1))
        if (bottom - top + 1) * (right - left + 1) > self.limits.places:
            raise TooMuchContent(file=self.file, reason="cells")
        widths = self._widths(right)
        rows = {row: number for number, row in enumerate(self._rows(top, bottom))}
        shown = [col for col in range(left, right + 1) if widths.get(col, 1.0) > 0]
        cols = {col: number for number, col in enumerate(shown)}
        if not rows or not cols:
            return None
        ends_page = {one.id for one in self.sheet.row_breaks.brk}
        grid = Grid(
            tuple(widths.get(col, self._usual_width()) for col in cols),
            tuple(self._height(row) for row in rows),
            tuple(self._cells(rows, cols)),
            frozenset(number for row, number in rows.items() if number and row - 1 in ends_page),
        )
        return Section(self._paper(), (grid,))

    def _cells(self, rows: Mapping[int, int], cols: Mapping[int, int]) -> Iterator[Cell]:
        """Yield the cells, those of hidden rows and columns left out; `rows` and `cols` number what is seen."""
        covered: set[Place] = set()
        ruled_rows = self._ruled_rows()
        for row in rows:
            for col in cols:
                end = self.blocks.get((row, col), (row, col))
                places = [
                    (r, c)
                    for r in range(row, end[0] + 1)
                    for c in range(col, end[1] + 1)
                    if r in rows and c in cols
                ]
                text = self.texts.get((row, col), "")
                ruled = row in ruled_rows or any(place in self.bordered for place in places)
                if (row, col) not in covered and (ruled or text):
                    spans = len({r for r, _ in places}), len({c for _, c in places})
                    yield self._cell((row, col), (rows[row], cols[col]), spans, ruled=ruled)
                covered.update(places[1:])

    def _cell(self, place: Place, at: Place, spans: Place, *, ruled: bool) -> Cell:
        text = self.texts.get(place, "")
        if place not in self.stored:
            return Cell(*at, *spans, ())
        cell = self.stored[place]
        usual: Align = "right" if cell.data_type in {"n", "d", "f"} else "left"
        said = cell.alignment.horizontal
        paragraph = Paragraph(
            text,
            size=float(cell.font.sz or 11.0),
            align=usual if said in {None, "general"} else _ALIGN.get(said, "left"),
            stacked=cell.alignment.textRotation == _STACKED,
        )
        level = _LEVEL.get(cell.alignment.vertical, "bottom")
        return Cell(*at, *spans, (paragraph,) if text else (), level, ruled)

    def _ruled_rows(self) -> range:
        """Return the rows that are shown with borders though the sheet has none: those that make a table."""
        if self.bordered:
            return range(0)
        filled = Counter(row for row, _ in self.texts)
        several = [row for row, cells in filled.items() if cells > 1]
        return range(min(several), max(several) + 1) if several else range(0)

    def _area(self) -> tuple[int, int, int, int]:
        """Return first column and row, last column and row of what is printed."""
        ranges = [part for part in str(self.sheet.print_area or "").split(",") if part]
        try:
            bounds = [range_boundaries(part.rpartition("!")[2]) for part in ranges]
            # An end that a range leaves open is the sheet's own.
            lefts, tops = ([one[axis] or 1 for one in bounds] for axis in (0, 1))
            rights, bottoms = ([one[axis] or _LAST for one in bounds] for axis in (2, 3))
            return min(lefts), min(tops), max(rights), max(bottoms)
        except (ValueError, TypeError):
            return 1, 1, _LAST, _LAST

    def _is_shown(self, place: Place) -> bool:
        left, top, right, bottom = self.area
        return left <= place[1] <= right and top <= place[0] <= bottom

    def _rows(self, top: int, bottom: int) -> Iterator[int]:
        for row in range(top, bottom + 1):
            if row not in self.sheet.row_dimensions or not self.sheet.row_dimensions[row].hidden:
                yield row

    def _height(self, row: int) -> float:
        own = self.sheet.row_dimensions[row].height if row in self.sheet.row_dimensions else None
        return float(own or self.sheet.sheet_format.defaultRowHeight or _DEFAULT_HEIGHT)

    def _widths(self, last: int) -> dict[int, float]:
        """Return the widths that the file says, by column; 0 for hidden ones."""
        widths: dict[int, float] = {}
        for one in self.sheet.column_dimensions.values():
            width = 0.0 if one.hidden else _points(one.width)
            first = one.min or column_index_from_string(one.index)
            widths |= dict.fromkeys(range(first, min(one.max or first, last) + 1), width)
        return widths

    def _usual_width(self) -> float:
        return _points(self.sheet.sheet_format.defaultColWidth or _DEFAULT_WIDTH)

    def _paper(self) -> Paper:
        setup, margins = self.sheet.page_setup, self.sheet.page_margins
        width, height = _PAPERS.get(str(setup.paperSize), _A4)
        if setup.orientation == "landscape":
            width, height = height, width
        sides = margins.left, margins.top, margins.right, margins.bottom
        return Paper(width, height, *(min(float(side or 0.0), 3.0) * 72 for side in sides))


def _text(cell: Found | MergedCell, result: object) -> str:
    """Return what a cell shows; a formula whose result was not saved shows itself."""
    value: object = cell.value
    if cell.data_type == "f":
        written = str(getattr(value, "text", value))
        value = written if result is None else result
    return displayed(value, cell.number_format).strip()


def _is_bordered(cell: Found | MergedCell) -> bool:
    border = cell.border
    return any(
        side and side.style for side in (border.left, border.right, border.top, border.bottom)
    )


def _points(characters: float) -> float:
    """Return the width of a column of so many digits of the usual font, in points."""
    return (characters * 7 + 5) * _PIXEL
