"""One line a form and one line an issue, for programs that read records one by one.

`kind` tells the lines apart; a file without any form still leaves a line for each of its issues.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from core.extraction import SCHEMA, Extraction


def write_jsonl(extractions: Iterable[Extraction], out: BinaryIO) -> None:
    """Write `{"kind": "form" | "issue", "schema": …, "source": …, …}` line by line."""
    for extraction in extractions:
        out.writelines(
            json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in _lines(extraction)
        )


def _lines(extraction: Extraction) -> Iterator[dict[str, Any]]:
    source = extraction.source.model_dump(mode="json")
    for form in extraction.forms:
        head = {"kind": "form", "schema": SCHEMA, "source": source}
        yield head | form.model_dump(mode="json")
    for issue in extraction.issues:
        head = {"kind": "issue", "schema": SCHEMA, "source": source}
        yield head | issue.model_dump(mode="json")
