"""What `confined` and its child say to each other: one request, and one answer.

The answer is a line of JSON, followed by the raw pixels where there are any.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

from core.errors import DanganError, every_error
from core.kind import Kind
from worker.rasterise.limits import Limits


@dataclass(frozen=True)
class Request:
    """Count the pages of a file, or render one of them.

    `path` is absolute, so that no name is taken for an option or an address by a foreign program;
    `file` is what the person calls it, for messages. `dpi` is the resolution of pages that have none
    of their own.
    """

    task: Literal["count", "render"]
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
    """One page, row by row without padding: `L` is one byte a pixel, `RGB` three."""

    mode: Literal["L", "RGB"]
    width: int
    height: int
    dpi: float
    pixels: bytes | memoryview


Answer = Count | Rendering | DanganError


def write_answer(answer: Answer) -> tuple[bytes, bytes | memoryview]:
    """Return the head and the body of an answer."""
    match answer:
        case Count(pages):
            return _head(answer="count", pages=pages), b""
        case Rendering(mode, width, height, dpi, pixels):
            return _head(answer="page", mode=mode, width=width, height=height, dpi=dpi), pixels
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
        case _:
            rendering = Rendering(pixels=written[len(head) + 1 :], **fields)
            return rendering if _is_whole(rendering) else None


def _head(**fields: object) -> bytes:
    return json.dumps(fields).encode("ascii") + b"\n"


def _is_whole(page: Rendering) -> bool:
    return len(page.pixels) == page.width * page.height * (1 if page.mode == "L" else 3)
