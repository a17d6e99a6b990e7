"""Blocks and a style in, one endless strip of placed text and boxes out; it refuses to know of pages.

Frame: points, x from the left edge of the page to the right, y from the top of the strip down.
"""

from dataclasses import dataclass, field, replace
from itertools import accumulate
from random import Random

from samples.generator.fonts import measure
from samples.generator.style import Align, Style
from samples.generator.table import Block, Cell, Role, Slot, Table, Text

ASCENT = 0.86
"""Of Chinese type: the share of the em box above the base line."""

_CLOSING = frozenset("、，。；：！？）》〉”’】％%,.;:!?)")
_OPENING = frozenset("（《〈“‘【(")


@dataclass(frozen=True)
class Line:
    """A placed line of text; its box is the em boxes of its characters. `stray` text lies over a cell and is no part of it."""

    text: str
    left: float
    top: float
    width: float
    size_pt: float
    face: str
    latin: str | None
    bold: bool = False
    stray: bool = False

    @property
    def bottom(self) -> float:
        return self.top + self.size_pt

    @property
    def middle(self) -> float:
        return self.top + self.size_pt / 2

    @property
    def box(self) -> tuple[float, float, float, float]:
        return self.left, self.top, self.left + self.width, self.bottom


@dataclass(frozen=True)
class PlacedCell:
    """A cell with its box between the middles of its ruling lines, and its lines of text."""

    row: int
    col: int
    row_span: int
    col_span: int
    box: tuple[float, float, float, float]
    lines: tuple[Line, ...]
    role: Role
    field: str

    @property
    def text(self) -> str:
        """The printed text without its wraps, stray text left out."""
        return "".join(line.text for line in self.lines if not line.stray).strip()


@dataclass(frozen=True)
class Strip:
    """One block, set. A table has cells and the ys of its row edges, top to bottom; a text block only lines."""

    height: float
    cells: tuple[PlacedCell, ...] = ()
    row_edges: tuple[float, ...] = ()
    lines: tuple[Line, ...] = ()
    field: str = ""


@dataclass(frozen=True)
class Overlay:
    """Stray text that something else printed over a cell: where it starts from the end of the cell's last line, in ems."""

    field: str
    text: str
    right_em: float = 0.3
    down_em: float = 0.0


@dataclass(frozen=True)
class Recipe:
    """What happened to one form in particular, beyond style: text printed over it."""

    overlays: tuple[Overlay, ...] = field(default=())


# -- lines ---------------------------------------------------------------------------------------------------------------------


def break_lines(text: str, width_em: float, style: Style, chars: int | None = None) -> list[str]:
    r"""Break text into lines of at most `width_em`, or of `chars` characters where these fit; printed breaks (`\\n`) stay."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        rest = paragraph
        while rest:
            line = _first_line(rest, width_em, style, chars)
            lines.append(line)
            rest = rest[len(line) :]
    return lines


def _first_line(text: str, width_em: float, style: Style, chars: int | None) -> str:
    used, end = 0.0, 0
    while end < len(text):
        used += measure(text[end], style.body, style.latin)
        if used > width_em + 1e-6 or end == chars:
            break
        end += 1
    end = max(end, 1)
    if end == len(text) or chars is not None:
        return text[:end]
    start = _word_start(text, end) if style.keep_words else end
    if style.kinsoku:
        start = _allowed_break(text, start)
    return text[: start or end]


def _word_start(text: str, end: int) -> int:
    """Move a break out of a number or Latin word, to before it; 0 if the word fills the line."""
    start = end
    while start and _in_word(text[start]) and _in_word(text[start - 1]):
        start -= 1
    return start


def _in_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in ".,%-/<>=")


def _allowed_break(text: str, end: int) -> int:
    """Move a break back until no closing mark begins a line and no opening mark ends one; at most three characters."""
    for start in range(end, max(end - 4, 0), -1):
        if text[start] not in _CLOSING and text[start - 1] not in _OPENING:
            return start
    return end


# -- cells ---------------------------------------------------------------------------------------------------------------------


def _cell_lines(cell: Cell, width_pt: float, style: Style) -> list[str]:
    slot = cell.slot
    width_em = (width_pt - 2 * style.pad_x_pt) / style.size_pt
    if slot.role == "side":
        per_line = {"layout": slot.chars, "one": 1, "two": 2, "wrap": None}[style.side]
        text = slot.text.replace("\n", "") if per_line else slot.text
        return break_lines(text, max(width_em, 1.0), style, per_line)
    text = slot.text if style.count_wrap else slot.text.replace("\n", "")
    indent = _indent_em(slot, width_em, style)
    if indent and slot.role == "prose":
        # An indented first line: full-width blanks, as people type them.
        return break_lines("\u3000" * round(indent) + text, width_em, style)
    return break_lines(text, width_em - indent, style, slot.chars if style.count_wrap else None)


def _indent_em(slot: Slot, width_em: float, style: Style) -> float:
    """Give the white space before a cell's text: less than wished where the text would not fit beside it."""
    if slot.role == "prose":
        return style.prose_indent_em
    spare = width_em - measure(slot.text, style.body, style.latin) if slot.indent_em else 0.0
    return min(slot.indent_em, max(spare, 0.0))


def _align(slot: Slot, style: Style) -> Align:
    match slot.role:
        case "prose" | "item":
            return "left"
        case "text":
            return style.text_align
        case "money":
            return style.money_align
        case "value":
            return style.value_align
        case _:
            return "center"


def _leading_pt(slot: Slot, style: Style) -> float:
    return style.size_pt * (style.text_leading if slot.role == "text" else style.leading)


def _needed_pt(lines: list[str], slot: Slot, style: Style) -> float:
    return len(lines) * _leading_pt(slot, style) + 2 * style.pad_y_pt


