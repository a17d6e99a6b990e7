"""Text into lines, by the widths of the one font that everything is set in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from core.errors import MissingProgram
from worker.office.blocks import Paragraph

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# The first has all of GBK; the others stand in for it where an administrator chose another.
FONTS = ("wqy-microhei.ttc", "wqy-zenhei.ttc", "NotoSansCJK-Regular.ttc")
PACKAGE = "fonts-wqy-microhei"

ASCENT = 0.88  # of the size; the rest is below the base line
LEADING = 1.3
_MEASURED_AT = 1000

# What no line begins with.
_CLOSING = frozenset("，。、；：？！）》〉」』】〕％…·,.;:?!)]}%")
_PIECES = re.compile(r"[!-~]+|.", re.DOTALL)


class Line(NamedTuple):
    """One line of text and its width in points."""

    text: str
    width: float


@cache
def font_file() -> Path:
    """Return the file of the font. Raises MissingProgram."""
    for name in FONTS:
        for folder in FOLDERS:
            for path in sorted(folder.rglob(name)) if folder.is_dir() else ():
                return path
    raise MissingProgram(program=FONTS[0], package=PACKAGE)


@lru_cache(maxsize=64)
def font(size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size of pixels. Raises MissingProgram."""
    return ImageFont.truetype(str(font_file()), size_px, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def advance(character: str) -> float:
    """Return how far a character reaches, in parts of the size."""
    return font(_MEASURED_AT).getlength(character) / _MEASURED_AT


def measure(text: str) -> float:
    """Return how long a line of text is, in parts of the size."""
    return sum(map(advance, text))


def printable(text: str) -> str:
    """Return the text with what is no character left out, and every white space but a line's end as a space."""
    spaced = re.sub(r"[^\S\n]", " ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in spaced if sign == "\n" or sign.isprintable())


def lines_of(paragraph: Paragraph, width: float) -> tuple[Line, ...]:
    """Break a paragraph into lines of at most `width` points.

    Numbers and words are broken only where one alone is too long.
    """
    lines: list[Line] = []
    for text in printable(paragraph.text).split("\n"):
        if paragraph.stacked:
            lines += [_line(sign, paragraph.size) for sign in text if sign != " "]
        else:
            lines += [_line(part, paragraph.size) for part in _broken(text, width / paragraph.size)]
    return tuple(lines)


def _line(text: str, size: float) -> Line:
    return Line(text, measure(text) * size)


def _broken(text: str, most: float) -> Iterator[str]:
    """Yield lines that are no longer than `most` ems, or one character."""
    line: list[str] = []
    length = 0.0
    for piece in _fitting(text, most):
        long = measure(piece)
        if line and length + long > most and piece != " ":
            carried = line.pop() if piece[0] in _CLOSING and len(line) > 1 else ""
            yield "".join(line).rstrip()
            line, length = ([carried] if carried else []), measure(carried)
        line.append(piece)
        length += long
    yield "".join(line).rstrip()


def _fitting(text: str, most: float) -> Iterator[str]:
    """Yield the pieces that stay on one line."""
    for piece in _PIECES.findall(text):
        if measure(piece) <= most:
            yield piece
        else:
            yield from piece
