"""What one page yields once its pixels have been read.

These values leave the pixel stages and enter the reconstruction; they are also what a page task
stores. They are frozen, and they survive a round trip through JSON unchanged.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.geometry import Box

ReaderName = Literal["ppocr", "ppocr-tiny", "tesseract"]
"""Engines that look at pixels."""

Engine = ReaderName | Literal["text-layer"]
"""Who can have read a line: also the file itself, where it holds its text."""


class Frozen(BaseModel):
    """Base of all values that are stored or sent: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reading(Frozen):
    """What one engine saw in one line.

    `characters` holds the confidence of each character of `text`, 0.0–1.0, in its order; it is
    empty where the engine tells only the whole. `confidence` is the least sure character's.
    """

    text: str
    confidence: float
    engine: Engine
    characters: tuple[float, ...] = ()


class TextLine(Frozen):
    """One line of print: its reading, and where it stands in the scan and in the upright page.

    `others` are what further readers saw there; `hand` says that it looks unlike the page's print.
    """

    reading: Reading
    box: Box
    upright: Box
    others: tuple[Reading, ...] = ()
    hand: bool = False

    @property
    def text(self) -> str:
        return self.reading.text


class ReadCell(Frozen):
    """One cell of a table with its lines from top to bottom.

    A cell without lines is blank, unless it is `illegible`: some of its ink no reader could make out. `unsound`: the
    rules leave in doubt where it ends, or whether it is one cell.
    """

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    upright: Box
    lines: tuple[TextLine, ...] = ()
    illegible: bool = False
    unsound: bool = False

    @property
    def text(self) -> str:
        """Return the lines joined without the wraps of the print."""
        return "".join(line.text for line in self.lines)

    @property
    def confidence(self) -> float:
        """Return the confidence of the least sure line; 1.0 for a blank cell."""
        return min((line.reading.confidence for line in self.lines), default=1.0)


class ReadTable(Frozen):
    """One table of a page; its cells' spans tile `rows × cols` exactly once, in reading order.

    `column_edges` are the `cols + 1` x positions and `row_edges` the `rows + 1` y positions of the
    rules in the upright page. `open_top` and `open_bottom` say that no rule closes the table there.
    """

    rows: int
    cols: int
    cells: tuple[ReadCell, ...]
    box: Box
    upright: Box
    column_edges: tuple[float, ...]
    row_edges: tuple[float, ...]
    open_top: bool = False
    open_bottom: bool = False


class PageReading(Frozen):
    """Everything found on one page: tables, and the lines of print outside of them.

    `width × height` is the scan frame, `upright_width × upright_height` the straightened one.
    `rotation` (0, 90, 180, 270) and `skew_deg` are counter-clockwise and say how the *print* lies
    in the scan. `blank` means no ink worth reading. `trouble` is the code of what made the page
    unreadable, or None. `layout` is the print of where the ink lies (`worker.layout_print`).
    """

    number: int
    width: int
    height: int
    upright_width: int
    upright_height: int
    dpi: float
    rotation: Literal[0, 90, 180, 270] = 0
    skew_deg: float = 0.0
    em: float = 0.0
    blank: bool = False
    trouble: str | None = None
    layout: str = ""
    tables: tuple[ReadTable, ...] = ()
    lines: tuple[TextLine, ...] = ()
