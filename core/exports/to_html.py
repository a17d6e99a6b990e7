"""The tables of every page as HTML: what a form of no known kind is, and what a known one was made of.

One page that needs nothing else. Cells keep their spans and their text; the texts of a scan are never
markup. No page is left out: one without a table says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import BinaryIO

from core.exports.wording import word
from core.extraction import Cell, Extraction, Page, Table
from core.messages import Language

_STYLE = (
    "body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}"
    "td{border:1px solid #888;padding:.2em .5em;vertical-align:top}"
)
_LANG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def write_html(extractions: Iterable[Extraction], out: BinaryIO, language: Language) -> None:
    """Write one HTML page of all documents, a section each."""
    out.write(
        f'<!DOCTYPE html>\n<html lang="{_LANG[language]}"><head><meta charset="utf-8">'
        f"<title>{escape(word('tables', language))}</title><style>{_STYLE}</style></head><body>\n".encode()
    )
    for extraction in extractions:
        out.writelines(line.encode() for line in _document(extraction, language))
    out.write(b"</body></html>\n")


def html_table(table: Table) -> str:
    """Return a table as an element: one `tr` a row, and a `td` for each cell where it begins."""
    cells = sorted(table.cells, key=lambda cell: (cell.row, cell.col))
    rows = {row: list(of) for row, of in groupby(cells, key=lambda cell: cell.row)}
    body = "".join(
        f"<tr>{''.join(map(_cell, rows.get(row, ())))}</tr>\n" for row in range(table.rows)
    )
    return f"<table>\n{body}</table>\n"


def _document(extraction: Extraction, language: Language) -> Iterator[str]:
    yield f"<section><h1>{escape(extraction.source.file)}</h1>\n"
    for page in extraction.pages:
        yield from _page(page, language)
    yield "</section>\n"


def _page(page: Page, language: Language) -> Iterator[str]:
    number = word("on_pages", language, pages=page.number)
    kind = word(f"kind_{page.kind}", language)
    yield f"<h2>{escape(number)}{escape(word('comma', language))}{escape(kind)}</h2>\n"
    if not page.tables:
        yield f"<p>{escape(word('no_table', language))}</p>\n"
    yield from map(html_table, page.tables)


def _cell(cell: Cell) -> str:
    spans = "".join(
        f' {name}="{span}"'
        for name, span in (("rowspan", cell.row_span), ("colspan", cell.col_span))
        if span > 1
    )
    return f"<td{spans}>{escape(cell.text)}</td>"