def _place_lines(
    texts: list[str], slot: Slot, box: tuple[float, float, float, float], style: Style
) -> tuple[Line, ...]:
    """Put a cell's lines into its box; text too high for it runs over at both ends, as it does in print."""
    left, top, right, bottom = box
    leading = _leading_pt(slot, style)
    spare = bottom - top - len(texts) * leading
    at_top = (slot.role == "prose" and style.prose_top) or (
        slot.role == "level" and style.level_top
    )
    first = top + (style.pad_y_pt if at_top else spare / 2) + (leading - style.size_pt) / 2
    inner_em = (right - left - 2 * style.pad_x_pt) / style.size_pt
    indent = _indent_em(slot, inner_em, style) if slot.role == "item" else 0.0
    lines = []
    for number, text in enumerate(texts):
        width = measure(text, style.body, style.latin) * style.size_pt
        start = {
            "left": left + style.pad_x_pt + indent * style.size_pt,
            "center": (left + right - width) / 2,
            "right": right - style.pad_x_pt - width,
        }[_align(slot, style)]
        lines.append(
            Line(
                text, start, first + number * leading, width, style.size_pt, style.body, style.latin
            )
        )
    return tuple(lines)


# -- blocks --------------------------------------------------------------------------------------------------------------------


def _column_edges(table: Table, style: Style) -> list[float]:
    """Give the xs of the column edges: the layout's proportions, spread at random, over the width between the margins."""
    rng = Random(style.column_seed)
    wished = [w * (1 + style.column_spread * rng.uniform(-1, 1)) for w in table.widths_em]
    # Padding takes its share from narrow columns first, so proportions are of the text inside.
    inner = (
        style.page_pt[0]
        - style.margin_left_pt
        - style.margin_right_pt
        - 2 * style.pad_x_pt * len(wished)
    )
    widths = [w * inner / sum(wished) + 2 * style.pad_x_pt for w in wished]
    return list(accumulate(widths, initial=style.margin_left_pt))


def _row_heights(table: Table, texts: list[list[str]], style: Style) -> list[float]:
    heights = [style.min_row_pt] * table.rows
    needs = [
        _needed_pt(lines, cell.slot, style) for cell, lines in zip(table.cells, texts, strict=True)
    ]
    for cell, need in zip(table.cells, needs, strict=True):
        if cell.slot.rows == 1:
            heights[cell.row] = max(heights[cell.row], need)
    if style.grow:
        for cell, need in zip(table.cells, needs, strict=True):
            lack = need - sum(heights[cell.row : cell.row_end])
            for row in range(cell.row, cell.row_end) if lack > 0 else ():
                heights[row] += lack / cell.slot.rows
    return heights


def set_table(table: Table, style: Style, recipe: Recipe) -> Strip:
    """Set a table: columns from the layout's wishes, rows as high as their text."""
    xs = _column_edges(table, style)
    texts = [_cell_lines(cell, xs[cell.col_end] - xs[cell.col], style) for cell in table.cells]
    ys = list(accumulate(_row_heights(table, texts, style), initial=0.0))
    overlays = {overlay.field: overlay for overlay in recipe.overlays}
    placed = []
    for cell, lines in zip(table.cells, texts, strict=True):
        box = (xs[cell.col], ys[cell.row], xs[cell.col_end], ys[cell.row_end])
        set_lines = _place_lines(lines, cell.slot, box, style)
        if cell.slot.field in overlays:
            set_lines += _overlaid(overlays[cell.slot.field], set_lines[-1])
        placed.append(
            PlacedCell(
                cell.row,
                cell.col,
                cell.slot.rows,
                cell.slot.cols,
                box,
                set_lines,
                cell.slot.role,
                cell.slot.field,
            )
        )
    return Strip(ys[-1], tuple(placed), tuple(ys))


def _overlaid(overlay: Overlay, last: Line) -> tuple[Line, ...]:
    """Set stray text: its first line right of the cell's own, further lines under that one's start."""
    lines = []
    for number, text in enumerate(overlay.text.split("\n")):
        left = last.left if number else last.left + last.width + overlay.right_em * last.size_pt
        top = last.top + (overlay.down_em + 1.25 * number) * last.size_pt
        width = measure(text, last.face, last.latin) * last.size_pt
        lines.append(replace(last, text=text, left=left, top=top, width=width, stray=True))
    return tuple(lines)


def set_text(block: Text, style: Style) -> Strip:
    """Set a line of text above or below a table; long notes wrap."""
    title = block.role == "title"
    size = style.title_size_pt if title else style.size_pt + (1.0 if block.role == "year" else 0.0)
    face = style.title if title else style.body
    frame = style.page_pt[0] - style.margin_left_pt - style.margin_right_pt
    lines = []
    texts = break_lines(block.text, frame / size, replace(style, body=face))
    for number, text in enumerate(texts):
        width = measure(text, face, style.latin) * size
        left = (
            style.margin_left_pt
            + {"left": 0.0, "center": (frame - width) / 2, "right": frame - width}[block.align]
        )
        lines.append(
            Line(
                text,
                left,
                (0.25 + 1.3 * number) * size,
                width,
                size,
                face,
                style.latin,
                title and style.bold_title,
            )
        )
    return Strip(height=(1.3 * len(texts) + 0.45) * size, lines=tuple(lines), field=block.field)


def set_blocks(blocks: tuple[Block, ...], style: Style, recipe: Recipe) -> tuple[Strip, ...]:
    """Set the blocks of one form."""
    return tuple(
        set_text(block, style) if isinstance(block, Text) else set_table(block, style, recipe)
        for block in blocks
    )
