"""Pages in, a born-digital PDF out, and the geometry of all that was drawn.

The PDF is the same bytes for the same pages: no dates, no random ids.
"""

import io
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from reportlab.pdfgen.canvas import Canvas

from samples.generator.fonts import load_face, measure, set_runs
from samples.generator.paginate import Page, Piece
from samples.generator.style import Style
from samples.generator.typeset import ASCENT, Line


class Rule(NamedTuple):
    """A ruling line, from its start to its end, in page points (y down)."""

    x0: float
    y0: float
    x1: float
    y1: float
    outer: bool


def ruling_lines(piece: Piece) -> tuple[Rule, ...]:
    """Give the lines that bound a piece's cells, each as one stroke as far as it runs; borders left open at a cut are left out."""
    across: dict[float, list[tuple[float, float]]] = defaultdict(list)
    down: dict[float, list[tuple[float, float]]] = defaultdict(list)
    left, top, right, bottom = piece.box
    for cell in piece.cells:
        x0, y0, x1, y1 = cell.box
        for y in (y0, y1):
            if not (piece.open_top and y == top) and not (piece.open_bottom and y == bottom):
                across[y].append((x0, x1))
        for x in (x0, x1):
            down[x].append((y0, y1))
    rules = [
        Rule(a, y, b, y, y in {top, bottom})
        for y, spans in across.items()
        for a, b in _joined(spans)
    ]
    rules += [
        Rule(x, a, x, b, x in {left, right}) for x, spans in down.items() for a, b in _joined(spans)
    ]
    return tuple(sorted(rules))


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join intervals that touch or overlap."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1] + 1e-6:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def draw_pdf(pages: Sequence[Page], styles: Sequence[Style]) -> bytes:
    """Draw pages as PDF with embedded fonts; `styles` are the forms' styles by number."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=1, invariant=1)
    for page in pages:
        canvas.setPageSize(page.size_pt)
        for piece in page.pieces:
            _draw_rules(canvas, page, piece, styles[piece.form])
        texts = [line for heading in page.headings for line in heading.lines]
        texts += [line for piece in page.pieces for cell in piece.cells for line in cell.lines]
        for line in (*texts, *page.footer):
            _draw_line(canvas, page, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_rules(canvas: Canvas, page: Page, piece: Piece, style: Style) -> None:
    height = page.size_pt[1]
    canvas.saveState()
    canvas.setStrokeGray(style.rule_gray)
    canvas.setLineCap(2)
    if style.rule_dash_pt:
        canvas.setLineCap(0)
        canvas.setDash(list(style.rule_dash_pt))
    for rule in ruling_lines(piece):
        canvas.setLineWidth(style.outer_rule_pt if rule.outer else style.rule_pt)
        canvas.line(rule.x0, height - rule.y0, rule.x1, height - rule.y1)
    canvas.restoreState()


def _draw_line(canvas: Canvas, page: Page, line: Line) -> None:
    baseline = page.size_pt[1] - line.top - ASCENT * line.size_pt
    text = canvas.beginText(line.left, baseline)
    if line.bold:
        text.setTextRenderMode(2)
        canvas.setLineWidth(0.025 * line.size_pt)
    for face, run in set_runs(line.text, line.face, line.latin):
        load_face(face)
        text.setFont(face, line.size_pt)
        text.textOut(run)
    if line.bold:
        text.setTextRenderMode(0)
    canvas.drawText(text)


def number_lines(page: Page, style: Style) -> tuple[Line, ...]:
    """Set the page's number in the middle of its foot, where the style prints one."""
    if not style.page_number:
        return ()
    text = style.page_number.format(page=page.number)
    size = style.page_number_size_pt
    width = measure(text, style.body, style.latin) * size
    top = page.size_pt[1] - 0.55 * style.margin_bottom_pt
    return (Line(text, (page.size_pt[0] - width) / 2, top, width, size, style.body, style.latin),)


def describe_geometry(pages: Sequence[Page]) -> dict[str, Any]:
    """Give the true geometry in JSON types: points from the page's top left corner, x right, y down; boxes left, top, right, bottom.

    Rows and columns count within the piece of the table that is on the page; `field` points into the form's truth.
    """
    return {
        "frame": "points from the top left corner; boxes are left, top, right, bottom between the middles of the ruling lines",
        "pages": [_describe_page(page) for page in pages],
    }


def _describe_page(page: Page) -> dict[str, Any]:
    return {
        "number": page.number,
        "width": page.size_pt[0],
        "height": page.size_pt[1],
        "forms": list(page.forms),
        "headings": [
            {
                "form": heading.form,
                "field": heading.field,
                "lines": [_describe_line(line) for line in heading.lines],
            }
            for heading in page.headings
        ],
        "tables": [_describe_piece(piece) for piece in page.pieces],
        "footer": [_describe_line(line) for line in page.footer],
    }


def _describe_piece(piece: Piece) -> dict[str, Any]:
    return {
        "form": piece.form,
        "rows": len(piece.row_edges) - 1,
        "cols": max(cell.col + cell.col_span for cell in piece.cells),
        "box": _rounded(piece.box),
        "open_top": piece.open_top,
        "open_bottom": piece.open_bottom,
        "rules": [_rounded(rule[:4]) for rule in ruling_lines(piece)],
        "cells": [
            {
                "row": cell.row,
                "col": cell.col,
                "row_span": cell.row_span,
                "col_span": cell.col_span,
                "text": cell.text,
                "field": cell.field,
                "box": _rounded(cell.box),
                "lines": [_describe_line(line) for line in cell.lines],
            }
            for cell in piece.cells
        ],
    }


def _describe_line(line: Line) -> dict[str, Any]:
    described: dict[str, Any] = {"text": line.text, "box": _rounded(line.box)}
    return {**described, "stray": True} if line.stray else described


def _rounded(numbers: Sequence[float]) -> list[float]:
    return [round(number, 2) for number in numbers]
