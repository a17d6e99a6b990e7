"""What a PDF page draws, as far as its resolution depends on it.

A page of pikepdf goes in, a `Layout` comes out: the pictures with their pixels and places, and how
much else is to be seen. What the pictures show, and what anything looks like, is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Matrix, Name

OPERATORS = "q Q cm Do BI ID EI Tr Tj TJ ' \" f F f* B B* b b* S s sh"
SHOW_TEXT = frozenset(["Tj", "TJ", "'", '"'])
PAINT = frozenset(["f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh"])
INVISIBLE = 3  # text rendering mode of the layer that OCR puts over a scan
DEEPEST = 12  # forms within forms; PDF writers make two or three
MOST_DRAWN = 2_000  # pictures and forms; a scan in stripes has hundreds

# What pikepdf raises at objects that are not what the standard says they are.
MALFORMED = (pikepdf.PdfError, TypeError, ValueError, AttributeError, KeyError, IndexError)


class Frame(NamedTuple):
    """The visible part of a page, in points, before it is turned."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def common(self, other: Frame) -> Frame | None:
        """Return the common part, None where the frames do not meet."""
        part = Frame(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )
        return part if part.width > 0 and part.height > 0 else None

    def share_of(self, other: Frame) -> float:
        """Return how much of this frame `other` covers, 0.0–1.0."""
        part = self.common(other)
        return part.width * part.height / (self.width * self.height) if part else 0.0


@dataclass(frozen=True)
class Picture:
    """A picture as it is placed: pixels and points along its own two sides, and its share of the page."""

    width: int
    height: int
    across_pt: float
    down_pt: float
    share: float
    opaque: bool = True

    @property
    def dpi(self) -> tuple[float, float]:
        """Return pixels an inch along its width and along its height."""
        return 72 * self.width / self.across_pt, 72 * self.height / self.down_pt


@dataclass(frozen=True)
class Layout:
    """Everything a page draws.

    `marks` counts bytes of visible text and painted paths, `text_bytes` the former alone; `images`
    are the objects, masks left out, that `pictures` came from. `hidden_bytes` is text that is not to be
    seen: written invisibly, or under a picture.
    """

    pictures: tuple[Picture, ...] = ()
    marks: int = 0
    images: tuple[pikepdf.Object, ...] = ()
    text_bytes: int = 0
    hidden_bytes: int = 0


class TooInvolved(Exception):
    """The page draws more, or deeper, than an honest page does."""


def read_layout(page: pikepdf.Page, frame: Frame, unit: float, covering_share: float) -> Layout:
    """Follow the content of the page through its forms.

    `unit` is the page's user space unit in points. An opaque picture over `covering_share` of the
    page hides what was drawn before it. Raises TooInvolved, and one of MALFORMED.
    """
    tally = _Tally(frame, covering_share)
    state = _State(Matrix(unit, 0, 0, unit, 0, 0), page.resources)
    _follow(page.obj, state, tally)
    return Layout(
        tuple(tally.pictures),
        tally.marks,
        tuple(tally.images),
        tally.text_bytes,
        tally.hidden_bytes,
    )


@dataclass(frozen=True)
class _State:
    """The graphics state that `q` saves, as far as it matters, and the form that it is in."""

    matrix: Matrix
    resources: pikepdf.Object
    depth: int = 0
    text_mode: int = 0

    def moved(self, matrix: Matrix) -> _State:
        return replace(self, matrix=matrix @ self.matrix)


@dataclass
class _Tally:
    """What was drawn so far."""

    frame: Frame
    covering_share: float
    pictures: list[Picture] = field(default_factory=list)
    images: list[pikepdf.Object] = field(default_factory=list)
    marks: int = 0
    text_bytes: int = 0
    hidden_bytes: int = 0
    drawn: int = 0

    def count(self) -> None:
        self.drawn += 1
        if self.drawn > MOST_DRAWN:
            raise TooInvolved

    def add(self, picture: Picture) -> None:
        self.pictures.append(picture)
        if picture.opaque and picture.share >= self.covering_share:
            # Whatever came before lies under the scan.
            self.hidden_bytes += self.text_bytes
            self.marks = self.text_bytes = 0


def _follow(content: pikepdf.Object, state: _State, tally: _Tally) -> None:
    if state.depth > DEEPEST:
        raise TooInvolved
    saved: list[_State] = []
    for instruction in pikepdf.parse_content_stream(content, OPERATORS):
        operator = str(instruction.operator)
        if operator == "q":
            saved.append(state)
        elif operator == "Q":
            state = saved.pop() if saved else state
        elif operator == "cm":
            state = state.moved(Matrix(*map(float, instruction.operands)))
        elif operator == "Tr":
            state = replace(state, text_mode=int(instruction.operands[0]))
        else:
            _tell(operator, list(instruction.operands)[-1:], state, tally)


def _tell(operator: str, operand: Sequence[Any], state: _State, tally: _Tally) -> None:
    """Add to the tally what one operator paints; `operand` is its last one."""
    if operator == "Do":
        tally.count()
        _draw(state.resources.XObject[str(operand[0])], state, tally)
    elif operator == "INLINE IMAGE":
        tally.count()
        tally.add(_placed(int(operand[0].width), int(operand[0].height), state, tally.frame))
    elif operator in SHOW_TEXT:
        shown = _glyph_bytes(operand[0])
        if state.text_mode == INVISIBLE:
            tally.hidden_bytes += shown
        else:
            tally.marks += shown
            tally.text_bytes += shown
    elif operator in PAINT:
        tally.marks += 1


def _draw(drawn: pikepdf.Object, state: _State, tally: _Tally) -> None:
    if drawn.Subtype == Name.Image:
        tally.images.append(drawn)
        see_through = any(key in drawn for key in ("/ImageMask", "/SMask", "/Mask"))
        for layer in (drawn, drawn.get(Name.SMask), drawn.get(Name.Mask)):
            if isinstance(layer, pikepdf.Stream):
                placed = _placed(int(layer.Width), int(layer.Height), state, tally.frame)
                tally.add(replace(placed, opaque=not see_through))
    elif drawn.Subtype == Name.Form:
        inside = state.moved(Matrix(drawn.Matrix) if Name.Matrix in drawn else Matrix())
        resources = drawn.get(Name.Resources, state.resources)
        _follow(drawn, replace(inside, resources=resources, depth=state.depth + 1), tally)


def _placed(width: int, height: int, state: _State, frame: Frame) -> Picture:
    """Return the picture where the matrix puts the unit square."""
    m = state.matrix
    xs = [m.e, m.e + m.a, m.e + m.c, m.e + m.a + m.c]
    ys = [m.f, m.f + m.b, m.f + m.d, m.f + m.b + m.d]
    place = Frame(min(xs), min(ys), max(xs), max(ys))
    across, down = hypot(m.a, m.b), hypot(m.c, m.d)
    if not (across > 0 and down > 0):
        raise ValueError("a picture without extent")
    return Picture(width, height, across, down, frame.share_of(place))


def _glyph_bytes(shown: object) -> int:
    """Return the length of a shown string, or of all strings between the kerns of an array."""
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    return sum(len(bytes(part)) for part in parts if isinstance(part, pikepdf.String))
