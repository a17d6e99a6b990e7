"""The extraction documents as JSON, complete.

One page and one form a line: the text stays small, and can be compared and searched by lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from core.extraction import Extraction


def write_json(extractions: Iterable[Extraction], out: BinaryIO, *, array: bool) -> None:
    """Write one document as an object, or with `array` any number of them as an array.

    The caller says which, so that the shape does not depend on how many files there happened to be.
    """
    out.write(b"[\n" if array else b"")
    for position, extraction in enumerate(extractions):
        out.write(b",\n" if position else b"")
        out.write(document_text(extraction).encode())
    out.write(b"\n]\n" if array else b"\n")


def document_text(extraction: Extraction) -> str:
    """Return the document as JSON; lists at its top level have one element a line."""
    entries = extraction.model_dump(mode="json").items()
    return "{" + ",\n ".join(f"{_text(key)}: {_lines(value)}" for key, value in entries) + "}"


def _lines(value: object) -> str:
    if isinstance(value, list) and value:
        return "[\n  " + ",\n  ".join(map(_text, value)) + "]"
    return _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
