"""What is printed in one place of a form, with all readings of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.geometry import Box
from core.readings import TextLine
from core.vocabulary import squash
from worker.sheet import PageLine, SheetCell


@dataclass(frozen=True)
class Print:
    """What stands in one place of the form.

    `confidence` is the reader's own, of the least sure character. `suspect` says that the grid around it
    is in doubt: the rules are not sure, the place is merged with another one, or was taken over from a neighbour. `overruled`:
    `text` is not the first reader's. `page` and `box` (scan frame) are of the first piece.
    """

    text: str
    confidence: float
    page: int
    box: Box
    reader: str = ""
    alternatives: tuple[str, ...] = ()
    illegible: bool = False
    suspect: bool = False
    overruled: bool = False
    lines: tuple[TextLine, ...] = ()

    @property
    def hand(self) -> bool:
        """Tell whether a line of it looks written by hand."""
        return any(line.hand for line in self.lines)

    @property
    def as_type(self) -> Print:
        """Return it as what can only be printed."""
        lines = tuple(line.model_copy(update={"hand": False}) for line in self.lines)
        return replace(self, lines=lines)

    @property
    def of_file(self) -> bool:
        """Tell whether the file itself says what is printed, throughout."""
        return bool(self.lines) and all(line.reading.engine == "text-layer" for line in self.lines)


def print_of(cells: Sequence[SheetCell], *, suspect: bool = False) -> Print | None:
    """Return what stands in the cells, in order; None where there is no cell."""
    if not cells:
        return None
    lines = [line for cell in cells for line in cell.lines]
    first = next((cell for cell in cells if cell.lines), cells[0])
    illegible = any(cell.illegible for cell in cells)
    suspect = suspect or any(cell.unsound for cell in cells)
    if lines:
        return replace(print_of_lines(lines), illegible=illegible, suspect=suspect)
    piece = next((piece for piece in first.pieces if piece.cell.illegible), first.pieces[0])
    return Print("", 1.0, piece.page, piece.cell.box, illegible=illegible, suspect=suspect)


def print_of_lines(lines: Sequence[PageLine]) -> Print:
    """Return lines as one print, joined without their wraps; the box is around those of the first page."""
    page = lines[0].page
    readings = [line.line.reading for line in lines]
    return Print(
        text=joined(reading.text for reading in readings),
        confidence=min(reading.confidence for reading in readings),
        page=page,
        box=Box.around(line.line.box for line in lines if line.page == page),
        reader=readings[0].engine,
        alternatives=_alternatives(lines),
        lines=tuple(line.line for line in lines),
    )


def joined(texts: Iterable[str]) -> str:
    """Return texts of consecutive lines without the wraps; spaces inside a line are print and stay."""
    return "".join(text.strip() for text in texts)


def _alternatives(lines: Sequence[PageLine]) -> tuple[str, ...]:
    """Return what the place says where one line is read the other way."""
    texts = [line.text for line in lines]
    found = [
        joined([*texts[:number], other.text, *texts[number + 1 :]])
        for number, line in enumerate(lines)
        for other in line.line.others
        if other.text and squash(other.text) != squash(line.text)
    ]
    return tuple(dict.fromkeys(found))
