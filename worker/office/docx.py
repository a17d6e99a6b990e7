"""DOCX as sections of paragraphs, tables and pictures, read with python-docx.

What is told is what stands in the file once its tracked changes are accepted: inserted text counts, deleted and hidden text
does not. Headers, footers, notes, comments and automatic numbers of lists are left out, and so are pictures in cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from core.errors import DamagedFile, TooMuchContent
from worker.office.blocks import (
    Align,
    Block,
    Cell,
    Grid,
    Image,
    Level,
    PageBreak,
    Paper,
    Paragraph,
    Section,
)
from worker.office.package import DAMAGED

Element = Any  # lxml has no types

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TWIP = 1 / 20
_EMU = 1 / 12_700
_DEFAULT_SIZE = 10.5
_MOST_HEIGHT = 1_500.0

# What stands around content without being any.
_WRAPPERS = frozenset(
    qn(name)
    for name in (
        "w:sdt",
        "w:sdtContent",
        "w:ins",
        "w:moveTo",
        "w:customXml",
        "w:smartTag",
        "w:hyperlink",
        "w:fldSimple",
    )
)
_BREAKS = {qn("w:cr"): "\n", qn("w:tab"): "  ", qn("w:noBreakHyphen"): "-"}
# Boxes and ticks that Word takes out of its symbol fonts.
_SYMBOLS = {
    "Wingdings": {0x6F: "□", 0xA8: "□", 0xFC: "✓", 0xFB: "✗", 0xFD: "☒", 0xFE: "☑"},
    "Wingdings 2": {0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "□"},
}
_ALIGN: dict[str | None, Align] = {"center": "center", "right": "right", "end": "right"}
_LEVEL: dict[str | None, Level] = {"center": "center", "bottom": "bottom"}


@dataclass(frozen=True)
class DocxLimits:
    """`cells` of all tables: a form has 200. `depth` of tables in tables; deeper ones are left out."""

    cells: int = 200_000
    depth: int = 4


def read_docx(
    content: BinaryIO, file: str, limits: DocxLimits = DocxLimits()
) -> tuple[Section, ...]:
    """Return what a DOCX file holds. Raises DamagedFile, TooMuchContent."""
    try:
        document = docx.Document(content)
    except (OpcError, *DAMAGED) as error:
        raise DamagedFile(file=file, reason="unreadable") from error
    return tuple(_Reader(document, file, limits).sections())


class _Reader:
    """Reads one document."""

    def __init__(self, document: Document, file: str, limits: DocxLimits) -> None:
        self.document = document
        self.file = file
        self.limits = limits
        self.cells = 0
        self.styles = {style.style_id: style.element for style in document.styles}
        usual = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
        self.usual_style = usual.style_id if usual else None
        size = document.styles.element.find(
            "/".join(map(qn, ("w:docDefaults", "w:rPrDefault", "w:rPr", "w:sz")))
        )
        self.usual_size = _number(_value(size)) / 2 or _DEFAULT_SIZE

    def sections(self) -> Iterator[Section]:
        """Yield the sections; the properties of one stand at its end."""
        blocks: list[Block] = []
        body = self.document.element.body
        if body is None:
            raise DamagedFile(file=self.file, reason="unreadable")
        for child in _content(body):
            if child.tag in (qn("w:p"), qn("w:tbl")):
                blocks += self.blocks(child)
            properties = child.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
            if properties is not None:
                yield Section(_paper(properties), tuple(blocks))
                blocks = []
        properties = body.find(qn("w:sectPr"))
        if blocks or properties is None:
            yield Section(Paper() if properties is None else _paper(properties), tuple(blocks))

    def blocks(self, element: Element) -> Iterator[Block]:
        """Yield the blocks of a paragraph or a table."""
        if element.tag == qn("w:tbl"):
            grid = self.grid(element)
            if grid.cells:
                yield grid
            return
        if _is_on(element.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}")):
            yield PageBreak()
        shape = self.shape(element)
        for number, text in enumerate("".join(_text(element)).split("\f")):
            if number:
                yield PageBreak()
            yield replace(shape, text=text)
        yield from self.floating(element)

    def floating(self, paragraph: Element) -> Iterator[Block]:
        """Yield what is anchored in a paragraph: pictures, and the paragraphs and tables of text boxes."""
        for drawn in paragraph.iter(qn("w:drawing"), qn("w:pict")):
            if _is_fallback(drawn):
                continue
            yield from self.images(drawn)
            for box in drawn.iter(qn("w:txbxContent")):
                for child in _content(box):
                    if child.tag == qn("w:p"):
                        yield replace(self.shape(child), text="".join(_text(child)))
                    elif child.tag == qn("w:tbl"):
                        yield self.grid(child)

    def images(self, drawn: Element) -> Iterator[Image]:
        extent = drawn.find(f".//{qn('wp:extent')}")
        if extent is None:
            return
        width, height = (_number(extent.get(side)) * _EMU for side in ("cx", "cy"))
        for blip in drawn.iter(qn("a:blip")):
            part = self.document.part.related_parts.get(blip.get(qn("r:embed")))
            if part is not None and width > 0 and height > 0:
                yield Image(part.blob, width, height)

    def shape(self, paragraph: Element) -> Paragraph:
        """Return size and place of a paragraph's text: that of its largest run, else of its style."""
        sizes = [_number(size.get(qn("w:val"))) / 2 for size in paragraph.iter(qn("w:sz"))]
        return Paragraph(
            "",
            size=max(sizes, default=0.0) or self.styled_size(paragraph),
            align=_ALIGN.get(self.alignment(paragraph), "left"),
        )

    def alignment(self, paragraph: Element) -> str | None:
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:jc')}")
        if own is not None:
            return _value(own)
        for style in self.chain(paragraph):
            if (found := style.find(f"{qn('w:pPr')}/{qn('w:jc')}")) is not None:
                return _value(found)
        return None

    def styled_size(self, paragraph: Element) -> float:
        for style in self.chain(paragraph):
            if (found := style.find(f"{qn('w:rPr')}/{qn('w:sz')}")) is not None:
                return _number(_value(found)) / 2
        return self.usual_size

    def chain(self, paragraph: Element) -> Iterator[Element]:
        """Yield the style of a paragraph and those that it is based on."""
        named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = self.usual_style if named is None else _value(named)
        seen: set[str] = set()
        while name and name not in seen and name in self.styles:
            seen.add(name)
            yield self.styles[name]
            based = self.styles[name].find(qn("w:basedOn"))
            name = None if based is None else _value(based)

    # -- tables -------------------------------------------------------------------------------------

    def grid(self, table: Element) -> Grid:
        """Return a table; cells that go on from the row above become one with it."""
        rows = [row for row in _content(table) if row.tag == qn("w:tr") and not _is_gone(row)]
        ruled = _is_ruled(table)
        cells: dict[tuple[int, int], Cell] = {}
        above: dict[int, tuple[int, int]] = {}
        for number, row in enumerate(rows):
            open_above, above = above, {}
            col = _count(row.find(f"{qn('w:trPr')}/{qn('w:gridBefore')}"), least=0)
            for element in _content(row):
                if element.tag != qn("w:tc"):
                    continue
                span = _count(element.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}"))
                origin = open_above.get(col)
                if _goes_on(element) and origin and cells[origin].col_span == span:
                    cells[origin] = replace(cells[origin], row_span=number - origin[0] + 1)
                else:
                    origin = number, col
                    cells[origin] = self.cell(element, number, col, span, ruled=ruled)
                above[col] = origin
                col += span
        columns = max((cell.col_end for cell in cells.values()), default=0)
        self.count(max(len(cells), columns))
        return Grid(
            _column_widths(table, columns),
            tuple(map(_row_height, rows)),
            tuple(cells.values()),
        )

    def cell(self, element: Element, row: int, col: int, span: int, *, ruled: bool) -> Cell:
        properties = element.find(qn("w:tcPr"))
        level = direction = None
        if properties is not None:
            level = _value(properties.find(qn("w:vAlign")))
            direction = _value(properties.find(qn("w:textDirection")))
        stacked = direction is not None and direction.startswith(("tb", "btLr"))
        paragraphs = tuple(
            replace(one, stacked=stacked) for one in self.paragraphs(element, depth=0)
        )
        return Cell(row, col, 1, span, _trimmed(paragraphs), _LEVEL.get(level, "top"), ruled)

    def paragraphs(self, cell: Element, depth: int) -> Iterator[Paragraph]:
        """Yield the paragraphs of a cell; a table in it is told row by row."""
        for child in _content(cell):
            if child.tag == qn("w:p"):
                yield replace(self.shape(child), text="".join(_text(child)).replace("\f", "\n"))
            elif child.tag == qn("w:tbl") and depth < self.limits.depth:
                for row in _content(child):
                    inner = [
                        one
                        for of in _content(row)
                        if of.tag == qn("w:tc")
                        for one in self.paragraphs(of, depth + 1)
                    ]
                    self.count(len(inner))
                    if inner:
                        yield replace(
                            inner[0], text="  ".join(one.text for one in inner if one.text)
                        )

    def count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > self.limits.cells:
            raise TooMuchContent(file=self.file, reason="cells")


