"""Extraction documents in the forms that people and programs ask for.

Each writer takes any number of documents one after the other, so that a year's archive need not be
in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Literal, get_args

from core.exports.to_csv import write_csv
from core.exports.to_html import write_html
from core.exports.to_json import write_json
from core.exports.to_jsonl import write_jsonl
from core.exports.to_parquet import write_parquet
from core.exports.to_report import write_report
from core.exports.to_table import write_tables
from core.exports.to_xlsx import write_xlsx
from core.extraction import Extraction
from core.messages import Language

RecordFormat = Literal["json", "jsonl", "table", "report", "xlsx", "csv", "parquet", "html"]
"""What any number of documents can be written to."""

Format = Literal["json", "jsonl", "table", "report", "xlsx", "csv", "parquet", "html", "pdf"]
"""Also the searchable PDF of one file, which `core.layered` writes."""

BINARY: frozenset[Format] = frozenset(("xlsx", "parquet", "pdf"))
FORMATS: tuple[Format, ...] = get_args(Format)

FORMAT_OF_SUFFIX: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".txt": "table",
    ".parquet": "parquet",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
}
SUFFIX_OF_FORMAT: dict[Format, str] = {
    "json": ".json",
    "jsonl": ".jsonl",
    "table": ".txt",
    "report": ".txt",
    "xlsx": ".xlsx",
    "csv": ".csv",
    "parquet": ".parquet",
    "html": ".html",
    "pdf": ".pdf",
}


def write(
    format_: RecordFormat,
    extractions: Iterable[Extraction],
    out: BinaryIO,
    language: Language,
    *,
    array: bool,
    links: str | None = None,
) -> None:
    """Write documents in a format; `array` is for JSON, `links` for XLSX (see there)."""
    match format_:
        case "json":
            write_json(extractions, out, array=array)
        case "jsonl":
            write_jsonl(extractions, out)
        case "csv":
            write_csv(extractions, out, language)
        case "xlsx":
            write_xlsx(extractions, out, language, links)
        case "table":
            write_tables(extractions, out, language)
        case "report":
            write_report(extractions, out, language)
        case "parquet":
            write_parquet(extractions, out)
        case "html":
            write_html(extractions, out, language)
