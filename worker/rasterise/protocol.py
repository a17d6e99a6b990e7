"""What `confined` and its child say to each other: one request, and one answer.

The answer is a line of JSON, followed by the raw pixels or the text where there are any.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

from core.errors import DanganError, every_error
from core.kind import Kind
from worker.rasterise.limits import Limits


@dataclass(frozen=True)
class Request:
    """Count the pages of a file, render one of them, or tell the text that it holds.

    `path` is absolute, so that no name is taken for an option or an address by a foreign program;
    `file` is what the person calls it, for messages. `dpi` is the resolution of pages that have none
    of their own.
    """

    task: Literal["count", "render", "text"]
    kind: Kind
    path: str
    file: str
    limits: Limits
    page: int = 1
    dpi: float = 300.0

    def to_json(self) -> str:
        """Return ASCII, in which a name that is not UTF-8 survives as escaped surrogates."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Request:
        fields = json.loads(text)
        limits = Limits(**fields.pop("limits"))
        return cls(kind=Kind(fields.pop("kind")), limits=limits, **fields)


@dataclass(frozen=True)
class Count:
    """The number of pages."""

    pages: int


@dataclass(frozen=True)
class Rendering:
    """One page, row by row without padding: `L` is one byte a pixel, `RGB` three.

    `written`: all the text that the file holds of the page is to be seen on it. `drawn`: and there is nothing else on it
    but lines and areas.
    """

    mode: Literal["L", "RGB"]
    width: int
    height: int
    dpi: float
    pixels: bytes | memoryview
    written: bool = False
    drawn: bool = False


class Character(NamedTuple):
    """A character of a page; its box in parts of the page as it is seen, from its upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Text:
    """The characters of one page, in the order of the file."""

    characters: tuple[Character, ...]


Answer = Count | Rendering | Text | DanganError


def write_answer(answer: Answer) -> tuple[bytes, bytes | memoryview]:
    """Return the head and the body of an answer."""
    match answer:
        case Count(pages):
            return _head(answer="count", pages=pages), b""
        case Rendering(mode, width, height, dpi, pixels, written, drawn):
            size = {"mode": mode, "width": width, "height": height, "dpi": dpi}
            return _head(answer="page", **size, written=written, drawn=drawn), pixels
        case Text(characters):
            body = json.dumps(characters).encode("ascii")
            return _head(answer="text", length=len(body)), body
        case DanganError():
            return _head(answer="error", code=answer.code, details=answer.details), b""


def read_answer(written: memoryview) -> Answer | None:
    """Return the answer, or None where it is missing or was cut off."""
    head, newline, _ = bytes(written[:65536]).partition(b"\n")
    if not newline:
        return None
    fields = json.loads(head)
    match fields.pop("answer"):
        case "count":
            return Count(**fields)
        case "error":
            kinds = {error.code: error for error in every_error()}
            return kinds[fields["code"]](**fields["details"])
        case "text":
            body = bytes(written[len(head) + 1 :])
            whole = len(body) == fields["length"]
            return Text(tuple(Character(*of) for of in json.loads(body))) if whole else None
        case _:
            rendering = Rendering(pixels=written[len(head) + 1 :], **fields)
            return rendering if _is_whole(rendering) else None


def _head(**fields: object) -> bytes:
    return json.dumps(fields).encode("ascii") + b"\n"


def _is_whole(page: Rendering) -> bool:
    return len(page.pixels) == page.width * page.height * (1 if page.mode == "L" else 3)
