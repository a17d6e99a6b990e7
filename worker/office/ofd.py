"""OFD (GB/T 33190-2016) as sheets: what its pages draw, in their order.

Text is drawn in our font at the places that the file gives its characters, whatever font the file names or brings. Lines, areas,
pictures, templates, composite objects and annotations are drawn; signatures, their seals and patterns are left out. Text that is
drawn invisible, in white, or under an area is not there.
"""

from __future__ import annotations

import math
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from core.errors import DamagedFile, TooMuchContent
from worker.office.ofd_path import outlines
from worker.office.package import DAMAGED
from worker.office.sheet import BLACK, Colour, Fill, Item, Mark, Picture, Sheet, Stroke
from worker.office.typeset import advance, printable

Element = Any  # lxml has no types

POINTS_PER_MM = 72 / 25.4
_A4_MM = (0.0, 0.0, 210.0, 297.0)
_USUAL_LINE_MM = 0.353
_WHITE = (255, 255, 255)


@dataclass(frozen=True)
class OfdLimits:
    """`objects` on one page, those of templates and composites counted wherever they are drawn: a form has 600.

    `depth` of composites and blocks in one another.
    """

    objects: int = 100_000
    depth: int = 12


class Matrix(NamedTuple):
    """An affine map: x' = ax + cy + e, y' = bx + dy + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def vector(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y, self.b * x + self.d * y

    def after(self, inner: Matrix) -> Matrix:
        """Return the map that applies `inner` first."""
        return Matrix(
            *self.vector(inner.a, inner.b),
            *self.vector(inner.c, inner.d),
            *self.point(inner.e, inner.f),
        )

    @property
    def scale(self) -> float:
        """Return how much it enlarges, by the root of areas."""
        return math.sqrt(abs(self.a * self.d - self.b * self.c))


class _Page(NamedTuple):
    """A page of one of the documents in the file."""

    document: _Document
    id: str
    part: str


class OfdFile:
    """An OFD file that is open; its pages are read one by one.

    Raises DamagedFile where what leads to the pages is missing or is not what it should be.
    """

    def __init__(self, content: BinaryIO, file: str, limits: OfdLimits = OfdLimits()) -> None:
        self.file = file
        self.limits = limits
        try:
            self._package = zipfile.ZipFile(content)
            self._names = {name.lower(): name for name in self._package.namelist()}
            root = self.parsed("OFD.xml")
            self.pages = [
                page
                for location in _all(root, "DocBody", "DocRoot")
                for page in _Document(self, self.path("OFD.xml", location.text)).pages()
            ]
        except DAMAGED as error:
            raise DamagedFile(file=file, reason="unreadable") from error

    def sheet(self, number: int) -> Sheet:
        """Return a page, counted from 1. Raises DamagedFile, TooMuchContent."""
        page = self.pages[number - 1]
        try:
            return page.document.sheet(page)
        except DAMAGED as error:
            raise DamagedFile(file=self.file, reason="unreadable") from error

    def path(self, base: str, location: str | None) -> str:
        """Return the name of a part that is named by another one: from the root, or from its folder."""
        found = (location or "").strip().replace("\\", "/")
        if found.startswith("/"):
            return posixpath.normpath(found).lstrip("/")
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), found)).lstrip("/")

    def read(self, part: str) -> bytes:
        return self._package.read(self._names[part.lower()])

    def parsed(self, part: str) -> Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        return etree.fromstring(self.read(part), parser)


class _Document:
    """One document of a file, with what its pages share."""

    def __init__(self, file: OfdFile, part: str) -> None:
        self.file = file
        self.part = part
        self.root = file.parsed(part)
        self.media: dict[str, str] = {}
        self.composites: dict[str, Element] = {}
        self.looks: dict[str, Element] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for location in _all(self.root, "CommonData", kind):
                self.take_resources(file.path(part, location.text))
        self.templates = {
            one.get("ID"): file.path(part, one.get("BaseLoc"))
            for one in _all(self.root, "CommonData", "TemplatePage")
        }
        self.notes = dict(self._notes())

    def pages(self) -> Iterator[_Page]:
        for page in _all(self.root, "Pages", "Page"):
            yield _Page(self, page.get("ID", ""), self.file.path(self.part, page.get("BaseLoc")))

    def take_resources(self, part: str) -> None:
        """Note the pictures, composites and drawing parameters of a resource file, if it is there."""
        try:
            root = self.file.parsed(part)
        except KeyError:
            return
        base = posixpath.join(root.get("BaseLoc", ""), "")
        for one in _all(root, "MultiMedias", "MultiMedia"):
            for location in _all(one, "MediaFile"):
                name = (location.text or "").strip()
                found = name if name.startswith("/") else base + name
                self.media[one.get("ID")] = self.file.path(part, found)
        for one in _all(root, "CompositeGraphicUnits", "CompositeGraphicUnit"):
            self.composites[one.get("ID")] = one
        for one in _all(root, "DrawParams", "DrawParam"):
            self.looks[one.get("ID")] = one

    def _notes(self) -> Iterator[tuple[str, str]]:
        """Yield the pages that have annotations, and the parts that hold them."""
        for location in _all(self.root, "Annotations"):
            part = self.file.path(self.part, location.text)
            for page in _all(self.file.parsed(part), "Page"):
                for place in _all(page, "FileLoc"):
                    yield page.get("PageID", ""), self.file.path(part, place.text)

    def sheet(self, page: _Page) -> Sheet:
        root = self.file.parsed(page.part)
        for location in _all(root, "PageRes"):
            self.take_resources(self.file.path(page.part, location.text))
        areas = [
            *_all(root, "Area", "PhysicalBox"),
            *_all(self.root, "CommonData", "PageArea", "PhysicalBox"),
        ]
        left, top, width, height = _box(areas[0].text if areas else None) or _A4_MM
        shown = Matrix(
            POINTS_PER_MM, 0.0, 0.0, POINTS_PER_MM, -left * POINTS_PER_MM, -top * POINTS_PER_MM
        )
        pen = _Pen(self, self.file.limits)
        templates = [
            (one.get("ZOrder"), self.templates.get(one.get("TemplateID")))
            for one in _all(root, "Template")
        ]
        under = [part for order, part in templates if part and order != "Foreground"]
        over = [part for order, part in templates if part and order == "Foreground"]
        for part in under:
            pen.layers(self.file.parsed(part), shown)
        pen.layers(root, shown)
        for part in over:
            pen.layers(self.file.parsed(part), shown)
        if page.id in self.notes:
            for note in _all(self.file.parsed(self.notes[page.id]), "Annot"):
                if note.get("Visible") != "false":
                    for appearance in _all(note, "Appearance"):
                        pen.block(appearance, _placed(shown, appearance), None, 0)
        width, height = width * POINTS_PER_MM, height * POINTS_PER_MM
        return Sheet(max(width, 1.0), max(height, 1.0), tuple(_seen(pen.items)))


class _Pen:
    """Draws the objects of one page."""

    def __init__(self, document: _Document, limits: OfdLimits) -> None:
        self.document = document
        self.limits = limits
        self.items: list[Item] = []
        self.objects = 0

    def layers(self, root: Element, shown: Matrix) -> None:
        for layer in _all(root, "Content", "Layer"):
            self.block(layer, shown, layer.get("DrawParam"), 0)

    def block(self, parent: Element, shown: Matrix, look: str | None, depth: int) -> None:
        """Draw what stands in a layer, a block, a composite or an annotation."""
        for one in parent:
            self.objects += 1
            if self.objects > self.limits.objects or depth > self.limits.depth:
                raise TooMuchContent(file=self.document.file.file, reason="objects")
            if one.get("Visible") == "false":
                continue
            name = _name(one)
            own = one.get("DrawParam") or look
            if name == "PageBlock":
                self.block(one, shown, own, depth + 1)
            elif name == "TextObject":
                self.items += self.text(one, _placed(shown, one), own)
            elif name == "PathObject":
                self.items += self.outline(one, _placed(shown, one), own)
            elif name == "ImageObject":
                self.items += self.image(one, shown)
            elif (
                name == "CompositeObject"
                and (unit := self.document.composites.get(one.get("ResourceID"))) is not None
            ):
                for content in _all(unit, "Content"):
                    self.block(content, _placed(shown, one), own, depth + 1)

    def text(self, element: Element, shown: Matrix, look: str | None) -> Iterator[Mark]:
        size = _number(element.get("Size"), 3.7)
        colour = self.colour(element, "FillColor", look)
        if element.get("Fill") == "false" or colour is None or size <= 0:
            return
        x = y = 0.0
        for code in _all(element, "TextCode"):
            text = printable(code.text or "").replace("\n", "")
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            across, down = (_steps(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
            for at, sign in enumerate(text):
                natural = advance(sign) * size
                if sign != " ":
                    spaced = sign + " " if text[at + 1 : at + 2] == " " else sign
                    place = shown.point(x, y)
                    yield Mark(spaced, *place, size * shown.scale, natural * shown.scale, colour)
                x += across[at] if at < len(across) else 0.0 if down else natural
                y += down[at] if at < len(down) else 0.0

    def outline(self, element: Element, shown: Matrix, look: str | None) -> Iterator[Item]:
        data = "".join(one.text or "" for one in _all(element, "AbbreviatedData"))
        lines = [tuple(shown.point(*at) for at in line) for line in outlines(data)]
        fill = self.colour(element, "FillColor", look) if element.get("Fill") == "true" else None
        stroke = None
        if element.get("Stroke") != "false":
            stroke = self.colour(element, "StrokeColor", look)
        width = _number(
            element.get("LineWidth"), _number(self.said(look, "LineWidth"), _USUAL_LINE_MM)
        )
        for line in lines:
            if fill is not None:
                yield Fill(line, fill)
            if stroke is not None:
                yield Stroke(line, max(width * shown.scale, 0.05), stroke)

    def image(self, element: Element, shown: Matrix) -> Iterator[Picture]:
        part = self.document.media.get(element.get("ResourceID"))
        box = _box(element.get("Boundary"))
        if part is None or box is None or element.get("Alpha") == "0":
            return
        if element.get("CTM"):
            unit = _placed(shown, element)
        else:
            unit = shown.after(Matrix(box[2], 0.0, 0.0, box[3], box[0], box[1]))
        content = self.document.file.read(part)
        yield Picture(content, unit.point(0, 0), unit.vector(1, 0), unit.vector(0, 1))

    def colour(self, element: Element, kind: str, look: str | None) -> Colour | None:
        """Return the colour of an object, or None where nothing of it is seen."""
        if element.get("Alpha") == "0":
            return None
        for found in (*_all(element, kind), *self.looked_up(look, kind)):
            if found.get("Alpha") == "0":
                return None
            return _colour(found.get("Value"))
        return BLACK

    def looked_up(self, look: str | None, kind: str) -> Sequence[Element]:
        """Return what the drawing parameters say of a colour, those they are based on included."""
        seen: set[str] = set()
        while look and look not in seen and look in self.document.looks:
            seen.add(look)
            found = list(_all(self.document.looks[look], kind))
            if found:
                return found
            look = self.document.looks[look].get("Relative")
        return ()

    def said(self, look: str | None, name: str) -> str | None:
        found = self.document.looks.get(look or "")
        return None if found is None else found.get(name)


def _seen(items: Sequence[Item]) -> Iterator[Item]:
    """Yield the items but for characters that are white, or that a later area covers."""
    areas: list[tuple[int, float, float, float, float]] = []
    for at, item in enumerate(items):
        if isinstance(item, Fill):
            xs, ys = [x for x, _ in item.points], [y for _, y in item.points]
            areas.append((at, min(xs), min(ys), max(xs), max(ys)))
    for at, item in enumerate(items):
        if isinstance(item, Mark):
            x, y = item.left + item.advance / 2, item.baseline - item.size / 3
            covered = any(
                later > at and left < x < right and top < y < bottom
                for later, left, top, right, bottom in areas
            )
            if covered or item.colour == _WHITE:
                continue
        yield item


def _placed(shown: Matrix, element: Element) -> Matrix:
    """Return the map from an object's own frame: by its matrix, then from its corner."""
    box = _box(element.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
    corner = shown.after(Matrix(e=box[0], f=box[1]))
    numbers = _numbers(element.get("CTM"))
    return corner.after(Matrix(*numbers)) if len(numbers) == 6 else corner


def _name(element: Element) -> str:
    """Return an element's name without its namespace; writers use several."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, *path: str) -> Iterator[Element]:
    """Yield the elements at the end of a path of names."""
    name, *rest = path
    for child in element:
        if _name(child) == name:
            if rest:
                yield from _all(child, *rest)
            else:
                yield child


def _numbers(text: str | None) -> list[float]:
    return [_number(word, 0.0) for word in (text or "").split()]


def _number(text: str | None, default: float) -> float:
    try:
        number = float(text) if text else default
    except ValueError:
        return default
    return number if abs(number) < 1e6 else default


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    numbers = _numbers(text)
    if len(numbers) != 4:
        return None
    left, top, width, height = numbers
    return left, top, width, height


def _steps(text: str | None, most: int) -> list[float]:
    """Return the distances between characters; `g 3 5` is 5 three times."""
    words = (text or "").split()
    steps: list[float] = []
    while words and len(steps) < most:
        word = words.pop(0)
        if word == "g" and len(words) >= 2:
            times, step = int(_number(words.pop(0), 0.0)), _number(words.pop(0), 0.0)
            steps += [step] * max(0, min(times, most))
        else:
            steps.append(_number(word, 0.0))
    return steps


def _colour(text: str | None) -> Colour:
    """Return a colour of one, three or four parts of 255; in words of hexadecimal or decimal digits."""
    parts = [
        int(word[1:], 16) if word.startswith("#") else round(_number(word, 0.0))
        for word in (text or "").split()
    ]
    parts = [min(max(part, 0), 255) for part in parts]
    match parts:
        case [grey]:
            return grey, grey, grey
        case [red, green, blue]:
            return red, green, blue
        case [cyan, magenta, yellow, black]:
            red, green, blue = (
                round((255 - ink) * (255 - black) / 255) for ink in (cyan, magenta, yellow)
            )
            return red, green, blue
    return BLACK