def _content(parent: Element) -> Iterator[Element]:
    """Yield the children of an element, those in wrappers too."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _content(child)
        elif child.tag == f"{_COMPATIBILITY}AlternateContent":
            yield from _content(child[0] if len(child) else child)
        elif isinstance(child.tag, str):
            yield child


def _text(paragraph: Element) -> Iterator[str]:
    """Yield the text of a paragraph; a form feed is the end of a page."""
    for run in _content(paragraph):
        if run.tag != qn("w:r") or _is_hidden(run):
            continue
        for child in _content(run):
            if child.tag == qn("w:t"):
                yield child.text or ""
            elif child.tag == qn("w:br"):
                yield "\f" if child.get(qn("w:type")) == "page" else "\n"
            elif child.tag == qn("w:sym"):
                yield _symbol(child)
            else:
                yield _BREAKS.get(child.tag, "")


def _symbol(element: Element) -> str:
    try:
        code = int(element.get(qn("w:char"), ""), 16) & 0xFF
    except ValueError:
        return ""
    return _SYMBOLS.get(element.get(qn("w:font"), ""), {}).get(code, "")


def _is_hidden(run: Element) -> bool:
    return _is_on(run.find(f"{qn('w:rPr')}/{qn('w:vanish')}"))


def _is_on(switch: Element | None) -> bool:
    """Tell whether a property that is a switch is there and not turned off."""
    return switch is not None and _value(switch) not in {"0", "false", "off"}


def _is_gone(row: Element) -> bool:
    properties = row.find(qn("w:trPr"))
    return properties is not None and any(
        properties.find(qn(name)) is not None for name in ("w:del", "w:hidden")
    )


def _is_fallback(element: Element) -> bool:
    return any(above.tag == f"{_COMPATIBILITY}Fallback" for above in element.iterancestors())


def _is_ruled(table: Element) -> bool:
    """Tell whether a table has borders: all have but those that say so themselves."""
    borders = table.find(f"{qn('w:tblPr')}/{qn('w:tblBorders')}")
    if borders is None or not len(borders):
        return True
    return any(_value(side) not in {"none", "nil"} for side in borders)


def _goes_on(cell: Element) -> bool:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and _value(merge) != "restart"


def _trimmed(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Return the paragraphs without the empty ones at both ends."""
    filled = [number for number, one in enumerate(paragraphs) if one.text.strip()]
    return paragraphs[filled[0] : filled[-1] + 1] if filled else ()


def _column_widths(table: Element, columns: int) -> tuple[float, ...]:
    grid = table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")
    widths = [_number(col.get(qn("w:w"))) * _TWIP for col in grid][:columns]
    usual = sum(widths) / len(widths) if sum(widths) else 450.0 / max(columns, 1)
    widths += [usual] * (columns - len(widths))
    return tuple(width or usual for width in widths)


def _row_height(row: Element) -> float:
    height = row.find(f"{qn('w:trPr')}/{qn('w:trHeight')}")
    return 0.0 if height is None else min(_number(_value(height)) * _TWIP, _MOST_HEIGHT)


def _paper(properties: Element) -> Paper:
    size, margins, usual = properties.find(qn("w:pgSz")), properties.find(qn("w:pgMar")), Paper()

    def said(element: Element | None, name: str, default: float) -> float:
        found = None if element is None else element.get(qn(f"w:{name}"))
        return abs(_number(found)) * _TWIP if found else default

    return Paper(
        said(size, "w", usual.width),
        said(size, "h", usual.height),
        said(margins, "left", usual.left),
        said(margins, "top", usual.top),
        said(margins, "right", usual.right),
        said(margins, "bottom", usual.bottom),
    )


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get(qn("w:val"))


def _count(element: Element | None, least: int = 1) -> int:
    return min(max(least, int(_number(_value(element)))), 1_000)


def _number(text: str | None) -> float:
    try:
        number = float(text or 0)
    except ValueError:
        return 0.0
    return number if abs(number) < 1e9 else 0.0
